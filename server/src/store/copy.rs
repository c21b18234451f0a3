//! Copying a campaign: everything that admins have prepared in it, and nobody who is texted.

use handoff_core::CampaignId;
use handoff_core::campaign::CampaignStatus;
use handoff_core::contact::name;
use handoff_core::permission::Act;
use sqlx::{Any, Row, Transaction};

use super::campaign::find;
use super::row::fits;
use super::{Actor, MOST_IDS, Store, no_free_id};
use crate::model::ApiError;

/// The names of custom fields come along, because the message and the replies use them. Instants do not: the window
/// of the campaign that is copied is most likely over.
const CAMPAIGN: &str = "
    INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at,
        created_by, time_zone, opens, closes, self_assignment, batch_size, pool_kind, ceiling)
    SELECT organization_id, $3, $4, $5, initial_message, custom_fields, $6, $7, time_zone, opens, closes,
        self_assignment, batch_size, pool_kind, ceiling
    FROM campaign WHERE organization_id = $1 AND campaign_id = $2
    ON CONFLICT (organization_id, campaign_id) DO NOTHING";

/// How many new ids are needed of each kind.
const COUNT: &str = "
    SELECT (SELECT count(*) FROM survey_question
            WHERE organization_id = $1 AND campaign_id = $2 AND deleted_at IS NULL) AS questions,
        (SELECT count(*) FROM recommended_reply WHERE organization_id = $1 AND campaign_id = $2) AS replies,
        (SELECT count(*) FROM follow_up
            WHERE organization_id = $1 AND campaign_id = $2 AND deleted_at IS NULL) AS follow_ups";

/// The questions that are copied, each with the id of its copy. The first of these ids is bound as 3.
macro_rules! copied_questions {
    () => {
        "(SELECT organization_id, question_id, place, text, chosen,
            CAST($3 AS BIGINT) + row_number() OVER (ORDER BY place, question_id) - 1 AS copy_id
        FROM survey_question WHERE organization_id = $1 AND campaign_id = $2 AND deleted_at IS NULL) AS copied"
    };
}

const QUESTIONS: &str = concat!(
    "
    INSERT INTO survey_question (organization_id, question_id, campaign_id, place, text, chosen)
    SELECT organization_id, copy_id, $4, place, text, chosen FROM ",
    copied_questions!()
);

/// A choice is known by its question and its id, so the id can stay.
const CHOICES: &str = concat!(
    "
    INSERT INTO survey_choice (organization_id, question_id, choice_id, place, text)
    SELECT survey_choice.organization_id, copied.copy_id, survey_choice.choice_id, survey_choice.place,
        survey_choice.text
    FROM ",
    copied_questions!(),
    "
    JOIN survey_choice ON survey_choice.organization_id = copied.organization_id
        AND survey_choice.question_id = copied.question_id
    WHERE survey_choice.deleted_at IS NULL"
);

const REPLIES: &str = "
    INSERT INTO recommended_reply (organization_id, reply_id, campaign_id, place, title, text)
    SELECT organization_id, CAST($3 AS BIGINT) + row_number() OVER (ORDER BY place, reply_id) - 1, $4, place, title,
        text
    FROM recommended_reply WHERE organization_id = $1 AND campaign_id = $2";

/// Those for an answer that cannot be given any more stay behind: in the copy they could never be due.
const FOLLOW_UPS: &str = concat!(
    "
    INSERT INTO follow_up (organization_id, follow_up_id, campaign_id, title, text, audience, status, question_id,
        choice_id, created_at)
    SELECT follow_up.organization_id,
        CAST($5 AS BIGINT) + row_number() OVER (ORDER BY follow_up.created_at, follow_up.follow_up_id) - 1, $4,
        follow_up.title, follow_up.text, follow_up.audience, follow_up.status, copied.copy_id, follow_up.choice_id, $6
    FROM follow_up
    LEFT JOIN ",
    copied_questions!(),
    " ON copied.question_id = follow_up.question_id
    WHERE follow_up.organization_id = $1 AND follow_up.campaign_id = $2 AND follow_up.deleted_at IS NULL
        AND (follow_up.question_id IS NULL OR EXISTS (
            SELECT 1 FROM survey_choice
            WHERE survey_choice.organization_id = $1 AND survey_choice.question_id = copied.question_id
                AND survey_choice.choice_id = follow_up.choice_id AND survey_choice.deleted_at IS NULL))"
);

/// Every statement here, for the test that prepares them on both engines.
pub const STATEMENTS: [&str; 6] = [CAMPAIGN, COUNT, QUESTIONS, CHOICES, REPLIES, FOLLOW_UPS];

impl Store {
    /// Copies a campaign into a new draft: its initial message, survey questions, recommended replies, follow-ups,
    /// hours and terms of self assignment. Contacts, texters, the window, the dates on which follow-ups expire and the
    /// invite link stay behind.
    ///
    /// # Errors
    /// If the name is empty or too long, or the campaign does not exist in this organization.
    pub async fn copy_campaign(&self, actor: Actor, original: CampaignId, name: &str) -> Result<CampaignId, ApiError> {
        let name = name::campaign_name(name).map_err(|error| ApiError::invalid("name", error))?;
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        find(&mut transaction, actor.organization, original).await?;
        for _ in 0..MOST_IDS {
            let copy = CampaignId(self.next_id());
            let created = sqlx::query(CAMPAIGN)
                .bind(actor.organization.get())
                .bind(original.get())
                .bind(copy.get())
                .bind(name.as_str())
                .bind(CampaignStatus::Draft as i32)
                .bind(self.now().get())
                .bind(actor.member.get())
                .execute(&mut *transaction)
                .await?;
            if created.rows_affected() == 1 {
                self.copy_prepared(&mut transaction, actor, original, copy).await?;
                transaction.commit().await?;
                return Ok(copy);
            }
        }
        Err(no_free_id("a campaign"))
    }

    async fn copy_prepared(
        &self,
        transaction: &mut Transaction<'static, Any>,
        actor: Actor,
        original: CampaignId,
        copy: CampaignId,
    ) -> Result<(), ApiError> {
        let organization = actor.organization.get();
        let row = sqlx::query(COUNT).bind(organization).bind(original.get()).fetch_one(&mut **transaction).await?;
        let ids = |column: &str| -> Result<i64, ApiError> { Ok(self.ids.block(fits(row.try_get(column)?)?)) };
        let (questions, replies, follow_ups) = (ids("questions")?, ids("replies")?, ids("follow_ups")?);
        let of_original = |statement: &'static str, first: i64| {
            sqlx::query(statement).bind(organization).bind(original.get()).bind(first)
        };
        of_original(QUESTIONS, questions).bind(copy.get()).execute(&mut **transaction).await?;
        of_original(CHOICES, questions).execute(&mut **transaction).await?;
        of_original(REPLIES, replies).bind(copy.get()).execute(&mut **transaction).await?;
        of_original(FOLLOW_UPS, questions)
            .bind(copy.get())
            .bind(follow_ups)
            .bind(self.now().get())
            .execute(&mut **transaction)
            .await?;
        Ok(())
    }
}
