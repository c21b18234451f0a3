//! For admins: the escalated conversations of the campaign, whoever holds them.

use handoff_core::ConversationId;
use handoff_server::model::escalation::Escalated;
use leptos::prelude::*;

use super::desk::Desk;
use super::escalations::Escalations;
use super::talk::full_name;
use crate::ui::{Button, ErrorState, SkeletonRows, Time};

/// The list of escalated conversations.
#[component]
pub fn EscalatedList(desk: Desk, escalations: Escalations) -> impl IntoView {
    let Escalations { query, pages } = escalations;
    let page = move || query.data.get().flatten();
    let rows = Memo::new(move |_| page().map(|page| page.rows).unwrap_or_default());
    let more = Memo::new(move |_| page().is_some_and(|page| page.more));
    let here = Memo::new(move |_| page().is_some());
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let fault = Memo::new(move |_| query.error.get().filter(|_| !here.get()));
    view! {
        <p class="escalated-lead">"Of the whole campaign, the longest escalated first."</p>
        {move || match (fault.get(), here.get(), empty.get()) {
            (Some(error), ..) => view! { <ErrorState error on_retry=move |()| query.refetch() /> }.into_any(),
            (None, false, _) => view! { <SkeletonRows rows=5 /> }.into_any(),
            (None, true, true) => view! {
                <div class="inbox-empty">
                    <p class="strong">"Nothing is escalated."</p>
                    <p class="quiet">"When a texter calls the admins, the conversation stands here with their note."</p>
                </div>
            }
            .into_any(),
            (None, true, false) => view! {
                <ul class="escalated-rows" aria-label="Escalated">
                    <For each=move || rows.get() key=|row| row.id let:row>
                        <li><Row desk rows row /></li>
                    </For>
                    <Show when=move || more.get()>
                        <li class="escalated-more">
                            <Button busy=query.loading on_press=move |()| pages.update(|pages| *pages += 1)>
                                "Show more"
                            </Button>
                        </li>
                    </Show>
                </ul>
            }
            .into_any(),
        }}
    }
    .into_any()
}

#[component]
fn Row(desk: Desk, rows: Memo<Vec<Escalated>>, row: Escalated) -> impl IntoView {
    let id = row.id;
    let row = Memo::new(move |_| {
        rows.with(|rows| rows.iter().find(|one| one.id == id).cloned()).unwrap_or_else(|| row.clone())
    });
    let read = move |part: fn(&Escalated) -> String| move || row.with(part);
    let open = move || desk.place.conversation.get() == Some(id);
    let about = |row: &Escalated| {
        let with = row.state.assignee.map(|_| format!(", with {}", row.owner_name)).unwrap_or_default();
        format!("By {} · {}{with}", row.escalation.by, row.state.standing().label())
    };
    view! {
        <button
            type="button"
            class="escalated-row"
            aria-current=move || open().then_some("true")
            on:click=move |_| desk.choose(id)
        >
            <span class="inbox-name"><bdi>{read(|row| full_name(&row.first_name, &row.last_name))}</bdi></span>
            <span class="inbox-time"><Time at=Signal::derive(move || row.with(|row| row.escalation.at)) /></span>
            <span class="escalated-note">{read(|row| row.escalation.note.clone())}</span>
            <span class="escalated-about">{read(about)}</span>
        </button>
    }
    .into_any()
}
