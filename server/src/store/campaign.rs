//! Campaigns: the list, one of them, its status and its initial message.

use std::collections::BTreeMap;

use handoff_core::campaign::readiness::Readiness;
use handoff_core::campaign::{CampaignAction, CampaignError, CampaignStatus};
use handoff_core::contact::field::{
    FIRST_NAME, LAST_NAME, SAMPLE_TEXTER, TEXTER_FIRST_NAME, TEXTER_LAST_NAME, texter_names,
};
use handoff_core::contact::{Template, name};
use handoff_core::message::body::BodyError;
use handoff_core::permission::Act;
use handoff_core::reply::PreparedError;
use handoff_core::status::Standing;
use handoff_core::tally::Counts;
use handoff_core::{CampaignId, Instant, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::failure::{Sound, ids};
use super::row::{fits, stored};
use super::{Actor, MOST_IDS, Store, no_free_id};
use crate::model::campaign::{Campaign, CampaignRow, SavedMessage};
use crate::model::{ApiError, Thing};

const LIST: &str = "
SELECT campaign.campaign_id, campaign.name, campaign.status, campaign.created_at, campaign.late_replies,
    CASE WHEN campaign.initial_message = '' THEN 0 ELSE 1 END AS has_message, (
    SELECT count(*) FROM campaign_texter AS texter
    WHERE texter.organization_id = campaign.organization_id AND texter.campaign_id = campaign.campaign_id
) AS texters
FROM campaign
WHERE campaign.organization_id = $1
ORDER BY campaign.created_at DESC, campaign.campaign_id DESC";

/// One pass over the organization's part of the index by which conversations are moved. It is grouped as the index is
/// sorted first, so that nothing is sorted but the few groups.
const COUNTS: &str = "
SELECT campaign_id, standing, CAST(sum(held) AS BIGINT) AS conversations,
    CAST(sum(CASE WHEN assignee_id IS NULL THEN held ELSE 0 END) AS BIGINT) AS unassigned
FROM (
    SELECT campaign_id, assignee_id, standing, count(*) AS held
    FROM conversation
    WHERE organization_id = $1
    GROUP BY campaign_id, assignee_id, standing
) AS holding
GROUP BY campaign_id, standing";

const READ: &str = "
SELECT campaign.name, campaign.status, campaign.created_at, campaign.initial_message, campaign.custom_fields,
    coalesce(member.name, '') AS created_by
FROM campaign
LEFT JOIN member ON member.organization_id = campaign.organization_id AND member.member_id = campaign.created_by
WHERE campaign.organization_id = $1 AND campaign.campaign_id = $2";

/// Whether a campaign has contacts and texters.
const READY: &str = "
SELECT
    CASE WHEN EXISTS (SELECT 1 FROM conversation WHERE organization_id = $1 AND campaign_id = $2)
        THEN 1 ELSE 0 END AS has_contacts,
    CASE WHEN EXISTS (SELECT 1 FROM campaign_texter WHERE organization_id = $1 AND campaign_id = $2)
        THEN 1 ELSE 0 END AS has_texters";

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
SELECT organization_id, $2, $3, $4, '', '[]', $5, $6, time_zone FROM organization WHERE organization_id = $1
ON CONFLICT (organization_id, campaign_id) DO NOTHING";

const RENAME: &str = "UPDATE campaign SET name = $3 WHERE organization_id = $1 AND campaign_id = $2";

/// Answers the campaign only while it has the status that the decision was made on.
const SET_STATUS: &str =
    "UPDATE campaign SET status = $3, late_replies = 0 WHERE organization_id = $1 AND campaign_id = $2 AND status = $4";

const SET_MESSAGE: &str = "UPDATE campaign SET initial_message = $3 WHERE organization_id = $1 AND campaign_id = $2";

/// Every statement here, for the test that prepares them on both engines.
pub const STATEMENTS: [&str; 9] = [LIST, COUNTS, READ, READY, SAMPLE, CREATE, RENAME, SET_STATUS, SET_MESSAGE];

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
    CampaignStatus::from_number(row.try_get::<i32, _>("status")?.into()).sound("campaign", "status", ids(row))
}

/// Some contacts of the campaign with the message filled in for them.
async fn samples(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    template: &Template,
) -> Result<Vec<(String, String)>, ApiError> {
    let (texter_first_name, texter_last_name) = texter_names(SAMPLE_TEXTER);
    let rows = sqlx::query(SAMPLE).bind(organization.get()).bind(campaign.get()).fetch_all(&mut **transaction).await?;
    rows.iter()
        .map(|row| {
            let (first, last): (String, String) = (row.try_get("first_name")?, row.try_get("last_name")?);
            let fields: BTreeMap<String, String> = stored(&row.try_get::<String, _>("fields")?)?;
            let message = template.fill(|name| match name {
                FIRST_NAME => Some(first.as_str()),
                LAST_NAME => Some(last.as_str()),
                TEXTER_FIRST_NAME => Some(texter_first_name),
                TEXTER_LAST_NAME => Some(texter_last_name),
                custom => fields.get(custom).map(String::as_str),
            });
            Ok((format!("{first} {last}").trim().to_owned(), message))
        })
        .collect()
}

