//! A campaign's hours and window, and what the organization allows.

use handoff_core::CampaignId;
use handoff_core::campaign::hours::{Hours, Opens};
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::InitialWindow;
use handoff_core::permission::Setting;
use handoff_core::self_assignment::BatchSize;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services};

/// When a campaign may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignHours {
    /// Its time zone.
    pub time_zone: TimeZoneName,
    /// The hours of each day, in its time zone.
    pub hours: Hours,
    /// The window for initial messages.
    pub window: InitialWindow,
    /// When the hours open again, if they are closed now.
    pub closed: Option<Opens>,
}

/// What an organization allows its texters, and where its campaigns begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSettings {
    /// Whether texters see phone numbers.
    pub phones_visible: Setting,
    /// Whether initial messages and follow-ups can be sent to many with one click.
    pub send_all: Setting,
    /// The time zone of new campaigns.
    pub time_zone: TimeZoneName,
    /// How many conversations a texter is given with one request, where a campaign says nothing else.
    pub batch_size: BatchSize,
}

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
