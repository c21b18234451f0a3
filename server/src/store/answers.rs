//! What was recorded of the survey in a conversation.

use handoff_core::survey::answer::Answer;
use handoff_core::{ChoiceId, ConversationId, Instant, OrganizationId, QuestionId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::tally::told_apart_name;
use crate::model::ApiError;
use crate::model::messenger::Recorded;

const ANSWERS: &str = concat!(
    "SELECT survey_answer.question_id, survey_answer.choice_id, survey_answer.text, survey_answer.answered_at,
        coalesce(",
    told_apart_name!(),
    ", '') AS name
    FROM survey_answer
    LEFT JOIN member ON member.organization_id = survey_answer.organization_id
        AND member.member_id = survey_answer.answered_by
    WHERE survey_answer.organization_id = $1 AND survey_answer.conversation_id = $2
    ORDER BY survey_answer.answered_at, survey_answer.question_id"
);

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 1] = [ANSWERS];

/// Reads what was recorded of the survey.
pub(super) async fn answers(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    conversation: ConversationId,
) -> Result<Vec<Recorded>, ApiError> {
    let rows =
        sqlx::query(ANSWERS).bind(organization.get()).bind(conversation.get()).fetch_all(&mut **transaction).await?;
    let recorded = |row: &AnyRow| -> Result<Recorded, ApiError> {
        Ok(Recorded {
            question: QuestionId(row.try_get("question_id")?),
            answer: match row.try_get::<Option<i64>, _>("choice_id")? {
                Some(choice) => Answer::Choice(ChoiceId(choice)),
                None => Answer::Text(row.try_get::<Option<String>, _>("text")?.unwrap_or_default()),
            },
            at: Instant(row.try_get("answered_at")?),
            by: row.try_get("name")?,
        })
    };
    rows.iter().map(recorded).collect()
}
