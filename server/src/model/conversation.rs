//! What became of what was done in one conversation.

use handoff_core::conversation::ConversationState;
use handoff_core::{CampaignId, MessageId, OperationId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::model::messenger::Message;

/// A message that was sent, and the conversation after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// Where the conversation stands now.
    pub state: ConversationState,
}

/// A message that confirms an opt-out or an opt-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Its id, made by the page.
    pub message: MessageId,
    /// Its text.
    pub text: String,
}

/// A conversation that was given to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassigned {
    /// The operation, which can be undone.
    pub operation: OperationId,
    /// What it did, in words.
    pub headline: String,
    /// The campaign, whose history has the operation.
    pub campaign: CampaignId,
}

/// Why something cannot be done in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum ConversationError {
    /// As it stands now, that cannot happen to it: somebody was faster.
    #[error("This conversation was changed meanwhile, and does not allow this any more. It is shown as it is now.")]
    Changed,
    /// The message's id was used before for another message.
    #[error("This message was sent before with other contents. Reload the page and send it again.")]
    MessageReused,
}
