//! Who writes a message, and what it is for.

use serde::{Deserialize, Serialize};

/// Who writes a message. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// The contact, to us.
    Inbound = 1,
    /// We, to the contact.
    Outbound = 2,
}

/// What a message of ours is for. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// The first message of a conversation.
    Initial = 1,
    /// Anything a person writes after it.
    Reply = 2,
    /// A later message of the campaign, to all who are meant by it.
    FollowUp = 3,
    /// Says that nothing more will be sent.
    OptOutConfirmation = 4,
    /// Says that messages will be sent again.
    OptInConfirmation = 5,
}

impl Direction {
    /// Both directions.
    pub const ALL: [Self; 2] = [Self::Inbound, Self::Outbound];

    /// The direction with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| *direction as i64 == number)
    }
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Initial, Self::Reply, Self::FollowUp, Self::OptOutConfirmation, Self::OptInConfirmation];

    /// The kind with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == number)
    }

    /// Whether it only confirms an opt-out or an opt-in. It is then no answer to the contact.
    pub const fn confirms(self) -> bool {
        matches!(self, Self::OptOutConfirmation | Self::OptInConfirmation)
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Initial => "Initial message",
            Self::Reply => "Reply",
            Self::FollowUp => "Follow-up",
            Self::OptOutConfirmation => "Opt-out confirmation",
            Self::OptInConfirmation => "Opt-in confirmation",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_numbers_are_read_again() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_number(kind as i64), Some(kind));
        }
        for direction in Direction::ALL {
            assert_eq!(Direction::from_number(direction as i64), Some(direction));
        }
        assert_eq!((Kind::from_number(0), Kind::from_number(6)), (None, None));
        assert_eq!((Direction::from_number(0), Direction::from_number(3)), (None, None));
    }
}
