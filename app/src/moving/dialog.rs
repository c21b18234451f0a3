//! The dialog of a bulk move: choices on one side, what they do on the other.

#![expect(clippy::unnecessary_wraps, reason = "what a piece answers has to have room for the error of fetching it")]

use std::sync::Arc;

use handoff_core::CampaignId;
use handoff_core::naming::isolated;
use handoff_core::plan::{Fingerprint, Plan};
use handoff_core::request::{From, Request};
use handoff_server::api::overview::commit_move;
use handoff_server::model::overview::{CommitAnswer, Overview};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::choices::{Choices, confirm_label};
use super::form::{Form, MoveFields};
use super::pane::{CommitActions, MoveFrame, Notices};
use super::people::Names;
use super::planner::Planner;
use super::preview::Preview;
use super::undo_link::undo_link;
use crate::state::commit::Committer;
use crate::state::query::Query;
use crate::state::session::call;
use crate::state::toasts::toasts;
use crate::ui::{Dialog, Piece, arriving};

/// What a bulk move sends: the request and the fingerprint of what was previewed.
pub type Act = (Request, Fingerprint);

/// The title of the dialog.
fn title(choices: &Choices, names: &Names) -> String {
    let entry = choices.entry();
    match &choices.from {
        From::Everyone => entry.bulk_label().to_owned(),
        From::Unassigned => format!("{} from Unassigned", entry.label()),
        From::Members(members) => match members.as_slice() {
            [] => entry.bulk_label().to_owned(),
            [one] => format!("{} from {}", entry.label(), isolated(&names.of(Some(*one)))),
            several => format!("{} from {} texters", entry.label(), several.len()),
        },
    }
}

/// The dialog of a bulk move. It is open while `opened` holds choices.
#[component]
pub fn MoveDialog(
    /// The campaign.
    campaign: CampaignId,
    /// Its overview, which a conflict brings up to date.
    query: Query<Overview>,
    /// The overview as it is shown.
    overview: Signal<Overview>,
    /// The names.
    names: Signal<Names>,
    /// The choices with which it opened.
    opened: RwSignal<Option<Choices>>,
    /// Takes every change of the choices; nothing when it closes.
    on_change: Callback<Option<Choices>>,
) -> impl IntoView {
    let close = move |()| {
        opened.set(None);
        on_change.run(None);
    };
    let on_close = Callback::new(close);
    let conflict = RwSignal::new(0_u32);
    let (owner, kept) = (StoredValue::new(Owner::current()), StoredValue::new(None));
    // The title follows the choices; once the fields inside are there, they write it.
    let shown_title = RwSignal::new(String::new());
    Effect::new(move |_| {
        let title =
            opened.with(|opened| opened.as_ref().map(|choices| names.with_untracked(|names| title(choices, names))));
        if let Some(title) = title {
            shown_title.set(title);
        }
    });
    let open = Memo::new(move |_| opened.with(Option::is_some));
    let body = move || {
        opened.get().map(|choices| {
            let title = shown_title;
            let parts =
                Parts { campaign, query, choices, owner, kept, overview, names, title, conflict, on_change, on_close };
            arriving(move || move_body(parts.clone()))
        })
    };
    view! {
        <Dialog open title=shown_title on_close wide=true>
            {body}
        </Dialog>
    }
}

/// What the fields and the preview work on.
#[derive(Clone)]
pub struct Parts {
    campaign: CampaignId,
    query: Query<Overview>,
    choices: Choices,
    /// The page: what is under way lives as long as it does, not as long as the dialog.
    owner: StoredValue<Option<Owner>>,
    /// The committer, once the piece has made it.
    kept: StoredValue<Option<Committer<Act, CommitAnswer>>>,
    overview: Signal<Overview>,
    names: Signal<Names>,
    title: RwSignal<String>,
    conflict: RwSignal<u32>,
    on_change: Callback<Option<Choices>>,
    on_close: Callback<()>,
}

// Fetched as soon as somebody presses anything on the overview: the overview itself does not wait for it.
#[wasm_split(moving, fallible, preload(
    /// Fetches what the dialogs that move conversations are made of.
    fetch_moving
))]
pub fn move_body(parts: Parts) -> Piece {
    Ok(Arc::new(move || view! { <MoveBody parts=parts.clone() /> }.into_any()))
}

