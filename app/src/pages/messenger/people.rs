//! For admins: everybody on the campaign, with what they hold.

use handoff_core::CampaignId;
use handoff_server::api::overview::read_overview;
use handoff_server::model::overview::Overview;
use leptos::prelude::*;

use crate::moving::arrange::{Row, rows};
use crate::state::live::Live;
use crate::state::query::Query;

/// Everybody on the campaign.
#[derive(Clone, Copy)]
pub struct People {
    /// The campaign's overview.
    pub query: Query<Overview>,
    /// Unassigned, and everyone who holds conversations or can.
    pub rows: Memo<Vec<Row>>,
    /// How many conversations are escalated.
    pub escalated: Memo<u32>,
}

/// Fetches everybody on the campaign, for the parts of the messenger that ask with [`people`].
pub fn provide(campaign: CampaignId) -> People {
    let query = Query::new(move || read_overview(campaign));
    Live::expect().follow(campaign, query);
    let rows = Memo::new(move |_| query.data.with(|overview| overview.as_ref().map(rows).unwrap_or_default()));
    let escalated =
        Memo::new(move |_| query.data.with(|overview| overview.as_ref().map_or(0, |overview| overview.escalated)));
    let people = People { query, rows, escalated };
    provide_context(people);
    people
}

/// Everybody on the campaign. Only for what is shown to admins.
pub fn people() -> People {
    expect_context()
}
