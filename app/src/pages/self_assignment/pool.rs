//! What is left to be handed out, in numbers.

use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use handoff_server::model::self_assignment::SelfAssignment;
use leptos::prelude::*;

use super::words::other_words;
use crate::ui::number;

/// What can be in a pool, with the class that colours it, in the order in which it is handed out.
const STANDINGS: [(Standing, &str); 5] = [
    (Standing::NeedsReply, "standing-needs-reply"),
    (Standing::NotStarted, "standing-not-started"),
    (Standing::Replied, "standing-replied"),
    (Standing::Waiting, "standing-waiting"),
    (Standing::Resolved, "standing-resolved"),
];

/// What is left to be handed out, and how it stands.
#[component]
pub fn Pool(read: Signal<SelfAssignment>) -> impl IntoView {
    let left = Memo::new(move |_| read.with(|read| read.left));
    let pool = Memo::new(move |_| read.with(|read| read.pool));
    let other = move || other_words(left.get(), pool.with(Counts::total), number);
    let rows = STANDINGS
        .map(|(standing, class)| {
            let count = Memo::new(move |_| pool.with(|pool| pool.get(standing)));
            view! {
                <div class="pool-standing" class:zero=move || count.get() == 0>
                    <dt>
                        <span class=format!("standing-key {class}") aria-hidden="true"></span>
                        {standing.label()}
                    </dt>
                    <dd>{move || number(count.get())}</dd>
                </div>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="pool-numbers">
            <p class="pool-left">
                <strong class="pool-count">{move || number(left.get())}</strong> " left to be handed out"
            </p>
            <dl class="pool-standings" aria-label="Unassigned conversations by status">{rows}</dl>
            <p class="small quiet pool-other">{other}</p>
        </div>
    }
    .into_any()
}
