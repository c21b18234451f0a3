//! Names of people, organizations and campaigns, and titles, as they are kept.

use std::borrow::Cow;

use thiserror::Error;

use crate::invisible::{belongs, is_invisible};
use crate::text::separated;

/// The most characters of a first or last name. Longer ones are cut.
pub const LONGEST_NAME: usize = 100;

/// The most characters of a custom field's value. Longer ones are cut.
pub const LONGEST_VALUE: usize = 1_000;

/// The most characters of a campaign's name.
pub const LONGEST_CAMPAIGN_NAME: usize = 100;

/// The most combining marks on one letter of a name or a title. Vietnamese has two, pointed Hebrew three.
pub const MOST_MARKS: usize = 4;

/// What is said of a name or a title with more marks than [`MOST_MARKS`] on one letter.
pub const TOO_MANY_MARKS: &str = "One letter has more than 4 accents. Take some of them away.";

/// Why a campaign's name is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CampaignNameError {
    /// Nothing is left of it.
    #[error("Give the campaign a name.")]
    Empty,
    /// It is too long.
    #[error("This name has {} characters. Shorten it to {LONGEST_CAMPAIGN_NAME}.", separated(*.0))]
    TooLong(usize),
    /// Too many marks on one letter.
    #[error("{}", TOO_MANY_MARKS)]
    Marks,
}

/// The text without characters that cannot be seen, composed, with single spaces, cut to so many characters. Every name
/// and every title goes through it.
pub fn clean(text: &str, longest: usize) -> Cow<'_, str> {
    if is_clean(text, longest) {
        return Cow::Borrowed(text);
    }
    let text = &*composed(text);
    let mut cleaned = String::with_capacity(text.len());
    let (mut characters, mut space, mut before) = (0, false, None);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        if character.is_whitespace() {
            (space, before) = (characters > 0, None);
        } else if !is_invisible(character) || belongs(before, character, rest.peek().copied()) {
            before = Some(character);
            if characters + 1 + usize::from(space) > longest {
                break;
            }
            if space {
                cleaned.push(' ');
                characters += 1;
                space = false;
            }
            cleaned.push(character);
            characters += 1;
        }
    }
    // Where it was cut, nothing is joined.
    cleaned.truncate(cleaned.trim_end_matches(['\u{200c}', '\u{200d}']).len());
    // What stood between a letter and its accent may be gone.
    Cow::Owned(composed(&cleaned).into_owned())
}

/// Whether nothing is in a text but blanks and marks that stand on no letter.
pub fn is_bare(text: &str) -> bool {
    text.chars().all(|sign| sign.is_whitespace() || is_mark(sign) || is_invisible(sign))
}

/// Whether a letter of the text has more than [`MOST_MARKS`] combining marks.
pub fn is_overloaded(text: &str) -> bool {
    let mut marks = 0;
    text.chars().any(|sign| {
        marks = if is_mark(sign) { marks + 1 } else { 0 };
        marks > MOST_MARKS
    })
}

