//! An undo that is to be committed.

use handoff_core::plan::Fingerprint;
use handoff_core::{CampaignId, OperationId};

/// An undo to commit.
#[derive(Clone, Debug)]
pub struct UndoCommit {
    /// The campaign.
    pub campaign: CampaignId,
    /// The operation to undo.
    pub undoes: OperationId,
    /// The fingerprint of the undo that was previewed.
    pub fingerprint: Fingerprint,
    /// The id of the undo itself, made by who asks.
    pub operation: OperationId,
}
