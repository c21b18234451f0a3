//! What is under way of one's requests in a campaign.

use std::cell::RefCell;
use std::collections::HashMap;

use handoff_core::{CampaignId, MemberId};
use handoff_server::api::self_assignment::request_conversations;
use handoff_server::model::self_assignment::Requested;
use leptos::prelude::*;

use super::said::Said;
use crate::state::commit::{Committer, sentence};
use crate::state::outliving::outliving;
use crate::state::session::call;

/// What is under way of one's requests in a campaign, and what was answered last.
#[derive(Clone, Copy)]
pub struct Requesting {
    /// With how many conversations one holds as far as the page knows.
    pub(super) committer: Committer<u32, Requested>,
    /// How many one held at least when the last answer came. The page learns of it a moment later.
    held: RwSignal<u32>,
    pub(super) said: RwSignal<Option<Said>>,
    /// How often something was answered.
    pub(super) turn: RwSignal<u32>,
}

thread_local! {
    // A request whose answer was lost is the same one on every page, so that nothing is requested twice.
    static UNDER_WAY: RefCell<HashMap<(MemberId, CampaignId), Requesting>> = RefCell::default();
}

impl Requesting {
    /// What is under way, or nothing yet.
    pub(super) fn of(member: MemberId, campaign: CampaignId) -> Self {
        let kept = UNDER_WAY.with_borrow(|all| all.get(&(member, campaign)).copied());
        let requesting = kept.unwrap_or_else(|| outliving(|| Self::new(campaign)));
        if kept.is_none() {
            UNDER_WAY.with_borrow_mut(|all| all.insert((member, campaign), requesting));
        }
        // What was answered belongs to the page where it was asked.
        if !untrack(|| requesting.committer.is_locked()) {
            requesting.forget();
        }
        requesting
    }

    pub(super) fn new(campaign: CampaignId) -> Self {
        let (said, turn) = (RwSignal::new(None), RwSignal::new(0_u32));
        let held = RwSignal::new(0_u32);
        let done = move |(answer, again): (Requested, bool)| {
            held.update(|held| *held = held.saturating_add(answer.taken.counts.total()));
            said.set(Some(Said::taken(&answer.taken, again)));
            turn.update(|turn| *turn = turn.wrapping_add(1));
        };
        let ask = move |operation, holds| call(move || request_conversations(campaign, operation, Some(holds)));
        Self { committer: Committer::new(ask, Callback::new(done)), held, said, turn }
    }

    fn forget(self) {
        self.said.set(None);
        self.committer.refused.set(None);
    }

    /// Answers something else that was asked beside it.
    pub(super) fn say(self, said: Said) {
        self.held.set(0);
        self.committer.refused.set(None);
        self.said.set(Some(said));
        self.turn.update(|turn| *turn = turn.wrapping_add(1));
    }

    /// Asks for a batch. `shown` is how many conversations the page shows that one holds.
    pub(super) fn press(self, shown: u32) {
        if !untrack(|| self.committer.is_sending()) {
            self.said.set(None);
        }
        let holds = self.held.get_untracked().max(shown);
        if !untrack(|| self.committer.is_locked()) {
            self.held.set(holds);
        }
        self.committer.press(Some(holds));
    }

    /// What there is to read: what is not known, why not, or what came.
    pub(super) fn shown(self) -> Option<Said> {
        let unknown = self.committer.stage.with(|stage| sentence(stage, self.committer.pause.get(), "this request"));
        let refused = self.committer.refused.with(|refused| refused.as_ref().map(Said::refused));
        unknown.map(Said::unknown).or(refused).or_else(|| self.said.get())
    }
}
