//! Row after row: a new contact, one that an earlier row has, or a bad row with its reason.

use std::borrow::Cow;

use handoff_core::contact::Phone;
use handoff_core::contact::cell::meant;
use handoff_core::contact::name::clean_value;

use super::doubles::{Doubles, Fate};

use super::cells::{Fault, first_name, last_name};
use super::mapping::Mapping;
use super::phone::Country;
use super::rows::Row;
use super::sheet::{Filled, LONGEST_SHOWN, Sheet, start};
use crate::model::import::{BadRow, DryRun};

/// Bad rows that are shown.
const SHOWN: usize = 100;

/// Characters of a bad row that are shown, in all its cells together.
const SHOWN_OF_A_ROW: usize = 600;

/// What a row is.
#[derive(Debug)]
pub enum Outcome<'r> {
    /// A contact.
    Good(Contact<'r>),
    /// A contact that has not agreed to be texted, and is left out.
    NotAgreed,
    /// It is about a person of an earlier row, which it adds to.
    Merged,
    /// It cannot be imported.
    Bad(Fault),
}

/// The contact of a row, and of those that are merged into it.
#[derive(Clone, Copy, Debug)]
pub struct Contact<'r> {
    /// The number to text.
    pub phone: Phone,
    mapping: &'r Mapping,
    row: &'r Row<'r>,
    later: &'r [Row<'r>],
}

impl<'r> Contact<'r> {
    /// The first name.
    pub fn first_name(&self) -> Cow<'r, str> {
        self.first(|row| first_name(row, self.mapping))
    }

    /// The last name.
    pub fn last_name(&self) -> Cow<'r, str> {
        self.first(|row| last_name(row, self.mapping))
    }

    /// The custom fields that hold something, with their names.
    pub fn fields(&self) -> impl Iterator<Item = (&'r str, Cow<'r, str>)> {
        let contact = *self;
        self.mapping.custom.iter().filter_map(move |(place, name)| {
            let value = contact.first(|row| value(row, *place));
            (!value.is_empty()).then_some((name.as_str(), value))
        })
    }

    /// What the first row says that says anything.
    fn first(&self, read: impl Fn(&'r Row<'r>) -> Cow<'r, str>) -> Cow<'r, str> {
        let all = std::iter::once(self.row).chain(self.later);
        all.map(read).find(|text| !text.is_empty()).unwrap_or_default()
    }
}

fn value<'r>(row: &'r Row<'_>, place: usize) -> Cow<'r, str> {
    match meant(start(row.cell(place))) {
        Cow::Borrowed(value) => clean_value(value),
        Cow::Owned(value) => Cow::Owned(clean_value(&value).into_owned()),
    }
}

/// A bad row as it is shown: the beginning of its cells.
fn bad_row(row: &Row<'_>, fault: &Fault) -> BadRow {
    let mut left = SHOWN_OF_A_ROW;
    let mut cells = Vec::new();
    for cell in row.cells.iter().take(row.filled) {
        let cut: String = start(cell).chars().take(LONGEST_SHOWN.min(left)).collect();
        left -= cut.chars().count().min(left);
        cells.push(cut);
        if left == 0 || cells.len() == SHOWN {
            break;
        }
    }
    BadRow { line: row.line, reason: fault.to_string(), cells }
}

/// Reads a file: once to learn who has which number, and then row by row.
pub struct Reading<'s> {
    sheet: &'s Sheet<'s>,
    rows: Filled<'s>,
    row: Row<'s>,
    later: Vec<Row<'s>>,
    mapping: &'s Mapping,
    country: Country,
    doubles: Doubles,
    read: u32,
    /// What the file holds. `good` counts the contacts that are imported.
    pub tally: DryRun,
}

