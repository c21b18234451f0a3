//! The history of operations, and undo.

use handoff_core::plan::Fingerprint;
use handoff_core::{CampaignId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::history::{HistoryCursor, HistoryFilter, HistoryPage, OperationDetail, UndoAnswer, UndoPreview};
#[cfg(feature = "ssr")]
use crate::store::undo::UndoCommit;

/// Reads a page of a campaign's history, the newest first, at most 50: all of it, or what a filter leaves.
#[server(prefix = "/api", endpoint = "history/list", input = Json)]
pub async fn read_history(
    campaign: CampaignId,
    filter: Option<HistoryFilter>,
    after: Option<HistoryCursor>,
) -> Result<HistoryPage, ApiError> {
    let (services, actor) = (services(), actor()?);
    answer(services.store.history_of(actor, campaign, &filter.unwrap_or_default(), after).await)
}

/// Reads one operation with its per-person table.
#[server(prefix = "/api", endpoint = "history/get", input = Json)]
pub async fn read_operation(campaign: CampaignId, operation: OperationId) -> Result<OperationDetail, ApiError> {
    let (services, actor) = (services(), actor()?);
    answer(services.store.operation(actor, campaign, operation).await)
}

/// Says what undoing an operation would do.
#[server(prefix = "/api", endpoint = "history/undo-preview", input = Json)]
pub async fn preview_undo(campaign: CampaignId, operation: OperationId) -> Result<UndoPreview, ApiError> {
    let (services, actor) = (services(), actor()?);
    answer(services.store.undo_preview(actor, campaign, operation).await)
}

/// Undoes an operation, exactly as it was previewed, or nothing.
///
/// `undo` is the id of the undo itself, made by the caller; sent again, it answers what it did the first time.
#[server(prefix = "/api", endpoint = "history/undo", input = Json)]
pub async fn undo_operation(
    campaign: CampaignId,
    operation: OperationId,
    fingerprint: Fingerprint,
    undo: OperationId,
) -> Result<UndoAnswer, ApiError> {
    let (services, actor) = (services(), actor()?);
    let commit = UndoCommit { campaign, undoes: operation, fingerprint, operation: undo };
    let result = services.store.undo(actor, &commit).await;
    if matches!(result, Ok(UndoAnswer::Committed { .. })) {
        services.live.changed(actor.organization, campaign);
    }
    answer(result)
}
