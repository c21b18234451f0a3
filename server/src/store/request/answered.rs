//! Which request of each texter this process answered last, so that of two that a texter makes at once one is answered.
//!
//! The second waits until the first is answered; what it finds then is another answer than when it came. Between
//! processes the same is read from the history, by the clock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use handoff_core::{CampaignId, OperationId};

use crate::store::Actor;

/// Texters that are remembered. Beyond, all are forgotten.
const REMEMBERED: usize = 10_000;

type Key = (i64, CampaignId, i64);

/// The request of each texter that was answered last.
#[derive(Clone, Default)]
pub struct Answered(Arc<Mutex<HashMap<Key, OperationId>>>);

const fn key(actor: Actor, campaign: CampaignId) -> Key {
    (actor.organization.get(), campaign, actor.member.get())
}

impl Answered {
    /// The request of a texter that was answered last.
    pub(super) fn last(&self, actor: Actor, campaign: CampaignId) -> Option<OperationId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key(actor, campaign)).copied()
    }

    /// Notes that this one is being answered: before it is committed, so that whoever waits for that finds it.
    pub(super) fn note(&self, actor: Actor, campaign: CampaignId, operation: OperationId) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key(actor, campaign), operation);
    }
}
