//! Workbooks: a sheet as text, a row a line, so that all else is as with any file.
//!
//! The archive is looked through before it is read (`bounds.rs`): whatever is in it, reading takes bounded memory.

mod bounds;

use std::io::Cursor;
use std::thread;

use calamine::{Data, DataRef, Reader, SheetVisible, Xlsx, XlsxError};

use super::decode::MOST_TEXT_MEGABYTES;
use crate::model::import::{ImportError, MOST_COLUMNS, Worksheet};
use bounds::broken;

/// What separates the cells of the text.
pub const DELIMITER: u8 = b'\t';

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workbook {
    /// The cells, row by row.
    pub text: String,
    /// The sheets that can be chosen.
    pub sheets: Vec<Worksheet>,
    /// The place of the one that this is.
    pub sheet: u32,
}

/// The most text of a sheet, in bytes.
const MOST_TEXT: usize = MOST_TEXT_MEGABYTES as usize * 1_000_000;

/// A row that cannot be: sheets end at row 1,048,576.
const ROWS: u32 = 1_048_576;

/// Reads a sheet of a workbook: the one that was chosen, else the first that is not hidden.
///
/// # Errors
/// If it is no workbook, a broken one, or larger than is read.
pub fn read(bytes: &[u8], chosen: Option<u32>) -> Result<Workbook, ImportError> {
    bounds::check(bytes)?;
    // On a thread of its own: whatever a reader of a complicated format does not foresee ends there, and the allocator
    // gives the next such thread the memory of this one again, instead of keeping some for each thread that ever read.
    let read = thread::scope(|scope| scope.spawn(|| read_within(bytes, chosen)).join());
    read.unwrap_or_else(|_| Err(broken("it is damaged")))
}

fn failed(error: &XlsxError) -> ImportError {
    match error {
        XlsxError::Password => crate::model::import::Foreign::OldExcel.into(),
        other => broken(&other.to_string()),
    }
}

fn read_within(bytes: &[u8], chosen: Option<u32>) -> Result<Workbook, ImportError> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error: XlsxError| failed(&error))?;
    let all = workbook.sheets_metadata().to_vec();
    let shown = all.iter().zip(0..).filter(|(sheet, _)| sheet.visible == SheetVisible::Visible);
    let sheets: Vec<Worksheet> = shown.map(|(sheet, place)| Worksheet { place, name: sheet.name.clone() }).collect();
    let place = chosen.or_else(|| sheets.first().map(|sheet| sheet.place)).ok_or_else(|| broken("it has no sheet"))?;
    let sheet = usize::try_from(place).ok().and_then(|place| all.get(place));
    let name = &sheet.ok_or_else(|| broken("it has no such sheet"))?.name;
    let mut cells = workbook.worksheet_cells_reader(name).map_err(|error| failed(&error))?;
    let mut written = Written::default();
    while let Some(cell) = cells.next_cell().map_err(|error| failed(&error))? {
        let (row, column) = cell.get_position();
        written.cell(row, column, cell.get_value())?;
    }
    written.end_row()?;
    Ok(Workbook { text: written.text, sheets, sheet: place })
}

/// A text that grows cell by cell.
#[derive(Default)]
struct Written {
    text: String,
    /// The row whose cells come in.
    row: u32,
    cells: Vec<String>,
    /// Bytes in them.
    held: usize,
}

impl Written {
    fn cell(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<(), ImportError> {
        let text = text_of(value);
        if text.is_empty() {
            return Ok(());
        }
        if row < self.row || row >= ROWS {
            return Err(broken("its rows are not in their order"));
        }
        if column >= MOST_COLUMNS {
            return Err(ImportError::TooManyColumns { columns: column.saturating_add(1), most: MOST_COLUMNS });
        }
        if row > self.row {
            self.end_row()?;
            // A row is a line, so that lines are numbered as the spreadsheet numbers rows.
            self.text.extend(std::iter::repeat_n('\n', (row - self.row) as usize));
            self.row = row;
        }
        let place = column as usize;
        if self.cells.len() <= place {
            self.cells.resize(place + 1, String::new());
        }
        self.held += text.len();
        if self.text.len() + self.held > MOST_TEXT {
            return Err(ImportError::TooMuchText { megabytes: MOST_TEXT_MEGABYTES });
        }
        self.cells[place] = text;
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), ImportError> {
        for (place, cell) in self.cells.drain(..).enumerate() {
            if place > 0 {
                self.text.push(char::from(DELIMITER));
            }
            self.text.push_str(&cell);
        }
        self.held = 0;
        if self.text.len() > MOST_TEXT {
            return Err(ImportError::TooMuchText { megabytes: MOST_TEXT_MEGABYTES });
        }
        Ok(())
    }
}

/// A cell in one line, quoted if it begins with a quote.
fn text_of(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::Empty | DataRef::Error(_) => return String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Float(number) => number_of(*number),
        DataRef::Int(number) => number.to_string(),
        DataRef::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) if at.is_duration() => number_of(at.as_f64()),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            if at.as_f64() < 1.0 {
                format!("{hour:02}:{minute:02}:{second:02}")
            } else if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
    };
    let text = if text.contains(char::is_control) { text.replace(char::is_control, " ") } else { text };
    if text.trim_start_matches(' ').starts_with('"') { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// A number as a person would write it: those of phones and ids without a decimal point.
fn number_of(number: f64) -> String {
    Data::Float(number).to_string()
}

#[cfg(test)]
mod tests;
