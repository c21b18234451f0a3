//! Giving one conversation to somebody, at once, with a way back.

use handoff_core::naming::isolated;
use handoff_core::plan::{Fingerprint, Owner};
use handoff_core::undo::undo;
use handoff_core::{CampaignId, OperationId};
use handoff_server::api::conversations::reassign_one;
use handoff_server::api::history::{preview_undo, undo_operation};
use handoff_server::model::ApiError;
use handoff_server::model::conversation::Reassigned;
use handoff_server::model::history::UndoAnswer;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::desk::Desk;
use super::people::people;
use super::picker::TexterPicker;
use super::times::sentence;
use crate::moving::arrange::Sort;
use crate::state::commit::new_operation;
use crate::state::session::call;
use crate::state::task::Task;
use crate::state::toasts::{Toasts, toasts};

/// Gives the conversation that is open to a texter, or to nobody.
#[component]
pub fn ReassignOne(desk: Desk) -> impl IntoView {
    let (talk, messages) = (desk.talk, toasts());
    let people = people();
    let doing = Task::new();
    Effect::new(move |_| {
        if let Some(error) = doing.error.get() {
            messages.say(format!("Nothing was moved. {}", sentence(&error)));
            desk.correct();
        }
    });
    let owner = Memo::new(move |_| talk.thread.with(|thread| thread.as_ref().map(|thread| thread.state.assignee)));
    // Only active texters can be given anything.
    let rows = Signal::derive(move || people.rows.get().into_iter().filter(|row| row.active).collect::<Vec<_>>());
    let sort = RwSignal::new(Sort::default());
    let give = move |to: Owner| {
        let (Some(id), Some(operation)) = (talk.id.get_untracked(), new_operation()) else { return };
        if owner.get_untracked() == Some(to) {
            return;
        }
        let name = talk.name.get_untracked();
        doing.run(
            move || reassign_one(id, to, operation),
            move |done: Reassigned| {
                let Reassigned { operation, headline, campaign } = done;
                messages.offer(format!("{}: {headline}", isolated(&name)), "Undo", move || {
                    undo_at_once(campaign, operation, messages);
                });
                desk.after_leaving(id);
            },
        );
    };
    view! {
        <TexterPicker
            label="Reassign to"
            button=|| view! { "Reassign" <span class="caret" aria-hidden="true"></span> }
            rows
            current=owner
            sort
            on_sort=move |now| sort.set(now)
            on_choose=give
        />
    }
    .into_any()
}

/// Undoes the move of one conversation: there is nothing to preview but whether it can go back.
fn undo_at_once(campaign: CampaignId, operation: OperationId, messages: Toasts) {
    spawn_local(async move {
        messages.say(match go_back(campaign, operation).await {
            Ok(words) => words,
            Err(error) => format!("Nothing was undone. {error}"),
        });
    });
}

async fn go_back(campaign: CampaignId, operation: OperationId) -> Result<String, ApiError> {
    let preview = call(move || preview_undo(campaign, operation)).await?;
    let plan = undo(&preview.tally, &preview.moved);
    if plan.moved == 0 {
        return Ok("It stays where it is: it was moved again, or written in since.".to_owned());
    }
    let fingerprint: Fingerprint = plan.fingerprint();
    let Some(id) = new_operation() else { return Err(ApiError::Broken) };
    let answer = call(move || undo_operation(campaign, operation, fingerprint.clone(), id)).await?;
    Ok(match answer {
        UndoAnswer::Committed { headline, .. } => headline,
        UndoAnswer::Conflict { .. } => {
            "Nothing was undone: the campaign changed meanwhile. Undo it from the history.".to_owned()
        }
    })
}
