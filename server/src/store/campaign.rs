//! Campaigns: the list, one of them, its status and its initial message.

use std::collections::BTreeMap;

use handoff_core::campaign::{CampaignAction, CampaignStatus};
use handoff_core::contact::field::{FIRST_NAME, LAST_NAME};
use handoff_core::contact::{Template, name};
use handoff_core::permission::Act;
use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::{Actor, Store};
use crate::api::ApiError;
use crate::api::campaigns::{Campaign, CampaignRow};
use crate::api::error::Thing;

const LIST: &str = "
SELECT campaign.campaign_id, campaign.name, campaign.status, campaign.created_at, campaign.late_replies, (
    SELECT count(*) FROM campaign_texter AS texter
    WHERE texter.organization_id = campaign.organization_id AND texter.campaign_id = campaign.campaign_id
) AS texters
FROM campaign
WHERE campaign.organization_id = $1
ORDER BY campaign.created_at DESC, campaign.campaign_id DESC";

/// One pass over the organization's part of the index by which conversations are moved.
const COUNTS: &str = "
SELECT campaign_id, standing, count(*) AS conversations, count(*) - count(assignee_id) AS unassigned
FROM conversation
WHERE organization_id = $1
GROUP BY campaign_id, standing";

const READ: &str = "
SELECT campaign.name, campaign.status, campaign.created_at, campaign.initial_message, campaign.custom_fields,
    coalesce(member.name, '') AS created_by
FROM campaign
LEFT JOIN member ON member.organization_id = campaign.organization_id AND member.member_id = campaign.created_by
WHERE campaign.organization_id = $1 AND campaign.campaign_id = $2";

/// The contacts with which the index begins, so that a million others are not sorted for three.
const SAMPLE: &str = "
SELECT contact.first_name, contact.last_name, contact.fields
FROM (
    SELECT organization_id, conversation_id FROM conversation
    WHERE organization_id = $1 AND campaign_id = $2
    ORDER BY assignee_id, standing, waiting_since, conversation_id
    LIMIT 3
) AS chosen
JOIN contact ON contact.organization_id = chosen.organization_id AND contact.conversation_id = chosen.conversation_id
ORDER BY contact.conversation_id";

const CREATE: &str = "
INSERT INTO campaign
    (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at, created_by, time_zone)
SELECT organization_id, $2, $3, $4, '', '[]', $5, $6, time_zone FROM organization WHERE organization_id = $1";

const RENAME: &str = "UPDATE campaign SET name = $3 WHERE organization_id = $1 AND campaign_id = $2";

/// Answers the campaign only while it has the status that the decision was made on.
const SET_STATUS: &str =
    "UPDATE campaign SET status = $3, late_replies = 0 WHERE organization_id = $1 AND campaign_id = $2 AND status = $4";

const SET_MESSAGE: &str = "UPDATE campaign SET initial_message = $3 WHERE organization_id = $1 AND campaign_id = $2";

/// Every statement here, for the test that prepares them on both engines.
pub const STATEMENTS: [&str; 8] = [LIST, COUNTS, READ, SAMPLE, CREATE, RENAME, SET_STATUS, SET_MESSAGE];

/// What a campaign is, as far as acts on it need to know.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) status: CampaignStatus,
    pub(super) created_at: Instant,
    pub(super) created_by: String,
    pub(super) initial_message: String,
    pub(super) custom_fields: Vec<String>,
}

/// Finds a campaign of this organization.
pub(super) async fn find(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
) -> Result<Found, ApiError> {
    let row = sqlx::query(READ)
        .bind(organization.get())
        .bind(campaign.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::NotFound(Thing::Campaign))?;
    Ok(Found {
        name: row.try_get("name")?,
        status: status(&row)?,
        created_at: Instant(row.try_get("created_at")?),
        created_by: row.try_get("created_by")?,
        initial_message: row.try_get("initial_message")?,
        custom_fields: stored(&row.try_get::<String, _>("custom_fields")?)?,
    })
}

fn status(row: &AnyRow) -> Result<CampaignStatus, ApiError> {
    CampaignStatus::from_number(row.try_get::<i32, _>("status")?.into()).ok_or(ApiError::Broken)
}

/// Reads JSON that this program has written.
pub(super) fn stored<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, ApiError> {
    serde_json::from_str(json).map_err(|error| {
        tracing::error!(%error, "stored JSON cannot be read");
        ApiError::Broken
    })
}

/// Writes JSON to be stored.
pub(super) fn to_store(value: &impl serde::Serialize) -> Result<String, ApiError> {
    serde_json::to_string(value).map_err(|error| {
        tracing::error!(%error, "JSON cannot be written");
        ApiError::Broken
    })
}

/// Some contacts of the campaign with the message filled in for them.
async fn samples(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    template: &Template,
) -> Result<Vec<(String, String)>, ApiError> {
    let rows = sqlx::query(SAMPLE).bind(organization.get()).bind(campaign.get()).fetch_all(&mut **transaction).await?;
    rows.iter()
        .map(|row| {
            let (first, last): (String, String) = (row.try_get("first_name")?, row.try_get("last_name")?);
            let fields: BTreeMap<String, String> = stored(&row.try_get::<String, _>("fields")?)?;
            let message = template.fill(|name| match name {
                FIRST_NAME => Some(first.as_str()),
                LAST_NAME => Some(last.as_str()),
                custom => fields.get(custom).map(String::as_str),
            });
            Ok((format!("{first} {last}").trim().to_owned(), message))
        })
        .collect()
}

fn parse(message: &str, custom_fields: &[String]) -> Result<Template, ApiError> {
    Template::parse(message, custom_fields).map_err(|error| ApiError::invalid("message", error))
}

