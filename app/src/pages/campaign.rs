//! The frame around one campaign's pages: its name, its status, its tabs.

use handoff_core::CampaignId;
use handoff_server::api::campaigns::{Campaign, read_campaign};
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_params_map;

use super::not_found::NotFoundPage;
use crate::state::query::Query;
use crate::ui::*;

/// The campaign whose pages these are.
#[derive(Clone, Copy)]
pub struct CampaignPage {
    /// Which.
    pub id: CampaignId,
    /// Its data. Fetch it again after a change.
    pub campaign: Query<Campaign>,
}

/// The campaign whose pages these are: for every page within the frame.
pub fn campaign_page() -> CampaignPage {
    expect_context()
}

/// The frame around one campaign's pages.
#[component]
pub fn CampaignFrame() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")?.parse::<CampaignId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Pages id /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn Pages(id: CampaignId) -> impl IntoView {
    let campaign = Query::new(move || read_campaign(id));
    provide_context(CampaignPage { id, campaign });
    let tab = move |path: &str, words: &str| (format!("/campaigns/{id}{path}"), words.to_owned());
    view! {
        <Load query=campaign let:campaign>
            <PageTitle title=Signal::derive(move || campaign.with(|campaign| campaign.name.clone())) />
            <StatusWords status=Signal::derive(move || campaign.with(|campaign| campaign.status)) />
            <TabLinks
                label="Campaign"
                tabs=vec![
                    tab("", "Conversations"),
                    tab("/texters", "Texters"),
                    tab("/contacts", "Contacts"),
                    tab("/message", "Message"),
                    tab("/history", "History"),
                ]
            />
            <Outlet />
        </Load>
    }
}
