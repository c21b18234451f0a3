//! What is told at the way's end: the answer to the first request, carried from the invite link to the messenger.

use handoff_core::CampaignId;
use serde::{Deserialize, Serialize};

use crate::pages::requesting::Said;
use crate::state::draft::{forget, keep, kept};

/// The name under which it is carried, in this tab alone: over a reload, too, and not to another page.
const NAME: &str = "handoff-arrival";

/// Somebody comes from an invite link: the first conversation opens, and they are told what came of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The campaign.
    pub campaign: CampaignId,
    /// What there is to tell, if anything was requested.
    pub said: Option<Said>,
}

impl Arrival {
    /// Keeps it for the messenger.
    pub fn announce(&self) {
        keep(NAME, self);
    }

    /// Whoever has just arrived at this campaign. Only once.
    pub fn at(campaign: CampaignId) -> Option<Self> {
        let arrival: Option<Self> = kept(NAME);
        if arrival.is_some() {
            forget(NAME);
        }
        arrival.filter(|arrival| arrival.campaign == campaign)
    }
}
