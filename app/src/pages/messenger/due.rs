//! For how many conversations of a list of follow-ups each of them is still due.

use handoff_server::api::follow_ups::count_due;
use handoff_server::model::follow_up::DueFollowUp;
use leptos::prelude::*;

use super::desk::Desk;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::number;

/// For how many conversations each follow-up is still due. Nothing, once none is.
#[component]
pub fn Due(desk: Desk) -> impl IntoView {
    let (campaign, place) = (desk.campaign, desk.place);
    let query = Query::new(move || count_due(campaign, Some(place.whose.get())));
    Live::expect().follow(campaign, query);
    let due = move || {
        let mut all = query.data.get().unwrap_or_default();
        all.retain(|one| one.due > 0);
        all
    };
    let row = |one: DueFollowUp| {
        view! {
            <li>
                <span class="inbox-due-title">{one.title}</span>
                <span class="inbox-due-count">{number(one.due)} " to send"</span>
            </li>
        }
    };
    move || {
        let due = due();
        (!due.is_empty()).then(|| {
            view! { <ul class="inbox-due" aria-label="Follow-ups still to send">{due.into_iter().map(row).collect_view()}</ul> }
        })
    }
}
