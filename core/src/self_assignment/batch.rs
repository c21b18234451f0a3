//! How many conversations one request gives, and one texter may hold.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::number;

/// How many conversations one request gives: 1 to 5,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct BatchSize(u32);

/// How many unfinished conversations of a campaign one texter may hold, their load: 1 to 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct Ceiling(u32);

/// Why a batch size, a ceiling or a number of people is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum TermsError {
    /// No batch size.
    #[error("Write a batch size from 1 to {} conversations, in digits.", number(BatchSize::LARGEST))]
    Batch,
    /// No ceiling.
    #[error(
        "Write the most that one texter may hold, from 1 to {} in digits, or leave it empty.",
        number(Ceiling::LARGEST)
    )]
    Ceiling,
    /// No number of people.
    #[error(
        "Write how many people may join by the link, from 1 to {} in digits, or leave it empty.",
        number(PeopleLimit::LARGEST)
    )]
    People,
}

/// Reads a whole number as a person types it, with or without commas.
pub(super) fn digits(text: &str) -> Option<u32> {
    let text: String = text.trim().chars().filter(|sign| *sign != ',').collect();
    if text.starts_with('+') { None } else { text.parse().ok() }
}

impl BatchSize {
    /// The most.
    pub const LARGEST: u32 = 5_000;

    /// What an organization begins with.
    pub const USUAL: Self = Self(300);

    /// A batch size.
    ///
    /// # Errors
    /// If it is out of range.
    pub const fn new(size: u32) -> Result<Self, TermsError> {
        if size >= 1 && size <= Self::LARGEST { Ok(Self(size)) } else { Err(TermsError::Batch) }
    }

    /// Reads a batch size as a person types it.
    ///
    /// # Errors
    /// If it is no number, or out of range.
    pub fn parse(text: &str) -> Result<Self, TermsError> {
        digits(text).map_or(Err(TermsError::Batch), Self::new)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Ceiling {
    /// The most.
    pub const LARGEST: u32 = 1_000_000;

    /// A ceiling.
    ///
    /// # Errors
    /// If it is out of range.
    pub const fn new(most: u32) -> Result<Self, TermsError> {
        if most >= 1 && most <= Self::LARGEST { Ok(Self(most)) } else { Err(TermsError::Ceiling) }
    }

    /// Reads a ceiling as a person types it. Nothing is no ceiling.
    ///
    /// # Errors
    /// If it is no number, or out of range.
    pub fn parse(text: &str) -> Result<Option<Self>, TermsError> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        digits(text).map_or(Err(TermsError::Ceiling), Self::new).map(Some)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

macro_rules! as_number {
    ($name:ident) => {
        impl From<$name> for u32 {
            fn from(number: $name) -> Self {
                number.get()
            }
        }

        impl TryFrom<u32> for $name {
            type Error = TermsError;

            fn try_from(number: u32) -> Result<Self, TermsError> {
                Self::new(number)
            }
        }
    };
}
as_number!(BatchSize);
as_number!(Ceiling);
as_number!(PeopleLimit);

/// How many people may join by one invite link: 1 to 100,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u32", try_from = "u32")]
pub struct PeopleLimit(u32);

impl PeopleLimit {
    /// The most.
    pub const LARGEST: u32 = 100_000;

    /// A number of people.
    ///
    /// # Errors
    /// If it is out of range.
    pub const fn new(most: u32) -> Result<Self, TermsError> {
        if most >= 1 && most <= Self::LARGEST { Ok(Self(most)) } else { Err(TermsError::People) }
    }

    /// Reads a number of people as a person types it. Nothing is no limit.
    ///
    /// # Errors
    /// If it is no number, or out of range.
    pub fn parse(text: &str) -> Result<Option<Self>, TermsError> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        digits(text).map_or(Err(TermsError::People), Self::new).map(Some)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_from_1_to_5000() {
        for (typed, read) in [("1", 1), (" 300 ", 300), ("5,000", 5_000), ("5000", 5_000), ("007", 7)] {
            assert_eq!(BatchSize::parse(typed).map(BatchSize::get), Ok(read), "{typed}");
        }
        for typed in ["", "0", "5001", "-3", "+3", "2.5", "a few", "99999999999", "１２"] {
            assert_eq!(BatchSize::parse(typed), Err(TermsError::Batch), "{typed}");
        }
        assert_eq!(TermsError::Batch.to_string(), "Write a batch size from 1 to 5,000 conversations, in digits.");
    }

    #[test]
    fn no_ceiling_is_an_empty_field() {
        assert_eq!(Ceiling::parse("  "), Ok(None));
        assert_eq!(Ceiling::parse("500").map(|ceiling| ceiling.map(Ceiling::get)), Ok(Some(500)));
        for typed in ["0", "1000001", "none"] {
            assert_eq!(Ceiling::parse(typed), Err(TermsError::Ceiling), "{typed}");
        }
    }
}
