//! What stands beside a thread: the survey, recommended replies, the campaign.

use handoff_server::model::messenger::Messenger;
use leptos::prelude::*;

use super::composer::Draft;
use super::desk::Desk;
use super::info::Info;
use super::place::Side;
use super::replies::Replies;
use super::survey::Survey;

/// What stands beside a thread.
#[component]
pub fn SideView(desk: Desk, draft: Draft, messenger: Signal<Messenger>) -> impl IntoView {
    let place = desk.place;
    let side = Memo::new(move |_| place.side.get().unwrap_or_default());
    let tab = move |one: Side| {
        view! {
            <button
                type="button"
                class="side-tab"
                aria-current=move || (side.get() == one).then_some("true")
                on:click=move |_| place.show(Some(one))
            >
                {one.label()}
            </button>
        }
    };
    view! {
        <section class="side" aria-label="Details">
            <header class="side-head">
                <button type="button" class="button quiet back" on:click=move |_| place.show(None)>
                    <span aria-hidden="true">"‹"</span>
                    " Conversation"
                </button>
                <nav class="side-tabs" aria-label="Details">{Side::ALL.map(tab).collect_view()}</nav>
            </header>
            <div class="side-body" tabindex="0" role="region" aria-label=move || side.get().label()>
                {move || match side.get() {
                    Side::Survey => view! { <Survey desk messenger /> }.into_any(),
                    Side::Replies => view! { <Replies desk draft messenger /> }.into_any(),
                    Side::Info => view! { <Info desk messenger /> }.into_any(),
                }}
            </div>
        </section>
    }
    .into_any()
}
