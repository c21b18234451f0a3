//! A campaign's hours and window, and what the organization allows.

use handoff_core::CampaignId;
use handoff_core::campaign::hours::Hours;
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::InitialWindow;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::settings::{CampaignHours, OrganizationSettings};

/// Reads when a campaign may send.
#[server(prefix = "/api", endpoint = "campaigns/hours", input = Json)]
pub async fn read_hours(campaign: CampaignId) -> Result<CampaignHours, ApiError> {
    answer(async { services().store.hours(actor()?, campaign).await }.await)
}

/// Changes when a campaign may send.
#[server(prefix = "/api", endpoint = "campaigns/save-hours", input = Json)]
pub async fn save_hours(
    campaign: CampaignId,
    time_zone: TimeZoneName,
    hours: Hours,
    window: InitialWindow,
) -> Result<CampaignHours, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.save_hours(actor, campaign, &time_zone, hours, window).await;
    answer(result.inspect(|_| services.live.changed(actor.organization, campaign)))
}

/// Reads what the organization allows.
#[server(prefix = "/api", endpoint = "organization/settings", input = Json)]
pub async fn read_settings() -> Result<OrganizationSettings, ApiError> {
    answer(async { services().store.settings(actor()?).await }.await)
}

/// Changes what the organization allows.
#[server(prefix = "/api", endpoint = "organization/save-settings", input = Json)]
pub async fn save_settings(settings: OrganizationSettings) -> Result<(), ApiError> {
    answer(async { services().store.save_settings(actor()?, &settings).await }.await)
}
