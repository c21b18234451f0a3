//! Writing a recommended reply.

use handoff_core::ReplyId;
use handoff_server::api::replies::save_reply;
use handoff_server::model::reply::Reply;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::ground::Ground;
use crate::pages::preparing::prepared::{Prepared, PreparedFields};
use crate::pages::preparing::put;
use crate::state::draft;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, ErrorNote, Kind};

fn kept_as(id: ReplyId) -> String {
    format!("reply-{id}")
}

/// Whether somebody was changing this reply when the tab was reloaded.
pub fn is_kept(id: ReplyId) -> bool {
    draft::kept::<(String, String)>(&kept_as(id)).is_some()
}

/// Forgets what was typed of this reply.
pub fn forget(id: ReplyId) {
    draft::forget(&kept_as(id));
}

/// Writing a recommended reply: a new one, or one as it was `before`.
#[component]
pub fn ReplyForm(ground: Ground, id: ReplyId, before: Option<Reply>, on_done: Callback<()>) -> impl IntoView {
    let (toasts, task) = (toasts(), Task::new());
    let new = before.is_none();
    let saved = before.map(|reply| (reply.title, reply.text)).unwrap_or_default();
    let (title, text) = draft::kept(&kept_as(id)).unwrap_or_else(|| saved.clone());
    let prepared = Prepared::new(title, text, ground.fields);
    Effect::new(move |_| {
        let typed = (prepared.title.get(), prepared.text.get());
        if typed == saved { forget(id) } else { draft::keep(&kept_as(id), &typed) }
    });
    let close = Callback::new(move |()| {
        forget(id);
        on_done.run(());
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !prepared.check() {
            return;
        }
        let (title, text) = (prepared.title.get_untracked(), prepared.text.get_untracked());
        let now = Reply { id, campaign: ground.campaign, title: title.clone(), text: text.clone() };
        task.run(
            move || save_reply(ground.campaign, id, title.clone(), text.clone()),
            move |()| {
                let known = |one: &Reply| one.id == id;
                ground.replies.data.update(|all| all.iter_mut().for_each(|all| put(all, now.clone(), known)));
                close.run(());
                toasts.say(if new { "Reply added." } else { "Reply saved." });
                ground.replies.refetch();
            },
        );
    };
    view! {
        <form class="form" on:submit=submit>
            <PreparedFields prepared task hint="What texters choose it by. Contacts do not see it." />
            <ErrorNote error=task.error fields=&["title", "text"] />
            <div class="row">
                <Button kind=Kind::Primary submit=true busy=task.busy>{if new { "Add reply" } else { "Save reply" }}</Button>
                <Button kind=Kind::Quiet on_press=close>"Cancel"</Button>
            </div>
        </form>
    }
    .into_any()
}
