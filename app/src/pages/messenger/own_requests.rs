//! At the foot of the lists: requesting more of one's own, and giving back.

use handoff_server::model::messenger::Messenger;
use leptos::prelude::*;

use super::desk::Desk;
use crate::pages::requesting::Requests;
use crate::state::session::me;

/// Requests and returns, where one looks at one's own conversations.
#[component]
pub fn OwnRequests(desk: Desk, messenger: Signal<Messenger>) -> impl IntoView {
    let me = me();
    let own = Memo::new(move |_| {
        let member = me.with(|me| me.as_ref().map(|me| me.member));
        member.is_some() && messenger.with(|messenger| messenger.owner == member)
    });
    let may = Memo::new(move |_| messenger.with(|messenger| messenger.may_request));
    let counts = Memo::new(move |_| messenger.with(|messenger| messenger.counts));
    view! {
        <Show when=move || own.get()>
            <Requests campaign=desk.campaign may counts with_status=true on_answer=move |()| desk.correct() />
        </Show>
    }
    .into_any()
}
