//! Files as rows of texts: encodings, delimiters, spreadsheets.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use diagnostic::Diagnostic;
use encoding_rs::{Encoding, UTF_8};

use super::Mapping;
use super::sheet::{self, Sheet};
use crate::Error;
use crate::transfer::export::unguarded;

/// Greatest size of a file in bytes.
const LIMIT: usize = 200 << 20;
/// Columns of a file.
pub(super) const COLUMNS: usize = 1_000;
/// Rows that are looked at for samples.
const SAMPLED: usize = 200;
/// Samples of a column.
const SAMPLES: usize = 5;
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
    Sheet(Sheet),
}

/// One row with its number in the file; a broken one is a mistake.
pub(super) type Read = (u64, Result<Vec<String>, Diagnostic>);

impl Table {
    /// Reads a file as its name and first bytes say.
    pub(super) fn open(name: &str, content: Vec<u8>, mapping: &Mapping) -> Result<Self, Error> {
        if content.len() > LIMIT {
            return Err(Error::TooLarge(Diagnostic::error("import.file_too_large").with("max", LIMIT >> 20)));
        }
        let is_zip = content.starts_with(b"PK\x03\x04");
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        if is_zip || matches!(ending.as_str(), "xlsx" | "xlsm") {
            let sheet = Sheet::open(&content, mapping.sheet.as_deref()).map_err(|mistake| match mistake.code {
                sheet::TOO_LARGE => Error::TooLarge(mistake),
                _ => invalid(mistake),
            })?;
            let headers = headers(sheet.first.iter().map(String::as_str))?;
            let name = Some(sheet.name.clone());
            Ok(Self { headers, delimiter: None, encoding: None, sheet: name, rows: Rows::Sheet(sheet) })
        } else {
            text(content, mapping)
        }
    }

    /// Counts the rows, the header apart.
    pub(super) fn count(&self) -> usize {
        match &self.rows {
            Rows::Text { .. } => self.rows().count(),
            Rows::Sheet(sheet) => sheet.count,
        }
    }

    /// Gives the first texts of each column, for guesses and for people.
    pub(super) fn samples(&self) -> Vec<Vec<String>> {
        let mut samples: Vec<Vec<String>> = vec![Vec::new(); self.headers.len()];
        for (_, row) in self.rows().take(SAMPLED) {
            for (column, cell) in std::iter::zip(&mut samples, row.unwrap_or_default()) {
                if column.len() < SAMPLES && !cell.is_empty() {
                    column.push(cell);
                }
            }
        }
        samples
    }

    /// Reads the rows one after another; there are never more of them in memory than are being worked on.
    pub(super) fn rows(&self) -> Box<dyn Iterator<Item = Read> + Send + '_> {
        match &self.rows {
            Rows::Sheet(sheet) => Box::new(sheet.rows(self.headers.len())),
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
    Ok(record.iter().map(|cell| unguarded(cell).to_owned()).collect())
}

fn reader(text: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text)
}

fn text(content: Vec<u8>, mapping: &Mapping) -> Result<Table, Error> {
    let encoding = encoding(&content, mapping)?;
    let (text, encoding) = decoded(content, encoding)?;
    if text.contains('\0') {
        return Err(invalid(Diagnostic::error("import.not_a_table")));
    }
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

/// Decodes a file; one that is UTF-8 already is not copied.
fn decoded(content: Vec<u8>, encoding: &'static Encoding) -> Result<(String, &'static Encoding), Error> {
    let broken = |encoding: &'static Encoding| {
        invalid(Diagnostic::error("import.encoding_broken").with("found", encoding.name()))
    };
    if encoding == UTF_8 && Encoding::for_bom(&content).is_none() {
        return String::from_utf8(content).map(|text| (text, encoding)).map_err(|_| broken(encoding));
    }
    let (text, encoding, is_broken) = encoding.decode(&content);
    if is_broken { Err(broken(encoding)) } else { Ok((text.into_owned(), encoding)) }
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
        for is_big in [false, true] {
            let units = "\u{feff}Имя|Город\r\nИван|Тверь\r\n".encode_utf16();
            let bytes: Vec<u8> =
                units.flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
            let table = open(&bytes);
            assert_eq!(
                (table.delimiter, table.headers.as_slice()),
                (Some('|'), &["Имя".to_owned(), "Город".to_owned()][..])
            );
            assert_eq!(table.rows().next().unwrap().1.unwrap(), ["Иван", "Тверь"]);
        }
        let said = Mapping { encoding: Some("cp866".to_owned()), ..Mapping::default() };
        let table = Table::open("x.csv", b"\x88\xac\xef;a\n\x88\xa2\xa0\xad;b".to_vec(), &said).unwrap();
        assert_eq!(table.headers, ["Имя", "a"]);
        let quoted = open(b"a,b\n\"x \"\"y\"\"\n, z\",2\n");
        assert_eq!(quoted.rows().next().unwrap().1.unwrap(), ["x \"y\"\n, z", "2"]);
    }

    #[test]
    fn says_what_is_wrong_with_a_file() {
        assert_eq!(code(b""), "import.empty");
        assert_eq!(code(b"a,a\n1,2"), "import.header_twice");
        assert_eq!(code(b"a,b\n\"1,2\n3,4"), "import.quote_open");
        assert_eq!(code(b"a,b\n\0,2"), "import.not_a_table");
        assert_eq!(code(b"\xff\xfea\0,\0b\0\n\0\x00"), "import.encoding_broken");
        let said = Mapping { encoding: Some("utf-8".to_owned()), ..Mapping::default() };
        assert!(matches!(Table::open("x.csv", b"\xcf\xf0".to_vec(), &said), Err(Error::Invalid(_))), "no UTF-8");
        assert!(open(b"a,b\n1,2,3").rows().next().unwrap().1.is_err());
        assert!(Table::open("x.xlsx", b"PK\x03\x04rubbish".to_vec(), &Mapping::default()).is_err());
    }
}
