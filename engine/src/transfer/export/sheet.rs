//! Files being written, row by row; no more than a few rows are in memory.

use std::io::Read;

use chrono::{Datelike, Timelike};
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook};

use super::Format;
use super::cell::Cell;
use super::column::Column;
use crate::{Error, Locale};

/// Bytes of a chunk.
pub(super) const CHUNK: usize = 1 << 20;
/// Rows of a sheet below its head.
pub(super) const MOST_ROWS: i64 = 1_048_575;
/// Bytes of a row that are gathered before they go to the others.
const BUFFER: usize = 1 << 10;
/// Characters of a cell of a spreadsheet.
const LONGEST: usize = 32_767;
/// Digits that a number of a spreadsheet keeps.
const DIGITS: usize = 15;

/// A file being written.
pub(super) enum Sheet {
    /// CSV: the bytes not yet taken.
    Csv { bytes: Vec<u8>, delimiter: u8, guard: bool },
    /// A spreadsheet, which keeps its rows in a file beside.
    Xlsx { workbook: Box<Workbook>, row: u32, date: Box<CellFormat>, moment: Box<CellFormat> },
}

impl Sheet {
    /// Begins a file with the titles of its columns.
    pub(super) fn begin(format: Format, guard: bool, locale: Locale, columns: &[Column]) -> Result<Self, Error> {
        let titles: Vec<Cell> = columns.iter().map(|column| Cell::Text(column.title.clone())).collect();
        let mut sheet = match format {
            Format::Csv => {
                // By the mark spreadsheets know UTF-8; they part at `;` where the comma is the sign of decimals.
                let delimiter = if locale == Locale::Ru { b';' } else { b',' };
                Self::Csv { bytes: "\u{feff}".as_bytes().to_vec(), delimiter, guard }
            }
            Format::Xlsx => {
                let mut workbook = Workbook::new();
                let worksheet = workbook.add_worksheet_with_constant_memory().map_err(unwritten)?;
                worksheet.set_freeze_panes(1, 0).map_err(unwritten)?;
                let date = CellFormat::new().set_num_format("yyyy-mm-dd");
                let moment = CellFormat::new().set_num_format("yyyy-mm-dd hh:mm:ss");
                Self::Xlsx { workbook: Box::new(workbook), row: 0, date: Box::new(date), moment: Box::new(moment) }
            }
        };
        sheet.row(&titles)?;
        Ok(sheet)
    }

    /// Writes a row.
    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), Error> {
        match self {
            Self::Csv { bytes, delimiter, guard } => {
                let mut builder = csv::WriterBuilder::new();
                let mut writer =
                    builder.delimiter(*delimiter).buffer_capacity(BUFFER).from_writer(std::mem::take(bytes));
                let texts = cells.iter().map(|cell| if *guard { cell.guarded() } else { cell.text() });
                writer.write_record(texts.map(Option::unwrap_or_default)).map_err(unwritten)?;
                *bytes = writer.into_inner().map_err(|error| unwritten(error.into_error()))?;
                Ok(())
            }
            Self::Xlsx { workbook, row, date, moment } => {
                let worksheet = workbook.worksheet_from_index(0).map_err(unwritten)?;
                for (at, cell) in cells.iter().enumerate() {
                    let at = u16::try_from(at).map_err(unwritten)?;
                    match cell {
                        Cell::Empty => continue,
                        Cell::Text(text) => {
                            let text: String = text.chars().take(LONGEST).collect();
                            worksheet.write_string(*row, at, text)
                        }
                        Cell::Number(number) => match exact(number) {
                            Some(number) => worksheet.write_number(*row, at, number),
                            None => worksheet.write_string(*row, at, number),
                        },
                        Cell::Date(day) => match excel(day.year(), day.month(), day.day()) {
                            Some(day) => worksheet.write_datetime_with_format(*row, at, &day, date),
                            None => worksheet.write_string(*row, at, cell.text().unwrap_or_default()),
                        },
                        Cell::Moment(at_time) => {
                            let day = excel(at_time.year(), at_time.month(), at_time.day());
                            let hour = u16::try_from(at_time.hour()).unwrap_or_default();
                            let minute = u8::try_from(at_time.minute()).unwrap_or_default();
                            match day.and_then(|day| day.and_hms(hour, minute, at_time.second()).ok()) {
                                Some(value) => worksheet.write_datetime_with_format(*row, at, &value, moment),
                                None => worksheet.write_string(*row, at, cell.text().unwrap_or_default()),
                            }
                        }
                    }
                    .map_err(unwritten)?;
                }
                *row += 1;
                Ok(())
            }
        }
    }

    /// Takes a chunk of the file that is written already, when it is large enough.
    pub(super) fn take(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Csv { bytes, .. } if bytes.len() >= CHUNK => Some(std::mem::take(bytes)),
            _ => None,
        }
    }
}

/// Gives the number when a spreadsheet keeps all of its digits.
fn exact(number: &str) -> Option<f64> {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    number.parse().ok().filter(|_| digits <= DIGITS)
}

fn excel(year: i32, month: u32, day: u32) -> Option<ExcelDateTime> {
    let year = u16::try_from(year).ok()?;
    ExcelDateTime::from_ymd(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
}

/// Reads the next chunk of a file.
pub(super) fn next(file: &mut std::fs::File) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(CHUNK);
    file.by_ref().take(CHUNK as u64).read_to_end(&mut bytes).map_err(unwritten)?;
    Ok(bytes)
}

/// A file that could not be written.
pub(super) fn unwritten(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal("an export could not be written".to_owned(), Some(error.into()))
}
