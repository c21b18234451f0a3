//! When a campaign may send: its status, its hours in its time zone, its window for initial messages.

use handoff_core::Instant;
use handoff_core::campaign::CampaignStatus;
use handoff_core::campaign::hours::{Hours, Minute, Opens};
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::{InitialWindow, Phase};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::failure::{Sound, ids};
use crate::clock::{minute_of_day, opening};
use crate::model::ApiError;

/// When a campaign may send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Where the campaign stands.
    pub status: CampaignStatus,
    /// Its time zone.
    pub time_zone: TimeZoneName,
    /// Its hours.
    pub hours: Hours,
    /// Its window for initial messages.
    pub window: InitialWindow,
}

impl Schedule {
    /// Reads it from a row with `campaign_status`, `time_zone`, `opens`, `closes`, `initial_from` and
    /// `initial_until`.
    ///
    /// # Errors
    /// If the row holds what this program has not written.
    pub fn of(row: &AnyRow) -> Result<Self, ApiError> {
        let minute = |column: &str| -> Result<Minute, ApiError> {
            let minutes = u16::try_from(row.try_get::<i32, _>(column)?).sound("campaign", column, ids(row))?;
            Minute::new(minutes).sound("campaign", column, ids(row))
        };
        let instant = |column: &str| -> Result<Option<Instant>, ApiError> {
            Ok(row.try_get::<Option<i64>, _>(column)?.map(Instant))
        };
        let time_zone = TimeZoneName::parse(&row.try_get::<String, _>("time_zone")?);
        Ok(Self {
            status: CampaignStatus::from_number(row.try_get::<i32, _>("campaign_status")?.into()).sound(
                "campaign",
                "status",
                ids(row),
            )?,
            time_zone: time_zone.sound("campaign", "time_zone", ids(row))?,
            hours: Hours::new(minute("opens")?, minute("closes")?).sound("campaign", "closes", ids(row))?,
            window: InitialWindow::new(instant("initial_from")?, instant("initial_until")?).sound(
                "campaign",
                "initial_until",
                ids(row),
            )?,
        })
    }

    /// What time of the day it is where the campaign is.
    ///
    /// # Errors
    /// If this program knows its time zone no more.
    pub fn minute(&self, now: Instant) -> Result<Minute, ApiError> {
        minute_of_day(&self.time_zone, now).ok_or_else(|| {
            tracing::error!(time_zone = %self.time_zone, "the time in this zone is not known");
            ApiError::Broken
        })
    }

    /// When the hours open again, if they are closed now.
    ///
    /// # Errors
    /// As [`Schedule::minute`].
    pub fn closed(&self, now: Instant) -> Result<Option<Opens>, ApiError> {
        Ok(self.hours.opens(self.minute(now)?))
    }

    /// At which instant hours open that are closed now.
    ///
    /// # Errors
    /// As [`Schedule::minute`].
    pub fn opens_at(&self, opens: Opens, now: Instant) -> Result<Instant, ApiError> {
        opening(&self.time_zone, opens, now).ok_or_else(|| {
            tracing::error!(time_zone = %self.time_zone, "the calendar of this zone is not known");
            ApiError::Broken
        })
    }

    /// Where now lies in the window for initial messages.
    pub fn phase(&self, now: Instant) -> Phase {
        self.window.phase(now)
    }
}

/// Refuses a name that no time zone has.
pub(super) fn known_zone(zone: &TimeZoneName, now: Instant) -> Result<(), ApiError> {
    let unknown = || ApiError::invalid("time_zone", handoff_core::campaign::time_zone::NotATimeZone);
    minute_of_day(zone, now).map(drop).ok_or_else(unknown)
}
