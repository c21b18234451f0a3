//! A campaign's hours and window, and what the organization allows.

use handoff_core::campaign::hours::{Hours, Opens};
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::InitialWindow;
use handoff_core::permission::Setting;
use handoff_core::self_assignment::BatchSize;
use serde::{Deserialize, Serialize};

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