/// The committer of the page. Whoever closes the dialog and opens it again finds what is under way.
fn committer(parts: &Parts) -> Committer<Act, CommitAnswer> {
    if let Some(kept) = parts.kept.get_value() {
        return kept;
    }
    let made = match parts.owner.get_value() {
        Some(owner) => owner.with(|| new_committer(parts)),
        None => new_committer(parts),
    };
    parts.kept.set_value(Some(made));
    made
}

fn new_committer(parts: &Parts) -> Committer<Act, CommitAnswer> {
    let Parts { campaign, query, conflict, on_close, .. } = parts;
    let (campaign, query, conflict, close) = (*campaign, *query, *conflict, *on_close);
    let messages = toasts();
    let undo = undo_link();
    let done = Callback::new(move |(answer, again): (CommitAnswer, bool)| match answer {
        CommitAnswer::Committed { operation, headline, .. } => {
            close.run(());
            let text = if again {
                format!("The answer was lost on the way; the move happened, once. {headline}")
            } else {
                headline
            };
            let undo = undo.clone();
            messages.offer(text, "Undo", move || undo(campaign, operation));
            query.refetch();
        }
        CommitAnswer::Conflict { overview } => {
            conflict.update(|count| *count += 1);
            query.set(*overview);
        }
    });
    let ask = move |operation, (request, fingerprint): Act| {
        call(move || commit_move(campaign, request.clone(), fingerprint.clone(), operation))
    };
    Committer::new(ask, done)
}

#[component]
fn MoveBody(parts: Parts) -> impl IntoView {
    let committer = committer(&parts);
    let Parts { choices, overview, names, title, conflict, on_change, on_close, .. } = parts;
    let (form, some) = (Form::new(&choices), choices.some);
    let choices = Memo::new(move |_| form.choices());
    let request = Memo::new(move |_| choices.with(Choices::request));
    let locked = Memo::new(move |_| committer.is_locked());
    let planner = Planner::new(overview, request.into(), locked.into(), names);
    Effect::new(move |_| title.set(names.with(|names| choices.with(|choices| self::title(choices, names)))));
    Effect::new(move |before: Option<()>| {
        let now = choices.get();
        if before.is_some() {
            on_change.run(Some(now));
        }
    });
    Effect::new(move |before: Option<u32>| {
        let now = conflict.get();
        if before.is_some_and(|before| before != now) {
            planner.conflict();
        }
        now
    });
    let error = Signal::derive(move || planner.plan.with(|plan| plan.as_ref().err().cloned()));
    let moved = Memo::new(move |_| planner.plan.with(|plan| plan.as_ref().map_or(0, |plan| plan.moved)));
    let label = move || match moved.get() {
        0 => "Move conversations".to_owned(),
        moved => confirm_label("Move", moved),
    };
    let reason = move || {
        if let Err(error) = overview.with(|overview| overview.status.may_move()) {
            return Some(error.to_string());
        }
        planner.plan.with(|plan| match plan {
            Err(error) => Some(error.to_string()),
            Ok(plan) if plan.moved == 0 => Some(planner.said.with(|said| said.headline.clone())),
            Ok(_) => None,
        })
    };
    let act = move || {
        let fingerprint = planner.plan.with(|plan| plan.as_ref().ok().map(Plan::fingerprint))?;
        Some((request.get().ok()?, fingerprint))
    };
    view! {
        <MoveFrame first=if some { ".how-many .number" } else { "input:checked" }>
            <fieldset class="move-fields" disabled=move || locked.get()>
                <legend class="visually-hidden">"What to move"</legend>
                <MoveFields form choices tally=planner.tally names error />
            </fieldset>
            <div class="move-preview">
                <Notices committer changed=planner.changed what="this move" />
                <Preview said=planner.said names />
            </div>
        </MoveFrame>
        <CommitActions
            committer
            label=Signal::derive(label)
            reason=Signal::derive(reason)
            fresh=planner.fresh
            act=Signal::derive(act)
            on_close
        />
    }
}
