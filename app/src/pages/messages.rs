//! The messages of a campaign: the initial one, recommended replies, follow-ups.

use leptos::prelude::*;

use super::campaign::campaign_page;
use super::follow_ups::FollowUps;
use super::message::InitialMessage;
use super::preparing::style;
use super::replies::CampaignReplies;
use crate::state::address::address_step;

/// The parts of the page: their name in the address, and their words.
const PARTS: [(&str, &str); 3] = [("", "Initial message"), ("replies", "Replies"), ("follow-ups", "Follow-ups")];

/// The messages of a campaign.
#[component]
pub fn MessagesPage() -> impl IntoView {
    style::adopt();
    let id = campaign_page().id;
    let (part, _) = address_step("part");
    let shown = Memo::new(move |_| part.with(|part| PARTS.iter().position(|(name, _)| name == part).unwrap_or(0)));
    let links = PARTS
        .iter()
        .enumerate()
        .map(|(at, (name, words))| {
            let path = format!("/campaigns/{id}/message");
            let href = if name.is_empty() { path } else { format!("{path}?part={name}") };
            let here = move || (shown.get() == at).then_some("page");
            view! { <a href=href aria-current=here>{*words}</a> }
        })
        .collect_view();
    view! {
        <nav class="parts" aria-label="Messages of this campaign">{links}</nav>
        {move || match shown.get() {
            1 => view! { <CampaignReplies /> }.into_any(),
            2 => view! { <FollowUps /> }.into_any(),
            _ => view! { <InitialMessage /> }.into_any(),
        }}
    }
    .into_any()
}
