//! Ids: 64-bit numbers made by the application, one type for each thing.
//!
//! An id tells one thing from another, and nothing else is to be read from it. Those that a server makes ascend with its
//! clock, so that rows of one time lie together: conversations, campaigns, members, and messages of contacts are such, and
//! of two conversations the one with the larger id is the newer. Those that a page makes, so that the same click again is
//! recognised, are **random**: operations, our own messages, questions, choices, replies and follow-ups. What has an order
//! therefore keeps it beside its id: messages are in the order of their `sequence`, operations in that of their commit,
//! follow-ups in that of their creation, and questions, choices and replies where admins put them.

use serde::{Deserialize, Serialize};

/// The largest id: a number that JavaScript still holds exactly, so that scripts can read our JSON.
pub const LARGEST: i64 = (1 << 53) - 1;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// The number, as the database keeps it.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// Names an organization, the tenant.
    OrganizationId,
    /// Names somebody who can sign in, in any organization.
    AccountId,
    /// Names a member of an organization: an admin or a texter.
    MemberId,
    /// Names a campaign.
    CampaignId,
    /// Names a conversation, and its contact.
    ConversationId,
    /// Names an operation. The browser makes it, so that a retry is recognised: random.
    OperationId,
    /// Names an uploaded contact file.
    ImportId,
    /// Names an invite link of a campaign. It is no secret: who knows it cannot make the link's address of it.
    InviteLinkId,
    /// Names a sign-in on one browser.
    SessionId,
    /// Names a message. For a message of ours the browser makes it, so that a held key sends once: random.
    MessageId,
    /// Names a survey question.
    QuestionId,
    /// Names one of the answers that a survey question offers.
    ChoiceId,
    /// Names a recommended reply.
    ReplyId,
    /// Names a follow-up.
    FollowUpId,
}
