//! Recommended replies, of a campaign and of the organization.

use handoff_core::{CampaignId, ReplyId};
use serde::{Deserialize, Serialize};

/// A recommended reply. `handoff_core::reply::RecommendedReply` fills it in for a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Which.
    pub id: ReplyId,
    /// Its campaign; `None` is for every campaign of the organization.
    pub campaign: Option<CampaignId>,
    /// Its title.
    pub title: String,
    /// Its text, with placeholders.
    pub text: String,
}
