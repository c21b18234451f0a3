//! Row after row: a new contact, one that an earlier row has, or a bad row with its reason.

use std::borrow::Cow;
use std::collections::HashSet;

use handoff_core::contact::Phone;
use handoff_core::contact::name::{clean_name, clean_value};
use thiserror::Error;

use super::mapping::Mapping;
use super::phone::{Country, PhoneFault, normalise};
use super::rows::Row;
use super::sheet::{Filled, Sheet};
use crate::api::imports::{BadRow, DryRun};

/// Bad rows that are shown.
const SHOWN: usize = 100;

/// Why a row cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// A quote never closes.
    #[error("A quote is opened in this row and never closed. Close it, or remove it.")]
    Unclosed,
    /// It has more cells than the file has columns.
    #[error(
        "This row has {cells} cells, but the file has {columns} columns. Put cells that hold the separator in quotes."
    )]
    TooManyCells {
        /// Cells of the row.
        cells: usize,
        /// Columns of the file.
        columns: usize,
    },
    /// None of its phone numbers is good.
    #[error(transparent)]
    Phone(#[from] PhoneFault),
}

/// What a row is.
#[derive(Debug)]
pub enum Outcome<'r> {
    /// A contact.
    Good(Contact<'r>),
    /// A contact whose number an earlier row has: that one counts.
    Merged,
    /// It cannot be imported.
    Bad(Fault),
}

/// The contact of a row.
#[derive(Clone, Copy, Debug)]
pub struct Contact<'r> {
    /// The number to text.
    pub phone: Phone,
    mapping: &'r Mapping,
    row: &'r Row<'r>,
}

impl<'r> Contact<'r> {
    /// The first name.
    pub fn first_name(&self) -> Cow<'r, str> {
        joined(self.row, &self.mapping.first_names)
    }

    /// The last name.
    pub fn last_name(&self) -> Cow<'r, str> {
        joined(self.row, &self.mapping.last_names)
    }

    /// The custom fields that hold something, with their names.
    pub fn fields(&self) -> impl Iterator<Item = (&'r str, Cow<'r, str>)> {
        let row = self.row;
        self.mapping.custom.iter().filter_map(move |(place, name)| {
            let value = clean_value(cell(row, *place));
            (!value.is_empty()).then_some((name.as_str(), value))
        })
    }
}

fn cell<'r>(row: &'r Row<'_>, place: usize) -> &'r str {
    row.cells.get(place).map_or("", |cell| cell.as_ref())
}

fn joined<'r>(row: &'r Row<'_>, places: &[usize]) -> Cow<'r, str> {
    match places {
        [] => Cow::Borrowed(""),
        [place] => clean_name(cell(row, *place)),
        several => {
            let all: Vec<&str> = several.iter().map(|place| cell(row, *place)).collect();
            Cow::Owned(clean_name(&all.join(" ")).into_owned())
        }
    }
}

/// Reads a file to its end, and counts.
pub struct Reading<'s> {
    rows: Filled<'s>,
    row: Row<'s>,
    columns: usize,
    mapping: &'s Mapping,
    country: Country,
    seen: HashSet<Phone>,
    /// What was read until now. `good` counts the contacts with different numbers.
    pub tally: DryRun,
}

impl<'s> Reading<'s> {
    /// Begins to read.
    pub fn of(sheet: &'s Sheet<'_>, mapping: &'s Mapping, country: Country) -> Self {
        let tally = DryRun { good: 0, merged: 0, present: 0, opted_out: 0, bad: 0, bad_rows: Vec::new() };
        let (rows, columns) = (sheet.rows(), sheet.headers.len());
        Self { rows, row: Row::default(), columns, mapping, country, seen: HashSet::new(), tally }
    }

    /// Rows read until now.
    pub const fn rows_read(&self) -> u32 {
        self.tally.good + self.tally.merged + self.tally.bad
    }

