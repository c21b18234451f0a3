//! The initial message of a campaign.

use std::time::Duration;

use handoff_core::contact::field::SAMPLE_TEXTER;
use handoff_core::message::body::BodyError;
use handoff_core::reply::{PreparedError, prepared};
use handoff_server::api::campaigns::{preview_message, save_initial_message};
use handoff_server::model::campaign::{Campaign, EmptyPlaceholder, SavedMessage};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::campaign::{CampaignPage, campaign_page};
use super::preparing::text::MessageText;
use crate::state::draft;
use crate::state::session::call;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{ErrorNote, Load, SaveBar, counted, field_error};

/// The initial message of a campaign.
#[component]
pub fn InitialMessage() -> impl IntoView {
    let page = campaign_page();
    view! {
        <Load query=page.campaign let:campaign>
            <Editor page campaign />
        </Load>
    }
    .into_any()
}

#[component]
fn Editor(page: CampaignPage, campaign: Signal<Campaign>) -> impl IntoView {
    let (id, toasts) = (page.id, toasts());
    let kept_as = StoredValue::new(format!("message-{id}"));
    let saved = Memo::new(move |_| campaign.with(|campaign| campaign.initial_message.clone()));
    let fields = Memo::new(move |_| campaign.with(|campaign| campaign.custom_fields.clone()));
    // What was typed before a reload goes on; otherwise the page follows what is saved, until somebody types.
    let text = RwSignal::new(draft::kept(&kept_as.get_value()).unwrap_or_else(|| saved.get_untracked()));
    let changed = Memo::new(move |_| text.with(|text| saved.with(|saved| text != saved)));
    Effect::new(move |before: Option<String>| {
        let now = saved.get();
        if before.is_some_and(|before| before != now && text.with_untracked(|text| *text == before)) {
            text.set(now.clone());
        }
        now
    });
    Effect::new(move |_| {
        let typed = text.get();
        kept_as.with_value(|name| if changed.get() { draft::keep(name, &typed) } else { draft::forget(name) });
    });
    let fault = Memo::new(move |_| text.with(|text| fields.with(|fields| wrong(text, fields))));
    // Of what is saved: gone with the next keystroke.
    let empty = RwSignal::new(Vec::<EmptyPlaceholder>::new());
    Effect::new(move |_| {
        if changed.get() {
            empty.set(Vec::new());
        }
    });
    let task = Task::new();
    let error = Signal::derive(move || fault.get().or_else(|| field_error(task.error, "message").get()));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let message = text.get_untracked();
        task.run(
            {
                let message = message.clone();
                move || save_initial_message(id, message.clone())
            },
            move |SavedMessage { message: kept, empty: found }| {
                toasts.say("Message saved.");
                if text.with_untracked(|text| *text == message) {
                    text.set(kept);
                }
                empty.set(found);
                page.campaign.refetch();
            },
        );
    };
    view! {
        <div class="initial-message">
            <form class="form" on:submit=save>
                <MessageText label="Initial message" text fields error rows=8 placeholder="Hi {first_name}, …" />
                <ErrorNote error=task.error fields=&["message"] />
                <Empty empty />
                <SaveBar
                    label="Save message"
                    changed
                    refused=Signal::derive(move || fault.with(Option::is_some))
                    busy=task.busy
                    on_discard=move |()| text.set(saved.get_untracked())
                />
            </form>
            <Preview page campaign text fault />
        </div>
    }
    .into_any()
}

/// What is wrong with a message as it is typed, if anything is. An empty one is only not written yet.
fn wrong(text: &str, fields: &[String]) -> Option<String> {
    match prepared(text, fields) {
        Ok(_) | Err(PreparedError::Body(BodyError::Empty)) => None,
        Err(error) => Some(error.to_string()),
    }
}

/// To how many contacts a placeholder says nothing, and what to do.
fn empty_words(empty: &EmptyPlaceholder) -> String {
    let EmptyPlaceholder { name, contacts } = empty;
    let who = counted(*contacts, "contact has", "contacts have");
    format!(
        "{who} nothing under {{{name}}}, and will read nothing there. Write {{{name}|there}} to say \"there\" to them."
    )
}

/// Which placeholders of the saved message say nothing to some contacts.
#[component]
fn Empty(empty: RwSignal<Vec<EmptyPlaceholder>>) -> impl IntoView {
    let lines = move || empty.get().iter().map(|one| view! { <p>{empty_words(one)}</p> }).collect_view();
    view! {
        <div role="status">
            <Show when=move || empty.with(|empty| !empty.is_empty())>
                <div class="notice tone-attention empty-placeholders">{lines}</div>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn Preview(
    page: CampaignPage,
    campaign: Signal<Campaign>,
    text: RwSignal<String>,
    fault: Memo<Option<String>>,
) -> impl IntoView {
    let id = page.id;
    let samples = RwSignal::new(campaign.with_untracked(|campaign| campaign.samples.clone()));
    let failed = RwSignal::new(None);
    let turn = StoredValue::new(0_u32);
    // The server fills in: it has the contacts. A quarter of a second after the last keystroke.
    Effect::new(move |_| {
        let message = text.get();
        let now = turn.with_value(|turn| turn.wrapping_add(1));
        turn.set_value(now);
        if fault.with(Option::is_some) {
            return;
        }
        let current = move || turn.try_with_value(|turn| *turn == now) == Some(true);
        let ask = move || {
            if !current() {
                return;
            }
            spawn_local(async move {
                let answer = call(|| preview_message(id, message.clone())).await;
                if !current() {
                    return;
                }
                match answer {
                    Ok(filled) => {
                        samples.set(filled);
                        failed.set(None);
                    }
                    Err(error) => failed.set(Some(error)),
                }
            });
        };
        set_timeout(ask, Duration::from_millis(250));
    });
    let none = move || samples.with(Vec::is_empty);
    let bubbles = move || {
        samples
            .get()
            .into_iter()
            .map(|(name, filled)| {
                let name = if name.trim().is_empty() { "Contact without a name".to_owned() } else { name };
                view! {
                    <li>
                        <p class="small quiet">"To " {name}</p>
                        <p class="bubble">{filled}</p>
                    </li>
                }
                .into_any()
            })
            .collect_view()
    };
    view! {
        <section class="preview" aria-labelledby="preview-title">
            <h2 id="preview-title">"As contacts will read it"</h2>
            <Show when=move || text.with(|text| text.contains("texter"))>
                <p class="small quiet">{format!("{SAMPLE_TEXTER} stands for who sends it.")}</p>
            </Show>
            <ErrorNote error=failed />
            <Show
                when=move || !none()
                fallback=move || {
                    view! {
                        <p class="quiet">
                            "This campaign has no contacts yet. " <a href=format!("/campaigns/{id}/contacts")>"Import some"</a>
                            " to see the message filled in."
                        </p>
                    }
                }
            >
                <Show when=move || text.with(|text| text.trim().is_empty())>
                    <p class="quiet">"Write a message to see it filled in for some of your contacts."</p>
                </Show>
                <ul class="bubbles" hidden=move || text.with(|text| text.trim().is_empty())>
                    {bubbles}
                </ul>
            </Show>
        </section>
    }
    .into_any()
}
