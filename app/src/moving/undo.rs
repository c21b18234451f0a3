//! Undoing an operation: what goes back, what stays and why, before anything happens.

use handoff_core::campaign::CampaignStatus;
use handoff_core::naming::isolated;
use handoff_core::plan::Fingerprint;
use handoff_core::text::number;
use handoff_core::undo::{Fate, UndoPlan, undo};
use handoff_core::{CampaignId, OperationId};
use handoff_server::api::history::{preview_undo, undo_operation};
use handoff_server::model::history::{UndoAnswer, UndoPreview};
use leptos::prelude::*;

use super::choices::confirm_label;
use super::figures::figures;
use super::pane::{CommitActions, MoveFrame, Notices};
use super::people::Names;
use super::planner::Changed;
use super::preview::{Preview, Said};
use super::undo_link::undo_link;
use crate::state::commit::Committer;
use crate::state::live::Live;
use crate::state::outliving::outliving;
use crate::state::query::Query;
use crate::state::session::call;
use crate::state::toasts::toasts;
use crate::state::wait::wait;
use crate::ui::{Load, Time};

/// What an undo leaves as it is, and why.
fn notes(plan: &UndoPlan, names: &Names) -> Vec<String> {
    let stays = plan.stays.iter().map(|(fate, count)| match (fate, *count) {
        (Fate::MovedOn, 1) => "1 stays: it was moved again since".to_owned(),
        (Fate::Written, 1) => "1 stays: its new owner has written to the contact since".to_owned(),
        (fate, count) => format!("{} {}", number(count), fate.label()),
    });
    let without = (plan.without_owner > 0).then(|| {
        let who: Vec<String> = plan.gone.iter().map(|member| names.of(Some(*member))).collect();
        let words = if plan.without_owner == 1 { "is" } else { "are" };
        format!(
            "{} {words} in Unassigned afterwards: {} cannot take conversations of this campaign any more",
            number(plan.without_owner),
            list(&who)
        )
    });
    stays.chain(without).collect()
}

/// "Abby", "Abby and Lindsey", "Abby, Lindsey and 3 others".
fn list(names: &[String]) -> String {
    match names {
        [] => "their previous owner".to_owned(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, rest @ ..] => {
            format!("{first}, {second} and {} other{}", rest.len(), if rest.len() == 1 { "" } else { "s" })
        }
    }
}

/// What is in the dialog of an undo.
#[component]
pub fn UndoContent(
    campaign: CampaignId,
    status: Signal<Option<CampaignStatus>>,
    operation: OperationId,
    on_close: Callback<()>,
) -> impl IntoView {
    let query = Query::new(move || preview_undo(campaign, operation));
    Live::expect().follow(campaign, query);
    let messages = toasts();
    let conflict = RwSignal::new(false);
    let undo_again = undo_link();
    // Closed while nobody knows the outcome, the dialog is gone, and this goes on.
    let done = move |(answer, again): (UndoAnswer, bool)| match answer {
        UndoAnswer::Committed { operation, headline, .. } => {
            let text = if again {
                format!("The answer was lost on the way; the undo happened, once. {headline}")
            } else {
                headline
            };
            let undo_again = undo_again.clone();
            messages.offer(text, "Undo", move || undo_again(campaign, operation));
            on_close.try_run(());
        }
        UndoAnswer::Conflict { preview } => {
            if conflict.try_set(true).is_some() {
                messages.say("Nothing was restored: the campaign changed meanwhile. Open the undo again.");
                return;
            }
            query.set(*preview);
        }
    };
    let ask = move |undo, fingerprint: Fingerprint| {
        call(move || undo_operation(campaign, operation, fingerprint.clone(), undo))
    };
    let committer: Committer<Fingerprint, UndoAnswer> = outliving(|| Committer::new(ask, Callback::new(done)));
    view! {
        <Load query=query let:preview>
            <UndoBody preview status committer conflict on_close />
        </Load>
    }
}

