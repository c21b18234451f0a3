//! Survey questions of a campaign, and the answers that are recorded.

use std::collections::BTreeMap;

use handoff_core::permission::Act;
use handoff_core::survey::answer::Answer;
use handoff_core::survey::{Answers, Choice, Draft, Question, QuestionError};
use handoff_core::{CampaignId, ChoiceId, ConversationId, QuestionId, order};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::conversation::Done;
use super::placing::place;
use super::row::check_id;
use super::{Actor, Store, campaign};
use crate::model::messenger::Recorded;
use crate::model::survey::{AnswerCount, SurveyQuestion};
use crate::model::{ApiError, Thing};

const QUESTIONS: &str = "
    SELECT question_id, text, chosen FROM survey_question
    WHERE organization_id = $1 AND campaign_id = $2 AND deleted_at IS NULL
    ORDER BY place, question_id";

const CHOICES: &str = "
    SELECT survey_choice.question_id, survey_choice.choice_id, survey_choice.text
    FROM survey_question
    JOIN survey_choice ON survey_choice.organization_id = survey_question.organization_id
        AND survey_choice.question_id = survey_question.question_id
    WHERE survey_question.organization_id = $1 AND survey_question.campaign_id = $2
        AND survey_question.deleted_at IS NULL AND survey_choice.deleted_at IS NULL
    ORDER BY survey_choice.question_id, survey_choice.place, survey_choice.choice_id";

/// Writes it, unless its id is another campaign's, or was deleted.
const SAVE: &str = "
    INSERT INTO survey_question (organization_id, question_id, campaign_id, place, text, chosen)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (organization_id, question_id) DO UPDATE SET text = excluded.text, chosen = excluded.chosen
    WHERE survey_question.campaign_id = excluded.campaign_id AND survey_question.deleted_at IS NULL";

const DROP_CHOICES: &str = "
    UPDATE survey_choice SET deleted_at = $3 WHERE organization_id = $1 AND question_id = $2 AND deleted_at IS NULL";

const SAVE_CHOICE: &str = "
    INSERT INTO survey_choice (organization_id, question_id, choice_id, place, text) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (organization_id, question_id, choice_id) DO UPDATE
    SET text = excluded.text, place = excluded.place, deleted_at = NULL";

const PLACE: &str = "UPDATE survey_question SET place = $3 WHERE organization_id = $1 AND question_id = $2";

const DELETE: &str = "
    UPDATE survey_question SET deleted_at = $4
    WHERE organization_id = $1 AND campaign_id = $2 AND question_id = $3 AND deleted_at IS NULL";

