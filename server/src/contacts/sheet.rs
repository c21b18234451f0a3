//! A contact file, understood: its text, its columns, its rows.

use std::borrow::Cow;

use handoff_core::contact::name::{clean, clean_value};

use super::decode::{Text, decode};
use super::mapping::guess;
use super::phone::{Country, normalise};
use super::rows::{DELIMITERS, Row, Rows, delimiter};
use crate::api::imports::{Column, ImportError};

/// A contact file.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    text: Text<'a>,
    delimiter: u8,
    /// Rows before the first contact: what Excel says about the delimiter, and the names of the columns.
    before: usize,
    /// The names of the columns.
    pub headers: Vec<String>,
}

/// What is shown of a file before it is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How it was understood, in words.
    pub format: String,
    /// The first rows.
    pub sample: Vec<Vec<String>>,
    /// What each column is guessed to be.
    pub guess: Vec<Column>,
    /// How many rows it has.
    pub rows: u32,
}

/// Rows that are shown.
const SHOWN: usize = 5;

/// Rows that are looked at to guess what the columns are.
const LOOKED_AT: usize = 100;

/// The most characters of a column's name.
const LONGEST_HEADER: usize = 100;

impl<'a> Sheet<'a> {
    /// Understands the bytes of a file.
    ///
    /// # Errors
    /// If it is empty, no text, or has no rows below its first line.
    pub fn read(bytes: &'a [u8], country: Country) -> Result<Self, ImportError> {
        let text = decode(bytes)?;
        let declared = declared(&text.text);
        let delimiter = declared.unwrap_or_else(|| delimiter(&text.text));
        let mut sheet = Self { text, delimiter, before: usize::from(declared.is_some()), headers: Vec::new() };
        let (mut rows, mut row) = (sheet.rows(), Row::default());
        if !rows.read(&mut row) {
            return Err(if declared.is_some() { ImportError::NoRows } else { ImportError::Empty });
        }
        // A first row with a phone number is a contact already.
        let named = !row.cells.iter().any(|cell| cell.len() >= 8 && normalise(cell, country).is_ok());
        let has_rows = !named || {
            let headers_end = row.cells.clone();
            let found = rows.read(&mut row);
            row.cells = headers_end;
            found
        };
        let headers = row.cells.iter().zip(1..).map(|(cell, number)| {
            let name = if named { clean(cell, LONGEST_HEADER) } else { Cow::Borrowed("") };
            if name.is_empty() { format!("Column {number}") } else { name.into_owned() }
        });
        let headers = headers.collect();
        sheet.headers = headers;
        sheet.before += usize::from(named);
        if has_rows { Ok(sheet) } else { Err(ImportError::NoRows) }
    }

    /// The rows below the names of the columns. Those without any text are no rows.
    pub fn rows(&self) -> Filled<'_> {
        let mut filled = Filled(Rows::new(&self.text.text, self.delimiter));
        let mut row = Row::default();
        for _ in 0..self.before {
            filled.read(&mut row);
        }
        filled
    }

    /// How many rows it has.
    pub fn count_rows(&self) -> u32 {
        let (mut rows, mut row, mut count) = (self.rows(), Row::default(), 0);
        while rows.read(&mut row) {
            count += 1;
        }
        count
    }

    /// An upper bound for the number of rows, found without reading them.
    pub fn most_rows(&self) -> u32 {
        let breaks = self.text.text.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
        u32::try_from(breaks + 1).unwrap_or(u32::MAX)
    }

    /// What separates the cells.
    pub const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// What is shown of the file before it is imported.
    pub fn summary(&self, country: Country) -> Summary {
        let mut looked_at: Vec<Vec<String>> = Vec::new();
        let mut filled = vec![false; self.headers.len()];
        let (mut rows, mut row, mut count) = (self.rows(), Row::default(), 0_u32);
        while rows.read(&mut row) {
            count += 1;
            for (filled, cell) in filled.iter_mut().zip(&row.cells) {
                *filled = *filled || !cell.trim().is_empty();
            }
            if looked_at.len() < LOOKED_AT {
                looked_at.push(row.cells.iter().map(|cell| clean_value(cell).into_owned()).collect());
            }
        }
        let guess = guess(&self.headers, &looked_at, &filled, country);
        looked_at.truncate(SHOWN);
        let separated = match self.delimiter {
            b',' => "commas",
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => "bars",
        };
        let format = match self.headers.len() {
            1 => format!("{}, one column", self.text.encoding),
            _ => format!("{}, separated by {separated}", self.text.encoding),
        };
        Summary { format, sample: looked_at, guess, rows: count }
    }
}

/// Reads rows that have any text.
#[derive(Clone, Debug)]
pub struct Filled<'a>(Rows<'a>);

impl<'a> Filled<'a> {
    /// Reads the next row. Answers whether there was one.
    pub fn read(&mut self, row: &mut Row<'a>) -> bool {
        while self.0.read(row) {
            if !row.is_blank() {
                return true;
            }
        }
        false
    }
}

/// What Excel writes into the first line to say what separates the cells.
fn declared(text: &str) -> Option<u8> {
    let (start, rest) = text.split_at_checked(4)?;
    let mut bytes = rest.bytes();
    let delimiter = bytes.next().filter(|byte| DELIMITERS.contains(byte))?;
    (start.eq_ignore_ascii_case("sep=") && matches!(bytes.next(), Some(b'\r' | b'\n'))).then_some(delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country() -> Country {
        Country::of_organization("US")
    }

    #[test]
    fn what_excel_says_of_the_delimiter_is_believed_and_counted_as_a_line() {
        let sheet = Sheet::read(b"sep=;\r\nName;Phone\r\nAbby, A;2125550100\r\n", country()).unwrap();
        assert_eq!(sheet.headers, ["Name", "Phone"]);
        let mut row = Row::default();
        assert!(sheet.rows().read(&mut row));
        assert_eq!((row.line, row.cells[0].as_ref()), (3, "Abby, A"));
    }

    #[test]
    fn a_file_without_names_of_columns_loses_no_contact() {
        let sheet = Sheet::read(b"Abby,2125550100\nLindsey,2125550101\n", country()).unwrap();
        let summary = sheet.summary(country());
        assert_eq!(sheet.headers, ["Column 1", "Column 2"]);
        assert_eq!((summary.rows, summary.guess[1].clone()), (2, Column::Phone));
    }

    #[test]
    fn a_file_without_rows_is_refused() {
        assert_eq!(Sheet::read(b"Name,Phone\n,\n\n", country()).err(), Some(ImportError::NoRows));
        assert_eq!(Sheet::read(b"\n\n", country()).err(), Some(ImportError::Empty));
        assert_eq!(Sheet::read(b",,\n", country()).err(), Some(ImportError::Empty));
    }

    #[test]
    fn blank_rows_are_no_rows() {
        let sheet = Sheet::read(b"Name,Phone\nAbby,2125550100\n,\n  ,\nLee,2125550101\n,,,\n", country()).unwrap();
        assert_eq!(sheet.summary(country()).rows, 2);
        assert_eq!(sheet.summary(country()).format, "UTF-8, separated by commas");
        assert_eq!(sheet.count_rows(), 2);
        assert!(sheet.most_rows() >= 2);
    }
}
