//! What the parts of the page share.

use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_server::model::follow_up::{DueFollowUp, FollowUpRow};
use handoff_server::model::survey::SurveyQuestion;
use leptos::prelude::*;

use crate::pages::campaign::CampaignPage;
use crate::state::query::Query;

/// What the page is made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Data {
    pub(super) follow_ups: Vec<FollowUpRow>,
    pub(super) questions: Vec<SurveyQuestion>,
    pub(super) zone: TimeZoneName,
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(super) struct Ground {
    pub(super) page: CampaignPage,
    pub(super) fields: Signal<Vec<String>>,
    pub(super) data: Query<Data>,
    /// For how many conversations each is still due.
    pub(super) due: Query<Vec<DueFollowUp>>,
    /// The id of the one that is being written for the first time.
    pub(super) adding: RwSignal<Option<i64>>,
    pub(super) deleting: RwSignal<Option<FollowUpRow>>,
}
