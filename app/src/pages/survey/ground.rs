//! What the parts of the page share.

use handoff_core::CampaignId;
use handoff_server::model::survey::{AnswerCount, SurveyQuestion};
use leptos::prelude::*;

use crate::state::query::Query;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Ground {
    pub(super) campaign: CampaignId,
    pub(super) questions: Query<Vec<SurveyQuestion>>,
    /// How often each answer was recorded. Empty until it is known.
    pub(super) counts: Query<Vec<AnswerCount>>,
    /// The id of the question that is being written for the first time.
    pub(super) adding: RwSignal<Option<i64>>,
    pub(super) deleting: RwSignal<Option<SurveyQuestion>>,
}

impl Ground {
    /// What was recorded, as far as it is known.
    pub(super) fn counts(self) -> Vec<AnswerCount> {
        self.counts.data.get().unwrap_or_default()
    }
}
