//! Contacts from a file: what was uploaded, how its columns are read, the dry run, the import.
//!
//! The upload itself is `POST /api/imports/upload?campaign=ID&name=FILE` with the file as its body
//! (`application/octet-stream`), and answers an [`ImportId`]; the bad rows are
//! `GET /api/imports/ID/bad-rows.csv`.

mod charset;
mod error;

use handoff_core::{CampaignId, ImportId, Instant};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

pub use charset::Charset;
pub use error::{Foreign, ImportError};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services};

/// What a column of the file is read as.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Column {
    /// Not read.
    Ignored,
    /// The phone number. Exactly one column, or several in order of preference.
    Phone,
    /// The first name.
    FirstName,
    /// The last name.
    LastName,
    /// A custom field with this name, usable as a placeholder.
    Custom(String),
    /// Whether they agreed to be texted: a yes is an agreement.
    OptIn,
    /// Whether they do not want texts: a yes is a refusal.
    OptOut,
}

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

/// What the dry run says where nobody would have a name, as in a file without names of columns.
pub const NO_NAME: &str = "No column is imported as a name.";

/// Whether a column is imported as a name.
pub fn has_names(columns: &[Column]) -> bool {
    columns.iter().any(|column| matches!(column, Column::FirstName | Column::LastName))
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

/// Reads what an uploaded file holds, read as was chosen.
#[server(prefix = "/api", endpoint = "imports/get", input = Json)]
pub async fn read_upload(import: ImportId, #[server(default)] read_as: ReadAs) -> Result<Upload, ApiError> {
    answer(services().store.read_upload_as(actor()?, import, read_as).await)
}

/// Says what an import with these columns would do, and does nothing.
#[server(prefix = "/api", endpoint = "imports/dry-run", input = Json)]
pub async fn check_import(
    import: ImportId,
    columns: Vec<Column>,
    #[server(default)] read_as: ReadAs,
    #[server(default)] despite_consent: bool,
) -> Result<DryRun, ApiError> {
    let choices = Choices { columns, read_as, despite_consent };
    answer(services().store.check_import(actor()?, import, choices).await)
}

/// Starts the import. It goes on when the page is closed.
#[server(prefix = "/api", endpoint = "imports/start", input = Json)]
pub async fn start_import(
    import: ImportId,
    columns: Vec<Column>,
    #[server(default)] read_as: ReadAs,
    #[server(default)] despite_consent: bool,
) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let choices = Choices { columns, read_as, despite_consent };
    // On its own, so that nothing is left half-started when the page is closed while it asks.
    let started = tokio::spawn(async move {
        let run = services.store.start_import(actor, import, choices).await?;
        let campaign = run.campaign();
        tokio::spawn(async move {
            // How it ended is written down for whoever asks, and the log has the rest. Whatever is answered here, it may
            // have been imported.
            let _ = run.run().await;
            services.live.changed(actor.organization, campaign);
            services.store.take_in_names_aside();
        });
        Ok(())
    });
    answer(started.await.unwrap_or(Err(ApiError::Broken)))
}

/// Says how far an import is.
#[server(prefix = "/api", endpoint = "imports/progress", input = Json)]
pub async fn import_progress(import: ImportId) -> Result<Progress, ApiError> {
    answer(services().store.import_progress(actor()?, import).await)
}
