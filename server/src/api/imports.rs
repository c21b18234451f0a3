//! Contacts from a file: what was uploaded, how its columns are read, the dry run, the import.
//!
//! The upload itself is `POST /api/imports/upload?campaign=ID&name=FILE` with the file as its body
//! (`application/octet-stream`), and answers an [`ImportId`]; the bad rows are
//! `GET /api/imports/ID/bad-rows.csv`.

use handoff_core::ImportId;
use handoff_core::contact::Column;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
#[cfg(feature = "ssr")]
use crate::model::import::Choices;
use crate::model::import::{DryRun, Progress, ReadAs, Upload};

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
