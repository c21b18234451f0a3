//! What is done in one conversation: writing, opting out and in, closing, calling the admins, giving it away.

use handoff_core::contact::correction::Correction;
use handoff_core::conversation::ConversationState;
use handoff_core::message::Kind;
use handoff_core::survey::answer::Answer;
use handoff_core::{ConversationId, FollowUpId, MemberId, MessageId, OperationId, QuestionId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::conversation::{Confirmation, Reassigned, Sent};
use crate::model::messenger::Recorded;
#[cfg(feature = "ssr")]
use crate::store::conversation::Done;

/// Sends a message, once: the same id again answers the message that was sent the first time.
///
/// `message` is made by the page, below 2^53. Without a text, the initial message or the follow-up is sent as it is
/// written, filled in for the contact. `all` says that it is one of many sent with one click.
#[server(prefix = "/api", endpoint = "messenger/send", input = Json)]
pub async fn send_message(
    conversation: ConversationId,
    message: MessageId,
    kind: Kind,
    follow_up: Option<FollowUpId>,
    text: Option<String>,
    all: bool,
) -> Result<Sent, ApiError> {
    let (services, actor) = (services(), actor()?);
    let draft = crate::store::send::Draft { conversation, message, kind, follow_up, text, all };
    let result = match services.check_gateway() {
        Ok(()) => services.store.send(actor, &draft).await,
        Err(none) => Err(none.into()),
    };
    answer(result.map(|(sent, done)| {
        services.live.conversation(actor.organization, &done);
        sent
    }))
}

/// Opts a contact out, everywhere in the organization, with or without a confirming message.
#[server(prefix = "/api", endpoint = "messenger/opt-out", input = Json)]
pub async fn opt_out(
    conversation: ConversationId,
    confirmation: Option<Confirmation>,
) -> Result<ConversationState, ApiError> {
    answer(done_for_phone(opt(conversation, confirmation, true).await))
}

/// Opts a contact in again, everywhere in the organization, with or without a confirming message.
#[server(prefix = "/api", endpoint = "messenger/opt-in", input = Json)]
pub async fn opt_in(
    conversation: ConversationId,
    confirmation: Option<Confirmation>,
) -> Result<ConversationState, ApiError> {
    answer(done_for_phone(opt(conversation, confirmation, false).await))
}

/// Closes a conversation.
#[server(prefix = "/api", endpoint = "messenger/resolve", input = Json)]
pub async fn resolve(conversation: ConversationId) -> Result<ConversationState, ApiError> {
    answer(done(services().store.resolve(actor()?, conversation).await))
}

/// Opens a conversation again.
#[server(prefix = "/api", endpoint = "messenger/reopen", input = Json)]
pub async fn reopen(conversation: ConversationId) -> Result<ConversationState, ApiError> {
    answer(done(services().store.reopen(actor()?, conversation).await))
}

/// Calls the admins to a conversation: it becomes Unassigned and is flagged.
#[server(prefix = "/api", endpoint = "messenger/escalate", input = Json)]
pub async fn escalate(conversation: ConversationId, note: String) -> Result<ConversationState, ApiError> {
    answer(done(services().store.escalate(actor()?, conversation, &note).await))
}

/// Says that an escalated conversation is taken up.
#[server(prefix = "/api", endpoint = "messenger/end-escalation", input = Json)]
pub async fn end_escalation(conversation: ConversationId) -> Result<ConversationState, ApiError> {
    answer(done(services().store.end_escalation(actor()?, conversation).await))
}

/// Gives one conversation to a texter of its campaign, or to nobody. It is an operation of the history, and can be
/// undone. `operation` is made by the page, below 2^53: sent again, it answers what it did the first time.
#[server(prefix = "/api", endpoint = "messenger/reassign", input = Json)]
pub async fn reassign_one(
    conversation: ConversationId,
    to: Option<MemberId>,
    operation: OperationId,
) -> Result<Reassigned, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.reassign_one(actor, conversation, to, operation).await;
    answer(result.map(|(reassigned, done)| {
        services.live.conversation(actor.organization, &done);
        reassigned
    }))
}

/// Corrects what is known of the contact: their names, and for admins the values of their custom fields, all of them.
/// Without fields these stay as they are.
#[server(prefix = "/api", endpoint = "messenger/correct-contact", input = Json)]
pub async fn correct_contact(conversation: ConversationId, correction: Correction) -> Result<(), ApiError> {
    let result = services().store.correct_contact(actor()?, conversation, &correction).await;
    answer(done(result).map(drop))
}

/// Records the answer to a survey question, or clears it. Answers what is recorded now.
#[server(prefix = "/api", endpoint = "messenger/answer", input = Json)]
pub async fn record_answer(
    conversation: ConversationId,
    question: QuestionId,
    answer: Option<Answer>,
) -> Result<Option<Recorded>, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.record_answer(actor, conversation, question, answer).await;
    crate::caller::answer(result.map(|(recorded, done)| {
        services.live.conversation(actor.organization, &done);
        recorded
    }))
}

#[cfg(feature = "ssr")]
fn done(result: Result<Done, ApiError>) -> Result<ConversationState, ApiError> {
    done_for_phone(result.map(|done| vec![done]))
}

/// Opts out, or in again. Only the confirming message needs a gateway.
#[cfg(feature = "ssr")]
async fn opt(
    conversation: ConversationId,
    confirmation: Option<Confirmation>,
    out: bool,
) -> Result<Vec<Done>, ApiError> {
    let (services, actor) = (services(), actor()?);
    if confirmation.is_some() {
        services.check_gateway()?;
    }
    services.store.opt_out(actor, conversation, confirmation, out).await
}

/// Tells of each conversation that changed. The first one is the one that was asked about.
#[cfg(feature = "ssr")]
fn done_for_phone(result: Result<Vec<Done>, ApiError>) -> Result<ConversationState, ApiError> {
    let all = result?;
    let organization = actor()?.organization;
    for done in &all {
        services().live.conversation(organization, done);
    }
    all.first().map(|done| done.after).ok_or(ApiError::Broken)
}
