//! Where a conversation stands, and what changes it.

use serde::{Deserialize, Serialize};

/// The status of a conversation. The numbers are stored, and are the order in which conversations are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// The contact wrote last.
    NeedsReply = 1,
    /// No initial message was sent yet.
    NotStarted = 2,
    /// We wrote last, after the contact had written.
    Replied = 3,
    /// The initial message is sent, and the contact is silent.
    Waiting = 4,
    /// A person closed it.
    Resolved = 5,
}

/// What happens to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Event {
    /// The initial message is sent.
    InitialSent,
    /// The contact writes.
    ContactWrites,
    /// We write, after the initial message.
    WeWrite,
    /// A person closes it.
    Resolve,
    /// A person opens it again.
    Reopen,
}

/// What the contact of a conversation has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Contact {
    /// Nothing yet.
    Silent,
    /// The last message is theirs.
    WroteLast,
    /// They wrote, and we wrote since.
    Answered,
}

impl Status {
    /// Every status, in the order in which conversations are taken.
    pub const ALL: [Self; 5] = [Self::NeedsReply, Self::NotStarted, Self::Replied, Self::Waiting, Self::Resolved];

    /// The status with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| *status as i64 == number)
    }

    /// The status after an event, or `None` where the event cannot happen.
    ///
    /// `contact` is what the contact had written before: a reopened conversation goes back to where it stood.
    /// Writing to a resolved conversation leaves it resolved.
    pub const fn after(self, event: Event, contact: Contact) -> Option<Self> {
        match (event, self) {
            (Event::InitialSent, Self::NotStarted) | (Event::WeWrite, Self::Waiting) => Some(Self::Waiting),
            (Event::ContactWrites, _) => Some(Self::NeedsReply),
            (Event::WeWrite, Self::NeedsReply | Self::Replied) => Some(Self::Replied),
            (Event::WeWrite, Self::Resolved) | (Event::Resolve, Self::NeedsReply | Self::Replied | Self::Waiting) => {
                Some(Self::Resolved)
            }
            (Event::Reopen, Self::Resolved) => Some(match contact {
                Contact::Silent => Self::Waiting,
                Contact::WroteLast => Self::NeedsReply,
                Contact::Answered => Self::Replied,
            }),
            _ => None,
        }
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NeedsReply => "Needs reply",
            Self::NotStarted => "Not started",
            Self::Replied => "Replied",
            Self::Waiting => "Waiting",
            Self::Resolved => "Resolved",
        }
    }
}

/// Where a conversation stands for every count and filter: its status, or opted out whatever the status.
///
/// The order is the order in which conversations are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// The contact wrote last.
    NeedsReply = 1,
    /// No initial message was sent yet.
    NotStarted = 2,
    /// We wrote last, after the contact had written.
    Replied = 3,
    /// The initial message is sent, and the contact is silent.
    Waiting = 4,
    /// A person closed it.
    Resolved = 5,
    /// The contact has opted out: never counted under any status.
    OptedOut = 6,
}

impl Standing {
    /// Every standing, in the order in which conversations are taken.
    pub const ALL: [Self; 6] =
        [Self::NeedsReply, Self::NotStarted, Self::Replied, Self::Waiting, Self::Resolved, Self::OptedOut];

    /// The standing of a conversation with this status and flag.
    pub const fn of(status: Status, opted_out: bool) -> Self {
        if opted_out {
            return Self::OptedOut;
        }
        match status {
            Status::NeedsReply => Self::NeedsReply,
            Status::NotStarted => Self::NotStarted,
            Status::Replied => Self::Replied,
            Status::Waiting => Self::Waiting,
            Status::Resolved => Self::Resolved,
        }
    }

    /// The standing with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| *standing as i64 == number)
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NeedsReply => "Needs reply",
            Self::NotStarted => "Not started",
            Self::Replied => "Replied",
            Self::Waiting => "Waiting",
            Self::Resolved => "Resolved",
            Self::OptedOut => "Opted out",
        }
    }

    /// Whether it is work for whoever holds it: neither resolved nor opted out.
    pub const fn is_load(self) -> bool {
        !matches!(self, Self::Resolved | Self::OptedOut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_event() -> impl Strategy<Value = Event> {
        prop::sample::select(vec![
            Event::InitialSent,
            Event::ContactWrites,
            Event::WeWrite,
            Event::Resolve,
            Event::Reopen,
        ])
    }

    #[test]
    fn statuses_and_standings_have_the_same_numbers() {
        for status in Status::ALL {
            assert_eq!(Standing::of(status, false) as i64, status as i64);
            assert_eq!(Status::from_number(status as i64), Some(status));
            assert_eq!(Standing::of(status, false).label(), status.label());
        }
        assert_eq!(Status::from_number(6), None);
        assert_eq!(Standing::from_number(6), Some(Standing::OptedOut));
        assert_eq!(Standing::from_number(0), None);
    }

    proptest! {
        /// Who wrote last, followed event by event, always agrees with the status.
        #[test]
        fn the_status_says_who_wrote_last(events in prop::collection::vec(any_event(), 0..40)) {
            let (mut status, mut contact) = (Status::NotStarted, Contact::Silent);
            for event in events {
                let Some(next) = status.after(event, contact) else { continue };
                match event {
                    Event::ContactWrites => contact = Contact::WroteLast,
                    Event::WeWrite if contact == Contact::WroteLast => contact = Contact::Answered,
                    _ => {}
                }
                status = next;
                match status {
                    Status::NeedsReply => prop_assert_eq!(contact, Contact::WroteLast),
                    Status::Replied => prop_assert_eq!(contact, Contact::Answered),
                    Status::Waiting | Status::NotStarted => prop_assert_eq!(contact, Contact::Silent),
                    Status::Resolved => {}
                }
            }
        }

        #[test]
        fn a_contact_who_writes_always_needs_a_reply(status in prop::sample::select(Status::ALL.to_vec())) {
            prop_assert_eq!(status.after(Event::ContactWrites, Contact::Silent), Some(Status::NeedsReply));
        }
    }
}
