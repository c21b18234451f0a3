//! Follow-ups: written by admins, sent once in each conversation that is meant.

use handoff_core::follow_up::{Audience, FollowUp, FollowUpDraftError, FollowUpError, is_due};
use handoff_core::permission::Act;
use handoff_core::reply::PreparedError;
use handoff_core::status::Status;
use handoff_core::{CampaignId, ChoiceId, ConversationId, FollowUpId, Instant, OrganizationId, QuestionId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::conversation::Found;
use super::failure::{Sound, ids};
use super::row::{check_id, fits};
use super::{Actor, Store, answers, campaign};
use crate::model::follow_up::FollowUpRow;
use crate::model::{ApiError, Thing};

const LIST: &str = "
    SELECT follow_up.follow_up_id, follow_up.title, follow_up.text, follow_up.audience, follow_up.status,
        follow_up.question_id, follow_up.choice_id, follow_up.expires_at, follow_up.created_at, (
            SELECT count(*) FROM follow_up_sent
            WHERE follow_up_sent.organization_id = follow_up.organization_id
                AND follow_up_sent.follow_up_id = follow_up.follow_up_id
        ) AS sent
    FROM follow_up
    WHERE follow_up.organization_id = $1 AND follow_up.campaign_id = $2 AND follow_up.deleted_at IS NULL
    ORDER BY follow_up.created_at DESC, follow_up.follow_up_id DESC";

/// Writes it, unless its id is another campaign's, or was deleted.
const SAVE: &str = "
    INSERT INTO follow_up (organization_id, follow_up_id, campaign_id, title, text, audience, status, question_id,
        choice_id, expires_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (organization_id, follow_up_id) DO UPDATE
    SET title = excluded.title, text = excluded.text, audience = excluded.audience, status = excluded.status,
        question_id = excluded.question_id, choice_id = excluded.choice_id, expires_at = excluded.expires_at
    WHERE follow_up.campaign_id = excluded.campaign_id AND follow_up.deleted_at IS NULL";

const DELETE: &str = "
    UPDATE follow_up SET deleted_at = $4
    WHERE organization_id = $1 AND campaign_id = $2 AND follow_up_id = $3 AND deleted_at IS NULL";

const TEXT: &str = "
    SELECT text FROM follow_up
    WHERE organization_id = $1 AND campaign_id = $2 AND follow_up_id = $3 AND deleted_at IS NULL";

/// The oldest first.
const OF_CONVERSATION: &str = "
    SELECT follow_up.follow_up_id, follow_up.text, follow_up.audience, follow_up.status, follow_up.question_id,
        follow_up.choice_id, follow_up.expires_at,
        CASE WHEN follow_up_sent.follow_up_id IS NULL THEN 0 ELSE 1 END AS sent
    FROM follow_up
    LEFT JOIN follow_up_sent ON follow_up_sent.organization_id = follow_up.organization_id
        AND follow_up_sent.conversation_id = $3 AND follow_up_sent.follow_up_id = follow_up.follow_up_id
    WHERE follow_up.organization_id = $1 AND follow_up.campaign_id = $2 AND follow_up.deleted_at IS NULL
    ORDER BY follow_up.created_at, follow_up.follow_up_id";

const MARK_SENT: &str = "
    INSERT INTO follow_up_sent (organization_id, conversation_id, follow_up_id, sent_at) VALUES ($1, $2, $3, $4)";

const ACTIVE: &str = "
    SELECT count(*) FROM follow_up
    WHERE organization_id = $1 AND campaign_id = $2 AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > $3)";

/// Whether a question of the campaign has this answer to choose, or once had it: who gave it is meant all the same.
const OFFERED: &str = "
    SELECT 1 FROM survey_question
    JOIN survey_choice ON survey_choice.organization_id = survey_question.organization_id
        AND survey_choice.question_id = survey_question.question_id
    WHERE survey_question.organization_id = $1 AND survey_question.campaign_id = $2
        AND survey_question.question_id = $3 AND survey_choice.choice_id = $4";

/// Whether a follow-up is due in a `conversation`, as [`handoff_core::follow_up::is_due`] says. `{now}` is now.
pub(super) const DUE: &str = "(conversation.we_wrote_at IS NOT NULL AND conversation.opted_out = 0
    AND conversation.escalated = 0 AND EXISTS (
        SELECT 1 FROM follow_up
        WHERE follow_up.organization_id = conversation.organization_id
            AND follow_up.campaign_id = conversation.campaign_id AND follow_up.deleted_at IS NULL
            AND (follow_up.expires_at IS NULL OR follow_up.expires_at > {now})
            AND (follow_up.audience = 1
                OR (follow_up.audience = 2 AND follow_up.status = conversation.status)
                OR (follow_up.audience = 3 AND EXISTS (
                    SELECT 1 FROM survey_answer
                    WHERE survey_answer.organization_id = conversation.organization_id
                        AND survey_answer.conversation_id = conversation.conversation_id
                        AND survey_answer.question_id = follow_up.question_id
                        AND survey_answer.choice_id = follow_up.choice_id)))
            AND NOT EXISTS (
                SELECT 1 FROM follow_up_sent
                WHERE follow_up_sent.organization_id = conversation.organization_id
                    AND follow_up_sent.conversation_id = conversation.conversation_id
                    AND follow_up_sent.follow_up_id = follow_up.follow_up_id)))";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 8] = [LIST, SAVE, DELETE, TEXT, OF_CONVERSATION, MARK_SENT, ACTIVE, OFFERED];

