//! Sending: a message, its place in the outbox and the conversation after it, in one transaction with every check.

use handoff_core::conversation::{Event, apply};
use handoff_core::message::{Body, Delivery, Direction, Kind, segments};
use handoff_core::permission::{Act, Forbidden};
use handoff_core::sending::{SendError, may_send};
use handoff_core::{ConversationId, FollowUpId, Instant, MemberId, MessageId, OrganizationId};
use sqlx::{Any, Row, Transaction};

use super::conversation::{Done, Found, store};
use super::failure::Sound;
use super::row::check_id;
use super::{Actor, Store, follow_up, message};
use crate::model::ApiError;
use crate::model::conversation::{ConversationError, Sent};
use crate::model::messenger::Message;

/// What comes next in a conversation has this number. The conversation is held by whoever adds to it.
macro_rules! next_in_conversation {
    () => {
        "(SELECT coalesce(max(sequence), 0) + 1 FROM message WHERE organization_id = $1 AND conversation_id = $2)"
    };
}
pub(super) use next_in_conversation;

/// The id is the page's: sent again, it is there already.
const ADD: &str = concat!(
    "INSERT INTO message (organization_id, conversation_id, message_id, direction, kind, delivery, body, segments,
        written_at, written_by, follow_up_id, sequence)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, ",
    next_in_conversation!(),
    ") ON CONFLICT (organization_id, conversation_id, message_id) DO NOTHING"
);

/// Its place in the queue is that of its writing.
const QUEUE: &str = "
    INSERT INTO outbox
        (organization_id, conversation_id, message_id, campaign_id, phone, kind, due_at, written_at, sequence)
    SELECT organization_id, conversation_id, message_id, $4, $5, kind, written_at, written_at, sequence
    FROM message WHERE organization_id = $1 AND conversation_id = $2 AND message_id = $3";

const FIRST: &str = "
    SELECT kind, body, written_by, follow_up_id FROM message
    WHERE organization_id = $1 AND conversation_id = $2 AND message_id = $3";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 3] = [ADD, QUEUE, FIRST];

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Its id, made by who asks: sent again, it is recognised.
    pub message: MessageId,
    /// What it is for.
    pub kind: Kind,
    /// Which follow-up it is, if it is one.
    pub follow_up: Option<FollowUpId>,
    /// Its text; without, the initial message or the follow-up as it is written.
    pub text: Option<String>,
    /// Whether it is one of many sent with one click.
    pub all: bool,
}

/// A message of ours on its way into the database.
pub(super) struct Outgoing<'a> {
    pub(super) id: MessageId,
    pub(super) kind: Kind,
    pub(super) follow_up: Option<FollowUpId>,
    pub(super) body: &'a Body,
    pub(super) by: Actor,
}

