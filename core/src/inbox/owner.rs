//! Whose lists are shown, and how much is in each.

use serde::{Deserialize, Serialize};

use super::Tab;
use crate::id::MemberId;

/// Whose conversations are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Whose {
    /// Those of the member who asks.
    #[default]
    Mine,
    /// Those that nobody holds. For admins.
    Unassigned,
    /// Those of somebody. For admins, unless it is the member who asks.
    Member(MemberId),
}

/// How many conversations are in each list of one owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TabCounts {
    /// Initial messages to send. None once their window has closed.
    pub initial: u32,
    /// Responses.
    pub responses: u32,
    /// Responses that need a reply.
    pub needs_reply: u32,
    /// Follow-ups to send.
    pub follow_ups: u32,
    /// Opt outs.
    pub opt_outs: u32,
    /// What is in no list.
    pub silent: u32,
}

impl TabCounts {
    /// How many are in a list.
    pub const fn of(&self, tab: Tab) -> u32 {
        match tab {
            Tab::Initial => self.initial,
            Tab::Responses => self.responses,
            Tab::FollowUps => self.follow_ups,
            Tab::OptOuts => self.opt_outs,
        }
    }
}
