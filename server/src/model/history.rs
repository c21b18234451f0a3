//! The history of operations, and undo.

use handoff_core::operation::OperationKind;
use handoff_core::plan::Change;
use handoff_core::tally::Tally;
use handoff_core::undo::Moved;
use handoff_core::{Instant, MemberId, OperationId};
use serde::{Deserialize, Serialize};

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
