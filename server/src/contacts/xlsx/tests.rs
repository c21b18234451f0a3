//! Workbooks that are made up here, part by part.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::model::import::Foreign;

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const PACKAGE: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

/// A workbook with these shared texts and these sheets: a name, whether it is hidden, and its rows.
pub fn workbook(shared: &str, sheets: &[(&str, bool, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut file = |name: &str, text: &str| {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    let (mut list, mut relationships) = (String::new(), String::new());
    for ((name, hidden, rows), number) in sheets.iter().zip(1..) {
        let state = if *hidden { " state=\"hidden\"" } else { "" };
        write!(list, "<sheet name=\"{name}\" sheetId=\"{number}\"{state} r:id=\"rId{number}\"/>").unwrap();
        write!(relationships, "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>").unwrap();
        file(
            &format!("xl/worksheets/sheet{number}.xml"),
            &format!(
                "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
            ),
        );
    }
    file("[Content_Types].xml", TYPES);
    file("_rels/.rels", PACKAGE);
    file(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>"
        ),
    );
    file(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relationships}</Relationships>"
        ),
    );
    file("xl/styles.xml", STYLES);
    file(
        "xl/sharedStrings.xml",
        &format!("<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{shared}</sst>"),
    );
    archive.finish().unwrap().into_inner()
}

/// A row of texts.
fn row(number: u32, cells: &[&str]) -> String {
    let cells: Vec<String> =
        cells.iter().map(|cell| format!("<c t=\"inlineStr\"><is><t>{cell}</t></is></c>")).collect();
    let cells = cells.concat();
    format!("<row r=\"{number}\">{cells}</row>")
}

#[test]
fn a_sheet_is_read_as_its_cells_are_shown() {
    let rows = [
        row(1, &["First", "Phone", "Joined", "Agreed", "Note"]),
        "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>0</v></c><c r=\"B3\"><v>5035550101</v></c><c r=\"C3\" s=\"1\"><v>46354</v></c>\
         <c r=\"D3\" t=\"b\"><v>1</v></c><c r=\"E3\" t=\"e\"><v>#N/A</v></c></row>"
            .to_owned(),
        row(4, &["Zoë \"Z\"", "244580000000456", "a\nb", "\"x\", y", ""]),
    ]
    .concat();
    let read = read(&workbook("<si><t>Abby</t></si>", &[("People", false, &rows)]), None).unwrap();
    assert_eq!(
        read.text,
        "First\tPhone\tJoined\tAgreed\tNote\n\nAbby\t5035550101\t2026-11-28\tTRUE\nZoë \"Z\"\t244580000000456\ta b\t\"\"\"x\"\", y\""
    );
    assert_eq!((read.sheet, read.sheets), (0, vec![Worksheet { place: 0, name: "People".to_owned() }]));
}

#[test]
fn the_first_sheet_that_is_shown_is_read_unless_another_is_chosen() {
    let sheets =
        [("Lists", true, row(1, &["hidden"])), ("People", false, row(1, &["one"])), ("More", false, row(1, &["two"]))];
    let bytes = workbook("", &sheets.each_ref().map(|(name, hidden, rows)| (*name, *hidden, rows.as_str())));
    let first = read(&bytes, None).unwrap();
    assert_eq!((first.text.as_str(), first.sheet), ("one", 1));
    assert_eq!(first.sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["People", "More"]);
    assert_eq!(read(&bytes, Some(2)).unwrap().text, "two");
    assert!(matches!(read(&bytes, Some(7)), Err(ImportError::Workbook(_))));
}

#[test]
fn a_cell_in_the_last_row_costs_a_megabyte() {
    let rows = [row(1, &["Phone"]), row(1_048_576, &["5035550101"])].concat();
    let read = read(&workbook("", &[("S", false, &rows)]), None).unwrap();
    assert_eq!(read.text.len(), "Phone5035550101".len() + 1_048_575);
}

