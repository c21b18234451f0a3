//! Campaigns: the list, one campaign, its status and its initial message.

use handoff_core::campaign::readiness::Missing;
use handoff_core::campaign::{CampaignAction, CampaignError, CampaignStatus};
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services};

/// A campaign in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignRow {
    /// Which.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: CampaignStatus,
    /// When it was created.
    pub created_at: Instant,
    /// Its conversations by standing: total, progress and needs reply follow from it.
    pub counts: Counts,
    /// How many conversations nobody holds.
    pub unassigned: u32,
    /// How many texters are on it.
    pub texters: u32,
    /// How many answers it got since it was archived.
    pub late_replies: u32,
    /// What it lacks that is to be started.
    pub missing: Vec<Missing>,
}

/// One campaign, for its pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Which.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub status: CampaignStatus,
    /// When it was created.
    pub created_at: Instant,
    /// Who created it.
    pub created_by: String,
    /// The initial message, with placeholders.
    pub initial_message: String,
    /// The names of the custom columns that came with the contacts: usable as placeholders.
    pub custom_fields: Vec<String>,
    /// The initial message filled in for some real contacts, at most three: name and text.
    pub samples: Vec<(String, String)>,
    /// What it lacks that is to be started.
    pub missing: Vec<Missing>,
}

/// An initial message as it was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedMessage {
    /// Its text: white space at its end is gone.
    pub message: String,
    /// The placeholders that say nothing to some contacts.
    pub empty: Vec<EmptyPlaceholder>,
}

/// A placeholder for which some contacts have nothing, and that has no words in place of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmptyPlaceholder {
    /// Its name.
    pub name: String,
    /// How many contacts have nothing there.
    pub contacts: u32,
}

/// Lists the organization's campaigns, the newest first.
#[server(prefix = "/api", endpoint = "campaigns/list", input = Json)]
pub async fn list_campaigns() -> Result<Vec<CampaignRow>, ApiError> {
    let (services, actor) = (services(), actor()?);
    answer(services.campaign_lists.read(&services.store, &services.live, actor).await)
}

/// Reads one campaign.
#[server(prefix = "/api", endpoint = "campaigns/get", input = Json)]
pub async fn read_campaign(campaign: CampaignId) -> Result<Campaign, ApiError> {
    answer(services().store.read_campaign(actor()?, campaign).await)
}

/// Creates a draft campaign.
#[server(prefix = "/api", endpoint = "campaigns/create", input = Json)]
pub async fn create_campaign(name: String) -> Result<CampaignId, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.create_campaign(actor, &name).await;
    answer(result.inspect(|campaign| services.live.changed(actor.organization, *campaign)))
}

/// Copies what admins have prepared in a campaign into a new draft. Nobody who is texted comes along.
#[server(prefix = "/api", endpoint = "campaigns/copy", input = Json)]
pub async fn copy_campaign(campaign: CampaignId, name: String) -> Result<CampaignId, ApiError> {
    answer(services().store.copy_campaign(actor()?, campaign, &name).await)
}

/// Renames a campaign.
#[server(prefix = "/api", endpoint = "campaigns/rename", input = Json)]
pub async fn rename_campaign(campaign: CampaignId, name: String) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.rename_campaign(actor, campaign, &name).await;
    answer(result.inspect(|()| services.live.changed(actor.organization, campaign)))
}

/// Starts, pauses, resumes, archives or restores a campaign. Answers its new status. Without an initial message it is not
/// started, nor resumed.
#[server(prefix = "/api", endpoint = "campaigns/act", input = Json)]
pub async fn act_on_campaign(campaign: CampaignId, action: CampaignAction) -> Result<CampaignStatus, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.act_on_campaign(actor, campaign, action).await;
    answer(result.inspect(|_| services.live.changed(actor.organization, campaign)))
}

/// What became of each campaign that was to be archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// Those that are archived now.
    pub archived: Vec<CampaignId>,
    /// Those that were not, with the reason.
    pub refused: Vec<NotArchived>,
}

/// A campaign that was not archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotArchived {
    /// Which.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: CampaignError,
}

/// Archives several campaigns in one act, at most 1,000. Those that cannot be are left as they are, and named.
#[server(prefix = "/api", endpoint = "campaigns/archive", input = Json)]
pub async fn archive_campaigns(campaigns: Vec<CampaignId>) -> Result<Archived, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.archive_campaigns(actor, &campaigns).await;
    if let Ok(Archived { archived, .. }) = &result {
        for campaign in archived {
            services.live.changed(actor.organization, *campaign);
        }
    }
    answer(result)
}

/// Fills a message in for some real contacts of the campaign: name and text. Saves nothing.
#[server(prefix = "/api", endpoint = "campaigns/preview-message", input = Json)]
pub async fn preview_message(campaign: CampaignId, message: String) -> Result<Vec<(String, String)>, ApiError> {
    answer(services().store.preview_message(actor()?, campaign, &message).await)
}

/// Saves the initial message, and says to how many contacts a placeholder of it says nothing. An unknown placeholder, one
/// of another tool, and a character that phones cannot show are errors.
#[server(prefix = "/api", endpoint = "campaigns/save-message", input = Json)]
pub async fn save_initial_message(campaign: CampaignId, message: String) -> Result<SavedMessage, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.save_initial_message(actor, campaign, &message).await;
    answer(result.inspect(|_| services.live.changed(actor.organization, campaign)))
}