/// A follow-up as it is typed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its id, made by the page.
    pub id: FollowUpId,
    /// Its title.
    pub title: String,
    /// Its text, with placeholders.
    pub text: String,
    /// Who is meant.
    pub audience: Audience,
    /// From when on it is not sent any more.
    pub expires_at: Option<Instant>,
}

/// A follow-up of the campaign of a conversation.
pub(super) struct Meant {
    pub(super) id: FollowUpId,
    pub(super) text: String,
    pub(super) audience: Audience,
    pub(super) expires_at: Option<Instant>,
    pub(super) sent: bool,
}

pub(super) fn audience(row: &AnyRow) -> Result<Audience, ApiError> {
    Ok(match row.try_get::<i32, _>("audience")? {
        1 => Audience::Everyone,
        2 => {
            let number = row.try_get::<Option<i32>, _>("status")?.unwrap_or_default();
            Audience::Status(Status::from_number(number.into()).sound("follow_up", "status", ids(row))?)
        }
        _ => Audience::Answer(
            QuestionId(row.try_get::<Option<i64>, _>("question_id")?.sound("follow_up", "question_id", ids(row))?),
            ChoiceId(row.try_get::<Option<i64>, _>("choice_id")?.sound("follow_up", "choice_id", ids(row))?),
        ),
    })
}

/// The follow-ups of a campaign, the oldest first, as one conversation sees them.
pub(super) async fn of_conversation(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    conversation: ConversationId,
) -> Result<Vec<Meant>, ApiError> {
    let rows = sqlx::query(OF_CONVERSATION)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(conversation.get())
        .fetch_all(&mut **transaction)
        .await?;
    let meant = |row: &AnyRow| -> Result<Meant, ApiError> {
        Ok(Meant {
            id: FollowUpId(row.try_get("follow_up_id")?),
            text: row.try_get("text")?,
            audience: audience(row)?,
            expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(Instant),
            sent: row.try_get::<i32, _>("sent")? == 1,
        })
    };
    rows.iter().map(meant).collect()
}

/// The text of a follow-up.
pub(super) async fn text(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    follow_up: FollowUpId,
) -> Result<String, ApiError> {
    sqlx::query_scalar(TEXT)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(follow_up.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::NotFound(Thing::FollowUp))
}

