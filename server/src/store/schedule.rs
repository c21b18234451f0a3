//! When a campaign may send: its status, its hours in its time zone, its window for initial messages.

use handoff_core::campaign::CampaignStatus;
use handoff_core::campaign::hours::{Hours, Minute, Opens};
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::{InitialWindow, Phase};
use handoff_core::permission::Act;
use handoff_core::{CampaignId, Instant};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::failure::{Sound, ids};
use super::{Actor, Store, outbox};
use crate::clock::{minute_of_day, opening};
use crate::model::settings::CampaignHours;
use crate::model::{ApiError, Thing};

const READ: &str = "
    SELECT status AS campaign_status, time_zone, opens, closes, initial_from, initial_until
    FROM campaign WHERE organization_id = $1 AND campaign_id = $2";

const SAVE: &str = "
    UPDATE campaign SET time_zone = $3, opens = $4, closes = $5, initial_from = $6, initial_until = $7
    WHERE organization_id = $1 AND campaign_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 2] = [READ, SAVE];

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

impl Store {
    /// Reads when a campaign may send.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn hours(&self, actor: Actor, campaign: CampaignId) -> Result<CampaignHours, ApiError> {
        let mut transaction = self.read(actor, Act::ManageHours).await?;
        let row = sqlx::query(READ)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(ApiError::NotFound(Thing::Campaign))?;
        let schedule = Schedule::of(&row)?;
        let closed = schedule.closed(self.now())?;
        let Schedule { time_zone, hours, window, .. } = schedule;
        Ok(CampaignHours { time_zone, hours, window, closed })
    }

    /// Changes when a campaign may send.
    ///
    /// # Errors
    /// If the member may not, there is no such time zone, or the campaign does not exist.
    pub async fn save_hours(
        &self,
        actor: Actor,
        campaign: CampaignId,
        time_zone: &TimeZoneName,
        hours: Hours,
        window: InitialWindow,
    ) -> Result<CampaignHours, ApiError> {
        known_zone(time_zone, self.now())?;
        let mut transaction = self.write(actor, Act::ManageHours).await?;
        let saved = sqlx::query(SAVE)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(time_zone.as_str())
            .bind(i32::from(hours.open().get()))
            .bind(i32::from(hours.close().get()))
            .bind(window.start().map(Instant::get))
            .bind(window.end().map(Instant::get))
            .execute(&mut *transaction)
            .await?;
        if saved.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::Campaign));
        }
        let now = self.now();
        // The status decides nothing here: what was sent before a pause goes out.
        let schedule = Schedule { status: CampaignStatus::Active, time_zone: time_zone.clone(), hours, window };
        outbox::hours_changed(&mut transaction, (actor.organization, campaign), &schedule, now).await?;
        transaction.commit().await?;
        let closed = schedule.closed(now)?;
        Ok(CampaignHours { time_zone: schedule.time_zone, hours, window, closed })
    }
}
