//! Files as other tools write them, read as they are meant.

use super::*;
use crate::contacts::mapping::Mapping;
use crate::contacts::reading::{Outcome, Reading};
use crate::model::import::Foreign;

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/contacts/files/", $name))
    };
}

fn country() -> Country {
    Country::of_organization("US")
}

fn sheet(bytes: &[u8]) -> Sheet<'_> {
    Sheet::read(bytes, ReadAs::default(), country()).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(bytes: &[u8]) -> Option<ImportError> {
    Sheet::read(bytes, ReadAs::default(), country()).err()
}

/// Phone, first and last name of the contacts, as the columns are guessed; and how many rows are bad.
fn contacts(sheet: &Sheet<'_>) -> (Vec<(String, String, String)>, u32) {
    let columns = sheet.summary(country()).guess;
    let mapping = Mapping::of(&columns, &sheet.headers).unwrap();
    let mut reading = Reading::of(sheet, &mapping, country(), false);
    let mut all = Vec::new();
    while let Some(outcome) = reading.next_row() {
        if let Outcome::Good(contact) = outcome {
            all.push((contact.phone.to_string(), contact.first_name().into_owned(), contact.last_name().into_owned()));
        }
    }
    (all, reading.tally.bad)
}

fn people(bytes: &[u8]) -> Vec<String> {
    let sheet = sheet(bytes);
    contacts(&sheet).0.into_iter().map(|(phone, first, last)| format!("{phone} {first} {last}")).collect()
}

#[test]
fn what_excel_says_of_the_delimiter_is_believed_and_counted_as_a_line() {
    for start in ["sep=;\r\n", "\"sep=;\"\n", "SEP=;\r"] {
        let file = format!("{start}Name;Phone\r\nAbby, A;2125550100\r\n");
        let sheet = sheet(file.as_bytes());
        assert_eq!(sheet.headers, ["Name", "Phone"]);
        assert_eq!(sheet.header, Header::Line(2));
        let mut row = Row::default();
        assert!(sheet.rows().read(&mut row));
        assert_eq!((row.line, row.cells[0].as_ref()), (3, "Abby, A"));
    }
}

#[test]
fn a_file_without_names_of_columns_loses_no_contact() {
    let sheet = sheet(b"Abby,2125550100\nLindsey,2125550101\n");
    let summary = sheet.summary(country());
    assert_eq!(
        (sheet.header, sheet.headers.as_slice()),
        (Header::None, &["Column 1".to_owned(), "Column 2".to_owned()][..])
    );
    assert_eq!((summary.rows, summary.guess[1].clone()), (2, Column::Phone));
}

#[test]
fn a_file_without_rows_is_refused() {
    assert_eq!(refused(b"Name,Phone\n,\n\n"), Some(ImportError::NoRows));
    assert_eq!(refused(b"sep=;\n"), Some(ImportError::NoRows));
    assert_eq!(refused(b"\n\n"), Some(ImportError::Empty));
    assert_eq!(refused(b",,\n"), Some(ImportError::Empty));
}

#[test]
fn blank_rows_are_no_rows() {
    let sheet = sheet(b"Name,Phone\nAbby,2125550100\n,\n  ,\nLee,2125550101\n,,,\n");
    assert_eq!(sheet.summary(country()).rows, 2);
    assert_eq!(sheet.summary(country()).format, "UTF-8, separated by commas");
    assert_eq!(sheet.count_rows(), 2);
    assert!(sheet.most_rows() >= 2);
}

#[test]
fn titles_above_the_table_are_passed_over_and_remarks_below_are_bad_rows() {
    let sheet = sheet(file!("report_with_titles.csv"));
    assert_eq!(sheet.header, Header::Line(4));
    assert_eq!(sheet.headers, ["First Name", "Last Name", "Mobile", "Phone"]);
    assert_eq!(sheet.top[0], Line { line: 1, cells: vec!["Volunteers in River County".to_owned()] });
    let (all, bad) = contacts(&sheet);
    assert_eq!((all.len(), all[1].1.as_str(), bad), (2, "Lindsey", 3));
}

