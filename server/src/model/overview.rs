//! Who holds what in a campaign, and what became of a bulk move.

use handoff_core::campaign::CampaignStatus;
use handoff_core::tally::Tally;
use handoff_core::{CampaignId, Instant, MemberId, OperationId};
use serde::{Deserialize, Serialize};

/// The data of a campaign's Conversations Overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Which campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: CampaignStatus,
    /// Who holds how much: the tiles, the table and every preview follow from it.
    pub tally: Tally,
    /// The texters and other holders, in the order of the tally's holders.
    pub people: Vec<Person>,
    /// How many conversations are escalated.
    pub escalated: u32,
}

/// A texter or other holder, for the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Who.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// Whether they are here now.
    pub online: bool,
    /// When they were last seen.
    pub last_active: Option<Instant>,
}

/// What became of a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CommitAnswer {
    /// It moved exactly what was previewed, now or when the same operation was first sent.
    Committed {
        /// The operation, which can be undone.
        operation: OperationId,
        /// How many moved.
        moved: u32,
        /// What it did, in words.
        headline: String,
    },
    /// The campaign has changed, so that something else would move: nothing was moved. Preview again.
    Conflict {
        /// The campaign now.
        overview: Box<Overview>,
    },
}
