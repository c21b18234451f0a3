//! Campaigns: the list, one campaign, its status and its initial message.

use handoff_core::CampaignId;
use handoff_core::campaign::{CampaignAction, CampaignStatus};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::campaign::{Archived, Campaign, CampaignRow, SavedMessage};

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
