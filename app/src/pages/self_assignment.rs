//! Self assignment of a campaign: its terms, its invite link, what is left in the pool, and who takes from it.

mod axis;
mod brought;
mod chart;
mod invite;
mod limit;
mod people;
mod picture;
mod pool;
mod qr;
mod revoke;
mod terms;
mod typed;
mod words;

use handoff_core::campaign::CampaignStatus;
use handoff_core::permission::Setting;
use handoff_server::api::self_assignment::{read_pool_history, read_self_assignment};
use handoff_server::model::self_assignment::SelfAssignment;
use leptos::prelude::*;

use self::invite::InviteLink;
use self::people::People;
use self::picture::Picture;
use self::pool::Pool;
use self::terms::Terms;
use super::campaign::{CampaignPage, campaign_page};
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{Load, adopt};

/// Self assignment of a campaign.
#[component]
pub fn SelfAssignmentPage() -> impl IntoView {
    adopt(include_str!("../../../style/self_assignment.css"));
    let CampaignPage { id, campaign } = campaign_page();
    let query = Query::new(move || read_self_assignment(id));
    let history = Query::new(move || read_pool_history(id));
    let live = Live::expect();
    live.follow(id, query);
    live.follow(id, history);
    let status = Memo::new(move |_| {
        campaign.data.with(|campaign| campaign.as_ref().map_or(CampaignStatus::Active, |one| one.status))
    });
    view! {
        <Load query let:read>
            <Parts page=campaign_page() query read status=status.into() history />
        </Load>
    }
    .into_any()
}

#[component]
fn Parts(
    page: CampaignPage,
    query: Query<SelfAssignment>,
    read: Signal<SelfAssignment>,
    status: Signal<CampaignStatus>,
    history: Query<handoff_server::model::self_assignment::PoolHistory>,
) -> impl IntoView {
    let on = Memo::new(move |_| read.with(|read| read.on == Setting::On));
    view! {
        <div class="pool-terms">
            <Terms page query saved=read status />
            <InviteLink page query read on=on.into() />
        </div>
        <section class="section pool-section" aria-labelledby="pool-title">
            <h2 id="pool-title">"Pool"</h2>
            <div class="pool">
                <Pool read />
                <Picture page history />
            </div>
        </section>
        <People read />
    }
    .into_any()
}
