//! What may be sent: the text of a message, checked.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::contact::name::clean;
use crate::contact::template::LONGEST_MESSAGE;
use crate::text::separated;

/// The text of a message that may be sent.
///
/// Line breaks are `\n`. White space at the end is dropped: it says nothing, and may cost a segment. What stands
/// before the text is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Body(String);

/// Why a text cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum BodyError {
    /// Nothing that can be seen.
    #[error("There is nothing to send yet. Write a message first.")]
    Empty,
    /// Too many characters.
    #[error("This message has {} characters. Shorten it to {}.", separated(*.0), separated(LONGEST_MESSAGE))]
    TooLong(usize),
    /// A character that phones cannot show.
    #[error("There is {} {}. {}", named(*.character), placed(.after), cure(*.character))]
    Control {
        /// The first such character.
        character: char,
        /// The words before it, so that a person finds it.
        after: String,
    },
}

/// How many characters before a refused one are shown.
const EXCERPT: usize = 20;

fn named(character: char) -> String {
    match character {
        '\t' => "a tab".to_owned(),
        other => format!("an invisible control character (U+{:04X})", u32::from(other)),
    }
}

fn placed(after: &str) -> String {
    if after.is_empty() { "at the beginning".to_owned() } else { format!("after \"{after}\"") }
}

const fn cure(character: char) -> &'static str {
    match character {
        '\t' => "Put a space there instead.",
        _ => "Delete what stands there, and write it again.",
    }
}

impl Body {
    /// The most characters.
    pub const LONGEST: usize = LONGEST_MESSAGE;

    /// Reads a message as a person types or pastes it.
    ///
    /// # Errors
    /// If nothing of it can be seen, if it is too long, or if it holds control characters other than line breaks.
    pub fn parse(text: &str) -> Result<Self, BodyError> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim_end();
        if clean(text, 1).is_empty() {
            return Err(BodyError::Empty);
        }
        let refused = |(_, character): &(usize, char)| character.is_control() && *character != '\n';
        if let Some((at, character)) = text.char_indices().find(refused) {
            let before = text.get(..at).unwrap_or_default();
            let skipped = before.chars().count().saturating_sub(EXCERPT);
            let after = before.chars().skip(skipped).collect::<String>().trim().to_owned();
            return Err(BodyError::Control { character, after });
        }
        match text.chars().count() {
            characters if characters > Self::LONGEST => Err(BodyError::TooLong(characters)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Body {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<Body> for String {
    fn from(body: Body) -> Self {
        body.0
    }
}

impl TryFrom<String> for Body {
    type Error = BodyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_message_keeps_its_lines_and_loses_its_end() {
        let parse = |text: &str| Body::parse(text).map(String::from);
        assert_eq!(parse("Hi Abby,\r\nsee you\rsoon! \n\t\n").as_deref(), Ok("Hi Abby,\nsee you\nsoon!"));
        assert_eq!(parse("  Hi").as_deref(), Ok("  Hi"));
        assert_eq!(parse("👍").as_deref(), Ok("👍"));
        assert!(parse(&"é".repeat(1_600)).is_ok());
        assert!(parse(&format!("{}  ", "x".repeat(1_600))).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let sentence = |text: &str| Body::parse(text).expect_err("refused").to_string();
        for empty in ["", " \n\t ", "\u{200b}\u{feff}", "\u{7}"] {
            assert_eq!(Body::parse(empty), Err(BodyError::Empty), "{empty:?}");
        }
        assert_eq!(sentence(""), "There is nothing to send yet. Write a message first.");
        assert_eq!(sentence(&"x".repeat(1_601)), "This message has 1,601 characters. Shorten it to 1,600.");
        assert_eq!(sentence("Name:\tAbby"), "There is a tab after \"Name:\". Put a space there instead.");
        assert_eq!(
            sentence("\u{7}Hi"),
            "There is an invisible control character (U+0007) at the beginning. Delete what stands there, and write it again."
        );
        assert_eq!(
            sentence("A long way to the middle of it\u{85}!"),
            "There is an invisible control character (U+0085) after \"to the middle of it\". Delete what stands there, and write it again."
        );
        assert!(serde_json::from_str::<Body>("\" \"").is_err());
    }

    proptest! {
        /// The naive rule, character by character.
        #[test]
        fn reading_agrees_with_the_rule(text in "[ab \\r\\n\\t\\x07]{0,12}|\\PC{0,30}|x{1595,1605} {0,2}") {
            let mut lines = String::new();
            let characters: Vec<char> = text.chars().collect();
            for (at, character) in characters.iter().enumerate() {
                match character {
                    '\r' if characters.get(at + 1) == Some(&'\n') => {}
                    '\r' => lines.push('\n'),
                    other => lines.push(*other),
                }
            }
            while lines.ends_with(char::is_whitespace) {
                lines.pop();
            }
            let controls = lines.chars().any(|c| c.is_control() && c != '\n');
            let long = lines.chars().count() > 1_600;
            match Body::parse(&text) {
                Ok(body) => {
                    prop_assert!(!controls && !long);
                    prop_assert_eq!(body.as_str(), &lines);
                    prop_assert_eq!(Body::parse(body.as_str()), Ok(body.clone()));
                    let json = serde_json::to_string(&body).expect("JSON");
                    prop_assert_eq!(serde_json::from_str::<Body>(&json).expect("a body"), body);
                }
                Err(BodyError::Empty) => prop_assert!(clean(&lines, 9).is_empty()),
                Err(BodyError::TooLong(_)) => prop_assert!(long),
                Err(BodyError::Control { character, .. }) => prop_assert!(controls && lines.contains(character)),
            }
        }
    }
}