/// Reads an initial message as it is typed: its text as it is kept, and its placeholders. It may be empty.
fn parse(message: &str, custom_fields: &[String]) -> Result<(String, Template), ApiError> {
    match handoff_core::reply::prepared(message, custom_fields) {
        Ok((body, template)) => Ok((body.into(), template)),
        Err(PreparedError::Body(BodyError::Empty)) => Ok((String::new(), Template::default())),
        Err(error) => Err(ApiError::invalid("message", error)),
    }
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
            let standing = Standing::from_number(row.try_get::<i32, _>("standing")?.into()).sound(
                "conversation",
                "standing",
                ids(&row),
            )?;
            let (counts, unassigned) = tallies.entry(row.try_get("campaign_id")?).or_default();
            counts.set(standing, fits(row.try_get("conversations")?)?);
            *unassigned += fits(row.try_get("unassigned")?)?;
        }
        rows.iter()
            .map(|row| {
                let id: i64 = row.try_get("campaign_id")?;
                let (counts, unassigned) = tallies.remove(&id).unwrap_or_default();
                let texters = fits(row.try_get("texters")?)?;
                let ready = Readiness {
                    message: row.try_get::<i32, _>("has_message")? == 1,
                    contacts: counts.total() > 0,
                    texters: texters > 0,
                };
                Ok(CampaignRow {
                    id: CampaignId(id),
                    name: row.try_get("name")?,
                    status: status(row)?,
                    created_at: Instant(row.try_get("created_at")?),
                    counts,
                    unassigned,
                    texters,
                    missing: ready.missing(),
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
        // One that was saved before it would have been refused is shown where it can be corrected.
        let samples = match Template::parse(&found.initial_message, &found.custom_fields) {
            Ok(template) if !found.initial_message.is_empty() => {
                samples(&mut transaction, actor.organization, campaign, &template).await?
            }
            _ => Vec::new(),
        };
        let row =
            sqlx::query(READY).bind(actor.organization.get()).bind(campaign.get()).fetch_one(&mut *transaction).await?;
        transaction.commit().await?;
        let ready = Readiness {
            message: !found.initial_message.is_empty(),
            contacts: row.try_get::<i32, _>("has_contacts")? == 1,
            texters: row.try_get::<i32, _>("has_texters")? == 1,
        };
        Ok(Campaign {
            id: campaign,
            name: found.name,
            status: found.status,
            created_at: found.created_at,
            created_by: found.created_by,
            initial_message: found.initial_message,
            custom_fields: found.custom_fields,
            samples,
            missing: ready.missing(),
        })
    }

    /// Creates a draft campaign.
    ///
    /// # Errors
    /// If the name is empty or too long.
    pub async fn create_campaign(&self, actor: Actor, name: &str) -> Result<CampaignId, ApiError> {
        let name = named(name)?;
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        for _ in 0..MOST_IDS {
            let campaign = CampaignId(self.next_id());
            let created = sqlx::query(CREATE)
                .bind(actor.organization.get())
                .bind(campaign.get())
                .bind(name.as_str())
                .bind(CampaignStatus::Draft as i32)
                .bind(self.now().get())
                .bind(actor.member.get())
                .execute(&mut *transaction)
                .await?;
            if created.rows_affected() == 1 {
                transaction.commit().await?;
                return Ok(campaign);
            }
        }
        Err(no_free_id("a campaign"))
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
    /// If the action does not fit its status, or it would be active without an initial message.
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
        let found = find(&mut transaction, actor.organization, campaign).await?;
        let before = found.status;
        let after = before.after(action)?;
        after.may_have(!found.initial_message.is_empty())?;
        let changed = sqlx::query(SET_STATUS)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(after as i32)
            .bind(before as i32)
            .execute(&mut *transaction)
            .await?;
        if changed.rows_affected() != 1 {
            tracing::error!(%campaign, "a campaign that was found is not there to be changed");
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
        let (_, template) = parse(message, &found.custom_fields)?;
        let samples = samples(&mut transaction, actor.organization, campaign, &template).await?;
        transaction.commit().await?;
        Ok(samples)
    }

    /// Saves the initial message. Answers which of its placeholders say nothing to how many contacts.
    ///
    /// # Errors
    /// If a character of it cannot be sent, a placeholder is unknown, or it is empty and the campaign is active.
    pub async fn save_initial_message(
        &self,
        actor: Actor,
        campaign: CampaignId,
        message: &str,
    ) -> Result<SavedMessage, ApiError> {
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        let found = find(&mut transaction, actor.organization, campaign).await?;
        let (message, template) = parse(message, &found.custom_fields)?;
        if let Err(CampaignError::NoMessage) = found.status.may_have(!message.is_empty()) {
            let sentence =
                "The campaign is active, so it needs an initial message. Write one, or pause the campaign first.";
            return Err(ApiError::invalid("message", sentence));
        }
        sqlx::query(SET_MESSAGE)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(message.as_str())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        // After the commit: counting reads every contact, and nobody who writes waits for that.
        let empty = self.empty_placeholders(actor, campaign, &template).await?;
        Ok(SavedMessage { message, empty })
    }
}
