//! The frame around one campaign's pages: its name, its status, its tabs.

use handoff_core::CampaignId;
use handoff_core::campaign::CampaignStatus;
use handoff_core::naming::isolated;
use handoff_server::api::campaigns::read_campaign;
use handoff_server::model::campaign::Campaign;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map};

use super::campaigns::{CampaignDialogs, CampaignItems, CampaignTask, next_action};
use super::not_found::NotFoundPage;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{Button, Load, Menu, PageTitle, StatusWords, TabLinks};

/// The tabs: the end of their address, and their words.
const TABS: [(&str, &str); 8] = [
    ("", "Conversations"),
    ("/texters", "Texters"),
    ("/self-assignment", "Self assignment"),
    ("/contacts", "Contacts"),
    ("/message", "Messages"),
    ("/survey", "Survey"),
    ("/settings", "Settings"),
    ("/history", "History"),
];

/// The campaign whose pages these are.
#[derive(Clone, Copy)]
pub struct CampaignPage {
    /// Which.
    pub id: CampaignId,
    /// Its data. Fetch it again after a change.
    pub campaign: Query<Campaign>,
}

impl CampaignPage {
    /// Where it stands, once that is known.
    pub fn status(self) -> Signal<Option<CampaignStatus>> {
        Signal::derive(move || self.campaign.data.with(|campaign| campaign.as_ref().map(|campaign| campaign.status)))
    }
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
    Live::expect().follow(id, campaign);
    provide_context(CampaignPage { id, campaign });
    view! {
        <p class="crumb"><a href="/campaigns">"Campaigns"</a></p>
        // Without the campaign there is no name for the heading, and no status.
        <Show when=move || campaign.data.with(Option::is_none) && campaign.error.with(Option::is_some)>
            <PageTitle title="Campaign" />
        </Show>
        <Load query=campaign let:read>
            <Head id query=campaign campaign=read />
            <Outlet />
        </Load>
    }
    .into_any()
}

#[component]
fn Head(id: CampaignId, query: Query<Campaign>, campaign: Signal<Campaign>) -> impl IntoView {
    let name = Signal::derive(move || campaign.with(|campaign| campaign.name.clone()));
    let status = Signal::derive(move || campaign.with(|campaign| campaign.status));
    let doing = CampaignTask::new(move || query.refetch());
    let next = Memo::new(move |_| next_action(status.get()));
    let missing = Signal::derive(move || campaign.with(|campaign| campaign.missing.clone()));
    let press = move |()| doing.begin(id, name.get_untracked(), next.get_untracked(), &missing.get_untracked());
    let tabs = TABS.map(|(path, words)| (format!("/campaigns/{id}{path}"), words.to_owned())).to_vec();
    let path = use_location().pathname;
    let document = Signal::derive(move || {
        let name = name.get();
        let tab = TABS.iter().rev().find(|(tab, _)| path.with(|path| path.trim_end_matches('/').ends_with(tab)));
        Some(tab.map_or(name.clone(), |(_, words)| format!("{words} · {}", isolated(&name))))
    });
    view! {
        <div class="page-head campaign-head">
            <PageTitle title=name document />
            <StatusWords status />
            <span class="push"></span>
            <Button busy=doing.task.busy on_press=press>{move || next.get().label()}</Button>
            <Menu
                icon=true
                label="More actions for this campaign"
                button=|| view! { <span class="dots-sign" aria-hidden="true"></span> }
            >
                <CampaignItems id name status missing doing />
            </Menu>
        </div>
        <TabLinks label="Campaign" tabs />
        <CampaignDialogs doing />
    }
    .into_any()
}
