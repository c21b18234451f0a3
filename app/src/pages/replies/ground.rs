//! What the parts of the list share.

use handoff_core::CampaignId;
use handoff_server::model::reply::Reply;
use leptos::prelude::*;

use crate::state::query::Query;

/// What the parts of the list share.
#[derive(Clone, Copy)]
pub(super) struct Ground {
    pub(super) campaign: Option<CampaignId>,
    pub(super) fields: Signal<Vec<String>>,
    pub(super) replies: Query<Vec<Reply>>,
    /// The id of the one that is being written for the first time.
    pub(super) adding: RwSignal<Option<i64>>,
    pub(super) deleting: RwSignal<Option<Reply>>,
}