/// Marks that stand on the letter before them: those of Latin, Greek, Cyrillic, Hebrew, Arabic, Devanagari, Thai, Lao and
/// Japanese, and those for signs. Composed letters have theirs in one character.
const fn is_mark(sign: char) -> bool {
    matches!(sign,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{93c}' | '\u{93e}'..='\u{94f}' | '\u{951}'..='\u{957}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{eb1}' | '\u{eb4}'..='\u{ebc}'
        | '\u{ec8}'..='\u{ece}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{2de0}'..='\u{2dff}' | '\u{3099}' | '\u{309a}' | '\u{a66f}'..='\u{a672}' | '\u{a674}'..='\u{a67d}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// The text with letters and their accents in one character each (NFC), however they were typed. In the browser it
/// stays as it is: what is kept is composed on the server.
#[cfg(not(target_arch = "wasm32"))]
pub fn composed(text: &str) -> Cow<'_, str> {
    use unicode_normalization::{UnicodeNormalization, is_nfc};
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// The text as it is: what is kept is composed on the server.
#[cfg(target_arch = "wasm32")]
pub const fn composed(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

/// Whether nothing needs cleaning: decided for the ordinary case alone.
fn is_clean(text: &str, longest: usize) -> bool {
    text.len() <= longest
        && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains("  ")
}

/// A first or last name, as it is kept.
pub fn clean_name(text: &str) -> Cow<'_, str> {
    clean(text, LONGEST_NAME)
}

/// The value of a custom field, as it is kept.
pub fn clean_value(text: &str) -> Cow<'_, str> {
    clean(text, LONGEST_VALUE)
}

/// A campaign's name, as it is kept.
///
/// # Errors
/// If it is empty or too long: it is never cut behind the admin's back.
pub fn campaign_name(text: &str) -> Result<String, CampaignNameError> {
    let name = clean(text, usize::MAX);
    match name.chars().count() {
        _ if is_bare(&name) => Err(CampaignNameError::Empty),
        characters if characters > LONGEST_CAMPAIGN_NAME => Err(CampaignNameError::TooLong(characters)),
        _ if is_overloaded(&name) => Err(CampaignNameError::Marks),
        _ => Ok(name.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn names_are_trimmed_folded_and_cut() {
        assert_eq!(clean_name("  Anna\t  Maria \r\n"), "Anna Maria");
        assert_eq!(clean_name("Le\ne"), "Le e");
        assert_eq!(clean_name("E\u{301}mile"), "Émile");
        assert_eq!(campaign_name("Cafe\u{301}").as_deref(), Ok("Café"));
        assert_eq!(clean_name(&"e\u{301}".repeat(200)).chars().count(), LONGEST_NAME);
        assert_eq!(clean_name("\u{feff}Zoë\u{0}\u{7}"), "Zoë");
        assert_eq!(clean_name("\u{202e}eeL yb\u{3164}bA\u{200b}"), "eeL ybbA");
        assert_eq!(clean_name("\u{3164}\u{2800}\u{200d}"), "");
        assert_eq!(clean_name("Ad\u{200d}a"), "Ada");
        assert_eq!(clean_name("محمد\u{200c}خان"), "محمد\u{200c}خان");
        assert_eq!(clean("مم\u{200c}خان", 3), "مم");
        assert_eq!(clean("abc def", 4), "abc");
        assert_eq!(clean("abc def", 5), "abc d");
        assert_eq!(clean_name(&"é".repeat(200)).chars().count(), LONGEST_NAME);
    }

    #[test]
    fn a_campaign_name_is_never_cut() {
        assert_eq!(campaign_name("  Get  out the vote "), Ok("Get out the vote".to_owned()));
        assert_eq!(campaign_name(" \t\u{0}"), Err(CampaignNameError::Empty));
        assert_eq!(campaign_name(&"x".repeat(101)), Err(CampaignNameError::TooLong(101)));
        assert!(campaign_name(&"é".repeat(100)).is_ok());
        assert_eq!(campaign_name("\u{301}"), Err(CampaignNameError::Empty));
        assert_eq!(campaign_name("\u{20dd} \u{e4e}\u{489}"), Err(CampaignNameError::Empty));
        assert_eq!(campaign_name(&format!("a{}", "\u{331}".repeat(60))), Err(CampaignNameError::Marks));
        assert!(CampaignNameError::Marks.to_string().contains(&format!("more than {MOST_MARKS} accents")));
        for good in ["Việt Nam", "שָׁלוֹם", "مُحَمَّد", "กำลังที่นี่", "क्षत्रिय", "ℵ\u{331}\u{332}\u{333}\u{334}"]
        {
            assert!(campaign_name(good).is_ok(), "{good}");
        }
        assert_eq!(CampaignNameError::TooLong(101).to_string(), "This name has 101 characters. Shorten it to 100.");
    }

    proptest! {
        /// The naive model: drop, split at white space, join, cut, and cut the space that may now be last.
        #[test]
        fn cleaning_agrees_with_a_naive_model(text in "[a-cé \\t\\n\\x00\\x1f\\u{200b}\\u{a0}]{0,30}|\\PC{0,40}| ?[ -~]{0,20} ?", longest in 1_usize..30) {
            let kept: String = text.nfc().filter(|c| c.is_whitespace() || !is_invisible(*c)).collect();
            let folded = kept.split_whitespace().collect::<Vec<_>>().join(" ");
            let cut: String = folded.chars().take(longest).collect();
            prop_assert_eq!(clean(&text, longest), cut.trim_end().nfc().collect::<String>());
        }

        #[test]
        fn what_is_clean_stays_as_it_is(text in "[aم👩❤ \\u{200b}-\\u{200f}\\u{202e}\\u{fe0f}\\u{3164}]{0,20}|\\PC{0,40}", longest in 1_usize..30) {
            let cleaned = clean(&text, longest).into_owned();
            prop_assert_eq!(clean(&cleaned, longest), cleaned.as_str());
            // Something of it can be seen, if anything is left.
            prop_assert_eq!(cleaned.is_empty(), cleaned.chars().all(|c| c.is_whitespace() || is_invisible(c)));
            let turned = cleaned.contains(['\u{202e}', '\u{3164}', '\u{200b}', '\u{200e}']);
            prop_assert!(!turned, "{:?}", cleaned);
        }
    }
}
