//! The conversation that is open: who it is with, what can be done, its messages, and the box.

use handoff_core::naming::isolated;
use leptos::html;
use leptos::prelude::*;

use super::acts::Acts;
use super::composer::{Composer, Draft};
use super::desk::Desk;
use super::messages::Messages;
use super::place::{Side, is_wide};
use super::talk::PhoneWords;
use super::times::moment;
use crate::ui::{Button, Kind, focus_soon};

/// The conversation that is open.
#[component]
pub fn ThreadView(desk: Desk, draft: Draft) -> impl IntoView {
    let Desk { place, talk, .. } = desk;
    let heading = NodeRef::<html::H2>::new();
    // Chosen by the person: the cursor goes where they write next. A phone's keyboard stays away.
    Effect::new(move |before: Option<u32>| {
        let now = desk.chosen.get();
        if before.is_some_and(|before| before != now) {
            if is_wide() {
                draft.focus();
            } else if let Some(heading) = heading.get_untracked() {
                focus_soon(heading.into());
            }
        }
        now
    });
    let escalation = move || talk.thread.with(|thread| thread.as_ref()?.escalation.clone());
    let fault = move || talk.error.get().filter(|_| talk.thread.with(Option::is_none));
    view! {
        <section class="thread" aria-label="Conversation">
            <header class="thread-head">
                <button type="button" class="button quiet back" on:click=move |_| place.open(None)>
                    <span aria-hidden="true">"‹"</span>
                    " List"
                </button>
                <div class="thread-who">
                    <h2 node_ref=heading tabindex="-1"><bdi>{move || talk.name.get()}</bdi></h2>
                    <p class="thread-phone"><PhoneWords talk /></p>
                </div>
                <Acts desk />
                <button type="button" class="button to-side" on:click=move |_| place.show(Some(Side::default()))>
                    "Details"
                </button>
            </header>
            <Show when=move || escalation().is_some()>
                <div class="thread-escalation">
                    {move || escalation().map(|it| view! {
                        <p><strong>{format!("Escalated by {}, {}", isolated(&it.by), moment(it.at))}</strong></p>
                        <p dir="auto">{it.note}</p>
                    })}
                </div>
            </Show>
            <Show when=move || fault().is_some()>
                <div class="notice tone-attention thread-fault" role="alert">
                    <span>{move || fault().map(|error| error.to_string())}</span>
                    <Button kind=Kind::Quiet on_press=move |()| talk.refetch()>"Try again"</Button>
                </div>
            </Show>
            <Messages talk />
            <Composer desk draft />
        </section>
    }
    .into_any()
}
