//! What comes in beside conversations: unknown numbers, and all that is known of one number.

use handoff_core::contact::Phone;
use handoff_core::conversation::ConversationState;
use handoff_core::{CampaignId, ConversationId, Instant, MessageId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services};
#[cfg(feature = "ssr")]
use crate::store::conversation::Done;

/// What an unknown number wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownMessage {
    /// Which message.
    pub id: MessageId,
    /// The number.
    pub phone: Phone,
    /// What it wrote.
    pub body: String,
    /// When.
    pub at: Instant,
}

/// A page of what unknown numbers wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownPage {
    /// At most 100, the newest first.
    pub messages: Vec<UnknownMessage>,
    /// Whether there are older ones.
    pub more: bool,
}

/// All that the organization knows of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberPage {
    /// The number.
    pub phone: Phone,
    /// Since when it has opted out, if it has.
    pub opted_out_at: Option<Instant>,
    /// Who opted it out by hand.
    pub opted_out_by: Option<String>,
    /// Its conversations, the newest first.
    pub conversations: Vec<NumberConversation>,
    /// What it wrote that belongs to no conversation, the newest first.
    pub unknown: Vec<UnknownMessage>,
}

/// A conversation of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberConversation {
    /// Which.
    pub id: ConversationId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// The campaign's name.
    pub campaign_name: String,
    /// The contact's first name there.
    pub first_name: String,
    /// The contact's last name there.
    pub last_name: String,
    /// Where it stands, and who holds it.
    pub state: ConversationState,
    /// The owner's name, or "Unassigned".
    pub owner_name: String,
}

/// Reads what unknown numbers wrote, the newest first. `before` is the last message of the page before.
#[server(prefix = "/api", endpoint = "numbers/unknown", input = Json)]
pub async fn list_unknown(before: Option<MessageId>) -> Result<UnknownPage, ApiError> {
    answer(async { services().store.unknown_messages(actor()?, before).await }.await)
}

/// Reads all that the organization knows of a number.
#[server(prefix = "/api", endpoint = "numbers/get", input = Json)]
pub async fn read_number(phone: Phone) -> Result<NumberPage, ApiError> {
    answer(async { services().store.number(actor()?, phone).await }.await)
}

/// Opts a number out everywhere in the organization, whether or not any conversation has it. Nothing is sent.
#[server(prefix = "/api", endpoint = "numbers/opt-out", input = Json)]
pub async fn opt_out_number(phone: Phone) -> Result<(), ApiError> {
    answer(opted(services().store.opt_number(actor()?, phone, true).await))
}

/// Opts a number in again everywhere in the organization, whether or not any conversation has it. Nothing is sent.
#[server(prefix = "/api", endpoint = "numbers/opt-in", input = Json)]
pub async fn opt_in_number(phone: Phone) -> Result<(), ApiError> {
    answer(opted(services().store.opt_number(actor()?, phone, false).await))
}

/// Tells of each conversation that changed.
#[cfg(feature = "ssr")]
fn opted(result: Result<Vec<Done>, ApiError>) -> Result<(), ApiError> {
    let organization = actor()?.organization;
    for done in result? {
        services().live.conversation(organization, &done);
    }
    Ok(())
}
