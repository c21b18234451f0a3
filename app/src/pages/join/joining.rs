//! An invite link, and joining by it.

use handoff_core::inbox::Tab;
use handoff_core::self_assignment::NoPlace;
use handoff_core::status::Standing;
use handoff_server::api::invites::join;
use handoff_server::model::ApiError;
use handoff_server::model::invite::{FirstBatch, Invitation, InviteError, Joined};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::arrival::Arrival;
use crate::pages::messenger::tab_word;
use crate::pages::requesting::Said;
use crate::state::query::Query;
use crate::state::session::session;
use crate::state::task::Task;

/// Where somebody who joined goes on, and what they are told there.
pub(super) fn way(joined: &Joined, name: &str) -> (String, Arrival) {
    let (tab, said) = match &joined.first {
        FirstBatch::Earlier => (None, None),
        FirstBatch::Assigned(taken) => {
            let initial = taken.counts.get(Standing::NotStarted) > 0;
            (Some(if initial { Tab::Initial } else { Tab::Responses }), Some(Said::taken(taken, false)))
        }
        FirstBatch::Refused(refusal) => (None, Some(Said::joined(name, *refusal))),
    };
    let campaign = joined.campaign;
    let tab = tab.map(|tab| format!("?tab={}", tab_word(tab))).unwrap_or_default();
    (format!("/campaigns/{campaign}/messenger{tab}"), Arrival { campaign, said })
}

/// What the parts of this page share.
#[derive(Clone, Copy)]
pub(super) struct Link {
    pub(super) token: Memo<String>,
    /// What the link invites to, and who asks. Asked again once somebody signed in or out.
    pub(super) invitation: Query<Invitation>,
    /// Why joining was refused for good.
    pub(super) refused: RwSignal<Option<InviteError>>,
}

/// Joins, and goes on in the messenger. Back does not lead to the link again.
pub(super) fn joining(link: Link, task: Task, name: Signal<String>, confirmed: bool) -> Callback<()> {
    let (session, navigate) = (session(), use_navigate());
    Effect::new(move |_| match task.error.get() {
        Some(ApiError::Invite(InviteError::NotConfirmed) | ApiError::SignedOut) => link.invitation.refetch(),
        // Whoever waits a moment gets in.
        Some(ApiError::Invite(InviteError::NoPlace(NoPlace::TooMany { .. }))) => {}
        Some(ApiError::Invite(error)) => link.refused.set(Some(error)),
        _ => {}
    });
    Callback::new(move |()| {
        let navigate = navigate.clone();
        task.run_plain(join(link.token.get_untracked(), confirmed), move |joined| {
            let (address, arrival) = name.with_untracked(|name| way(&joined, name));
            arrival.announce();
            if session.is_free_for(joined.me.member) {
                session.signed_in(joined.me);
                navigate(&address, NavigateOptions { replace: true, ..NavigateOptions::default() });
            } else if let Err(error) = window().location().replace(&address) {
                // Perhaps somebody else, in another organization: nothing of this program's state would be theirs.
                leptos::logging::error!("could not go on: {error:?}");
            }
        });
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::id::AccountId;
    use handoff_core::permission::Role;
    use handoff_core::self_assignment::{RequestRefusal, Taken};
    use handoff_core::{CampaignId, MemberId, OrganizationId};
    use handoff_server::model::session::Me;

    fn joined(first: FirstBatch) -> Joined {
        let me = Me {
            account: AccountId(1),
            member: MemberId(2),
            organization: OrganizationId(3),
            organization_name: "Harbor Votes".to_owned(),
            country: "US".to_owned(),
            name: "Nora".to_owned(),
            email: "nora@example.org".to_owned(),
            role: Role::Texter,
        };
        Joined { me, campaign: CampaignId(7), first }
    }

    fn assigned(standing: Standing) -> FirstBatch {
        FirstBatch::Assigned(Taken { counts: [(standing, 5)].into_iter().collect(), allowed: 5, batch: 5 })
    }

    #[test]
    fn the_way_ends_where_the_work_is() {
        let to = |first| way(&joined(first), "Weekend").0;
        assert_eq!(to(assigned(Standing::NotStarted)), "/campaigns/7/messenger?tab=initial");
        assert_eq!(to(assigned(Standing::NeedsReply)), "/campaigns/7/messenger?tab=responses");
        assert_eq!(to(FirstBatch::Earlier), "/campaigns/7/messenger");
    }

    #[test]
    fn whoever_comes_again_is_told_nothing() {
        let said = |first| way(&joined(first), "Weekend").1.said;
        assert_eq!(said(FirstBatch::Earlier), None);
        assert!(said(assigned(Standing::NotStarted)).is_some());
        assert!(said(FirstBatch::Refused(RequestRefusal::Paused)).is_some());
    }
}