    /// The row that was read last, as it stands in the file.
    pub const fn row(&self) -> &Row<'s> {
        &self.row
    }

    /// Reads the next row, `None` at the end.
    pub fn next_row(&mut self) -> Option<Outcome<'_>> {
        if !self.rows.read(&mut self.row) {
            return None;
        }
        Some(match self.phone() {
            Err(fault) => {
                self.tally.bad += 1;
                if self.tally.bad_rows.len() < SHOWN {
                    let cells = self.row.cells.iter().map(ToString::to_string).collect();
                    self.tally.bad_rows.push(BadRow { line: self.row.line, reason: fault.to_string(), cells });
                }
                Outcome::Bad(fault)
            }
            Ok(phone) if self.seen.insert(phone) => {
                self.tally.good += 1;
                Outcome::Good(Contact { phone, mapping: self.mapping, row: &self.row })
            }
            Ok(_) => {
                self.tally.merged += 1;
                Outcome::Merged
            }
        })
    }

    /// The number to text: the first good one of the phone columns.
    fn phone(&mut self) -> Result<Phone, Fault> {
        if self.row.unclosed {
            return Err(Fault::Unclosed);
        }
        // Spreadsheets end rows with empty cells: those are not too many.
        let cells = self.row.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
        if cells > self.columns {
            return Err(Fault::TooManyCells { cells, columns: self.columns });
        }
        let mut fault = PhoneFault::Missing;
        for place in &self.mapping.phones {
            match normalise(cell(&self.row, *place), self.country) {
                Ok(phone) => return Ok(phone),
                Err(PhoneFault::Missing) => {}
                Err(first) if fault == PhoneFault::Missing => fault = first,
                Err(_) => {}
            }
        }
        Err(fault.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::imports::Column;
    use proptest::prelude::*;

    /// Line, phone or reason, of every row; merged ones have neither.
    fn read(bytes: &[u8], columns: &[Column]) -> (DryRun, Vec<(u32, String)>) {
        let country = Country::of_organization("US");
        let sheet = Sheet::read(bytes, country).unwrap();
        let mapping = Mapping::of(columns, &sheet.headers).unwrap();
        let mut reading = Reading::of(&sheet, &mapping, country);
        let mut all = Vec::new();
        loop {
            let text = match reading.next_row() {
                None => break,
                Some(Outcome::Good(contact)) => contact.phone.to_string(),
                Some(Outcome::Merged) => String::new(),
                Some(Outcome::Bad(fault)) => fault.to_string(),
            };
            all.push((reading.row().line, text));
        }
        (reading.tally, all)
    }

    #[test]
    fn short_rows_are_filled_up_and_long_ones_are_bad() {
        let columns = [Column::FirstName, Column::Phone, Column::LastName];
        let (tally, rows) = read(b"a,b,c\nx,2125550100\ny,2125550101,z,,\nz,2125550102,z,z\n", &columns);
        assert_eq!((tally.good, tally.bad), (2, 1));
        assert_eq!(
            rows[2].1,
            "This row has 4 cells, but the file has 3 columns. Put cells that hold the separator in quotes."
        );
        assert_eq!(tally.bad_rows[0].cells, ["z", "2125550102", "z", "z"]);
    }

    #[test]
    fn the_second_phone_column_helps_out() {
        let (tally, rows) =
            read(b"Cell,Phone\n555-0100,2125550101\n,2125550102\nx,\n", &[Column::Phone, Column::Phone]);
        assert_eq!((tally.good, tally.bad), (2, 1));
        assert_eq!(rows[0].1, "+12125550101");
        assert_eq!(rows[2].1, "\"x\" is not a valid phone number.");
    }

    fn any_cell() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => (0..40_u32).prop_map(|line| format!("212-555-01{line:02}")),
            1 => Just(String::new()),
            1 => "[a-c\"\n, ]{0,5}",
            1 => Just("+44 20 7946 0018".to_owned()),
        ]
    }

    proptest! {
        /// Every row of any file is good, merged or bad, and never two of them; the naive model agrees.
        #[test]
        fn no_row_is_lost(table in prop::collection::vec((any_cell(), any_cell()), 1..30), quote in any::<bool>()) {
            let mut text = "Name,Phone\n".to_owned();
            for (name, phone) in &table {
                let cell = |cell: &str| if quote { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() };
                text.push_str(&[cell(name), cell(phone)].join(","));
                text.push('\n');
            }
            let country = Country::of_organization("US");
            let Ok(sheet) = Sheet::read(text.as_bytes(), country) else { return Ok(()) };
            if sheet.headers != ["Name", "Phone"] {
                return Ok(());
            }
            let (tally, rows) = read(text.as_bytes(), &[Column::FirstName, Column::Phone]);
            prop_assert_eq!(tally.good + tally.merged + tally.bad, sheet.summary(country).rows);
            prop_assert_eq!(rows.len() as u64, u64::from(sheet.summary(country).rows));
            if quote {
                let filled = table.iter().filter(|(name, phone)| !(name.trim().is_empty() && phone.trim().is_empty()));
                let good: Vec<_> = filled.clone().filter_map(|(_, phone)| normalise(phone, country).ok()).collect();
                let different: HashSet<_> = good.iter().collect();
                prop_assert_eq!(tally.good as usize, different.len());
                prop_assert_eq!(tally.merged as usize, good.len() - different.len());
                prop_assert_eq!(tally.bad as usize, filled.count() - good.len());
            }
        }

        #[test]
        fn no_file_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let country = Country::of_organization("US");
            if let Ok(sheet) = Sheet::read(&bytes, country) {
                let columns = vec![Column::Phone; sheet.headers.len()];
                read(&bytes, &columns);
            }
        }
    }
}
