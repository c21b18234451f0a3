//! Contacts from a file: what was uploaded, how it is read, what an import would do or has done.

mod charset;
mod error;

use handoff_core::contact::Column;
use handoff_core::{CampaignId, ImportId, Instant};
use serde::{Deserialize, Serialize};

pub use charset::Charset;
pub use error::{Foreign, ImportError};

/// An uploaded file, before it is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Which.
    pub id: ImportId,
    /// The campaign it is for.
    pub campaign: CampaignId,
    /// The file's name.
    pub file_name: String,
    /// How the file was understood, in words: "UTF-16, separated by tabs".
    pub format: String,
    /// The names of its columns.
    pub headers: Vec<String>,
    /// The first rows, at most five.
    pub sample: Vec<Vec<String>>,
    /// What each column is guessed to be.
    pub guess: Vec<Column>,
    /// How many rows it has.
    pub rows: u32,
    /// The encoding in which it was read. None of a workbook, which says so itself.
    pub charset: Option<Charset>,
    /// The sheets of a workbook that can be chosen, with their places in it. None of other files.
    pub sheets: Vec<Worksheet>,
    /// The place of the sheet that was read.
    pub sheet: u32,
    /// Where the names of the columns are.
    pub header: Header,
    /// The first lines as they stand in the file, for whoever looks for the names of the columns.
    pub top: Vec<Line>,
}

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worksheet {
    /// Its place in the workbook, from 0.
    pub place: u32,
    /// Its name.
    pub name: String,
}

/// A line of a file, as it stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number, from 1.
    pub line: u32,
    /// The first of its cells, cut.
    pub cells: Vec<String>,
}

/// Where the names of the columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Header {
    /// In the row that begins on this line, from 1. What stands above it is not read.
    Line(u32),
    /// Nowhere: the first line is a contact.
    None,
}

/// How a file is to be read, where that is not left to be guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadAs {
    /// The encoding of a text.
    pub charset: Option<Charset>,
    /// The place of a workbook's sheet, from 0.
    pub sheet: Option<u32>,
    /// Where the names of the columns are.
    pub header: Option<Header>,
}

/// What an admin decided about a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choices {
    /// What each column is read as.
    pub columns: Vec<Column>,
    /// How the file is read.
    #[serde(default)]
    pub read_as: ReadAs,
    /// Whether those who have not agreed to be texted are imported all the same.
    #[serde(default)]
    pub despite_consent: bool,
}

impl From<Vec<Column>> for Choices {
    fn from(columns: Vec<Column>) -> Self {
        Self { columns, ..Self::default() }
    }
}

/// A row that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// The line of the file on which the row begins, from 1.
    pub line: u32,
    /// Why, in a sentence.
    pub reason: String,
    /// The first cells of the row, cut.
    pub cells: Vec<String>,
}

/// What an import would do, or has done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRun {
    /// Contacts that are new to the campaign.
    pub good: u32,
    /// Rows with a number that an earlier row of the file has.
    pub merged: u32,
    /// Rows whose number the campaign has already.
    pub present: u32,
    /// Contacts among the good ones who have opted out: imported, and never written to.
    pub opted_out: u32,
    /// Contacts who have not agreed to be texted, as the file says.
    #[serde(default)]
    pub not_agreed: u32,
    /// Whether they are among the good ones all the same. Otherwise they are left out.
    #[serde(default)]
    pub despite_consent: bool,
    /// Rows that cannot be imported.
    pub bad: u32,
    /// The first of them, at most 100.
    pub bad_rows: Vec<BadRow>,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// It is uploaded, and waits to be started.
    Ready,
    /// It runs: so many of so many rows.
    Running {
        /// Rows done.
        done: u32,
        /// Rows in all.
        rows: u32,
    },
    /// It is done.
    Done {
        /// What it did.
        result: DryRun,
        /// When.
        at: Instant,
    },
    /// It failed or the server stopped in the middle: nothing was imported.
    Failed {
        /// Why, in a sentence.
        reason: String,
    },
}

/// The largest file that is taken, in megabytes.
pub const LARGEST_MEGABYTES: u32 = 64;

/// The most columns of a file.
pub const MOST_COLUMNS: u32 = 500;

/// The most custom fields of a campaign.
pub const MOST_FIELDS: u32 = 200;

/// The most rows of a file.
pub const MOST_ROWS: u32 = 3_500_000;