impl<'s> Reading<'s> {
    /// Goes through the file, and begins to read it.
    pub fn of(sheet: &'s Sheet<'s>, mapping: &'s Mapping, country: Country, despite_consent: bool) -> Self {
        let mut tally = DryRun {
            good: 0,
            merged: 0,
            present: 0,
            opted_out: 0,
            not_agreed: 0,
            despite_consent,
            bad: 0,
            bad_rows: Vec::new(),
        };
        let mut doubles = Doubles::of(sheet.most_rows());
        let (mut rows, mut row) = (sheet.rows(), Row::default());
        while rows.read(&mut row) {
            let fault = match doubles.take(sheet, &row, mapping, country) {
                Ok(Fate::Contact(_)) => continue,
                Ok(Fate::Merged) => {
                    tally.merged += 1;
                    continue;
                }
                Ok(Fate::Shared(line)) => Fault::Shared { line },
                Err(fault) => fault,
            };
            tally.bad += 1;
            if tally.bad_rows.len() < SHOWN {
                tally.bad_rows.push(bad_row(&row, &fault));
            }
        }
        doubles.end();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        tally.not_agreed = count(doubles.not_agreed());
        tally.good = count(doubles.contacts()) - if despite_consent { 0 } else { tally.not_agreed };
        let (rows, row, later) = (sheet.rows(), Row::default(), Vec::new());
        Self { sheet, rows, row, later, mapping, country, doubles, read: 0, tally }
    }

    /// Rows read until now.
    pub const fn rows_read(&self) -> u32 {
        self.read
    }

