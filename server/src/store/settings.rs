//! What an organization allows its texters, and where its campaigns begin.

use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::permission::{Act, Setting};
use sqlx::Row;

use super::failure::Sound;
use super::row::setting;
use super::schedule::known_zone;
use super::terms::batch_size;
use super::{Actor, Store};
use crate::model::ApiError;
use crate::model::settings::OrganizationSettings;

const READ: &str =
    "SELECT phones_visible, send_all, time_zone, batch_size FROM organization WHERE organization_id = $1";

const SAVE: &str = "
    UPDATE organization SET phones_visible = $2, send_all = $3, time_zone = $4, batch_size = $5
    WHERE organization_id = $1";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 2] = [READ, SAVE];

impl Store {
    /// Reads what the organization allows.
    ///
    /// # Errors
    /// If the member may not.
    pub async fn settings(&self, actor: Actor) -> Result<OrganizationSettings, ApiError> {
        let mut transaction = self.read(actor, Act::ManageOrganization).await?;
        let row = sqlx::query(READ).bind(actor.organization.get()).fetch_one(&mut *transaction).await?;
        Ok(OrganizationSettings {
            phones_visible: setting(&row, "phones_visible")?,
            send_all: setting(&row, "send_all")?,
            time_zone: TimeZoneName::parse(&row.try_get::<String, _>("time_zone")?).sound(
                "organization",
                "time_zone",
                actor.organization,
            )?,
            batch_size: batch_size(&row, "batch_size")?.sound("organization", "batch_size", actor.organization)?,
        })
    }

    /// Changes what the organization allows.
    ///
    /// # Errors
    /// If the member may not, or there is no such time zone.
    pub async fn save_settings(&self, actor: Actor, settings: &OrganizationSettings) -> Result<(), ApiError> {
        known_zone(&settings.time_zone, self.now())?;
        let mut transaction = self.write(actor, Act::ManageOrganization).await?;
        sqlx::query(SAVE)
            .bind(actor.organization.get())
            .bind(i32::from(settings.phones_visible == Setting::On))
            .bind(i32::from(settings.send_all == Setting::On))
            .bind(settings.time_zone.as_str())
            .bind(i64::from(settings.batch_size.get()))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}
