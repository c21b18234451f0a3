//! One conversation as a person reads it.

use handoff_core::follow_up::is_due;
use handoff_core::message::Kind;
use handoff_core::permission::Act;
use handoff_core::sending::SendError;
use handoff_core::status::Status;
use handoff_core::{ConversationId, Instant, OrganizationId};
use sqlx::{Any, Row, Transaction};

use super::answers::answers;
use super::conversation::{Found, find};
use super::failure::Sound;
use super::message::{MESSAGES, thread_of};
use super::row::stored;
use super::tally::told_apart_name;
use super::{Actor, Store, follow_up, send};
use crate::model::ApiError;
use crate::model::messenger::{Escalation, Next, Recorded, Thread};

const ESCALATION: &str = concat!(
    "SELECT escalation.note, escalation.escalated_at, coalesce(",
    told_apart_name!(),
    ", '') AS name
    FROM escalation
    LEFT JOIN member ON member.organization_id = escalation.organization_id
        AND member.member_id = escalation.escalated_by
    WHERE escalation.organization_id = $1 AND escalation.conversation_id = $2"
);

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 1] = [ESCALATION];

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
        let messages = thread_of(&messages)?;
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
