//! Removing a texter who holds conversations: where they go, with the same preview as a bulk move.

use handoff_core::naming::isolated;
use handoff_core::plan::{Fingerprint, Plan};
use handoff_core::request::{Request, Target};
use handoff_core::text::number;
use handoff_core::{CampaignId, MemberId};
use handoff_server::api::overview::read_overview;
use handoff_server::api::texters::remove_texter;
use handoff_server::model::overview::{CommitAnswer, Overview};
use leptos::prelude::*;

use super::choices::{ChoiceError, conversations};
use super::form::{Party, entries, target_of};
use super::pane::{CommitActions, MoveFrame, Notices};
use super::planner::Planner;
use super::preview::Preview;
use super::undo_link::undo_link;
use crate::state::commit::Committer;
use crate::state::live::Live;
use crate::state::outliving::outliving;
use crate::state::query::Query;
use crate::state::session::call;
use crate::state::toasts::toasts;
use crate::ui::{Dialog, Load, PeoplePicker};

type Act = (Target, Fingerprint);

/// The dialog that removes a texter from a campaign. It is open for as long as it exists.
///
/// `on_done` is told whether the texter was removed.
#[component]
pub fn RemovalDialog(
    /// The campaign.
    campaign: CampaignId,
    /// The texter.
    member: MemberId,
    /// Their name.
    #[prop(into)]
    name: String,
    /// Takes the end of it: whether the texter was removed.
    #[prop(into)]
    on_done: Callback<bool>,
) -> impl IntoView {
    let query = Query::new(move || read_overview(campaign));
    Live::expect().follow(campaign, query);
    let messages = toasts();
    let undo = undo_link();
    let conflict = RwSignal::new(0_u32);
    let title = format!("Remove {} from this campaign", isolated(&name));
    let called = StoredValue::new(name);
    // Closed while nobody knows the outcome, the dialog is gone, and this goes on.
    let done = move |(answer, _): (CommitAnswer, bool)| match answer {
        CommitAnswer::Committed { operation, moved, headline } => {
            if moved > 0 {
                let undo = undo.clone();
                messages.offer(headline, "Undo the move", move || undo(campaign, operation));
            } else {
                messages.say(headline);
            }
            on_done.try_run(true);
        }
        CommitAnswer::Conflict { overview } => {
            if conflict.try_update(|count| *count += 1).is_none() {
                messages.say("Nothing was moved, and the texter was not removed: the campaign changed meanwhile.");
                return;
            }
            query.set(*overview);
        }
    };
    let ask = move |operation, (to, fingerprint): Act| {
        call(move || remove_texter(campaign, member, to.clone(), fingerprint.clone(), operation))
    };
    let committer: Committer<Act, CommitAnswer> = outliving(|| Committer::new(ask, Callback::new(done)));
    let close = Callback::new(move |()| on_done.run(false));
    view! {
        <Dialog open=Signal::stored(true) title=Signal::stored(title) on_close=close wide=true>
            <Load query=query let:overview>
                <RemovalBody member name=called.get_value() overview committer conflict on_close=close />
            </Load>
        </Dialog>
    }
}

#[component]
fn RemovalBody(
    member: MemberId,
    name: String,
    overview: Signal<Overview>,
    committer: Committer<Act, CommitAnswer>,
    conflict: RwSignal<u32>,
    on_close: Callback<()>,
) -> impl IntoView {
    let names = super::people::names(overview);
    let to = RwSignal::new(vec![Party::Unassigned]);
    let request = Memo::new(move |_| -> Result<Request, ChoiceError> {
        Ok(Request::removal(member, to.with(|to| target_of(to))))
    });
    let locked = Memo::new(move |_| committer.is_locked());
    let planner = Planner::new(overview, request.into(), locked.into(), names);
    Effect::new(move |before: Option<u32>| {
        let now = conflict.get();
        if before.is_some_and(|before| before != now) {
            planner.conflict();
        }
        now
    });
    let targets = Signal::derive(move || {
        planner.tally.with(|tally| {
            let others = tally.active().filter(|other| *other != member).count();
            let texters = format!("{} texters", number(u32::try_from(others).unwrap_or(u32::MAX)));
            let special = [
                (Party::Unassigned, "Unassigned", "held by nobody".to_owned()),
                (Party::Everyone, "Everyone else on this campaign", texters),
            ];
            let mut all = names.with(|names| entries(tally, names, &special, true));
            all.retain(|entry| entry.key != Party::Texter(member));
            all
        })
    });
    let held = Memo::new(move |_| planner.tally.with(|tally| tally.counts(Some(member)).total()));
    let reason = move || planner.plan.with(|plan| plan.as_ref().err().map(ToString::to_string));
    let act = move || {
        let fingerprint = planner.plan.with(|plan| plan.as_ref().ok().map(Plan::fingerprint))?;
        Some((to.with(|to| target_of(to)), fingerprint))
    };
    let first_name = name.clone();
    let label = move || match held.get() {
        0 => format!("Remove {}", isolated(&first_name)),
        held => format!("Remove {} and move {}", isolated(&first_name), conversations(held)),
    };
    let intro = move || match held.get() {
        0 => format!("{} holds no conversations of this campaign.", isolated(&name)),
        held => format!("{} holds {}. Choose where they go.", isolated(&name), conversations(held)),
    };
    view! {
        <MoveFrame>
            <fieldset class="move-fields" disabled=move || locked.get()>
                <legend class="visually-hidden">"Where the conversations go"</legend>
                <p class="move-intro">{intro}</p>
                <Show when=move || { held.get() > 0 }>
                    <PeoplePicker
                        label="To whom"
                        entries=targets
                        chosen=to
                        placeholder="Choose who gets them"
                    />
                </Show>
            </fieldset>
            <div class="move-preview">
                <Notices committer changed=planner.changed what="this removal" />
                <Show when=move || { held.get() > 0 }>
                    <Preview said=planner.said names />
                </Show>
            </div>
        </MoveFrame>
        <CommitActions
            committer
            label=Signal::derive(label)
            reason=Signal::derive(reason)
            fresh=planner.fresh
            act=Signal::derive(act)
            on_close
            danger=true
        />
    }
}
