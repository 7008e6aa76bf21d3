//! Files as rows of texts: encodings, delimiters, spreadsheets.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use diagnostic::Diagnostic;
use encoding_rs::{Encoding, UTF_8};

use super::Mapping;
use crate::Error;

/// Greatest size of a file in bytes.
const LIMIT: usize = 200 << 20;
/// Greatest number of cells of a sheet: a small file may claim any number.
const CELLS: usize = 20_000_000;
/// Columns of a file.
const COLUMNS: usize = 1_000;
const DELIMITERS: [u8; 4] = *b",;\t|";

/// A file whose headers are read.
pub(super) struct Table {
    /// The first row; empty headers are numbered.
    pub(super) headers: Vec<String>,
    /// Delimiter of a text file.
    pub(super) delimiter: Option<char>,
    /// Encoding of a text file.
    pub(super) encoding: Option<&'static str>,
    /// Name of the sheet.
    pub(super) sheet: Option<String>,
    rows: Rows,
}

enum Rows {
    Text { text: String, delimiter: u8 },
    Sheet(Vec<Vec<String>>),
}

impl Table {
    /// Reads a file as its name and first bytes say.
    pub(super) fn open(name: &str, content: Vec<u8>, mapping: &Mapping) -> Result<Self, Error> {
        if content.len() > LIMIT {
            return Err(Error::TooLarge(Diagnostic::error("import.file_too_large").with("max", LIMIT >> 20)));
        }
        let is_zip = content.starts_with(b"PK\x03\x04");
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        if is_zip || matches!(ending.as_str(), "xlsx" | "xlsm") {
            sheet(content, mapping)
        } else {
            text(&content, mapping)
        }
    }

    /// Counts the rows, the header apart.
    pub(super) fn count(&self) -> usize {
        match &self.rows {
            Rows::Text { .. } => self.rows().count(),
            Rows::Sheet(rows) => rows.len(),
        }
    }

    /// Reads the rows one after another with their numbers; a broken one is a mistake.
    #[expect(clippy::type_complexity, reason = "a name for the pair would say less than the pair")]
    pub(super) fn rows(&self) -> Box<dyn Iterator<Item = (u64, Result<Vec<String>, Diagnostic>)> + Send + '_> {
        match &self.rows {
            Rows::Sheet(rows) => Box::new((2..).zip(rows).map(|(number, row)| (number, Ok(row.clone())))),
            Rows::Text { text, delimiter } => {
                let width = self.headers.len();
                let mut number = 1;
                let records = reader(text.as_bytes(), *delimiter).into_records().skip(1);
                Box::new(records.map(move |record| {
                    number += 1;
                    (number, cells(record, width))
                }))
            }
        }
    }
}

fn cells(record: Result<csv::StringRecord, csv::Error>, width: usize) -> Result<Vec<String>, Diagnostic> {
    let record = record.map_err(|error| Diagnostic::error("import.row_unreadable").with("found", error))?;
    if record.len() > width && record.iter().skip(width).any(|cell| !cell.is_empty()) {
        return Err(Diagnostic::error("import.row_too_long").with("expected", width).with("found", record.len()));
    }
    Ok(record.iter().map(str::to_owned).collect())
}

fn reader(text: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text)
}

fn text(content: &[u8], mapping: &Mapping) -> Result<Table, Error> {
    let encoding = encoding(content, mapping)?;
    let (text, encoding, is_broken) = encoding.decode(content);
    if is_broken {
        return Err(invalid(Diagnostic::error("import.encoding_broken").with("found", encoding.name())));
    }
    if text.contains('\0') {
        return Err(invalid(Diagnostic::error("import.not_a_table")));
    }
    let text = text.into_owned();
    let delimiter = match mapping.delimiter.as_deref().map(str::as_bytes) {
        Some([delimiter]) => *delimiter,
        Some(_) => return Err(invalid(Diagnostic::error("import.delimiter").at("/delimiter"))),
        None => delimiter(&text),
    };
    check_quotes(&text, delimiter)?;
    let first = reader(text.as_bytes(), delimiter).into_records().next();
    let headers = match first {
        Some(Ok(record)) => headers(record.iter())?,
        _ => return Err(invalid(Diagnostic::error("import.empty"))),
    };
    Ok(Table {
        headers,
        delimiter: Some(char::from(delimiter)),
        encoding: Some(encoding.name()),
        sheet: None,
        rows: Rows::Text { text, delimiter },
    })
}

/// A quote that is opened and never closed swallows the rest of the file as one cell.
fn check_quotes(text: &str, delimiter: u8) -> Result<(), Error> {
    let mut in_quotes = false;
    let mut is_start = true;
    let (mut line, mut opened) = (1, 1);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += usize::from(byte == b'\n');
        match byte {
            b'"' if in_quotes && bytes.peek() == Some(&b'"') => drop(bytes.next()),
            b'"' if in_quotes => in_quotes = false,
            b'"' if is_start => (in_quotes, opened) = (true, line),
            _ => {}
        }
        is_start = !in_quotes && (byte == delimiter || byte == b'\n' || byte == b'\r');
    }
    if in_quotes { Err(invalid(Diagnostic::error("import.quote_open").with("line", opened))) } else { Ok(()) }
}