/// Adds a message of ours and queues it. `None` if its id is there already.
pub(super) async fn add(
    transaction: &mut Transaction<'static, Any>,
    found: &Found,
    message: &Outgoing<'_>,
    now: Instant,
) -> Result<Option<Message>, ApiError> {
    let organization = message.by.organization.get();
    let segments = segments::count(message.body.as_str()).segments;
    let segments = u32::try_from(segments).expected("segments are few")?;
    let added = sqlx::query(ADD)
        .bind(organization)
        .bind(found.id.get())
        .bind(message.id.get())
        .bind(Direction::Outbound as i32)
        .bind(message.kind as i32)
        .bind(Delivery::Queued.number())
        .bind(message.body.as_str())
        .bind(i64::from(segments))
        .bind(now.get())
        .bind(message.by.member.get())
        .bind(message.follow_up.map(FollowUpId::get))
        .execute(&mut **transaction)
        .await?;
    if added.rows_affected() == 0 {
        return Ok(None);
    }
    sqlx::query(QUEUE)
        .bind(organization)
        .bind(found.id.get())
        .bind(message.id.get())
        .bind(found.campaign.get())
        .bind(found.phone.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(Some(Message {
        id: message.id,
        direction: Direction::Outbound,
        kind: Some(message.kind),
        delivery: Some(Delivery::Queued),
        asks: None,
        body: message.body.to_string(),
        segments,
        at: now,
        by: Some(found.member_name.clone()),
    }))
}

/// Refuses an id that stands for another message than this one.
pub(super) async fn same_as_first(
    transaction: &mut Transaction<'static, Any>,
    conversation: ConversationId,
    message: &Outgoing<'_>,
    compare_text: bool,
) -> Result<(), ApiError> {
    let row = sqlx::query(FIRST)
        .bind(message.by.organization.get())
        .bind(conversation.get())
        .bind(message.id.get())
        .fetch_one(&mut **transaction)
        .await?;
    let same = row.try_get::<Option<i32>, _>("kind")? == Some(message.kind as i32)
        && row.try_get::<Option<i64>, _>("written_by")?.map(MemberId) == Some(message.by.member)
        && row.try_get::<Option<i64>, _>("follow_up_id")?.map(FollowUpId) == message.follow_up
        && (!compare_text || row.try_get::<String, _>("body")? == message.body.as_str());
    if same { Ok(()) } else { Err(ConversationError::MessageReused.into()) }
}

impl Store {
    /// Sends a message, once.
    ///
    /// # Errors
    /// If it may not be sent, with the reason: then nothing happened.
    pub async fn send(&self, actor: Actor, draft: &Draft) -> Result<(Sent, Done), ApiError> {
        check_id("message", draft.message.get())?;
        if draft.kind.confirms() || (draft.kind == Kind::FollowUp) != draft.follow_up.is_some() {
            return Err(ApiError::invalid("kind", "Send an initial message, a reply, or a follow-up with its id."));
        }
        let typed = draft.text.as_deref().map(parse).transpose()?;
        let (mut transaction, found) = self.hold(actor, draft.conversation).await?;
        let body = match typed {
            Some(body) => body,
            None => prepared(&mut transaction, actor.organization, &found, draft).await?,
        };
        let now = self.now();
        let message =
            Outgoing { id: draft.message, kind: draft.kind, follow_up: draft.follow_up, body: &body, by: actor };
        let Some(added) = add(&mut transaction, &found, &message, now).await? else {
            // The same click again: by whoever sent it, wherever the conversation is by now.
            same_as_first(&mut transaction, found.id, &message, draft.text.is_some()).await?;
            let message = message::message(&mut transaction, actor.organization, found.id, draft.message).await?;
            return Ok((Sent { message, state: found.state }, found.done(found.state)));
        };
        may_send(&found.sending(draft.kind, now)?)?;
        found.may_leave(&body)?;
        if draft.all && !found.role.may(Act::SendAll(found.held, found.send_all)) {
            return Err(Forbidden.into());
        }
        if let Some(follow_up) = draft.follow_up {
            follow_up::mark_sent(&mut transaction, actor.organization, &found, follow_up, now).await?;
        }
        let event = Event::Sent(draft.kind);
        let after = apply(found.state, event, now, Some(actor.member)).ok_or(ConversationError::Changed)?;
        let done = store(&mut transaction, actor.organization, &found, after, now).await?;
        transaction.commit().await?;
        Ok((Sent { message: added, state: after }, done))
    }
}

/// Reads a message as it was typed.
pub(super) fn parse(text: &str) -> Result<Body, ApiError> {
    Body::parse(text).map_err(|error| ApiError::invalid("text", error))
}

/// The initial message or the follow-up, filled in for the contact.
async fn prepared(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    found: &Found,
    draft: &Draft,
) -> Result<Body, ApiError> {
    let text = match (draft.kind, draft.follow_up) {
        (Kind::Initial, _) => found.initial_message.clone(),
        (_, Some(follow_up)) => follow_up::text(transaction, organization, found.campaign, follow_up).await?,
        _ => return Err(ApiError::invalid("text", "Write a message first.")),
    };
    parse(&found.fill(&text)?)
}

/// Why a message of this kind cannot be sent now, if it cannot.
pub(super) fn refusal(found: &Found, kind: Kind, now: Instant) -> Result<Option<SendError>, ApiError> {
    Ok(may_send(&found.sending(kind, now)?).err())
}
