//! Campaigns: a row of the list, and one campaign for its pages.

use handoff_core::campaign::readiness::Missing;
use handoff_core::campaign::{CampaignError, CampaignStatus};
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant};
use serde::{Deserialize, Serialize};

/// A campaign in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignRow {
    /// Which.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: CampaignStatus,
    /// When it was created.
    pub created_at: Instant,
    /// Its conversations by standing: total, progress and needs reply follow from it.
    pub counts: Counts,
    /// How many conversations nobody holds.
    pub unassigned: u32,
    /// How many texters are on it.
    pub texters: u32,
    /// How many answers it got since it was archived.
    pub late_replies: u32,
    /// What it lacks that is to be started.
    pub missing: Vec<Missing>,
}

/// One campaign, for its pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Which.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: CampaignStatus,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it.
    pub created_by: String,
    /// The initial message, with placeholders.
    pub initial_message: String,
    /// The names of the custom columns that came with the contacts: usable as placeholders.
    pub custom_fields: Vec<String>,
    /// The initial message filled in for some real contacts, at most three: name and text.
    pub samples: Vec<(String, String)>,
    /// What it lacks that is to be started.
    pub missing: Vec<Missing>,
}

/// An initial message as it was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedMessage {
    /// Its text: white space at its end is gone.
    pub message: String,
    /// The placeholders that say nothing to some contacts.
    pub empty: Vec<EmptyPlaceholder>,
}

/// A placeholder for which some contacts have nothing, and that has no words in place of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmptyPlaceholder {
    /// Its name.
    pub name: String,
    /// How many contacts have nothing there.
    pub contacts: u32,
}

/// What became of each campaign that was to be archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// Those that are archived now.
    pub archived: Vec<CampaignId>,
    /// Those that were not, with the reason.
    pub refused: Vec<NotArchived>,
}

/// A campaign that was not archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotArchived {
    /// Which.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: CampaignError,
}
