//! Titles of recommended replies and follow-ups: one line.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::contact::name::{TOO_MANY_MARKS, clean, is_bare, is_overloaded};
use crate::text::separated;

/// A title: one line, with single spaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Title(String);

/// Why a title is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum TitleError {
    /// Nothing is left of it.
    #[error("Write a title.")]
    Empty,
    /// It is too long.
    #[error("This title has {} characters. Shorten it to {longest}.", separated(*.0), longest = Title::LONGEST)]
    TooLong(usize),
    /// Too many marks on one letter.
    #[error("{}", TOO_MANY_MARKS)]
    Marks,
}

impl Title {
    /// The most characters.
    pub const LONGEST: usize = 100;

    /// Reads a title as a person types it.
    ///
    /// # Errors
    /// If it is empty or too long: it is never cut.
    pub fn parse(text: &str) -> Result<Self, TitleError> {
        let title = clean(text, usize::MAX);
        match title.chars().count() {
            _ if is_bare(&title) => Err(TitleError::Empty),
            characters if characters > Self::LONGEST => Err(TitleError::TooLong(characters)),
            _ if is_overloaded(&title) => Err(TitleError::Marks),
            _ => Ok(Self(title.into_owned())),
        }
    }

    /// The title.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Title {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<Title> for String {
    fn from(title: Title) -> Self {
        title.0
    }
}

impl TryFrom<String> for Title {
    type Error = TitleError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_and_never_cut() {
        assert_eq!(Title::parse(" Where to\n vote ").map(String::from).as_deref(), Ok("Where to vote"));
        assert_eq!(Title::parse(" \u{200b}\u{3164}\t"), Err(TitleError::Empty));
        assert_eq!(Title::parse("\u{202e}etov").map(String::from).as_deref(), Ok("etov"));
        assert_eq!(Title::parse("\u{301}"), Err(TitleError::Empty));
        assert_eq!(Title::parse(&format!("a{}", "\u{331}".repeat(5))), Err(TitleError::Marks));
        assert!(Title::parse(&"é".repeat(100)).is_ok());
        assert_eq!(Title::parse(&"e".repeat(101)), Err(TitleError::TooLong(101)));
        assert_eq!(TitleError::TooLong(101).to_string(), "This title has 101 characters. Shorten it to 100.");
        assert!(serde_json::from_str::<Title>("\"\"").is_err());
    }
}