fn named(text: &str) -> Result<String, ApiError> {
    name::campaign_name(text).map_err(|error| ApiError::invalid("name", error))
}

impl Store {
    /// Lists the organization's campaigns, the newest first.
    ///
    /// # Errors
    /// If the member may not see them.
    pub async fn list_campaigns(&self, actor: Actor) -> Result<Vec<CampaignRow>, ApiError> {
        let organization = actor.organization.get();
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let rows = sqlx::query(LIST).bind(organization).fetch_all(&mut *transaction).await?;
        let counts = sqlx::query(COUNTS).bind(organization).fetch_all(&mut *transaction).await?;
        transaction.commit().await?;
        let mut tallies: BTreeMap<i64, (Counts, u32)> = BTreeMap::new();
        for row in counts {
            let standing = Standing::from_number(row.try_get::<i32, _>("standing")?.into()).ok_or(ApiError::Broken)?;
            let (counts, unassigned) = tallies.entry(row.try_get("campaign_id")?).or_default();
            counts.set(standing, fits(row.try_get("conversations")?)?);
            *unassigned += fits(row.try_get("unassigned")?)?;
        }
        rows.iter()
            .map(|row| {
                let id: i64 = row.try_get("campaign_id")?;
                let (counts, unassigned) = tallies.remove(&id).unwrap_or_default();
                Ok(CampaignRow {
                    id: CampaignId(id),
                    name: row.try_get("name")?,
                    status: status(row)?,
                    created_at: Instant(row.try_get("created_at")?),
                    counts,
                    unassigned,
                    texters: fits(row.try_get("texters")?)?,
                    late_replies: fits(row.try_get("late_replies")?)?,
                })
            })
            .collect()
    }

    /// Reads one campaign, with its initial message filled in for some contacts.
    ///
    /// # Errors
    /// If it does not exist in this organization.
    pub async fn read_campaign(&self, actor: Actor, campaign: CampaignId) -> Result<Campaign, ApiError> {
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let found = find(&mut transaction, actor.organization, campaign).await?;
        let template = parse(&found.initial_message, &found.custom_fields)?;
        let samples = if found.initial_message.is_empty() {
            Vec::new()
        } else {
            samples(&mut transaction, actor.organization, campaign, &template).await?
        };
        transaction.commit().await?;
        Ok(Campaign {
            id: campaign,
            name: found.name,
            status: found.status,
            created_at: found.created_at,
            created_by: found.created_by,
            initial_message: found.initial_message,
            custom_fields: found.custom_fields,
            samples,
        })
    }

    /// Creates a draft campaign.
    ///
    /// # Errors
    /// If the name is empty or too long.
    pub async fn create_campaign(&self, actor: Actor, name: &str) -> Result<CampaignId, ApiError> {
        let name = named(name)?;
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        let campaign = CampaignId(self.next_id());
        sqlx::query(CREATE)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(name)
            .bind(CampaignStatus::Draft as i32)
            .bind(self.now().get())
            .bind(actor.member.get())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(campaign)
    }

    /// Renames a campaign.
    ///
    /// # Errors
    /// If the name is empty or too long, or the campaign does not exist in this organization.
    pub async fn rename_campaign(&self, actor: Actor, campaign: CampaignId, name: &str) -> Result<(), ApiError> {
        let name = named(name)?;
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        let renamed = sqlx::query(RENAME)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        if renamed.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::Campaign));
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Starts, pauses, resumes, archives or restores a campaign. Answers its new status.
    ///
    /// # Errors
    /// If the action does not fit its status.
    pub async fn act_on_campaign(
        &self,
        actor: Actor,
        campaign: CampaignId,
        action: CampaignAction,
    ) -> Result<CampaignStatus, ApiError> {
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        // A bulk move that is being committed reads the status first: it ends before the campaign stands still.
        if let Some(lock) = self.engine.lock_campaign() {
            sqlx::query(lock).bind(campaign.get()).execute(&mut *transaction).await?;
        }
        let before = find(&mut transaction, actor.organization, campaign).await?.status;
        let after = before.after(action)?;
        let changed = sqlx::query(SET_STATUS)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(after as i32)
            .bind(before as i32)
            .execute(&mut *transaction)
            .await?;
        if changed.rows_affected() != 1 {
            return Err(ApiError::Broken);
        }
        transaction.commit().await?;
        Ok(after)
    }

    /// Fills a message in for some contacts of the campaign. Saves nothing.
    ///
    /// # Errors
    /// If the message has an unknown placeholder.
    pub async fn preview_message(
        &self,
        actor: Actor,
        campaign: CampaignId,
        message: &str,
    ) -> Result<Vec<(String, String)>, ApiError> {
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let found = find(&mut transaction, actor.organization, campaign).await?;
        let template = parse(message, &found.custom_fields)?;
        let samples = samples(&mut transaction, actor.organization, campaign, &template).await?;
        transaction.commit().await?;
        Ok(samples)
    }

    /// Saves the initial message.
    ///
    /// # Errors
    /// If it has an unknown placeholder.
    pub async fn save_initial_message(
        &self,
        actor: Actor,
        campaign: CampaignId,
        message: &str,
    ) -> Result<(), ApiError> {
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        let found = find(&mut transaction, actor.organization, campaign).await?;
        parse(message, &found.custom_fields)?;
        sqlx::query(SET_MESSAGE)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(message)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// A count of the database in the type of the wire.
pub(super) fn fits(count: i64) -> Result<u32, ApiError> {
    u32::try_from(count).map_err(|_| ApiError::Broken)
}
