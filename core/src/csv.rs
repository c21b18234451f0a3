//! Cells of exported files that no spreadsheet takes for a formula.

use std::borrow::Cow;

/// A cell that is safe to open in a spreadsheet.
///
/// What begins like a formula (`=`, `+`, `-`, `@`, their wide forms, a tab or a line break) gets an apostrophe before
/// it, which makes it text. A sign with nothing but digits and one decimal point after it stays as it is: it is a
/// number and computes nothing. So phone numbers (`+12125550100`) stay what every other program expects, and can be
/// imported again; an apostrophe would spoil them.
///
/// Quotes and separators are the business of whoever writes the file.
pub fn cell(text: &str) -> Cow<'_, str> {
    let risky = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n']);
    if risky && !is_number(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Whether a text is a sign with digits, and at most one point between them.
fn is_number(text: &str) -> bool {
    let Some(number) = text.strip_prefix(['+', '-']) else { return false };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    [whole, fraction].iter().all(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
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
        for plain in ["", "Hi", "1=1", "'=1", " =1", "+12125550100", "-5", "-73.98", "a@b.org", "👍"] {
            assert_eq!(cell(plain), plain);
        }
    }

    proptest! {
        /// The naive rule: a cell that begins like a formula is a number, or it is not there.
        #[test]
        fn no_cell_begins_like_a_formula(text in "[=+@\\t\\r-]?[-+0-9.=a(]{0,8}|\\PC{0,20}") {
            let safe = cell(&text);
            let number = safe.len() > 1 && safe.chars().skip(1).all(|sign| sign.is_ascii_digit() || sign == '.');
            let formula = safe.starts_with(['=', '@', '\t', '\r', '\n']) || (safe.starts_with(['+', '-']) && !number);
            prop_assert!(!formula, "{safe}");
            prop_assert_eq!(safe.strip_prefix('\'').unwrap_or(&safe), text.strip_prefix('\'').unwrap_or(&text));
        }

        #[test]
        fn phone_numbers_stay_as_they_are(digits in 10_000_000_u64..=999_999_999_999_999) {
            let phone = Phone::from_digits(digits).expect("in range").to_string();
            prop_assert_eq!(cell(&phone), phone.as_str());
        }
    }
}