const ANSWER: &str = "
    INSERT INTO survey_answer (organization_id, conversation_id, question_id, choice_id, text, answered_at,
        answered_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (organization_id, conversation_id, question_id) DO UPDATE
    SET choice_id = excluded.choice_id, text = excluded.text, answered_at = excluded.answered_at,
        answered_by = excluded.answered_by";

const CLEAR: &str = "
    DELETE FROM survey_answer WHERE organization_id = $1 AND conversation_id = $2 AND question_id = $3";

const COUNT: &str = "
    SELECT survey_answer.question_id, survey_answer.choice_id, count(*) AS given
    FROM survey_question
    JOIN survey_answer ON survey_answer.organization_id = survey_question.organization_id
        AND survey_answer.question_id = survey_question.question_id
    WHERE survey_question.organization_id = $1 AND survey_question.campaign_id = $2
        AND survey_question.deleted_at IS NULL
    GROUP BY survey_answer.question_id, survey_answer.choice_id
    ORDER BY survey_answer.question_id, survey_answer.choice_id";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 10] =
    [QUESTIONS, CHOICES, SAVE, DROP_CHOICES, SAVE_CHOICE, PLACE, DELETE, ANSWER, CLEAR, COUNT];

/// The most questions of a campaign.
pub const MOST: usize = 50;

/// Reads the questions of a campaign, in their order.
pub(super) async fn list(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: CampaignId,
) -> Result<Vec<SurveyQuestion>, ApiError> {
    let (organization, campaign) = (actor.organization.get(), campaign.get());
    let questions = sqlx::query(QUESTIONS).bind(organization).bind(campaign).fetch_all(&mut **transaction).await?;
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(CHOICES).bind(organization).bind(campaign).fetch_all(&mut **transaction).await?;
    let mut choices: BTreeMap<i64, Vec<Choice>> = BTreeMap::new();
    for row in rows {
        let choice = Choice { id: ChoiceId(row.try_get("choice_id")?), text: row.try_get("text")? };
        choices.entry(row.try_get("question_id")?).or_default().push(choice);
    }
    let question = |row: &AnyRow| -> Result<SurveyQuestion, ApiError> {
        let id: i64 = row.try_get("question_id")?;
        let answers = match row.try_get::<i32, _>("chosen")? {
            1 => Answers::Choice(choices.remove(&id).unwrap_or_default()),
            _ => Answers::Text,
        };
        Ok(SurveyQuestion { id: QuestionId(id), question: Draft { text: row.try_get("text")?, answers } })
    };
    questions.iter().map(question).collect()
}

fn refused(error: &QuestionError) -> ApiError {
    let field = if matches!(error, QuestionError::Empty | QuestionError::TooLong(_)) { "text" } else { "answers" };
    ApiError::invalid(field, error)
}

impl Store {
    /// Lists the survey questions of a campaign, in their order.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn questions(&self, actor: Actor, campaign: CampaignId) -> Result<Vec<SurveyQuestion>, ApiError> {
        let mut transaction = self.read(actor, Act::ManageSurveys).await?;
        campaign::find(&mut transaction, actor.organization, campaign).await?;
        list(&mut transaction, actor, campaign).await
    }

    /// Counts what was recorded with the questions of a campaign.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn count_answers(&self, actor: Actor, campaign: CampaignId) -> Result<Vec<AnswerCount>, ApiError> {
        let mut transaction = self.read(actor, Act::ManageSurveys).await?;
        campaign::find(&mut transaction, actor.organization, campaign).await?;
        let count = |row: &AnyRow| -> Result<AnswerCount, ApiError> {
            Ok(AnswerCount {
                question: QuestionId(row.try_get("question_id")?),
                choice: row.try_get::<Option<i64>, _>("choice_id")?.map(ChoiceId),
                count: u32::try_from(row.try_get::<i64, _>("given")?).unwrap_or(u32::MAX),
            })
        };
        let query = sqlx::query(COUNT).bind(actor.organization.get()).bind(campaign.get());
        query.fetch_all(&mut *transaction).await?.iter().map(count).collect()
    }

    /// Writes a question: a new one, the last in the order, if the campaign has none of this id.
    ///
    /// # Errors
    /// If the member may not, the question is refused, or there are too many.
    pub async fn save_question(
        &self,
        actor: Actor,
        campaign: CampaignId,
        id: QuestionId,
        draft: &Draft,
    ) -> Result<(), ApiError> {
        check_id("id", id.get())?;
        let question = Question::new(draft).map_err(|error| refused(&error))?;
        for choice in question.choices() {
            check_id("answers", choice.id.get())?;
        }
        let mut transaction = self.write(actor, Act::ManageSurveys).await?;
        campaign::find(&mut transaction, actor.organization, campaign).await?;
        let before = list(&mut transaction, actor, campaign).await?;
        if before.len() >= MOST && before.iter().all(|one| one.id != id) {
            return Err(ApiError::invalid("text", format!("There are {MOST} questions already. Delete one first.")));
        }
        let organization = actor.organization.get();
        let saved = sqlx::query(SAVE)
            .bind(organization)
            .bind(id.get())
            .bind(campaign.get())
            .bind(i32::try_from(before.len()).unwrap_or(i32::MAX))
            .bind(question.text())
            .bind(i32::from(matches!(question.answers(), Answers::Choice(_))))
            .execute(&mut *transaction)
            .await?;
        if saved.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::Question));
        }
        let now = self.now().get();
        sqlx::query(DROP_CHOICES).bind(organization).bind(id.get()).bind(now).execute(&mut *transaction).await?;
        for (choice, place) in question.choices().iter().zip(0_i32..) {
            sqlx::query(SAVE_CHOICE)
                .bind(organization)
                .bind(id.get())
                .bind(choice.id.get())
                .bind(place)
                .bind(choice.text.as_str())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Puts the questions of a campaign into this order.
    ///
    /// # Errors
    /// If the member may not, or the order is not one of what is there now.
    pub async fn order_questions(
        &self,
        actor: Actor,
        campaign: CampaignId,
        wanted: &[QuestionId],
    ) -> Result<(), ApiError> {
        let mut transaction = self.write(actor, Act::ManageSurveys).await?;
        campaign::find(&mut transaction, actor.organization, campaign).await?;
        let there: Vec<QuestionId> =
            list(&mut transaction, actor, campaign).await?.into_iter().map(|one| one.id).collect();
        order::check(&there, wanted)?;
        let order: Vec<i64> = wanted.iter().map(|id| id.get()).collect();
        place(&mut transaction, PLACE, actor.organization, &order).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Deletes a question. What was recorded with it stays.
    ///
    /// # Errors
    /// If the member may not, or the campaign has no such question.
    pub async fn delete_question(&self, actor: Actor, campaign: CampaignId, id: QuestionId) -> Result<(), ApiError> {
        let mut transaction = self.write(actor, Act::ManageSurveys).await?;
        let deleted = sqlx::query(DELETE)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(id.get())
            .bind(self.now().get())
            .execute(&mut *transaction)
            .await?;
        if deleted.rows_affected() == 0 {
            return Err(ApiError::NotFound(Thing::Question));
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Records the answer to a question in a conversation, or clears it.
    ///
    /// # Errors
    /// If the member may not write there, or the answer does not answer the question as it is now.
    pub async fn record_answer(
        &self,
        actor: Actor,
        conversation: ConversationId,
        question: QuestionId,
        answer: Option<Answer>,
    ) -> Result<(Option<Recorded>, Done), ApiError> {
        let (mut transaction, found) = self.hold(actor, conversation).await?;
        let now = self.now();
        found.check(Act::Write, now)?;
        let questions = list(&mut transaction, actor, found.campaign).await?;
        let asked = questions.into_iter().find(|one| one.id == question);
        let asked = asked.map(|one| one.question.answers);
        let organization = actor.organization.get();
        let recorded = match answer {
            None => {
                let clear = sqlx::query(CLEAR).bind(organization).bind(conversation.get()).bind(question.get());
                clear.execute(&mut *transaction).await?;
                None
            }
            Some(answer) => {
                let answer = answer.check(asked.as_ref())?;
                let (choice, text) = match &answer {
                    Answer::Choice(choice) => (Some(choice.get()), None),
                    Answer::Text(text) => (None, Some(text.clone())),
                };
                sqlx::query(ANSWER)
                    .bind(organization)
                    .bind(conversation.get())
                    .bind(question.get())
                    .bind(choice)
                    .bind(text)
                    .bind(now.get())
                    .bind(actor.member.get())
                    .execute(&mut *transaction)
                    .await?;
                Some(Recorded { question, answer, at: now, by: found.member_name.clone() })
            }
        };
        transaction.commit().await?;
        Ok((recorded, found.done(found.state)))
    }
}
