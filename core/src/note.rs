//! Notes to the admins, which come with an escalation.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::contact::name::clean;
use crate::text::separated;

/// What a texter tells the admins of a conversation. Line breaks are kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Note(String);

/// Why a note is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum NoteError {
    /// Nothing is left of it.
    #[error("Write to the admins what this is about.")]
    Empty,
    /// It is too long.
    #[error("This note has {} characters. Shorten it to {longest}.", separated(*.0), longest = Note::LONGEST)]
    TooLong(usize),
}

impl Note {
    /// The most characters.
    pub const LONGEST: usize = 500;

    /// Reads a note as a person types it: each of its lines loses what cannot be seen.
    ///
    /// # Errors
    /// If it is empty or too long: it is never cut.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let text = text.lines().map(|line| clean(line, usize::MAX)).collect::<Vec<_>>().join("\n");
        let text = text.trim();
        match text.chars().count() {
            0 => Err(NoteError::Empty),
            characters if characters > Self::LONGEST => Err(NoteError::TooLong(characters)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The note.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Note> for String {
    fn from(note: Note) -> Self {
        note.0
    }
}

impl TryFrom<String> for Note {
    type Error = NoteError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_says_something() {
        let read = |text: &str| Note::parse(text).map(String::from);
        assert_eq!(read(" They ask\r\nfor the\u{7}\tpress. ").as_deref(), Ok("They ask\nfor the press."));
        assert_eq!(read(" \n\u{0}\u{3164} "), Err(NoteError::Empty));
        assert_eq!(read("One\n\n\u{202e}Two").as_deref(), Ok("One\n\nTwo"));
        assert!(read(&"é".repeat(500)).is_ok());
        assert_eq!(read(&"e".repeat(501)), Err(NoteError::TooLong(501)));
        assert_eq!(NoteError::Empty.to_string(), "Write to the admins what this is about.");
    }
}
