//! The history of operations, and undo.

use handoff_core::plan::{Change, Fingerprint};
use handoff_core::tally::Tally;
use handoff_core::undo::Moved;
use handoff_core::{CampaignId, Instant, MemberId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services};
#[cfg(feature = "ssr")]
use crate::store::undo::UndoCommit;

/// What an operation was. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OperationKind {
    /// A bulk move.
    BulkMove = 1,
    /// A texter was removed, and what they held was moved.
    Removal = 2,
    /// Another operation was undone.
    Undo = 3,
    /// One conversation was given to somebody, or to nobody.
    OneMove = 4,
    /// A texter requested conversations.
    Request = 5,
    /// A texter gave conversations back.
    GiveBack = 6,
    /// An invite link was ended, those who had joined by it were removed, and what they held was taken back.
    Revocation = 7,
}

impl OperationKind {
    /// Every kind, in the order on screen.
    pub const ALL: [Self; 7] =
        [Self::BulkMove, Self::OneMove, Self::Request, Self::GiveBack, Self::Removal, Self::Revocation, Self::Undo];

    /// The kind with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == number)
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::BulkMove => "Bulk move",
            Self::Removal => "Texter removed",
            Self::Undo => "Undo",
            Self::OneMove => "Move",
            Self::Request => "Request",
            Self::GiveBack => "Given back",
            Self::Revocation => "Invite link ended",
        }
    }
}

/// An operation in the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationRow {
    /// Which.
    pub id: OperationId,
    /// What it was.
    pub kind: OperationKind,
    /// When.
    pub at: Instant,
    /// Who did it.
    pub by: String,
    /// What it did, in words.
    pub headline: String,
    /// How many conversations moved.
    pub moved: u32,
    /// The operation that it undid.
    pub undoes: Option<OperationId>,
    /// The latest operation that undid it.
    pub undone_by: Option<OperationId>,
}

/// Which operations of the history are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HistoryFilter {
    /// Those of one of these kinds. None here is of every kind.
    pub kinds: Vec<OperationKind>,
    /// Those that this member committed, or that gave them something or took something from them.
    pub person: Option<MemberId>,
}

/// One page of the history, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// The operations.
    pub operations: Vec<OperationRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<HistoryCursor>,
}

/// Where a page of the history begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryCursor {
    /// The instant of the last operation shown.
    pub at: Instant,
    /// Its id.
    pub id: OperationId,
}

/// One operation with its per-person table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationDetail {
    /// The operation.
    pub operation: OperationRow,
    /// What was asked for, in words.
    pub request: String,
    /// What it did to each person, with their name then.
    pub people: Vec<(String, Change)>,
}

/// All that the browser needs to preview an undo with `handoff_core::undo::undo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoPreview {
    /// The operation to undo.
    pub operation: OperationRow,
    /// The campaign now.
    pub tally: Tally,
    /// What the operation moved, and what became of it.
    pub moved: Vec<Moved>,
    /// The names of everyone in it.
    pub names: Vec<(MemberId, String)>,
}

/// What became of an undo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum UndoAnswer {
    /// It restored exactly what was previewed.
    Committed {
        /// The undo, itself an operation.
        operation: OperationId,
        /// How many went back.
        moved: u32,
        /// What it did, in words.
        headline: String,
    },
    /// The campaign has changed, so that something else would go back: nothing was moved.
    Conflict {
        /// The preview now.
        preview: Box<UndoPreview>,
    },
}

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