    /// The row that was read last, as it stands in the file.
    pub const fn row(&self) -> &Row<'s> {
        &self.row
    }

    /// What the file holds, and who has which number in it. The text is not needed for that any more.
    pub fn into_parts(self) -> (DryRun, Doubles) {
        (self.tally, self.doubles)
    }

    /// What the file holds, and the numbers that would be imported.
    pub fn into_phones(self) -> (DryRun, Vec<Phone>) {
        let leave_out = !self.tally.despite_consent;
        (self.tally, self.doubles.into_phones(leave_out))
    }

    /// Reads the next row, `None` at the end.
    pub fn next_row(&mut self) -> Option<Outcome<'_>> {
        if !self.rows.read(&mut self.row) {
            return None;
        }
        self.read += 1;
        Some(match self.doubles.fate(self.sheet, &self.row, self.mapping, self.country) {
            Err(fault) => Outcome::Bad(fault),
            Ok(Fate::Shared(line)) => Outcome::Bad(Fault::Shared { line }),
            Ok(Fate::Merged) => Outcome::Merged,
            Ok(Fate::Contact(_)) if !self.tally.despite_consent && self.doubles.has_not_agreed(&self.row) => {
                Outcome::NotAgreed
            }
            Ok(Fate::Contact(phone)) => {
                self.read_later_rows();
                Outcome::Good(Contact { phone, mapping: self.mapping, row: &self.row, later: &self.later })
            }
        })
    }

    /// Reads those of the merged rows that fill what is empty until then.
    fn read_later_rows(&mut self) {
        self.later.clear();
        let mut merged = self.doubles.merged_into(&self.row).peekable();
        if merged.peek().is_none() {
            return;
        }
        let mapping = self.mapping;
        let holds = |row: &Row<'_>| {
            let names = [!first_name(row, mapping).is_empty(), !last_name(row, mapping).is_empty()];
            names
                .into_iter()
                .chain(mapping.custom.iter().map(|(place, _)| !value(row, *place).is_empty()))
                .collect::<Vec<_>>()
        };
        let mut held = holds(&self.row);
        for at in merged {
            if held.iter().all(|held| *held) {
                return;
            }
            let mut row = Row::default();
            self.sheet.row_at(at, &mut row);
            let here = holds(&row);
            if here.iter().zip(&held).any(|(here, held)| *here && !held) {
                held.iter_mut().zip(&here).for_each(|(held, here)| *held |= here);
                self.later.push(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::phone::normalise;
    use super::*;
    use crate::model::import::ReadAs;
    use handoff_core::contact::Column;
    use proptest::prelude::*;

    fn sheet_of(bytes: &[u8]) -> Result<Sheet<'_>, crate::model::import::ImportError> {
        Sheet::read(bytes, ReadAs::default(), Country::of_organization("US"))
    }

    /// Line, phone or reason, of every row; merged ones have neither.
    fn read(bytes: &[u8], columns: &[Column]) -> (DryRun, Vec<(u32, String)>) {
        let country = Country::of_organization("US");
        let sheet = sheet_of(bytes).unwrap();
        let mapping = Mapping::of(columns, &sheet.headers).unwrap();
        let mut reading = Reading::of(&sheet, &mapping, country, false);
        let mut all = Vec::new();
        loop {
            let text = match reading.next_row() {
                None => break,
                Some(Outcome::Good(contact)) => contact.phone.to_string(),
                Some(Outcome::Merged) => String::new(),
                Some(Outcome::NotAgreed) => "not agreed".to_owned(),
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

    /// Phone, first name, last name and fields of a contact.
    type Known = (String, String, String, Vec<(String, String)>);

    /// What is read of every contact.
    fn contacts(text: &str, columns: &[Column], despite_consent: bool) -> Vec<Known> {
        let country = Country::of_organization("US");
        let sheet = sheet_of(text.as_bytes()).unwrap();
        let mapping = Mapping::of(columns, &sheet.headers).unwrap();
        let mut reading = Reading::of(&sheet, &mapping, country, despite_consent);
        let mut all = Vec::new();
        while let Some(outcome) = reading.next_row() {
            if let Outcome::Good(contact) = outcome {
                let fields = contact.fields().map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
                all.push((
                    contact.phone.to_string(),
                    contact.first_name().into_owned(),
                    contact.last_name().into_owned(),
                    fields,
                ));
            }
        }
        assert_eq!(all.len(), reading.tally.good as usize);
        let (_, phones) = reading.into_phones();
        assert_eq!(phones.len(), all.len());
        all
    }

    fn contact(phone: &str, first: &str, last: &str, ward: &str) -> (String, String, String, Vec<(String, String)>) {
        let fields = if ward.is_empty() { vec![] } else { vec![("ward".to_owned(), ward.to_owned())] };
        (phone.to_owned(), first.to_owned(), last.to_owned(), fields)
    }

    #[test]
    fn what_is_empty_is_filled_in_from_later_rows_of_the_same_person() {
        let columns = [Column::FirstName, Column::LastName, Column::Phone, Column::Custom("ward".to_owned())];
        let text = "First,Last,Phone,Ward\nAbby,,5035550101,\nTom,Park,5035550102,3\nabby,Lee,(503) 555-0101,\n,,5035550101,7\nAbby,Kim,5035550101,9\n";
        assert_eq!(
            contacts(text, &columns, false),
            [contact("+15035550101", "Abby", "Lee", "7"), contact("+15035550102", "Tom", "Park", "3"),]
        );
        let (tally, _) = read(text.as_bytes(), &columns);
        // By then it is known that she is Abby Lee: Abby Kim is somebody else.
        assert_eq!((tally.good, tally.merged, tally.bad), (2, 2, 1));
        assert_eq!(tally.bad_rows[0].line, 6);
    }

    #[test]
    fn somebody_else_on_a_number_takes_their_own_or_is_listed() {
        let columns = [Column::FirstName, Column::LastName, Column::Phone, Column::Phone];
        let text = "First,Last,Mobile,Phone\nAbby,Lee,5035550101,\n\nTom,Lee,503-555-0101,5035550102\nRuth,Kim,5035550101,5035550102\n";
        let (tally, rows) = read(text.as_bytes(), &columns);
        assert_eq!((tally.good, tally.merged, tally.bad), (2, 0, 1));
        assert_eq!(rows, [
            (2, "+15035550101".to_owned()),
            (4, "+15035550102".to_owned()),
            (5, "Line 2 has this number for somebody else. Give this person a number of their own, or leave them out.".to_owned()),
        ]);
        assert_eq!((tally.bad_rows[0].line, tally.bad_rows[0].cells[0].as_str()), (5, "Ruth"));
        // Lines are counted as an editor does, however they end.
        let of_windows = b"First,Phone\r\nAbby,5035550101\r\nTom,5035550102\r\nRuth,5035550102\r\n";
        let (_, rows) = read(of_windows, &[Column::FirstName, Column::Phone]);
        assert!(rows[2].1.starts_with("Line 3 has this number"), "{rows:?}");
    }

    #[test]
    fn somebody_else_on_a_number_takes_the_next_one_of_the_same_cell() {
        let columns = [Column::FirstName, Column::Phone];
        let text = "First,Phone\nAbby,503-555-0101\nTom,503-555-0101 / 503-555-0102\nRuth,503-555-0101; 555-0103; 503-555-0104\nJosé,5035550105\nJose,5035550105\n";
        let (tally, rows) = read(text.as_bytes(), &columns);
        let numbers: Vec<&str> = rows.iter().map(|(_, number)| number.as_str()).collect();
        assert_eq!(numbers, ["+15035550101", "+15035550102", "+15035550104", "+15035550105", ""]);
        assert_eq!((tally.good, tally.merged, tally.bad), (4, 1, 0), "José and Jose may be one");
    }

    #[test]
    fn names_that_are_none_are_empty() {
        let columns = [Column::FirstName, Column::LastName, Column::Phone];
        let text = "First,Last,Phone\nNULL,Null,5035550101\n#N/A,#REF!,5035550102\nD&#39;Angelo,O&amp;M,5035550103\n\"=\"\"Abby\"\"\",\\N,\"=\"\"5035550104\"\"\"\n";
        assert_eq!(
            contacts(text, &columns, false),
            [
                contact("+15035550101", "", "Null", ""),
                contact("+15035550102", "", "", ""),
                contact("+15035550103", "D'Angelo", "O&M", ""),
                contact("+15035550104", "Abby", "", ""),
            ]
        );
    }

    #[test]
    fn who_has_not_agreed_is_left_out_unless_it_is_decided_otherwise() {
        let columns = [Column::FirstName, Column::Phone, Column::OptIn];
        let text = "First,Phone,Opt-in\nAbby,5035550101,true\nTom,5035550102,false\nRuth,5035550103,\nZoe,5035550104,yes\nZoe,5035550104,no\nTom,5035550102,no\n";
        let names =
            |all: Vec<(String, String, String, Vec<_>)>| all.into_iter().map(|contact| contact.1).collect::<Vec<_>>();
        assert_eq!(names(contacts(text, &columns, false)), ["Abby"]);
        assert_eq!(names(contacts(text, &columns, true)), ["Abby", "Tom", "Ruth", "Zoe"]);
        let (tally, rows) = read(text.as_bytes(), &columns);
        // Whoever refused twice is one.
        assert_eq!((tally.good, tally.not_agreed, tally.merged, tally.bad), (1, 3, 2, 0));
        assert_eq!(rows[1].1, "not agreed");
    }

    #[test]
    fn of_many_bad_rows_the_first_hundred_are_shown_and_all_are_counted() {
        let (tally, _) = read(format!("Phone\n{}", "nobody\n".repeat(150)).as_bytes(), &[Column::Phone]);
        assert_eq!((tally.bad, tally.bad_rows.len(), tally.bad_rows[99].line), (150, 100, 101));
    }

    #[test]
    fn of_a_bad_row_little_is_shown() {
        let text = format!("Name,Phone\n{},{}\n", "x".repeat(3_000_000), "1".repeat(500));
        let (tally, _) = read(text.as_bytes(), &[Column::FirstName, Column::Phone]);
        let shown: usize = tally.bad_rows[0].cells.iter().map(String::len).sum();
        assert_eq!((tally.bad, tally.bad_rows[0].cells[0].len()), (1, LONGEST_SHOWN));
        assert!(shown + tally.bad_rows[0].reason.len() < 1_000);
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
            let Ok(sheet) = sheet_of(text.as_bytes()) else { return Ok(()) };
            if sheet.headers != ["Name", "Phone"] {
                return Ok(());
            }
            let (tally, rows) = read(text.as_bytes(), &[Column::Custom("name".to_owned()), Column::Phone]);
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
            if let Ok(sheet) = sheet_of(&bytes) {
                let columns = vec![Column::Phone; sheet.headers.len()];
                read(&bytes, &columns);
            }
        }
    }
}
