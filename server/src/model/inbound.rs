//! What comes in beside conversations: unknown numbers, and all that is known of one number.

use handoff_core::contact::Phone;
use handoff_core::conversation::ConversationState;
use handoff_core::{CampaignId, ConversationId, Instant, MessageId};
use serde::{Deserialize, Serialize};

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
