//! Writing a follow-up.

use handoff_core::FollowUpId;
use handoff_core::follow_up::{Audience, FollowUpDraftError};
use handoff_server::api::follow_ups::save_follow_up;
use handoff_server::model::ApiError;
use handoff_server::model::follow_up::FollowUpRow;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::audience::{AudienceFields, Choosing};
use super::ground::{Data, Ground};
use super::words::answers;
use crate::pages::preparing::prepared::{Prepared, PreparedFields};
use crate::pages::preparing::{put, zone};
use crate::state::draft;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, ErrorNote, Field, Kind, field_error, now};

/// What is typed: title, text, who is meant, and until when.
type Typed = (String, String, Audience, String);

fn kept_as(id: FollowUpId) -> String {
    format!("follow-up-{id}")
}

/// Whether somebody was changing this follow-up when the tab was reloaded.
pub fn is_kept(id: FollowUpId) -> bool {
    draft::kept::<Typed>(&kept_as(id)).is_some()
}

/// Forgets what was typed of this follow-up.
pub fn forget(id: FollowUpId) {
    draft::forget(&kept_as(id));
}

/// Writing a follow-up: a new one, or one as it was `before`.
#[component]
pub fn FollowUpForm(
    ground: Ground,
    data: Signal<Data>,
    id: FollowUpId,
    before: Option<FollowUpRow>,
    on_done: Callback<()>,
) -> impl IntoView {
    let (toasts, task, campaign) = (toasts(), Task::new(), ground.page.id);
    let (new, sent) = (before.is_none(), before.as_ref().map_or(0, |row| row.sent));
    let created_at = before.as_ref().map_or_else(now, |row| row.created_at);
    let zone = Signal::derive(move || data.with(|data| data.zone.as_str().to_owned()));
    let saved: Typed = before
        .map(|row| {
            let expires = row.expires_at.map(|at| zone::shown(&zone.get_untracked(), at)).unwrap_or_default();
            (row.title, row.text, row.audience, expires)
        })
        .unwrap_or_default();
    let (title, text, audience, expires) = draft::kept(&kept_as(id)).unwrap_or_else(|| saved.clone());
    let prepared = Prepared::new(title, text, ground.fields);
    let expires = RwSignal::new(expires);
    let offered = Memo::new(move |_| data.with(|data| answers(&data.questions)));
    let choosing = Choosing::new(audience, offered);
    let audience = Memo::new(move |_| choosing.get());
    let typed = move || (prepared.title.get(), prepared.text.get(), audience.get().unwrap_or_default(), expires.get());
    Effect::new(move |_| {
        let typed = typed();
        if typed == saved { forget(id) } else { draft::keep(&kept_as(id), &typed) }
    });
    let close = Callback::new(move |()| {
        forget(id);
        on_done.run(());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let until = expires.get_untracked();
        let expires_at = zone::instant(&zone.get_untracked(), &until);
        let Some(audience) = audience.get_untracked() else { return };
        if !prepared.check() {
            return;
        }
        if !until.is_empty() && expires_at.is_none() {
            let sentence = "This is not a date with a time. Choose both, or leave it empty.";
            task.error.set(Some(ApiError::invalid("expires_at", sentence)));
            return;
        }
        if expires_at.is_some_and(|at| at <= now()) {
            task.error.set(Some(ApiError::invalid("expires_at", FollowUpDraftError::Expired)));
            return;
        }
        let (title, text) = (prepared.title.get_untracked(), prepared.text.get_untracked());
        let (title_now, text_now) = (title.clone(), text.clone());
        let row = FollowUpRow { id, title: title_now, text: text_now, audience, expires_at, created_at, sent };
        task.run(
            move || save_follow_up(campaign, id, title.clone(), text.clone(), audience, expires_at),
            move |()| {
                let known = |one: &FollowUpRow| one.id == id;
                ground.data.data.update(|data| {
                    if let Some(data) = data {
                        put(&mut data.follow_ups, row.clone(), known);
                    }
                });
                close.run(());
                toasts.say(if new { "Follow-up added." } else { "Follow-up saved." });
                ground.data.refetch();
            },
        );
    };
    view! {
        <form class="form" on:submit=submit>
            <PreparedFields prepared task hint="For admins and texters. Contacts do not see it." />
            <AudienceFields choosing offered error=field_error(task.error, "audience") />
            <Field
                label="Expires"
                hint=Signal::derive(move || Some(format!("In the campaign's time zone, {}. Leave it empty to keep it.", zone.get())))
                error=field_error(task.error, "expires_at")
                let:ids
            >
                <input
                    class="input moment"
                    id=ids.control
                    type="datetime-local"
                    aria-describedby=ids.described_by
                    aria-invalid=ids.invalid
                    bind:value=expires
                />
            </Field>
            <Show when=move || { sent > 0 }>
                <p class="small quiet">"Who got it already does not get it again."</p>
            </Show>
            <ErrorNote error=task.error fields=&["title", "text", "audience", "expires_at"] />
            <div class="row">
                <Button kind=Kind::Primary submit=true busy=task.busy>
                    {if new { "Add follow-up" } else { "Save follow-up" }}
                </Button>
                <Button kind=Kind::Quiet on_press=close>"Cancel"</Button>
            </div>
        </form>
    }
    .into_any()
}
