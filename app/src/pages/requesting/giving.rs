//! The dialog that gives conversations back to the pool, with the same preview as any move.

#![expect(clippy::unnecessary_wraps, reason = "what a piece answers has to have room for the error of fetching it")]

use std::sync::Arc;

use handoff_core::naming::isolated;
use handoff_core::plan::{Fingerprint, Plan, Reason};
use handoff_core::request::{Filter, Request};
use handoff_core::status::Standing;
use handoff_core::tally::{Counts, Holder, Tally};
use handoff_core::text::number;
use handoff_core::{CampaignId, MemberId};
use handoff_server::api::self_assignment::give_back;
use handoff_server::model::self_assignment::GiveBackAnswer;
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::Said;
use super::under_way::Requesting;
use crate::moving::choices::{ChoiceError, confirm_label};
use crate::moving::pane::{CommitActions, MoveFrame, Notices};
use crate::moving::people::Names;
use crate::moving::planner::Planner;
use crate::moving::preview::Preview;
use crate::state::commit::Committer;
use crate::state::outliving::outliving;
use crate::state::session::call;
use crate::state::toasts::toasts;
use crate::ui::{Answer, Piece, RadioGroup};

/// What giving back sends: which conversations, and the fingerprint of what was previewed.
type Act = (Filter, Fingerprint);

/// What the dialog works on.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub campaign: CampaignId,
    pub member: MemberId,
    pub counts: Signal<Counts>,
    /// The name of the campaign, where the page shows several.
    pub name: MaybeProp<String>,
    pub requesting: Requesting,
    pub on_close: Callback<()>,
}

#[wasm_split(moving, fallible)]
pub(super) fn give_back_body(parts: Parts) -> Piece {
    Ok(Arc::new(move || view! { <GiveBack parts /> }.into_any()))
}

/// What happens, in one sentence.
fn headline(moved: u32, kept: u32) -> String {
    match (moved, kept) {
        (0, _) => "Nothing goes back".to_owned(),
        (moved, 0) => format!("{} {} back to the pool; you keep nothing", number(moved), go(moved)),
        (moved, kept) => format!("{} {} back to the pool; you keep {}", number(moved), go(moved), number(kept)),
    }
}

const fn go(count: u32) -> &'static str {
    if count == 1 { "goes" } else { "go" }
}

/// What stays, and why.
fn notes(plan: &Plan) -> Vec<String> {
    let note = |(reason, count): &(Reason, u32)| {
        let stays = if *count == 1 { "stays" } else { "stay" };
        let why = match (reason, *count) {
            (Reason::OptedOut, 1) => "the contact has opted out",
            (Reason::OptedOut, _) => "the contacts have opted out",
            (_, 1) => "its initial message is sent",
            _ => "their initial messages are sent",
        };
        format!("{} {stays} with you: {why}", number(*count))
    };
    plan.excluded.iter().map(note).collect()
}

