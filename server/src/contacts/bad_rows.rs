//! The rows that could not be imported, as a file to correct and upload again.

use super::mapping::Mapping;
use super::phone::Country;
use super::reading::{Outcome, Reading};
use super::sheet::Sheet;

/// Writes the bad rows as CSV: the file's own columns, then the line and the reason.
///
/// Cells that a spreadsheet would run as formulas begin with an apostrophe. A row with too many cells keeps
/// the rest of them behind the reason.
///
/// # Errors
/// If the bytes cannot be written, which in memory does not happen.
pub fn write(sheet: &Sheet<'_>, mapping: &Mapping, country: Country) -> Result<Vec<u8>, csv::Error> {
    // With a byte-order mark, spreadsheets know that it is UTF-8.
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer("\u{feff}".as_bytes().to_vec());
    let headers = sheet.headers.iter().map(String::as_str).chain(["line", "reason"]);
    writer.write_record(headers.map(safe))?;
    let columns = sheet.headers.len();
    let mut reading = Reading::of(sheet, mapping, country);
    while let Some(outcome) = reading.next_row() {
        let Outcome::Bad(fault) = outcome else { continue };
        let (row, reason) = (reading.row(), fault.to_string());
        for place in 0..columns {
            writer.write_field(safe(row.cells.get(place).map_or("", |cell| cell.as_ref())))?;
        }
        writer.write_field(row.line.to_string())?;
        writer.write_field(safe(&reason))?;
        for cell in row.cells.iter().skip(columns) {
            writer.write_field(safe(cell))?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// The cell, so that no spreadsheet runs it as a formula. Phone numbers stay as they are.
fn safe(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_phone(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// A plus, then only digits and spaces: a spreadsheet calculates nothing with it.
fn is_phone(cell: &str) -> bool {
    cell.strip_prefix('+').is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_digit())
            && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ')
    })
}

/// The name of the file with the bad rows of this file, of plain characters only.
pub fn file_name(of: &str) -> String {
    let stem = of.rsplit_once('.').map_or(of, |(stem, _)| stem);
    format!("{} - bad rows.csv", plain_file_name(stem, "contacts"))
}

/// A name of plain characters only, for a file; `nameless` if nothing is left.
pub fn plain_file_name(name: &str, nameless: &str) -> String {
    let plain: String = name
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() || "-_ ".contains(character) { character } else { '_' })
        .take(80)
        .collect();
    if plain.trim().is_empty() { nameless.to_owned() } else { plain.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::imports::Column;

    #[test]
    fn bad_rows_come_back_safe_and_complete() {
        let country = Country::of_organization("US");
        let file = "Name,Phone\nAbby,2125550100\n=HYPERLINK(\"x\"),555-0102\n@a,+44 123\n-b,+1-2\nx,y,\"z\"\"z\"\n";
        let sheet = Sheet::read(file.as_bytes(), country).unwrap();
        let mapping = Mapping::of(&[Column::FirstName, Column::Phone], &sheet.headers).unwrap();
        let text = String::from_utf8(write(&sheet, &mapping, country).unwrap()).unwrap();
        let text = text.strip_prefix('\u{feff}').expect("a byte-order mark");
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(rows[0], ["Name", "Phone", "line", "reason"]);
        assert_eq!(rows[1][..3], ["'=HYPERLINK(\"x\")", "555-0102", "3"]);
        assert_eq!(rows[2][..3], ["'@a", "+44 123", "4"]);
        assert_eq!(rows[3][..3], ["'-b", "'+1-2", "5"]);
        assert_eq!((&rows[4][0], &rows[4][2], &rows[4][4]), (&"x".to_owned(), &"6".to_owned(), &"z\"z".to_owned()));
        assert_eq!(rows.len(), 5);
    }

    #[test]
    fn its_name_says_whose_rows_they_are() {
        assert_eq!(file_name("Wähler; rm.csv"), "W_hler_ rm - bad rows.csv");
        assert_eq!(file_name(".csv"), "contacts - bad rows.csv");
        assert_eq!(file_name("a\"\r\nb"), "a___b - bad rows.csv");
    }
}
