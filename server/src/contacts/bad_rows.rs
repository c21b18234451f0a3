//! The rows that could not be imported, as a file to correct and upload again.

use std::io::Write;

use handoff_core::csv::cell;

use super::mapping::Mapping;
use super::phone::Country;
use super::reading::{Outcome, Reading};
use super::sheet::Sheet;

/// What we add to each row.
const OURS: [&str; 2] = ["line", "reason"];

/// Writes the bad rows as CSV: the file's own columns, then the line and the reason.
///
/// Cells that a spreadsheet would take for something else begin with an apostrophe, as in exports. A row with too many
/// cells keeps the rest of them behind the reason. Line and reason of an earlier such file are not repeated.
///
/// # Errors
/// If the bytes cannot be written.
pub fn write(sheet: &Sheet<'_>, mapping: &Mapping, country: Country, mut to: impl Write) -> Result<(), csv::Error> {
    // With a byte-order mark, spreadsheets know that it is UTF-8.
    to.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(to);
    let is_ours = |place: usize| OURS.contains(&sheet.headers[place].as_str()) && !mapping.reads(place);
    let places: Vec<usize> = (0..sheet.headers.len()).filter(|place| !is_ours(*place)).collect();
    let headers = places.iter().map(|place| sheet.headers[*place].as_str()).chain(OURS);
    for header in headers {
        writer.write_field(cell(header).as_ref())?;
    }
    writer.write_record(None::<&[u8]>)?;
    let mut reading = Reading::of(sheet, mapping, country, false);
    while let Some(outcome) = reading.next_row() {
        let Outcome::Bad(fault) = outcome else { continue };
        let (row, reason) = (reading.row(), fault.to_string());
        for place in &places {
            writer.write_field(cell(row.cell(*place)).as_ref())?;
        }
        writer.write_field(row.line.to_string())?;
        writer.write_field(cell(&reason).as_ref())?;
        for rest in row.cells.iter().skip(sheet.headers.len()) {
            writer.write_field(cell(rest).as_ref())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(writer.flush()?)
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
    use crate::model::import::ReadAs;
    use handoff_core::contact::Column;

    fn bad_rows(file: &str, columns: &[Column]) -> Vec<Vec<String>> {
        let country = Country::of_organization("US");
        let sheet = Sheet::read(file.as_bytes(), ReadAs::default(), country).unwrap();
        let mapping = Mapping::of(columns, &sheet.headers).unwrap();
        let mut bytes = Vec::new();
        write(&sheet, &mapping, country, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let text = text.strip_prefix('\u{feff}').expect("a byte-order mark");
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn one_rule_holds_for_formulas_here_and_in_exports() {
        let rows = bad_rows(
            "First,Phone,Id\n＝1+1,555-0101,244580000000456\n\"\n=1+1\",555-0102,7\n",
            &[Column::FirstName, Column::Phone, Column::Ignored],
        );
        assert_eq!(rows[1][..3], ["'＝1+1", "555-0101", "'244580000000456"]);
        assert_eq!(rows[2][..3], ["'\n=1+1", "555-0102", "7"]);
    }

    #[test]
    fn names_of_columns_and_cells_behind_the_last_are_safe_too() {
        let file = "First,Phone,=1+1\nAbby,555-0101,x,@SUM(A1),-2+3\n";
        let rows = bad_rows(file, &[Column::FirstName, Column::Phone, Column::Ignored]);
        assert_eq!(rows[0], ["First", "Phone", "'=1+1", "line", "reason"]);
        assert_eq!(rows[1][5..], ["'@SUM(A1)", "'-2+3"]);
    }

    #[test]
    fn line_and_reason_of_an_earlier_such_file_are_not_repeated() {
        let file = "First,Phone,line,reason\nAbby,555-0101,7,\"\"\"555-0101\"\" has no area code.\"\n";
        let rows = bad_rows(file, &[Column::FirstName, Column::Phone, Column::Ignored, Column::Ignored]);
        assert_eq!(rows[0], ["First", "Phone", "line", "reason"]);
        assert_eq!((rows[1].len(), rows[1][2].as_str()), (4, "2"));
        let rows =
            bad_rows(file, &[Column::FirstName, Column::Phone, Column::Custom("line".to_owned()), Column::Ignored]);
        assert_eq!(rows[0], ["First", "Phone", "line", "line", "reason"], "a field of theirs stays");
    }

    #[test]
    fn bad_rows_come_back_safe_and_complete() {
        let file = "Name,Phone\nAbby,2125550100\n=HYPERLINK(\"x\"),555-0102\n@a,+44 123\n-b,+1-2\nx,y,\"z\"\"z\"\n";
        let rows = bad_rows(file, &[Column::FirstName, Column::Phone]);
        assert_eq!(rows[0], ["Name", "Phone", "line", "reason"]);
        assert_eq!(rows[1][..3], ["'=HYPERLINK(\"x\")", "555-0102", "3"]);
        assert_eq!(rows[2][..3], ["'@a", "'+44 123", "4"]);
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
