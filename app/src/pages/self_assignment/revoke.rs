//! Ending an invite link with all that came of it, with the same preview as a bulk move.

use handoff_core::plan::{Fingerprint, Plan};
use handoff_core::request::Request;
use handoff_core::text::number;
use handoff_core::{CampaignId, InviteLinkId, MemberId};
use handoff_server::api::invites::{preview_revocation, revoke_invite};
use handoff_server::model::invite::{Revocation, RevokeAnswer};
use leptos::prelude::*;

use super::words::ended_words;
use crate::moving::choices::ChoiceError;
use crate::moving::pane::{CommitActions, MoveFrame, Notices};
use crate::moving::people::names;
use crate::moving::planner::Planner;
use crate::moving::preview::Preview;
use crate::moving::undo_link::undo_link;
use crate::state::commit::Committer;
use crate::state::live::Live;
use crate::state::outliving::outliving;
use crate::state::query::Query;
use crate::state::session::call;
use crate::state::toasts::toasts;
use crate::ui::{Dialog, Load};

/// Who is removed, and what it does to the campaign.
type Act = (Vec<MemberId>, Fingerprint);

/// The dialog that ends an invite link. It is open for as long as it exists.
///
/// `on_done` is told whether the link was ended.
#[component]
pub fn RevokeDialog(
    /// The campaign.
    campaign: CampaignId,
    /// The link.
    link: InviteLinkId,
    /// Takes the end of it: whether the link was ended.
    #[prop(into)]
    on_done: Callback<bool>,
) -> impl IntoView {
    let query = Query::new(move || preview_revocation(campaign, link));
    Live::expect().follow(campaign, query);
    let messages = toasts();
    let undo = undo_link();
    let conflict = RwSignal::new(0_u32);
    // Closed while nobody knows the outcome, the dialog is gone, and this goes on.
    let done = move |(answer, _): (RevokeAnswer, bool)| match answer {
        RevokeAnswer::Committed { operation, headline, .. } => {
            let undo = undo.clone();
            messages.offer(headline, "Undo", move || undo(campaign, operation));
            on_done.try_run(true);
        }
        RevokeAnswer::Conflict { now } => {
            if conflict.try_update(|count| *count += 1).is_none() {
                messages.say("The invite link was not ended: the campaign changed meanwhile. Open it again.");
                return;
            }
            query.set(*now);
        }
    };
    let ask = move |operation, (members, fingerprint): Act| {
        call(move || revoke_invite(campaign, link, members.clone(), fingerprint.clone(), operation))
    };
    let committer: Committer<Act, RevokeAnswer> = outliving(|| Committer::new(ask, Callback::new(done)));
    let close = Callback::new(move |()| on_done.run(false));
    view! {
        <Dialog
            open=Signal::stored(true)
            title=Signal::stored("End the invite link and take back".to_owned())
            on_close=close
            wide=true
        >
            <Load query=query let:now>
                <Body now committer conflict on_close=close />
            </Load>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Body(
    now: Signal<Revocation>,
    committer: Committer<Act, RevokeAnswer>,
    conflict: RwSignal<u32>,
    on_close: Callback<()>,
) -> impl IntoView {
    let overview = Signal::derive(move || now.with(|now| now.overview.clone()));
    let names = names(overview);
    let members = Memo::new(move |_| now.with(|now| now.members.clone()));
    let request = Memo::new(move |_| -> Result<Request, ChoiceError> { Ok(Request::revocation(members.get())) });
    let locked = Memo::new(move |_| committer.is_locked());
    let planner = Planner::new(overview, request.into(), locked.into(), names);
    Effect::new(move |before: Option<u32>| {
        let now = conflict.get();
        if before.is_some_and(|before| before != now) {
            planner.conflict();
        }
        now
    });
    let held = Memo::new(move |_| planner.plan.with(|plan| plan.as_ref().map_or(0, |plan| plan.moved)));
    let count = Memo::new(move |_| members.with(|members| u32::try_from(members.len()).unwrap_or(u32::MAX)));
    let reason = move || match count.get() {
        0 => Some("Nobody who joined by this link is a texter of the campaign any more.".to_owned()),
        _ => planner.plan.with(|plan| plan.as_ref().err().map(ToString::to_string)),
    };
    let act = move || {
        let fingerprint = planner.plan.with(|plan| plan.as_ref().ok().map(Plan::fingerprint))?;
        Some((members.get(), fingerprint))
    };
    let who = move || {
        let names = names.get();
        members.with(|members| members.iter().map(|member| names.of(Some(*member))).collect::<Vec<_>>().join(", "))
    };
    view! {
        <MoveFrame first=".move-none">
            <div class="move-fields">
                <p class="move-intro">{move || ended_words(count.get(), held.get(), number)}</p>
                <details class="revoke-who">
                    <summary>"Who is removed"</summary>
                    <p>{who}</p>
                </details>
            </div>
            <div class="move-preview">
                <Notices committer changed=planner.changed what="this" />
                <Show when=move || { held.get() > 0 }>
                    <Preview said=planner.said names />
                </Show>
            </div>
        </MoveFrame>
        <CommitActions
            committer
            label=Signal::stored("End link and take back".to_owned())
            reason=Signal::derive(reason)
            fresh=planner.fresh
            act=Signal::derive(act)
            on_close
            danger=true
        />
    }
    .into_any()
}
