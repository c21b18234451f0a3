//! How much the requests of a campaign look for: as much as the last one, as a rule.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use handoff_core::CampaignId;
use handoff_core::status::Standing;

/// Campaigns whose last request is remembered. Beyond, all are forgotten.
const REMEMBERED: usize = 1_000;

/// How much of which standings is looked for.
pub(super) type Wanted = Vec<(Range, u32)>;

/// How much the last request of each campaign looked for.
#[derive(Clone, Default)]
pub struct Expected(Arc<Mutex<HashMap<CampaignId, Wanted>>>);

impl Expected {
    pub(super) fn of(&self, campaign: CampaignId) -> Wanted {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&campaign).cloned().unwrap_or_default()
    }

    pub(super) fn note(&self, campaign: CampaignId, wanted: Wanted) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(campaign, wanted);
    }
}

/// From one standing to another.
pub(super) type Range = (Standing, Standing);
