//! A look at a file before it is imported.

use std::collections::BTreeMap;

use access::Operation;
use serde::Serialize;

use super::guess;
use super::mapping::{Column, Mapping};
use super::table::Table;
use crate::records::granted;
use crate::{Context, Error};

/// What a file holds and where it would go.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// The columns in order.
    pub columns: Vec<Seen>,
    /// Rows, the header apart.
    pub rows: usize,
    /// Delimiter of a text file.
    pub delimiter: Option<char>,
    /// Encoding of a text file.
    pub encoding: Option<&'static str>,
    /// Sheet of a spreadsheet.
    pub sheet: Option<String>,
    /// The guess as a mapping, to be corrected and sent back.
    pub mapping: BTreeMap<&'static str, BTreeMap<String, Column>>,
}

/// One column of a file.
#[derive(Debug, Clone, Serialize)]
pub struct Seen {
    /// Its header.
    pub header: String,
    /// Its first texts.
    pub samples: Vec<String>,
    /// Name of the field it probably goes to.
    pub field: Option<String>,
}

/// Reads the headers and first rows of a file and guesses the mapping.
pub async fn preview(ctx: &Context, name: &str, content: Vec<u8>, entity: &str) -> Result<Preview, Error> {
    let grant = granted(ctx, entity, Operation::Create)?;
    let table = Table::open(name, content, &Mapping::default())?;
    let samples = table.samples();
    let guessed = guess::columns(ctx, &grant, &table.headers, &samples);
    let columns = std::iter::zip(&table.headers, samples).map(|(header, samples)| Seen {
        header: header.clone(),
        samples,
        field: guessed.get(header).and_then(|column| column.targets().pop()).map(|to| to.field),
    });
    Ok(Preview {
        columns: columns.collect(),
        rows: table.count(),
        delimiter: table.delimiter,
        encoding: table.encoding,
        sheet: table.sheet.clone(),
        mapping: BTreeMap::from([("columns", guessed)]),
    })
}
