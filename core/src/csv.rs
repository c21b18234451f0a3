//! Cells and columns of the files that leave: what spreadsheets, programs and our own import read alike.

use std::borrow::Cow;
use std::collections::HashSet;

/// The most digits of a whole number that a spreadsheet shows and saves as they are: longer ones become `1.23457E+14`.
pub const LONGEST_NUMBER: usize = 11;

/// A cell that is safe to open in a spreadsheet.
///
/// What begins like a formula (`=`, `+`, `-`, `@`, their wide forms, a tab or a line break) gets an apostrophe before
/// it, which makes it text. A sign with nothing but digits and one decimal point after it stays as it is: it is a
/// number and computes nothing. So phone numbers (`+12125550100`) stay what every other program expects.
///
/// Digits alone, more than [`LONGEST_NUMBER`] of them, are an id, which a spreadsheet would round: they get the
/// apostrophe too. [`plain`] takes it away again.
///
/// Quotes and separators are the business of whoever writes the file.
pub fn cell(text: &str) -> Cow<'_, str> {
    if needs_apostrophe(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// What was given to [`cell`], of what it made of it; other texts as they are.
pub fn plain(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| needs_apostrophe(rest)).unwrap_or(text)
}

/// Whether a spreadsheet would take a text for something else. One that looks as if it had its apostrophe already
/// gets another one, so that taking it away gives what was there.
fn needs_apostrophe(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    let risky = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n']);
    (risky && !is_number(text)) || (text.len() > LONGEST_NUMBER && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a text is a sign with digits, and at most one point between them.
fn is_number(text: &str) -> bool {
    let Some(number) = text.strip_prefix(['+', '-']) else { return false };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    [whole, fraction].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The names of a file's columns, each of them once: `ours` as they are, then `theirs`.
///
/// One of theirs that is taken (in small or capital letters) gets `custom_` before it, and a number behind it if that
/// is taken too.
pub fn headers(ours: &[&str], theirs: &[String]) -> Vec<String> {
    let mut headers: Vec<String> = ours.iter().map(|name| (*name).to_owned()).collect();
    let mut taken: HashSet<String> = ours.iter().map(|name| name.to_lowercase()).collect();
    // A name that needs no change keeps it, also behind one that would be changed into it.
    let own: HashSet<String> = theirs.iter().map(|name| name.to_lowercase()).collect();
    for name in theirs {
        let renamed =
            std::iter::once(format!("custom_{name}")).chain((2..).map(|number| format!("custom_{name}_{number}")));
        let free = |name: &String| !taken.contains(&name.to_lowercase());
        let header = if free(name) {
            Some(name.clone())
        } else {
            renamed.into_iter().find(|renamed| free(renamed) && !own.contains(&renamed.to_lowercase()))
        };
        let header = header.unwrap_or_default();
        taken.insert(header.to_lowercase());
        headers.push(header);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::Phone;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for formula in [
            "=1+1",
            "=HYPERLINK(\"http://example.org\",\"Click\")",
            "@SUM(1)",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "+1-2",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1+1",
            "+",
            "-.5",
            "+1.2.3",
            "+１２",
            "+1 212 555 0100",
            "- see you",
        ] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        for plain in ["", "Hi", "1=1", "'Hi", "'", " =1", "+12125550100", "-5", "-73.98", "a@b.org", "👍"] {
            assert_eq!(cell(plain), plain);
        }
    }

    #[test]
    fn ids_that_a_spreadsheet_would_round_become_text() {
        for id in ["244580000000456", "123456789012", "000000000000"] {
            assert_eq!(cell(id), format!("'{id}"));
        }
        for number in ["12125550100", "97201", "-123456789012", "1234567890.12", "12345678901a"] {
            assert_eq!(cell(number), number);
        }
        assert_eq!(
            (plain("'244580000000456"), plain("'=1"), plain("'n Abend"), plain("O'Hara")),
            ("244580000000456", "=1", "'n Abend", "O'Hara")
        );
    }

    #[test]
    fn every_header_is_there_once_and_ours_keep_their_names() {
        let theirs = ["status", "city", "custom_status", "Phone", "custom_status_2"].map(str::to_owned);
        assert_eq!(
            headers(&["phone", "status"], &theirs),
            ["phone", "status", "custom_status_3", "city", "custom_status", "custom_Phone", "custom_status_2"]
        );
    }

    proptest! {
        /// The naive rule: a cell that begins like a formula is a number, or it is not there.
        #[test]
        fn no_cell_begins_like_a_formula(text in "[=+@\\t\\r-]?[-+0-9.=a(]{0,8}|\\PC{0,20}") {
            let safe = cell(&text);
            let number = safe.len() > 1 && safe.chars().skip(1).all(|sign| sign.is_ascii_digit() || sign == '.');
            let formula = safe.starts_with(['=', '@', '\t', '\r', '\n']) || (safe.starts_with(['+', '-']) && !number);
            prop_assert!(!formula, "{safe}");
            prop_assert_eq!(plain(&safe), text.as_str());
        }

        /// Whatever it is: our own import reads back what was exported.
        #[test]
        fn what_was_exported_is_read_back(text in "'{0,3}[=+@-]?[0-9]{0,15}[a.]?|\\PC{0,20}") {
            let exported = cell(&text);
            prop_assert_eq!(plain(&exported), text.as_str());
        }

        #[test]
        fn no_header_is_there_twice(theirs in prop::collection::vec("(custom_){0,2}(status|STATUS|city)(_2|_3)?", 0..12)) {
            let ours = ["phone", "status"];
            let all = headers(&ours, &theirs);
            prop_assert_eq!(&all[..2], &ours);
            prop_assert_eq!(all.len(), 2 + theirs.len());
            let different: HashSet<String> = all.iter().map(|name| name.to_lowercase()).collect();
            prop_assert_eq!(different.len(), all.len());
        }

        #[test]
        fn phone_numbers_stay_as_they_are(digits in 10_000_000_u64..=999_999_999_999_999) {
            let phone = Phone::from_digits(digits).expect("in range").to_string();
            prop_assert_eq!(cell(&phone), phone.as_str());
        }
    }
}
