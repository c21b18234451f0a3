//! What becomes of a message after Send.
//!
//! Reports of a gateway come late, doubled and out of order. Each state has a number, and of two states the one with
//! the larger number counts: whatever the order of the reports, the end is the same. The store does it in one
//! statement that keeps the larger number.

use serde::{Deserialize, Serialize};

/// What has become of a message of ours, the least known first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Delivery {
    /// It waits to be handed to the gateway.
    Queued,
    /// It was never handed over, as far as we know.
    NotSent(Hindrance),
    /// The gateway has taken it.
    Sent,
    /// The gateway says that it did not arrive.
    Failed(Failure),
    /// It is on the contact's phone. That outweighs a failure: some carriers report one and deliver all the same.
    Delivered,
}

/// Why a message was never handed over. A report that it was sent after all outweighs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Hindrance {
    /// The gateway did not answer, and we gave up.
    NoGateway = 2,
    /// The contact opted out before it was handed over.
    OptedOut = 3,
}

/// Why a message did not arrive, the least telling first: of several reports the last of this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Failure {
    /// The carrier does not say.
    Unknown = 10,
    /// The phone was off or out of reach for too long.
    Unreachable = 11,
    /// The carrier filters it out.
    Blocked = 12,
    /// The number cannot receive text messages, or nobody has it.
    NoSuchNumber = 13,
    /// The carrier says that the contact has opted out: that is an opt-out, whatever else is reported.
    OptedOut = 14,
}

const QUEUED: i64 = 1;
const SENT: i64 = 5;
const DELIVERED: i64 = 20;

impl Hindrance {
    /// Every hindrance, in order.
    pub const ALL: [Self; 2] = [Self::NoGateway, Self::OptedOut];
}

impl Failure {
    /// Every failure, in order.
    pub const ALL: [Self; 5] = [Self::Unknown, Self::Unreachable, Self::Blocked, Self::NoSuchNumber, Self::OptedOut];
}

impl Delivery {
    /// Every state, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Queued)
            .chain(Hindrance::ALL.map(Self::NotSent))
            .chain([Self::Sent])
            .chain(Failure::ALL.map(Self::Failed))
            .chain([Self::Delivered])
    }

    /// The number that is stored. Larger ones outweigh smaller ones.
    pub const fn number(self) -> i64 {
        match self {
            Self::Queued => QUEUED,
            Self::NotSent(hindrance) => hindrance as i64,
            Self::Sent => SENT,
            Self::Failed(failure) => failure as i64,
            Self::Delivered => DELIVERED,
        }
    }

    /// The state with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::all().find(|state| state.number() == number)
    }

    /// The state after another report: whichever outweighs the other.
    #[must_use]
    pub fn merge(self, report: Self) -> Self {
        self.max(report)
    }

    /// Whether it says that the contact has opted out with the carrier. Each such report opts the contact out,
    /// whatever the state of the message becomes.
    pub const fn opts_out(self) -> bool {
        matches!(self, Self::Failed(Failure::OptedOut))
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Queued => "Sending",
            Self::NotSent(_) => "Not sent",
            Self::Sent => "Sent",
            Self::Failed(_) => "Not delivered",
            Self::Delivered => "Delivered",
        }
    }

    /// What went wrong and what to do, if something did.
    pub const fn sentence(self) -> Option<&'static str> {
        match self {
            Self::Queued | Self::Sent | Self::Delivered => None,
            Self::NotSent(Hindrance::NoGateway) => {
                Some("The carrier could not be reached. Copy the message and send it again later.")
            }
            Self::NotSent(Hindrance::OptedOut) => Some("The contact opted out first. Nothing more is sent to them."),
            Self::Failed(Failure::Unknown) => Some("The carrier did not deliver it and does not say why. Try again."),
            Self::Failed(Failure::Unreachable) => Some("The phone was out of reach. Try again later."),
            Self::Failed(Failure::Blocked) => {
                Some("The carrier held it back as unwanted. Write it differently, or tell an admin.")
            }
            Self::Failed(Failure::NoSuchNumber) => {
                Some("This number cannot receive text messages. Resolve the conversation.")
            }
            Self::Failed(Failure::OptedOut) => {
                Some("The carrier says that the contact has opted out. Nothing more is sent to them.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_state() -> impl Strategy<Value = Delivery> {
        prop::sample::select(Delivery::all().collect::<Vec<_>>())
    }

    #[test]
    fn the_numbers_are_the_order() {
        let numbers: Vec<i64> = Delivery::all().map(Delivery::number).collect();
        assert_eq!(numbers, [1, 2, 3, 5, 10, 11, 12, 13, 14, 20]);
        for state in Delivery::all() {
            assert_eq!(Delivery::from_number(state.number()), Some(state));
        }
        assert_eq!((Delivery::from_number(0), Delivery::from_number(4)), (None, None));
    }

    #[test]
    fn what_is_known_better_outweighs() {
        let end = |reports: &[Delivery]| reports.iter().fold(Delivery::Queued, |state, report| state.merge(*report));
        let failed = Delivery::Failed(Failure::Unreachable);
        assert_eq!(end(&[Delivery::Delivered, Delivery::Sent]), Delivery::Delivered);
        assert_eq!(end(&[failed, Delivery::Sent]), failed);
        assert_eq!(end(&[failed, Delivery::Delivered]), Delivery::Delivered);
        assert_eq!(end(&[Delivery::NotSent(Hindrance::NoGateway), Delivery::Sent]), Delivery::Sent);
        assert!(Delivery::all().filter(|state| state.opts_out()).eq([Delivery::Failed(Failure::OptedOut)]));
    }

    #[test]
    fn what_went_wrong_says_what_to_do() {
        for state in Delivery::all() {
            let wrong = matches!(state, Delivery::NotSent(_) | Delivery::Failed(_));
            assert_eq!(state.sentence().is_some(), wrong);
        }
    }

    proptest! {
        #[test]
        fn the_order_of_reports_does_not_matter(
            reports in prop::collection::vec(any_state(), 0..8), doubled in prop::collection::vec(any_state(), 0..8),
        ) {
            let end = |reports: &[Delivery]| reports.iter().fold(Delivery::Queued, |state, next| state.merge(*next));
            let mut backwards = reports.clone();
            backwards.reverse();
            prop_assert_eq!(end(&reports), end(&backwards));
            // What comes twice changes nothing.
            let again: Vec<_> = doubled.into_iter().filter(|state| reports.contains(state)).collect();
            prop_assert_eq!(end(&[again, reports.clone()].concat()), end(&reports));
            // The store keeps the larger number.
            let stored = reports.iter().map(|state| state.number()).fold(QUEUED, i64::max);
            prop_assert_eq!(end(&reports).number(), stored);
        }

        #[test]
        fn merging_is_a_semilattice(one in any_state(), two in any_state(), three in any_state()) {
            prop_assert_eq!(one.merge(two), two.merge(one));
            prop_assert_eq!(one.merge(two).merge(three), one.merge(two.merge(three)));
            prop_assert_eq!(one.merge(one), one);
            prop_assert_eq!(Delivery::Queued.merge(one), one);
        }
    }
}
