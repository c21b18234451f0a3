//! The initial message of a campaign.

use std::time::Duration;

use handoff_core::contact::template::Template;
use handoff_server::api::campaigns::{Campaign, preview_message, save_initial_message};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::campaign::{CampaignPage, campaign_page};
use super::preparing::text::MessageText;
use crate::state::draft;
use crate::state::session::call;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, ErrorNote, Kind, Load, field_error};

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
    let fault = Memo::new(move |_| {
        text.with(|text| fields.with(|fields| Template::parse(text, fields).err().map(|error| error.to_string())))
    });
    let task = Task::new();
    let error = Signal::derive(move || fault.get().or_else(|| field_error(task.error, "message").get()));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let message = text.get_untracked();
        task.run(
            move || save_initial_message(id, message.clone()),
            move |()| {
                toasts.say("Message saved.");
                page.campaign.refetch();
            },
        );
    };
    view! {
        <div class="initial-message">
            <form class="form" on:submit=save>
                <MessageText label="Initial message" text fields error rows=8 placeholder="Hi {first_name}, …" />
                <ErrorNote error=task.error fields=&["message"] />
                <div class="row">
                    <Button
                        kind=Kind::Primary
                        submit=true
                        busy=task.busy
                        disabled=Signal::derive(move || !changed.get() || fault.with(Option::is_some))
                    >
                        "Save message"
                    </Button>
                    <Show when=move || changed.get()>
                        <Button kind=Kind::Quiet on_press=move |()| text.set(saved.get_untracked())>"Discard changes"</Button>
                        <span class="small quiet">"Not saved yet"</span>
                    </Show>
                </div>
            </form>
            <Preview page campaign text fault />
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