/// Notes that a conversation gets a follow-up, if it is due there.
pub(super) async fn mark_sent(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    found: &Found,
    follow_up: FollowUpId,
    now: Instant,
) -> Result<(), ApiError> {
    let all = of_conversation(transaction, organization, found.campaign, found.id).await?;
    let meant = all.into_iter().find(|meant| meant.id == follow_up).ok_or(ApiError::NotFound(Thing::FollowUp))?;
    let answers = answers::answers(transaction, organization, found.id).await?;
    let answers: Vec<_> = answers.into_iter().map(|one| (one.question, one.answer)).collect();
    is_due(meant.audience, meant.expires_at, &found.state, &answers, meant.sent, now)
        .map_err(|error: FollowUpError| ApiError::Sending(error.into()))?;
    sqlx::query(MARK_SENT)
        .bind(organization.get())
        .bind(found.id.get())
        .bind(follow_up.get())
        .bind(now.get())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Whether a campaign has a follow-up that is still sent.
pub(super) async fn any_active(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    now: Instant,
) -> Result<bool, ApiError> {
    let count: i64 = sqlx::query_scalar(ACTIVE)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(now.get())
        .fetch_one(&mut **transaction)
        .await?;
    Ok(count > 0)
}

fn refused(error: &FollowUpDraftError) -> ApiError {
    let field = match error {
        FollowUpDraftError::Prepared(PreparedError::Title(_)) => "title",
        FollowUpDraftError::Prepared(_) => "text",
        FollowUpDraftError::Expired => "expires_at",
        FollowUpDraftError::NotStarted => "audience",
    };
    ApiError::invalid(field, error)
}

impl Store {
    /// Lists the follow-ups of a campaign, the newest first.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn follow_ups(&self, actor: Actor, campaign: CampaignId) -> Result<Vec<FollowUpRow>, ApiError> {
        let mut transaction = self.read(actor, Act::ManageFollowUps).await?;
        campaign::find(&mut transaction, actor.organization, campaign).await?;
        let rows =
            sqlx::query(LIST).bind(actor.organization.get()).bind(campaign.get()).fetch_all(&mut *transaction).await?;
        let follow_up = |row: &AnyRow| -> Result<FollowUpRow, ApiError> {
            Ok(FollowUpRow {
                id: FollowUpId(row.try_get("follow_up_id")?),
                title: row.try_get("title")?,
                text: row.try_get("text")?,
                audience: audience(row)?,
                expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(Instant),
                created_at: Instant(row.try_get("created_at")?),
                sent: fits(row.try_get("sent")?)?,
            })
        };
        rows.iter().map(follow_up).collect()
    }

    /// Writes a follow-up.
    ///
    /// # Errors
    /// If the member may not, or the follow-up is refused.
    pub async fn save_follow_up(&self, actor: Actor, campaign: CampaignId, draft: &Draft) -> Result<(), ApiError> {
        check_id("id", draft.id.get())?;
        let mut transaction = self.write(actor, Act::ManageFollowUps).await?;
        let fields = campaign::find(&mut transaction, actor.organization, campaign).await?.custom_fields;
        let now = self.now();
        let Draft { id, title, text, audience, expires_at } = draft;
        let good = FollowUp::new(title, text, &fields, *audience, *expires_at, now).map_err(|error| refused(&error))?;
        if let Audience::Answer(question, choice) = audience {
            let offered = sqlx::query(OFFERED)
                .bind(actor.organization.get())
                .bind(campaign.get())
                .bind(question.get())
                .bind(choice.get());
            if offered.fetch_optional(&mut *transaction).await?.is_none() {
                return Err(ApiError::NotFound(Thing::Question));
            }
        }
        let (number, status, question, choice) = match audience {
            Audience::Everyone => (1, None, None, None),
            Audience::Status(status) => (2, Some(*status as i32), None, None),
            Audience::Answer(question, choice) => (3, None, Some(question.get()), Some(choice.get())),
        };
        let saved = sqlx::query(SAVE)
            .bind(actor.organization.get())
            .bind(id.get())
            .bind(campaign.get())
            .bind(good.title().as_str())
            .bind(good.text().as_str())
            .bind(number)
            .bind(status)
            .bind(question)
            .bind(choice)
            .bind(expires_at.map(Instant::get))
            .bind(now.get())
            .execute(&mut *transaction)
            .await?;
        if saved.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::FollowUp));
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Deletes a follow-up.
    ///
    /// # Errors
    /// If the member may not, or the campaign has no such follow-up.
    pub async fn delete_follow_up(&self, actor: Actor, campaign: CampaignId, id: FollowUpId) -> Result<(), ApiError> {
        let mut transaction = self.write(actor, Act::ManageFollowUps).await?;
        let deleted = sqlx::query(DELETE)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(id.get())
            .bind(self.now().get())
            .execute(&mut *transaction)
            .await?;
        if deleted.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::FollowUp));
        }
        transaction.commit().await?;
        Ok(())
    }
}
