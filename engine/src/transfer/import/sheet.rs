//! Sheets of spreadsheets as rows of texts, read row by row as they stand in the file.

use std::io::Cursor;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use calamine::{Data, DataRef, ExcelDateTime, Reader, Xlsx};
use diagnostic::Diagnostic;

use super::table::{COLUMNS, Read};

/// Code of the mistake that is the file's size and not its content.
pub(super) const TOO_LARGE: &str = "import.sheet_too_large";

/// Greatest number of cells of a sheet: a small file may claim any number.
const CELLS: usize = 20_000_000;
/// Rows that the reader is ahead of the work.
const AHEAD: usize = 500;

/// A sheet whose first row is read and whose others are counted.
pub(super) struct Sheet {
    /// Its name.
    pub(super) name: String,
    /// Its first row that is not empty.
    pub(super) first: Vec<String>,
    /// Rows below it that are not empty.
    pub(super) count: usize,
    content: Arc<[u8]>,
}

impl Sheet {
    /// Opens the sheet of this name, else the first.
    pub(super) fn open(content: &[u8], name: Option<&str>) -> Result<Self, Diagnostic> {
        let content: Arc<[u8]> = Arc::from(content);
        let names = book(&content)?.sheet_names();
        let name = match name {
            None => names.first().cloned().ok_or_else(|| Diagnostic::error("import.empty"))?,
            Some(name) if names.iter().any(|known| known == name) => name.to_owned(),
            Some(name) => {
                let nearest = schemas::suggest::nearest(name, names.iter().map(String::as_str));
                let mistake = Diagnostic::error("import.sheet_unknown").with("name", name);
                return Err(mistake.with_some("nearest", nearest).at("/sheet"));
            }
        };
        let (mut first, mut rows) = (Vec::new(), 0);
        read(&content, &name, |_, row| {
            if rows == 0 {
                first = row;
            }
            rows += 1;
            true
        })?;
        match rows {
            0 => Err(Diagnostic::error("import.empty")),
            _ => Ok(Self { name, first, count: rows - 1, content }),
        }
    }

    /// Reads the rows below the first with the numbers they have in the sheet; a thread is a few of them ahead.
    pub(super) fn rows(&self, width: usize) -> impl Iterator<Item = Read> + Send + use<> {
        let (content, name) = (Arc::clone(&self.content), self.name.clone());
        let (sender, receiver) = sync_channel(AHEAD);
        std::thread::spawn(move || {
            // Nobody listening is no failure: the work has ended before the file.
            let read = read(&content, &name, |number, row| sender.send((number, Ok(row))).is_ok());
            if let Err(mistake) = read {
                drop(sender.send((0, Err(mistake))));
            }
        });
        Rows { receiver }.skip(1).map(move |(number, row)| (number, row.map(|row| fitting(row, width))))
    }
}

struct Rows {
    receiver: Receiver<Read>,
}

impl Iterator for Rows {
    type Item = Read;

    fn next(&mut self) -> Option<Read> {
        self.receiver.recv().ok()
    }
}

/// A cell under no header is a note on the margin: nobody can say where it goes.
fn fitting(mut row: Vec<String>, width: usize) -> Vec<String> {
    row.truncate(width);
    row
}

fn book(content: &Arc<[u8]>) -> Result<Xlsx<Cursor<Arc<[u8]>>>, Diagnostic> {
    Xlsx::new(Cursor::new(Arc::clone(content))).map_err(|error| unreadable(&error))
}

/// Gives each row that is not empty, with its number, as long as more are wanted.
fn read(content: &Arc<[u8]>, name: &str, mut each: impl FnMut(u64, Vec<String>) -> bool) -> Result<(), Diagnostic> {
    let mut book = book(content)?;
    let mut reader = book.worksheet_cells_reader(name).map_err(|error| unreadable(&error))?;
    let (mut number, mut row, mut cells) = (0, Vec::new(), 0);
    while let Some(cell) = reader.next_cell().map_err(|error| unreadable(&error))? {
        let text = shown(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let (at, column) = cell.get_position();
        let (at, column) = (u64::from(at) + 1, column as usize);
        cells += 1;
        if cells > CELLS || column >= COLUMNS {
            return Err(Diagnostic::error(TOO_LARGE).with("max", CELLS));
        }
        if at != number && !row.is_empty() && !each(number, std::mem::take(&mut row)) {
            return Ok(());
        }
        number = at;
        if row.len() <= column {
            row.resize_with(column + 1, String::new);
        }
        row[column] = text;
    }
    if !row.is_empty() {
        each(number, row);
    }
    Ok(())
}

fn unreadable(error: &calamine::XlsxError) -> Diagnostic {
    Diagnostic::error("import.sheet_unreadable").with("found", error)
}

fn shown(cell: &DataRef<'_>) -> String {
    match Data::from(cell.clone()) {
        Data::Float(number) => number_text(number),
        Data::DateTime(moment) => moment_text(moment),
        other => other.to_string(),
    }
}

/// Spreadsheets calculate in floats and show fifteen digits: `0.30000000000000004` is what people see as 0.3.
fn number_text(number: f64) -> String {
    format!("{number:.14e}").parse::<f64>().unwrap_or(number).to_string()
}

fn moment_text(moment: ExcelDateTime) -> String {
    if moment.is_duration() {
        // As many hours as there are: days of a duration are 24 of them.
        let seconds = (moment.as_f64() * 86_400.0).round();
        let sign = if seconds < 0.0 { "-" } else { "" };
        return format!("{sign}PT{}S", seconds.abs());
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let part = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    // Spreadsheets count times of day from a day before their calendar begins.
    match moment.as_f64() < 1.0 {
        true => format!("{hour:02}:{minute:02}:{second:02}{part}"),
        false => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{part}"),
    }
}