#[test]
fn what_would_take_too_much_is_refused() {
    let refused = |shared: &str, rows: &str| read(&workbook(shared, &[("S", false, rows)]), None).unwrap_err();
    // Three million texts that cells share, in a few kilobytes.
    let too_large = broken("it unpacks to more than is read at once");
    assert_eq!(refused(&"<si><t>a</t></si>".repeat(3_000_000), ""), too_large);
    // One text of 100 MB.
    assert_eq!(refused(&format!("<si><t>{}</t></si>", "a".repeat(100_000_000)), ""), too_large);
    // A cell beyond the last column that is read, and rows that fill the text.
    let far = "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>";
    assert_eq!(refused("", far), ImportError::TooManyColumns { columns: 16_384, most: MOST_COLUMNS });
    let wide: Vec<String> =
        (1..=250_000).map(|number| format!("<row r=\"{number}\"><c r=\"SF{number}\"><v>1</v></c></row>")).collect();
    assert_eq!(refused("", &wide.concat()), ImportError::TooMuchText { megabytes: MOST_TEXT_MEGABYTES });
    let backwards = [row(2, &["a"]), row(1, &["b"])].concat();
    assert_eq!(refused("", &backwards), broken("its rows are not in their order"));
}

/// A workbook with one more file in it.
fn with_file(text: &str) -> Vec<u8> {
    let bytes = workbook("", &[("S", false, &row(1, &["Phone"]))]);
    let mut archive = ZipWriter::new_append(Cursor::new(bytes)).unwrap();
    archive.start_file("xl/more.xml", SimpleFileOptions::default()).unwrap();
    archive.write_all(text.as_bytes()).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn what_is_announced_or_defined_is_bounded_and_so_are_all_files_together() {
    let too_large = Err(broken("it unpacks to more than is read at once"));
    let check = |text: &str| bounds::check(&with_file(text));
    assert_eq!(check("<sst count=\"9999999\" uniqueCount=\"1\"></sst>"), Ok(()));
    assert_eq!(check("<sst count=\"1\" uniqueCount=\"10000000\"></sst>"), too_large);
    assert_eq!(check(&"<x:xf/>".repeat(99_000)), Ok(()));
    assert_eq!(check(&"<x:xf/>".repeat(100_000)), too_large);
    let (small, more) = (with_file(""), with_file(&"x".repeat(5_000)));
    assert_eq!(bounds::check_up_to(&small, 5_000), Ok(()));
    assert_eq!(bounds::check_up_to(&more, 5_000), too_large, "each alone is small enough");
}

#[test]
fn other_archives_are_named() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file("contacts.csv", SimpleFileOptions::default().compression_method(CompressionMethod::Stored))
        .unwrap();
    archive.write_all(b"Phone\n").unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    assert_eq!(read(&bytes, None), Err(Foreign::Zip.into()));
    assert!(matches!(read(b"PK\x03\x04 and nothing else", None), Err(ImportError::Workbook(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is broken in a workbook: a sentence, or a sheet.
    #[test]
    fn no_damage_makes_it_panic(at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 1..8), cut in any::<prop::sample::Index>()) {
        let mut bytes = workbook("<si><t>Abby</t></si>", &[("S", false, &row(1, &["a", "b"]))]);
        let at = at.index(bytes.len());
        for (place, byte) in with.into_iter().enumerate() {
            if let Some(old) = bytes.get_mut(at + place) {
                *old = byte;
            }
        }
        let _ = read(&bytes, None);
        bytes.truncate(cut.index(bytes.len()));
        let _ = read(&bytes, None);
    }

    /// Texts come out as they went in, but for control characters.
    #[test]
    fn texts_come_out_as_they_went_in(cells in prop::collection::vec("[a-c\"', é]{1,6}", 1..5)) {
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        let read = read(&workbook("", &[("S", false, &row(1, &cells))]), None).unwrap();
        let mut reader = crate::contacts::rows::Rows::new(&read.text, DELIMITER.into());
        let mut row = crate::contacts::rows::Row::default();
        prop_assume!(cells.iter().any(|cell| !cell.trim().is_empty()));
        prop_assert!(reader.read(&mut row));
        let mut read: Vec<&str> = row.cells.iter().map(|cell| cell.trim()).collect();
        let mut expected: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
        for texts in [&mut read, &mut expected] {
            texts.truncate(texts.iter().rposition(|text| !text.is_empty()).map_or(0, |last| last + 1));
        }
        prop_assert_eq!(read, expected);
    }
}
