//! What is told to somebody who has just joined by an invite link: what came of their first request.

use leptos::prelude::*;

use super::desk::Desk;
use crate::pages::requesting::{STYLE, Said};
use crate::ui::{Button, Kind, adopt};

/// What came of the first request. It stays until it is dismissed, or until the next conversation is open.
#[component]
pub fn Welcome(desk: Desk) -> impl IntoView {
    adopt(STYLE);
    let (welcome, place) = (desk.welcome, desk.place);
    Effect::new(move |before: Option<Option<handoff_core::ConversationId>>| {
        let now = place.conversation.get();
        if before.flatten().is_some_and(|before| now.is_some_and(|now| now != before)) {
            welcome.set(None);
        }
        now.or(before.flatten())
    });
    view! {
        <div class="welcome" class:none=move || welcome.with(Option::is_none)>
            <div role="status">{move || welcome.get().map(Said::view)}</div>
            <Show when=move || welcome.with(Option::is_some)>
                <Button kind=Kind::Quiet label="Dismiss" on_press=move |()| welcome.set(None)>
                    <span aria-hidden="true">"✕"</span>
                </Button>
            </Show>
        </div>
    }
    .into_any()
}