#[component]
fn UndoBody(
    preview: Signal<UndoPreview>,
    status: Signal<Option<CampaignStatus>>,
    committer: Committer<Fingerprint, UndoAnswer>,
    conflict: RwSignal<bool>,
    on_close: Callback<()>,
) -> impl IntoView {
    // While the outcome of an undo is not known, the preview stays as it was sent.
    let shown = RwSignal::new(preview.get_untracked());
    let seen = RwSignal::new(None::<UndoPreview>);
    let changed = RwSignal::new(Changed::No);
    let fresh = RwSignal::new(false);
    let plan = Memo::new(move |_| shown.with(|shown| undo(&shown.tally, &shown.moved)));
    let names = Memo::new(move |_| shown.with(|shown| shown.names.iter().cloned().collect::<Names>()));
    let said = Memo::new(move |_| {
        let names = names.get();
        let before = seen.with(|seen| seen.as_ref().map(|seen| undo(&seen.tally, &seen.moved)));
        plan.with(|plan| Said {
            pending: false,
            headline: plan.headline(|owner| names.of(owner)),
            figures: figures(&plan.people, before.as_ref().map(|before| before.people.as_slice())),
            notes: notes(plan, &names),
        })
    });
    Effect::new(move |_| {
        let now = preview.get();
        if committer.is_locked() || shown.with_untracked(|shown| *shown == now) {
            return;
        }
        let before = plan.with_untracked(UndoPlan::fingerprint);
        let figures_before = said.with_untracked(|said| said.figures.clone());
        let was = shown.get_untracked();
        seen.update(|seen| {
            seen.get_or_insert(was);
        });
        shown.set(now);
        if conflict.get_untracked() {
            conflict.set(false);
            changed.set(Changed::Conflict);
        } else if changed.get_untracked() == Changed::No {
            if said.with_untracked(|said| said.figures == figures_before) {
                seen.set(None);
                return;
            }
            changed.set(Changed::Meanwhile);
        }
        if plan.with_untracked(UndoPlan::fingerprint) != before {
            fresh.set(true);
            leptos::task::spawn_local(async move {
                wait(1_000).await;
                fresh.try_set(false);
            });
        }
    });
    let moved = Memo::new(move |_| plan.with(|plan| plan.moved));
    let label = move || match moved.get() {
        0 => "Restore conversations".to_owned(),
        moved => confirm_label("Restore", moved),
    };
    let reason = move || {
        if let Some(Err(error)) = status.get().map(CampaignStatus::may_move) {
            return Some(error.to_string());
        }
        (moved.get() == 0).then(|| {
            let words = if plan.with(|plan| plan.stays.is_empty()) {
                "Nothing of this operation is left to restore."
            } else {
                "Nothing can be restored: the reasons stand below the headline."
            };
            words.to_owned()
        })
    };
    let act = move || Some(plan.with(UndoPlan::fingerprint));
    view! {
        <MoveFrame class="undo-dialog">
            <div class="move-preview">
                <p class="move-intro">
                    {move || shown.with(|shown| format!("{}, by {}, ", shown.operation.headline, isolated(&shown.operation.by)))}
                    <Time at=Signal::derive(move || shown.with(|shown| shown.operation.at)) /> "."
                </p>
                <Notices committer changed what="this undo" />
                <Preview said names />
            </div>
        </MoveFrame>
        <CommitActions
            committer
            label=Signal::derive(label)
            reason=Signal::derive(reason)
            fresh
            act=Signal::derive(act)
            on_close
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::MemberId;

    #[test]
    fn what_cannot_be_restored_is_said_with_the_reason() {
        let plan = UndoPlan {
            returns: Vec::new(),
            people: Vec::new(),
            moved: 0,
            stays: vec![(Fate::MovedOn, 1), (Fate::Written, 3000)],
            without_owner: 2,
            gone: vec![MemberId(1), MemberId(2), MemberId(3)],
        };
        let names = ["Abby", "Bob", "Cleo"].into_iter().zip(1..).map(|(name, id)| (MemberId(id), name.to_owned()));
        assert_eq!(
            notes(&plan, &names.collect()),
            [
                "1 stays: it was moved again since",
                "3,000 stay: their new owner has written to the contact since",
                "2 are in Unassigned afterwards: Abby, Bob and 1 other cannot take conversations of this campaign any more",
            ]
        );
    }
}
