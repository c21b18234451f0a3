//! The rules of Handoff: who holds which conversation, and what a bulk move will do.
//!
//! Everything here is pure: no IO, no clock, no randomness, no panics. The same functions run in the
//! browser, where they preview, and on the server, where they commit. `docs/rules.md` is the law they follow.

pub mod account;
pub mod address;
pub mod campaign;
pub mod contact;
pub mod conversation;
pub mod csv;
pub mod fold;
pub mod follow_up;
pub mod id;
pub mod inbox;
pub mod instant;
pub mod invisible;
pub mod membership;
pub mod message;
pub mod naming;
pub mod note;
pub mod operation;
pub mod opt_out;
pub mod order;
pub mod pace;
pub mod permission;
pub mod plan;
pub mod reply;
pub mod request;
pub mod self_assignment;
pub mod sending;
pub mod status;
pub mod survey;
pub mod tally;
pub mod text;
pub mod title;
pub mod undo;

pub use id::{
    AccountId, CampaignId, ChoiceId, ConversationId, FollowUpId, ImportId, InviteLinkId, MemberId, MessageId,
    OperationId, OrganizationId, QuestionId, ReplyId, SessionId,
};
pub use instant::Instant;
