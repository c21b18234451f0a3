//! Contacts from a file: what was uploaded, how its columns are read, the dry run, the import.
//!
//! The upload itself is `POST /api/imports/upload?campaign=ID&name=FILE` with the file as its body
//! (`application/octet-stream`), and answers an [`ImportId`]; the bad rows are
//! `GET /api/imports/ID/bad-rows.csv`.

use handoff_core::{CampaignId, ImportId, Instant};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use thiserror::Error;

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
}

/// A row that cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// The line of the file on which the row begins, from 1.
    pub line: u32,
    /// Why, in a sentence.
    pub reason: String,
    /// The cells of the row.
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

/// Why a contact file is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum ImportError {
    /// No bytes.
    #[error("This file is empty. Export it again from your tool, then upload it.")]
    Empty,
    /// Not text.
    #[error("This is not a text file. Export your contacts as CSV, then upload that file.")]
    Binary,
    /// More bytes than are taken.
    #[error("This file is larger than {megabytes} MB. Split it into several files.")]
    TooLarge {
        /// The limit.
        megabytes: u32,
    },
    /// A first line, and nothing else.
    #[error("This file has column names but no rows.")]
    NoRows,
    /// No column holds phone numbers.
    #[error("No column is chosen for the phone number. Choose the column with the numbers to text.")]
    NoPhone,
    /// The mapping does not fit the file.
    #[error("The file has {columns} columns, and {mapped} were mapped. Reload the page and map them again.")]
    Mapping {
        /// Columns in the file.
        columns: u32,
        /// Columns in the mapping.
        mapped: u32,
    },
    /// Two columns would become the same custom field.
    #[error("Two columns would both become \"{0}\". Rename or ignore one of them.")]
    DuplicateField(String),
    /// A custom field's name is empty, too long or taken.
    #[error("\"{0}\" cannot be the name of a custom field: use letters, digits and underscores, at most 40.")]
    FieldName(String),
    /// It runs or is done already.
    #[error("This file is being imported or was imported already.")]
    AlreadyStarted,
}

impl ImportError {
    /// The HTTP status that goes with it.
    pub const fn status(&self) -> u16 {
        match self {
            Self::TooLarge { .. } => 413,
            Self::AlreadyStarted => 409,
            _ => 422,
        }
    }
}

/// Reads what an uploaded file holds.
#[server(prefix = "/api", endpoint = "imports/get", input = Json)]
pub async fn read_upload(import: ImportId) -> Result<Upload, ApiError> {
    answer(services().store.read_upload(actor()?, import).await)
}

/// Says what an import with these columns would do, and does nothing.
#[server(prefix = "/api", endpoint = "imports/dry-run", input = Json)]
pub async fn check_import(import: ImportId, columns: Vec<Column>) -> Result<DryRun, ApiError> {
    answer(services().store.check_import(actor()?, import, columns).await)
}

/// Starts the import. It goes on when the page is closed.
#[server(prefix = "/api", endpoint = "imports/start", input = Json)]
pub async fn start_import(import: ImportId, columns: Vec<Column>) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    // On its own, so that nothing is left half-started when the page is closed while it asks.
    let started = tokio::spawn(async move {
        let run = services.store.start_import(actor, import, columns).await?;
        let campaign = run.campaign();
        tokio::spawn(async move {
            // How it ended is written down for whoever asks, and the log has the rest. Whatever is answered here, it may
            // have been imported.
            let _ = run.run().await;
            services.live.changed(actor.organization, campaign);
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
