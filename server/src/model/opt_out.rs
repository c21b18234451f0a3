//! Who has opted out of the organization's messages.

use handoff_core::Instant;
use handoff_core::contact::Phone;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A number that has opted out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOutRow {
    /// The number.
    pub phone: Phone,
    /// Since when.
    pub at: Instant,
    /// Who opted it out by hand or from a list. None: the contact did.
    pub by: Option<String>,
}

/// A page of the numbers that have opted out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOutPage {
    /// At most 50: the latest first, or, of a search, by number.
    pub rows: Vec<OptOutRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<OptOutCursor>,
}

/// Where a page begins: behind this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOutCursor {
    /// The number of the last one shown.
    pub phone: Phone,
    /// Since when it has opted out.
    pub at: Instant,
}

/// What a list of numbers would change, or has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOutsRead {
    /// How many numbers opt out by it.
    pub good: u32,
    /// How many have opted out already.
    pub present: u32,
    /// How many are in the list more than once.
    pub doubled: u32,
    /// How many lines give no number.
    pub bad: u32,
    /// The first 200 of those.
    pub bad_lines: Vec<BadOptOut>,
}

/// A line of a list that gives no number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadOptOut {
    /// Which, from 1.
    pub line: u32,
    /// What is in it, cut at 100 characters.
    pub text: String,
    /// Why it gives none.
    pub reason: String,
}

/// Why a list of numbers is not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum OptOutError {
    /// Nothing is in it.
    #[error("There is no number in this list. Paste one number a line, or choose a file with a column of them.")]
    Empty,
    /// Lines give no number.
    #[error("{lines} of this list {} no good number, so nothing was imported. Correct or delete {}, and import it again.",
        if *.lines == 1 { "line has" } else { "lines have" }, if *.lines == 1 { "it" } else { "them" })]
    Bad {
        /// How many.
        lines: u32,
    },
    /// It is too long.
    #[error("This list has {numbers} numbers. Import at most 100,000 at once, in several lists.")]
    TooMany {
        /// How many numbers it has.
        numbers: u32,
    },
}