#[component]
fn GiveBack(parts: Parts) -> impl IntoView {
    let Parts { campaign, member, counts, name, requesting, on_close } = parts;
    let messages = toasts();
    let (held, conflict) = (RwSignal::new(counts.get_untracked()), RwSignal::new(0_u32));
    Effect::new(move |before: Option<Counts>| {
        let now = counts.get();
        if before.is_some_and(|before| before != now) {
            held.set(now);
        }
        now
    });
    // Closed while nobody knows the outcome, the dialog is gone, and this goes on.
    let done = move |(answer, again): (GiveBackAnswer, bool)| match answer {
        GiveBackAnswer::Committed { moved, .. } => {
            let kept = held.try_get_untracked().map(|held| held.total().saturating_sub(moved));
            on_close.try_run(());
            requesting.say(Said::given_back(moved, kept, again));
        }
        GiveBackAnswer::Conflict { counts } => {
            if conflict.try_update(|count| *count += 1).is_none() {
                messages.say("Nothing was given back: what you hold changed meanwhile. Open “Give back” again.");
                return;
            }
            held.set(*counts);
        }
    };
    let ask = move |operation, (status, fingerprint): Act| {
        call(move || give_back(campaign, status, fingerprint.clone(), operation))
    };
    let committer: Committer<Act, GiveBackAnswer> = outliving(|| Committer::new(ask, Callback::new(done)));

    let begun = held.with_untracked(|held| held.get(Standing::NotStarted) == 0);
    let status = RwSignal::new(if begun { Filter::Any } else { Filter::NotStarted });
    let request =
        Memo::new(move |_| -> Result<Request, ChoiceError> { Ok(Request::giving_back(member, status.get())) });
    let tally = Memo::new(move |_| {
        let holder = Holder { member, active: true, counts: held.get() };
        Arc::new(Tally::new(Counts::default(), vec![holder]))
    });
    let names = Signal::stored(Names::from_iter([(member, "You".to_owned())]));
    let locked = Memo::new(move |_| committer.is_locked());
    let planner = Planner::of(tally, request.into(), locked.into(), names);
    Effect::new(move |before: Option<u32>| {
        let now = conflict.get();
        if before.is_some_and(|before| before != now) {
            planner.conflict();
        }
        now
    });
    let shown = Memo::new(move |_| planner.tally.with(|tally| tally.counts(Some(member))));
    let moved = Memo::new(move |_| planner.plan.with(|plan| plan.as_ref().map_or(0, |plan| plan.moved)));
    let said = Memo::new(move |_| {
        let mut said = planner.said.get();
        // How full the pool is, a texter does not see.
        said.figures.rows.retain(|row| row.owner.is_some());
        said.figures.gone.retain(Option::is_some);
        said.headline = headline(moved.get(), shown.get().total().saturating_sub(moved.get()));
        said.notes = planner.plan.with(|plan| plan.as_ref().map(notes).unwrap_or_default());
        said
    });
    let answers = Signal::derive(move || {
        let shown = shown.get();
        let counted = |count: u32| format!("({})", number(count));
        vec![
            Answer::new(Filter::NotStarted, "What I have not started", counted(shown.get(Standing::NotStarted))),
            Answer::new(Filter::Any, "Everything", counted(shown.total())),
        ]
    });
    let intro = move || match name.get() {
        Some(name) => {
            format!("What you give back of {}, others can request. Contacts notice nothing.", isolated(&name))
        }
        None => "What you give back, others can request. Contacts notice nothing.".to_owned(),
    };
    let label = move || match moved.get() {
        0 => "Give back conversations".to_owned(),
        moved => confirm_label("Give back", moved),
    };
    let reason = move || match (moved.get(), shown.get().total()) {
        (0, 0) => Some("You hold nothing of this campaign.".to_owned()),
        (0, _) => Some("You have started everything that you hold. Choose Everything to give that back.".to_owned()),
        _ => None,
    };
    let act = move || {
        let fingerprint = planner.plan.with(|plan| plan.as_ref().ok().map(Plan::fingerprint))?;
        Some((status.get(), fingerprint))
    };
    view! {
        <MoveFrame class="undo-dialog give-back">
            <fieldset class="move-fields" disabled=move || locked.get()>
                <legend class="visually-hidden">"What to give back"</legend>
                <p class="move-intro">{intro}</p>
                <RadioGroup legend="Give back" answers value=status />
            </fieldset>
            <div class="move-preview">
                <Notices committer changed=planner.changed what="this return" />
                <Preview said names />
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

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::plan::plan;

    fn returned(status: Filter, counts: &[(Standing, u32)]) -> (String, Vec<String>) {
        let (member, counts) = (MemberId(7), counts.iter().copied().collect::<Counts>());
        let tally = Tally::new(Counts::default(), vec![Holder { member, active: true, counts }]);
        let plan = plan(&tally, &Request::giving_back(member, status)).expect("it can be given back");
        (headline(plan.moved, counts.total() - plan.moved), notes(&plan))
    }

    #[test]
    fn what_goes_back_and_what_stays_is_said() {
        let held = [(Standing::NotStarted, 12), (Standing::NeedsReply, 2), (Standing::OptedOut, 1)];
        let (words, notes) = returned(Filter::NotStarted, &held);
        assert_eq!(words, "12 go back to the pool; you keep 3");
        assert_eq!(
            notes,
            ["2 stay with you: their initial messages are sent", "1 stays with you: the contact has opted out"]
        );
        let (words, notes) = returned(Filter::Any, &held);
        assert_eq!((words.as_str(), notes.len()), ("15 go back to the pool; you keep nothing", 0));
        let (words, _) = returned(Filter::NotStarted, &[(Standing::NotStarted, 1), (Standing::Waiting, 3)]);
        assert_eq!(words, "1 goes back to the pool; you keep 3");
    }
}
