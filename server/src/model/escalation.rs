//! What texters called the admins to.

use handoff_core::ConversationId;
use handoff_core::conversation::ConversationState;
use serde::{Deserialize, Serialize};

use crate::model::messenger::Escalation;

/// An escalated conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// Which.
    pub id: ConversationId,
    /// The contact's first name.
    pub first_name: String,
    /// The contact's last name.
    pub last_name: String,
    /// Where it stands, and who holds it.
    pub state: ConversationState,
    /// The owner's name, or "Unassigned".
    pub owner_name: String,
    /// What the contact wrote last, cut as lists show it. Empty if they never wrote.
    pub last_words: String,
    /// Why the admins were called.
    pub escalation: Escalation,
}

/// A page of a campaign's escalated conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalatedPage {
    /// At most 100, the longest escalated first.
    pub rows: Vec<Escalated>,
    /// Whether there are more.
    pub more: bool,
}
