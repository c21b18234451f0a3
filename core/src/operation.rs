//! What an operation of the history was.

use serde::{Deserialize, Serialize};

/// What an operation was. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OperationKind {
    /// A bulk move.
    BulkMove = 1,
    /// A texter was removed, and what they held was moved.
    Removal = 2,
    /// Another operation was undone.
    Undo = 3,
    /// One conversation was given to somebody, or to nobody.
    OneMove = 4,
    /// A texter requested conversations.
    Request = 5,
    /// A texter gave conversations back.
    GiveBack = 6,
    /// An invite link was ended, those who had joined by it were removed, and what they held was taken back.
    Revocation = 7,
}

impl OperationKind {
    /// Every kind, in the order on screen.
    pub const ALL: [Self; 7] =
        [Self::BulkMove, Self::OneMove, Self::Request, Self::GiveBack, Self::Removal, Self::Revocation, Self::Undo];

    /// The kind with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == number)
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::BulkMove => "Bulk move",
            Self::Removal => "Texter removed",
            Self::Undo => "Undo",
            Self::OneMove => "Move",
            Self::Request => "Request",
            Self::GiveBack => "Given back",
            Self::Revocation => "Invite link ended",
        }
    }
}