#[test]
fn where_the_names_are_can_be_chosen() {
    let read = |header| {
        Sheet::read(
            &file!("report_with_titles.csv")[..],
            ReadAs { header: Some(header), ..ReadAs::default() },
            country(),
        )
    };
    let none = read(Header::None).unwrap();
    assert_eq!((none.headers[0].as_str(), none.headers.len(), none.count_rows()), ("Column 1", 4, 8));
    let below = read(Header::Line(5)).unwrap();
    assert_eq!((below.headers[0].as_str(), below.count_rows()), ("Abby", 4));
    // A line without a row is that of the next one.
    assert_eq!(read(Header::Line(3)).unwrap().headers[0], "First Name");
    assert_eq!(read(Header::Line(900)).err(), Some(ImportError::NoRows));
    assert_eq!(read(Header::Line(0)).err(), Some(ImportError::HeaderLine));
    let file = b"Phone\n5035550101\n";
    let first = Sheet::read(&file[..], ReadAs { header: Some(Header::None), ..ReadAs::default() }, country()).unwrap();
    assert_eq!(first.count_rows(), 2);
}

#[test]
fn the_encoding_can_be_chosen() {
    let read = |charset| {
        Sheet::read(&file!("mac_roman.csv")[..], ReadAs { charset: Some(charset), ..ReadAs::default() }, country())
            .unwrap()
    };
    let names = |sheet: &Sheet<'_>| contacts(sheet).0.into_iter().map(|contact| contact.1).collect::<Vec<_>>();
    assert_eq!(names(&read(Charset::MacRoman)), ["José", "Zoë", "François"]);
    assert_eq!(read(Charset::MacRoman).summary(country()).format, "Mac Roman, separated by commas");
    assert_ne!(names(&read(Charset::Windows1252)), ["José", "Zoë", "François"]);
}

#[test]
fn what_old_systems_leave_behind_is_dropped() {
    assert_eq!(people(file!("zero_in_a_cell.csv")), ["+15035550101 Abby Lee", "+15035550102 Lindsey Park"]);
    assert_eq!(people(file!("zeros_at_the_end.csv")), ["+15035550101 Abby Lee"]);
    assert_eq!(people(file!("control_z_at_the_end.csv")), ["+15035550101 Abby Lee"]);
    assert_eq!(people(file!("vertical_tabs.csv")).len(), 5);
    assert_eq!(sheet(file!("vertical_tabs.csv")).summary(country()).sample[0][3], "called twice no");
}

#[test]
fn quotes_are_read_as_they_are_meant() {
    assert_eq!(people(file!("blank_before_quote.csv")), ["+15035550101 Abby Lee, Jr.", "+15035550102 Lindsey Park"]);
    assert_eq!(people(file!("two_marks.csv")).len(), 1);
    assert_eq!(sheet(file!("two_marks.csv")).headers, ["Name, first", "Phone"]);
    assert_eq!(people(file!("quoted_separator.csv")), ["+15035550101 Abby "]);
    assert_eq!(people(file!("quoted_rows.csv")), ["+15035550101 Abby Lee", "+15035550102 Lindsey Park"]);
    assert_eq!(
        people(file!("backslash_quotes.csv")),
        ["+15035550101 Abby \"Bud\" Lee", "+15035550102 Tom \"T, J\" Kim"]
    );
    let stray = sheet(file!("stray_quotes.csv"));
    let (all, bad) = contacts(&stray);
    assert_eq!(all.iter().map(|contact| contact.1.as_str()).collect::<Vec<_>>(), ["A", "C", "Bob\"", "E"]);
    assert_eq!(bad, 1, "the row that opens a quote, and no other");
}

#[test]
fn names_that_are_none_are_empty() {
    let all = people(file!("names_that_are_none.csv"));
    for (place, expected) in [
        (0, "+15035550101  "),
        (1, "+15035550102  "),
        (2, "+15035550103 D'Angelo O&M"),
        (3, "+15035550104 Abby Lee"),
        (4, "+15035550105 ABBY LEE"),
        (5, "+15035550106  "),
        (6, "+15035550107  "),
        (7, "+15035550108  "),
        (13, "+15035550114  "),
        (14, "+15035550115  "),
        (15, "+15035550116  "),
        (16, "+15035550117 A. Lee"),
    ] {
        assert_eq!(all[place], expected);
    }
}

#[test]
fn a_first_contact_whose_number_is_bad_is_a_contact() {
    let sheet = sheet(file!("no_names_of_columns.csv"));
    assert_eq!((sheet.header, sheet.count_rows()), (Header::None, 3));
    assert_eq!(contacts(&sheet).1, 1);
}

