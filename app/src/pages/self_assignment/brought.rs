//! Whom an invite link has brought, a moment ago above all, and the way to end it with all that came of it.

use std::time::Duration;

use handoff_core::{CampaignId, InviteLinkId};
use handoff_server::model::self_assignment::{Invite, SelfAssignment};
use leptos::prelude::*;

use super::revoke::RevokeDialog;
use super::words::{joined_words, lately_words};
use crate::state::query::Query;
use crate::ui::{Button, Kind, number};

/// How often it is asked again how many joined of late.
const AGAIN: Duration = Duration::from_secs(10);

/// Whom an invite link has brought. Nothing before it brought anybody.
#[component]
pub fn Brought(
    /// The campaign.
    campaign: CampaignId,
    /// What the page has read.
    query: Query<SelfAssignment>,
    /// The link.
    invite: Memo<Option<Invite>>,
    /// Takes note that the link was ended.
    #[prop(into)]
    on_end: Callback<()>,
) -> impl IntoView {
    let joined = Memo::new(move |_| invite.with(|invite| invite.as_ref().map_or(0, |one| one.joined)));
    let lately = Memo::new(move |_| invite.with(|invite| invite.as_ref().map_or(0, |one| one.joined_lately)));
    // What joined a minute ago is not "in the last minute" for ever: as long as there is any, it is asked again.
    Effect::new(move |before: Option<Option<IntervalHandle>>| {
        if let Some(Some(before)) = before {
            before.clear();
        }
        let ask = move || {
            if query.loading.try_get_untracked() == Some(false) {
                query.refetch();
            }
        };
        if lately.get() > 0 { set_interval_with_handle(ask, AGAIN).ok() } else { None }
    });
    let ending = RwSignal::new(None::<InviteLinkId>);
    let end = move |()| ending.set(invite.with_untracked(|invite| invite.as_ref().map(|one| one.id)));
    let done = move |ended: bool| {
        ending.set(None);
        if ended {
            query.refetch();
            on_end.run(());
        }
    };
    view! {
        <div role="status">
            <p class="small">{move || joined_words(joined.get(), number)}</p>
            <Show when=move || { lately.get() > 0 }>
                <p class="notice tone-attention">{move || lately_words(lately.get(), number)}</p>
            </Show>
        </div>
        <Show when=move || { joined.get() > 0 }>
            <div class="row">
                <Button kind=Kind::Danger on_press=end>"End and take back…"</Button>
            </div>
        </Show>
        {move || ending.get().map(|link| view! { <RevokeDialog campaign link on_done=done /> })}
    }
    .into_any()
}
