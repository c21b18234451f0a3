//! The signs of which people and programs make phone numbers, made plain.

use crate::invisible::is_invisible;

/// The zeros of scripts whose ten digits follow each other: Arabic, Persian, Devanagari, Bengali, Thai, full width.
const ZEROS: [char; 6] = ['\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{E50}', '\u{FF10}'];

/// The text with plain digits, dashes, dots and spaces, and without marks that cannot be seen.
///
/// Digits of other scripts become the same digits of ours; nothing becomes a digit that is none. A tab stays, since
/// it separates more than a space does.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter_map(plain_sign).collect()
}

fn plain_sign(sign: char) -> Option<char> {
    if sign.is_ascii() {
        return Some(match sign {
            '_' => '-',
            '\r' => '\n',
            _ if sign.is_ascii_control() && !matches!(sign, '\t' | '\n') => ' ',
            _ => sign,
        });
    }
    let digit =
        ZEROS.iter().find_map(|zero| (u32::from(sign)).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10));
    if let Some(digit) = digit {
        return char::from_digit(digit, 10);
    }
    match sign {
        '\u{2028}' | '\u{2029}' | '\u{85}' => Some('\n'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{30FC}' | '\u{2043}' => Some('-'),
        '·' | '•' | '\u{2024}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' | '\u{FF65}' | '\u{3002}' => {
            Some('.')
        }
        '\u{2044}' | '\u{2215}' => Some('/'),
        '\u{2018}' | '\u{2019}' | '\u{2032}' => Some('\''),
        '\u{201C}' | '\u{201D}' | '\u{2033}' => Some('"'),
        '\u{3001}' | '\u{60C}' => Some(','),
        '\u{61B}' => Some(';'),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(sign) - 0xFEE0),
        _ if sign.is_whitespace() => Some(' '),
        // Soft hyphens, zero-width spaces, marks of direction, byte-order marks.
        _ if is_invisible(sign) => None,
        _ => Some(sign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn signs_of_typographers_are_made_plain() {
        assert_eq!(plain("＋１（２１２）５５５－０１００"), "+1(212)555-0100");
        assert_eq!(plain("816\u{202f}555\u{a0}0167"), "816 555 0167");
        assert_eq!(plain("701·555•0174\u{200b}\u{202c}"), "701.555.0174");
        assert_eq!(plain("٠١٢٣٤٥٦٧٨٩ ۰۱"), "0123456789 01");
        assert_eq!(plain("a\tb\r\nc\u{0}"), "a\tb\n\nc ");
    }

    proptest! {
        /// No digit is made of anything else, and none is lost.
        #[test]
        fn digits_stay_what_they_are(text in "\\PC{0,30}|[0-9０-９٠-٩²½Ⅳ①]{0,20}") {
            let ours = |sign: &char| sign.is_ascii_digit() || ZEROS.iter().any(|zero| (*zero..).take(10).any(|digit| digit == *sign));
            prop_assert_eq!(plain(&text).chars().filter(char::is_ascii_digit).count(), text.chars().filter(ours).count());
        }
    }
}
