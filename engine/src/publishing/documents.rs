//! Documents as the database keeps them.

use std::str::FromStr;

use expression::Value;
use schemas::{Document, Kind};

use crate::Error;

/// Reads documents out of rows of kind, identity, name, JSON.
pub(crate) fn read(rows: &[Vec<Value>]) -> Result<Vec<Document>, Error> {
    rows.iter()
        .map(|row| match row.as_slice() {
            [Value::Text(kind), _, _, Value::Text(json)] => one(kind, json),
            _ => Err(Error::broken("a stored document is incomplete")),
        })
        .collect()
}

/// Reads one stored document.
pub(crate) fn one(kind: &str, json: &str) -> Result<Document, Error> {
    let kind = Kind::from_str(kind).map_err(|()| Error::broken(format!("a stored document of kind `{kind}`")))?;
    serde_json::from_str(json)
        .and_then(|json| Document::stored(kind, json))
        .map_err(|error| Error::Internal("a stored document cannot be read".to_owned(), Some(error.into())))
}