fn encoding(content: &[u8], mapping: &Mapping) -> Result<&'static Encoding, Error> {
    if let Some(label) = &mapping.encoding {
        let unknown = || invalid(Diagnostic::error("import.encoding_unknown").with("found", label).at("/encoding"));
        return Encoding::for_label(label.as_bytes()).ok_or_else(unknown);
    }
    if let Some((encoding, _)) = Encoding::for_bom(content) {
        return Ok(encoding);
    }
    if std::str::from_utf8(content).is_ok() {
        return Ok(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(content, true);
    Ok(detector.guess(Some(b"ru"), Utf8Detection::Deny))
}

/// Chooses the delimiter that parts the first rows into the most columns of the same number.
fn delimiter(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let rows = reader(text.as_bytes(), delimiter).into_records().take(20);
        let widths: Vec<usize> = rows.filter_map(|row| row.ok().map(|row| row.len())).collect();
        let first = widths.first().copied().unwrap_or(0);
        let alike = widths.iter().filter(|width| **width == first).count();
        if first > 1 { (alike * 100 / widths.len(), first) } else { (0, 0) }
    };
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

fn headers<'a>(cells: impl Iterator<Item = &'a str>) -> Result<Vec<String>, Error> {
    let mut headers: Vec<String> = Vec::new();
    for (at, cell) in (1..).zip(cells) {
        let name = cell.trim().trim_start_matches('\u{feff}');
        let name = if name.is_empty() { format!("#{at}") } else { name.to_owned() };
        if headers.contains(&name) {
            return Err(invalid(Diagnostic::error("import.header_twice").with("found", name)));
        }
        headers.push(name);
    }
    if headers.len() > COLUMNS {
        return Err(invalid(Diagnostic::error("import.too_many_columns").with("max", COLUMNS)));
    }
    if headers.is_empty() { Err(invalid(Diagnostic::error("import.empty"))) } else { Ok(headers) }
}

fn sheet(content: Vec<u8>, mapping: &Mapping) -> Result<Table, Error> {
    let broken =
        |error: calamine::XlsxError| invalid(Diagnostic::error("import.sheet_unreadable").with("found", error));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(content)).map_err(broken)?;
    let names = book.sheet_names();
    let name = match &mapping.sheet {
        None => names.first().cloned().ok_or_else(|| invalid(Diagnostic::error("import.empty")))?,
        Some(name) if names.contains(name) => name.clone(),
        Some(name) => {
            let nearest = schemas::suggest::nearest(name, names.iter().map(String::as_str));
            let mistake = Diagnostic::error("import.sheet_unknown").with("name", name).with_some("nearest", nearest);
            return Err(invalid(mistake.at("/sheet")));
        }
    };
    let mut reader = book.worksheet_cells_reader(&name).map_err(broken)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut cells = 0;
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        let text = shown(cell.get_value());
        if text.is_empty() {
            continue;
        }
        cells += 1 + row.saturating_sub(rows.len());
        if cells > CELLS || column >= COLUMNS {
            return Err(Error::TooLarge(Diagnostic::error("import.sheet_too_large").with("max", CELLS)));
        }
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        if rows[row].len() <= column {
            rows[row].resize_with(column + 1, String::new);
        }
        rows[row][column] = text;
    }
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    if rows.is_empty() {
        return Err(invalid(Diagnostic::error("import.empty")));
    }
    let first = rows.remove(0);
    let headers = headers(first.iter().map(String::as_str))?;
    Ok(Table { headers, delimiter: None, encoding: None, sheet: Some(name), rows: Rows::Sheet(rows) })
}

fn shown(cell: &DataRef<'_>) -> String {
    match Data::from(cell.clone()) {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            // Spreadsheets count times of day from a day before their calendar begins.
            match moment.as_f64() < 1.0 {
                true => format!("{hour:02}:{minute:02}:{second:02}"),
                false => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
        other => other.to_string(),
    }
}

fn invalid(mistake: Diagnostic) -> Error {
    Error::Invalid(vec![mistake])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(content: &[u8]) -> Table {
        Table::open("x.csv", content.to_vec(), &Mapping::default()).unwrap()
    }

    fn code(content: &[u8]) -> &'static str {
        match Table::open("x.csv", content.to_vec(), &Mapping::default()) {
            Err(Error::Invalid(mistakes)) => mistakes[0].code,
            _ => "",
        }
    }

    #[test]
    fn finds_delimiter_and_encoding() {
        let table = open("Имя;Город\nИван;\"Москва; Россия\"\n".as_bytes());
        assert_eq!((table.delimiter, table.encoding), (Some(';'), Some("UTF-8")));
        let rows: Vec<_> = table.rows().map(|(number, row)| (number, row.unwrap())).collect();
        assert_eq!(rows, [(2, vec!["Иван".to_owned(), "Москва; Россия".to_owned()])]);
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode("Название;Город\nРомашка;Тверь\nКолос;Рязань");
        let table = open(&bytes);
        assert_eq!(table.encoding, Some("windows-1251"));
        assert_eq!(table.headers, ["Название", "Город"]);
        assert_eq!(open(b"\xef\xbb\xbfa\tb\n1\t2").headers, ["a", "b"]);
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        assert_eq!(code(b""), "import.empty");
        assert_eq!(code(b"a,a\n1,2"), "import.header_twice");
        assert_eq!(code(b"a,b\n\"1,2\n3,4"), "import.quote_open");
        assert_eq!(code(b"a,b\n\0,2"), "import.not_a_table");
        assert!(open(b"a,b\n1,2,3").rows().next().unwrap().1.is_err());
        assert!(Table::open("x.xlsx", b"PK\x03\x04rubbish".to_vec(), &Mapping::default()).is_err());
    }
}
