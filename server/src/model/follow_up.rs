//! The follow-ups of a campaign.

use handoff_core::follow_up::Audience;
use handoff_core::{FollowUpId, Instant};
use serde::{Deserialize, Serialize};

/// A follow-up of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpRow {
    /// Which.
    pub id: FollowUpId,
    /// Its title.
    pub title: String,
    /// Its text, with placeholders.
    pub text: String,
    /// Who is meant.
    pub audience: Audience,
    /// From when on it is not sent any more.
    pub expires_at: Option<Instant>,
    /// When it was written.
    pub created_at: Instant,
    /// How many conversations got it.
    pub sent: u32,
}

/// For how many conversations a follow-up is still due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueFollowUp {
    /// Which.
    pub id: FollowUpId,
    /// Its title.
    pub title: String,
    /// In how many conversations it is still to be sent.
    pub due: u32,
}
