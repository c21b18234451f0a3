//! The key of a message: what a gateway is given, and gives back.

use std::fmt;

use crate::{ConversationId, MessageId, OrganizationId};

/// Which message of ours: what a gateway knows it by, whoever hands it over and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageKey {
    /// In which organization.
    pub organization: OrganizationId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// Which.
    pub message: MessageId,
}

impl MessageKey {
    /// Reads what [`Display`](fmt::Display) wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
        let (organization, conversation, message) = (parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(Self {
            organization: OrganizationId(organization),
            conversation: ConversationId(conversation),
            message: MessageId(message),
        })
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}-{}", self.organization, self.conversation, self.message)
    }
}
