//! Recommended replies, of a campaign and of the organization.

use handoff_core::permission::Act;
use handoff_core::reply::{PreparedError, RecommendedReply};
use handoff_core::{CampaignId, ReplyId, order};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::placing::place;
use super::row::check_id;
use super::{Actor, Store, campaign};
use crate::model::reply::Reply;
use crate::model::{ApiError, Thing};

const OF_CAMPAIGN: &str = "
    SELECT reply_id, campaign_id, title, text FROM recommended_reply
    WHERE organization_id = $1 AND campaign_id = $2
    ORDER BY place, reply_id";

const OF_ORGANIZATION: &str = "
    SELECT reply_id, campaign_id, title, text FROM recommended_reply
    WHERE organization_id = $1 AND campaign_id IS NULL
    ORDER BY place, reply_id";

const FIND: &str = "SELECT campaign_id FROM recommended_reply WHERE organization_id = $1 AND reply_id = $2";

/// The last in the order.
const ADD: &str = "
    INSERT INTO recommended_reply (organization_id, reply_id, campaign_id, place, title, text)
    VALUES ($1, $2, $3, $4, $5, $6)";

const CHANGE: &str = "
    UPDATE recommended_reply SET title = $3, text = $4 WHERE organization_id = $1 AND reply_id = $2";

const PLACE: &str = "UPDATE recommended_reply SET place = $3 WHERE organization_id = $1 AND reply_id = $2";

const DELETE: &str = "DELETE FROM recommended_reply WHERE organization_id = $1 AND reply_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 7] = [OF_CAMPAIGN, OF_ORGANIZATION, FIND, ADD, CHANGE, PLACE, DELETE];

/// The most replies of a campaign, and of an organization.
pub const MOST: usize = 200;

/// Reads the replies of a campaign, or those of the organization, in their order.
pub(super) async fn list(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: Option<CampaignId>,
) -> Result<Vec<Reply>, ApiError> {
    let statement = if campaign.is_some() { OF_CAMPAIGN } else { OF_ORGANIZATION };
    let mut query = sqlx::query(statement).bind(actor.organization.get());
    if let Some(campaign) = campaign {
        query = query.bind(campaign.get());
    }
    let reply = |row: &AnyRow| -> Result<Reply, ApiError> {
        Ok(Reply {
            id: ReplyId(row.try_get("reply_id")?),
            campaign: row.try_get::<Option<i64>, _>("campaign_id")?.map(CampaignId),
            title: row.try_get("title")?,
            text: row.try_get("text")?,
        })
    };
    query.fetch_all(&mut **transaction).await?.iter().map(reply).collect()
}

/// The custom fields that a reply may name: none in one that is for every campaign.
async fn custom_fields(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: Option<CampaignId>,
) -> Result<Vec<String>, ApiError> {
    match campaign {
        Some(campaign) => Ok(campaign::find(transaction, actor.organization, campaign).await?.custom_fields),
        None => Ok(Vec::new()),
    }
}

/// Whether there is such a reply.
///
/// # Errors
/// If it is not where it is looked for.
async fn is_there(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: Option<CampaignId>,
    id: ReplyId,
) -> Result<bool, ApiError> {
    let row =
        sqlx::query(FIND).bind(actor.organization.get()).bind(id.get()).fetch_optional(&mut **transaction).await?;
    let Some(row) = row else { return Ok(false) };
    if row.try_get::<Option<i64>, _>("campaign_id")?.map(CampaignId) == campaign {
        Ok(true)
    } else {
        Err(ApiError::NotFound(Thing::Reply))
    }
}

impl Store {
    /// Lists the recommended replies of a campaign, or those of the organization, in their order.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn replies(&self, actor: Actor, campaign: Option<CampaignId>) -> Result<Vec<Reply>, ApiError> {
        let mut transaction = self.read(actor, Act::ManageReplies).await?;
        custom_fields(&mut transaction, actor, campaign).await?;
        list(&mut transaction, actor, campaign).await
    }

    /// Writes a reply: a new one, the last in the order, if there is none of this id.
    ///
    /// # Errors
    /// If the member may not, title or text is refused, or there are too many.
    pub async fn save_reply(
        &self,
        actor: Actor,
        campaign: Option<CampaignId>,
        id: ReplyId,
        title: &str,
        text: &str,
    ) -> Result<(), ApiError> {
        check_id("id", id.get())?;
        let mut transaction = self.write(actor, Act::ManageReplies).await?;
        let fields = custom_fields(&mut transaction, actor, campaign).await?;
        let reply = RecommendedReply::new(title, text, &fields).map_err(|error| {
            let field = if matches!(error, PreparedError::Title(_)) { "title" } else { "text" };
            ApiError::invalid(field, error)
        })?;
        if is_there(&mut transaction, actor, campaign, id).await? {
            sqlx::query(CHANGE)
                .bind(actor.organization.get())
                .bind(id.get())
                .bind(reply.title().as_str())
                .bind(reply.text().as_str())
                .execute(&mut *transaction)
                .await?;
        } else {
            let before = list(&mut transaction, actor, campaign).await?.len();
            if before >= MOST {
                return Err(ApiError::invalid("title", format!("There are {MOST} replies already. Delete one first.")));
            }
            sqlx::query(ADD)
                .bind(actor.organization.get())
                .bind(id.get())
                .bind(campaign.map(CampaignId::get))
                .bind(i32::try_from(before).unwrap_or(i32::MAX))
                .bind(reply.title().as_str())
                .bind(reply.text().as_str())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Puts the replies of a campaign, or those of the organization, into this order.
    ///
    /// # Errors
    /// If the member may not, or the order is not one of what is there now.
    pub async fn order_replies(
        &self,
        actor: Actor,
        campaign: Option<CampaignId>,
        wanted: &[ReplyId],
    ) -> Result<(), ApiError> {
        let mut transaction = self.write(actor, Act::ManageReplies).await?;
        custom_fields(&mut transaction, actor, campaign).await?;
        let there: Vec<ReplyId> =
            list(&mut transaction, actor, campaign).await?.into_iter().map(|reply| reply.id).collect();
        order::check(&there, wanted)?;
        let order: Vec<i64> = wanted.iter().map(|id| id.get()).collect();
        place(&mut transaction, PLACE, actor.organization, &order).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Deletes a reply.
    ///
    /// # Errors
    /// If the member may not, or there is no such reply.
    pub async fn delete_reply(&self, actor: Actor, campaign: Option<CampaignId>, id: ReplyId) -> Result<(), ApiError> {
        let mut transaction = self.write(actor, Act::ManageReplies).await?;
        if !is_there(&mut transaction, actor, campaign, id).await? {
            return Err(ApiError::NotFound(Thing::Reply));
        }
        sqlx::query(DELETE).bind(actor.organization.get()).bind(id.get()).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}
