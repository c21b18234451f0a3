//! One conversation as a person reads it.

use handoff_core::follow_up::is_due;
use handoff_core::message::{Delivery, Direction, Kind};
use handoff_core::opt_out::Asks;
use handoff_core::permission::Act;
use handoff_core::sending::SendError;
use handoff_core::status::Status;
use handoff_core::survey::Answer;
use handoff_core::{ChoiceId, ConversationId, Instant, MessageId, OrganizationId, QuestionId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::campaign::stored;
use super::conversation::{Found, find};
use super::failure::{Sound, ids};
use super::{Actor, Store, follow_up, send};
use crate::model::ApiError;
use crate::model::messenger::{Escalation, Message, Next, Recorded, Thread};

/// The columns of a [`Message`].
macro_rules! message {
    () => {
        "SELECT message.message_id, message.direction, message.kind, message.delivery, message.asks, message.body,
            message.segments, message.written_at, member.name
        FROM message
        LEFT JOIN member ON member.organization_id = message.organization_id AND member.member_id = message.written_by
        WHERE message.organization_id = $1 AND message.conversation_id = $2 "
    };
}

/// One range of the table, in the order in which they were written: the ids of ours are random.
const MESSAGES: &str = concat!(message!(), "ORDER BY message.sequence, message.written_at, message.message_id");

const MESSAGE: &str = concat!(message!(), "AND message.message_id = $3");

const ANSWERS: &str = "
    SELECT survey_answer.question_id, survey_answer.choice_id, survey_answer.text, survey_answer.answered_at,
        coalesce(member.name, '') AS name
    FROM survey_answer
    LEFT JOIN member ON member.organization_id = survey_answer.organization_id
        AND member.member_id = survey_answer.answered_by
    WHERE survey_answer.organization_id = $1 AND survey_answer.conversation_id = $2
    ORDER BY survey_answer.answered_at, survey_answer.question_id";

const ESCALATION: &str = "
    SELECT escalation.note, escalation.escalated_at, coalesce(member.name, '') AS name
    FROM escalation
    LEFT JOIN member ON member.organization_id = escalation.organization_id
        AND member.member_id = escalation.escalated_by
    WHERE escalation.organization_id = $1 AND escalation.conversation_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 4] = [MESSAGES, MESSAGE, ANSWERS, ESCALATION];

fn read_message(row: &AnyRow) -> Result<Message, ApiError> {
    let number =
        |column: &str| -> Result<Option<i64>, ApiError> { Ok(row.try_get::<Option<i32>, _>(column)?.map(i64::from)) };
    let delivery =
        number("delivery")?.map(|number| Delivery::from_number(number).sound("message", "delivery", ids(row)));
    Ok(Message {
        id: MessageId(row.try_get("message_id")?),
        direction: Direction::from_number(row.try_get::<i32, _>("direction")?.into()).sound(
            "message",
            "direction",
            ids(row),
        )?,
        kind: number("kind")?.and_then(Kind::from_number),
        delivery: delivery.transpose()?,
        asks: number("asks")?.and_then(Asks::from_number),
        body: row.try_get("body")?,
        segments: u32::try_from(row.try_get::<i32, _>("segments")?).sound("message", "segments", ids(row))?,
        at: Instant(row.try_get("written_at")?),
        by: row.try_get("name")?,
    })
}

/// Reads one message.
pub(super) async fn message(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Message, ApiError> {
    let row = sqlx::query(MESSAGE)
        .bind(organization.get())
        .bind(conversation.get())
        .bind(message.get())
        .fetch_one(&mut **transaction)
        .await?;
    read_message(&row)
}

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

async fn escalation(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    conversation: ConversationId,
) -> Result<Option<Escalation>, ApiError> {
    let row = sqlx::query(ESCALATION)
        .bind(organization.get())
        .bind(conversation.get())
        .fetch_optional(&mut **transaction)
        .await?;
    row.map(|row| {
        Ok(Escalation {
            note: row.try_get("note")?,
            at: Instant(row.try_get("escalated_at")?),
            by: row.try_get("name")?,
        })
    })
    .transpose()
}

/// What is to be sent next: the initial message, the oldest follow-up that is due, or a reply; and why its text cannot be
/// sent, if it cannot.
async fn next(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    found: &Found,
    recorded: &[Recorded],
    now: Instant,
) -> Result<(Next, Option<SendError>), ApiError> {
    let reply = Next { kind: Kind::Reply, follow_up: None, text: String::new() };
    match found.state.status {
        Status::NotStarted => {
            let (text, refused) = filled(found, &found.initial_message)?;
            return Ok((Next { kind: Kind::Initial, text, ..reply }, refused));
        }
        // What needs a reply is answered first.
        Status::NeedsReply => return Ok((reply, None)),
        Status::Replied | Status::Waiting | Status::Resolved => {}
    }
    let answers: Vec<_> = recorded.iter().map(|one| (one.question, one.answer.clone())).collect();
    for meant in follow_up::of_conversation(transaction, organization, found.campaign, found.id).await? {
        if is_due(meant.audience, meant.expires_at, &found.state, &answers, meant.sent, now).is_ok() {
            let (text, refused) = filled(found, &meant.text)?;
            return Ok((Next { kind: Kind::FollowUp, follow_up: Some(meant.id), text }, refused));
        }
    }
    Ok((reply, None))
}

/// A prepared text as the contact would read it, or why nobody can.
fn filled(found: &Found, text: &str) -> Result<(String, Option<SendError>), ApiError> {
    match found.fill(text) {
        Ok(text) => Ok((text, None)),
        Err(ApiError::Sending(refused)) => Ok((String::new(), Some(refused))),
        Err(error) => Err(error),
    }
}

impl Store {
    /// Reads one conversation.
    ///
    /// # Errors
    /// If it does not exist in this organization, or the member may not see it: then with where it went.
    pub async fn thread(&self, actor: Actor, conversation: ConversationId) -> Result<Thread, ApiError> {
        let organization = actor.organization;
        let mut transaction = self.begin_reading().await?;
        let found = find(&mut transaction, actor, conversation).await?;
        let now = self.now();
        found.check(Act::See, now)?;
        let messages = sqlx::query(MESSAGES)
            .bind(organization.get())
            .bind(conversation.get())
            .fetch_all(&mut *transaction)
            .await?;
        let messages = messages.iter().map(read_message).collect::<Result<Vec<_>, _>>()?;
        let answers = answers(&mut transaction, organization, conversation).await?;
        let escalation =
            if found.state.escalated { escalation(&mut transaction, organization, conversation).await? } else { None };
        let (next, not_understood) = next(&mut transaction, organization, &found, &answers, now).await?;
        transaction.commit().await?;
        let phone = found.role.may(Act::SeePhone(found.held, found.phones_visible));
        let refused = send::refusal(&found, next.kind, now)?.or(not_understood);
        Ok(Thread {
            id: conversation,
            campaign: found.campaign,
            phone: phone.then(|| found.phone.parse()).transpose().sound("contact", "phone", conversation)?,
            fields: stored(&found.fields)?,
            state: found.state,
            owner_name: found.owner_name(),
            assigned_at: found.assigned_at,
            first_name: found.first_name,
            last_name: found.last_name,
            escalation,
            messages,
            answers,
            next,
            refused,
        })
    }
}