#[test]
fn two_people_on_one_number_are_not_merged() {
    let sheet = sheet(file!("household.csv"));
    let (all, bad) = contacts(&sheet);
    assert_eq!((all.len(), all[0].1.as_str(), bad), (1, "Abby", 1));
}

#[test]
fn files_of_other_kinds_are_named() {
    assert_eq!(refused(file!("web_page.xls")), Some(Foreign::Html.into()));
    assert_eq!(refused(file!("contacts_json.csv")), Some(Foreign::Json.into()));
}

#[test]
fn a_workbook_is_read_like_any_other_file() {
    let bytes = &file!("workbook.xlsx")[..];
    let first = sheet(bytes);
    assert_eq!((first.header, first.sheet, first.charset), (Header::Line(3), 1, None));
    assert_eq!(first.sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["Volunteers", "Donors"]);
    let summary = first.summary(country());
    assert_eq!((summary.format.as_str(), summary.rows), ("Excel workbook", 3));
    assert_eq!(summary.sample[0], ["Zoë", "Nuñez", "2125550100", "2026-11-28", "TRUE"]);
    assert_eq!(summary.guess[4], Column::OptIn);
    // Ada has not agreed; the name that is an error is none.
    let (all, bad) = contacts(&first);
    assert_eq!(all.iter().map(|contact| contact.1.as_str()).collect::<Vec<_>>(), ["Zoë", ""]);
    assert_eq!(bad, 0);
    let second = Sheet::read(bytes, ReadAs { sheet: Some(2), ..ReadAs::default() }, country()).unwrap();
    assert_eq!(contacts(&second).0[0].1, "Omar Haddad");
}

#[test]
fn consent_is_guessed_as_such() {
    let sheet = sheet(b"First,Phone,mobile_opt_in,email_opt_in,Status\nAbby,5035550101,true,true,Subscribed\nTom,5035550102,false,true,unsubscribed\n");
    let custom = |name: &str| Column::Custom(name.to_owned());
    let guess = sheet.summary(country()).guess;
    assert_eq!(guess, [Column::FirstName, Column::Phone, Column::OptIn, custom("email_opt_in"), Column::OptIn]);
}

#[test]
fn columns_have_a_limit_and_those_without_a_name_at_the_end_are_none() {
    let wide = |columns: usize| [vec!["a"; columns].join(","), vec!["1"; columns].join(",")].join("\n");
    assert_eq!(sheet(wide(500).as_bytes()).headers.len(), 500);
    assert_eq!(refused(wide(501).as_bytes()), Some(ImportError::TooManyColumns { columns: 501, most: 500 }));
    assert_eq!(refused(wide(2_000).as_bytes()), Some(ImportError::TooManyColumns { columns: 2_000, most: 500 }));
    let commas = format!("Name,Phone{}\nAbby,5035550101\n", ",".repeat(2_000_000));
    assert_eq!(sheet(commas.as_bytes()).headers.len(), 2);
    assert_eq!(refused(",".repeat(2_000_000).as_bytes()), Some(ImportError::Empty));
    // Of very many custom fields, as many are guessed as a campaign may have.
    let names: Vec<String> = (0..300).map(|number| format!("f{number}")).chain(["Phone".to_owned()]).collect();
    let many = format!("{}\n{}5035550101\n", names.join(","), "x,".repeat(300));
    let guess = sheet(many.as_bytes()).summary(country()).guess;
    assert_eq!(guess.iter().filter(|column| matches!(column, Column::Custom(_))).count(), MOST_FIELDS as usize);
    assert_eq!(guess[300], Column::Phone);
}

#[test]
fn what_is_shown_of_a_file_stays_small() {
    let text = format!("Name,Phone\n{},5035550101\n", "x".repeat(5_000_000));
    let sheet = sheet(text.as_bytes());
    assert_eq!(sheet.summary(country()).sample[0][0].len(), LONGEST_SHOWN);
    let shown: usize = sheet.top.iter().flat_map(|line| &line.cells).map(String::len).sum();
    assert!(shown < 1_000);
}

#[test]
fn more_rows_than_are_read_are_refused() {
    let text = format!("Phone\n{}", "1\n".repeat(MOST_ROWS as usize + 1));
    assert_eq!(refused(text.as_bytes()), Some(ImportError::TooManyRows { most: MOST_ROWS }));
    // Empty lines are no rows.
    let text = format!("Phone\n1\n2\n{}3\n", "\n".repeat(MOST_ROWS as usize));
    assert_eq!(refused(text.as_bytes()), None);
}
