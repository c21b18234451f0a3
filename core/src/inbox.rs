//! Where a conversation is in the messenger of whoever holds it, and in which order.

pub mod owner;

use std::cmp::{Ordering, Reverse};

use serde::{Deserialize, Serialize};

use crate::campaign::window::Phase;
use crate::contact::name::clean;
use crate::contact::search::name_key;
use crate::conversation::ConversationState;
use crate::id::ConversationId;
use crate::instant::Instant;
use crate::status::{Standing, Status};

/// A tab of the messenger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tab {
    /// Initial messages that are not sent yet.
    Initial,
    /// The contact has written.
    Responses,
    /// A follow-up is to be sent.
    FollowUps,
    /// The contact has opted out.
    OptOuts,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    /// What needs a reply first, the longest waiting first: the order in which conversations are taken.
    #[default]
    NeedsReply,
    /// Where somebody wrote last first.
    Recent,
    /// By first name, then last name.
    AToZ,
}

/// A conversation of a list, with what orders it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// Which one.
    pub id: ConversationId,
    /// The contact's first name.
    pub first_name: String,
    /// The contact's last name.
    pub last_name: String,
    /// Where it stands.
    pub state: ConversationState,
    /// What the contact wrote last, as [`last_words`] shows it. Empty if they wrote nothing.
    #[serde(default)]
    pub last_words: String,
}

/// The most characters of what a contact wrote last, in a list.
pub const LONGEST_LAST_WORDS: usize = 120;

/// A message in one line, and cut where it is too long for a list.
pub fn last_words(message: &str) -> String {
    let line = clean(message, LONGEST_LAST_WORDS + 1);
    if line.chars().count() <= LONGEST_LAST_WORDS {
        return line.into_owned();
    }
    let cut: String = line.chars().take(LONGEST_LAST_WORDS - 1).collect();
    format!("{}…", cut.trim_end())
}

impl Tab {
    /// Every tab, in the order on screen.
    pub const ALL: [Self; 4] = [Self::Initial, Self::Responses, Self::FollowUps, Self::OptOuts];

    /// The tab in which a conversation is. `None` is silent: it is in no list, and only counted.
    ///
    /// `window` is where now lies in the window for initial messages: after it, those that are not sent are in no
    /// list; before it, they are there, though they cannot be sent yet. `due` says that a follow-up is to be sent.
    /// What needs a reply is answered first, and is a follow-up's only then.
    pub const fn of(state: &ConversationState, window: Phase, due: bool) -> Option<Self> {
        match state.status {
            _ if state.opted_out => Some(Self::OptOuts),
            Status::NotStarted => match window {
                Phase::Before(_) | Phase::Open => Some(Self::Initial),
                Phase::After(_) => None,
            },
            Status::NeedsReply => Some(Self::Responses),
            _ if due => Some(Self::FollowUps),
            _ if state.contact_wrote_at.is_some() => Some(Self::Responses),
            _ => None,
        }
    }

    /// Whether a conversation leaves the tab when something was sent in it.
    pub const fn leaves_when_sent(self) -> bool {
        matches!(self, Self::Initial | Self::FollowUps)
    }

    /// The orders that the tab offers, the first one by itself.
    pub const fn sorts(self) -> &'static [Sort] {
        match self {
            Self::Responses | Self::OptOuts => &Sort::ALL,
            Self::Initial | Self::FollowUps => &[Sort::NeedsReply],
        }
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Initial => "Initial messages",
            Self::Responses => "Responses",
            Self::FollowUps => "Follow-ups",
            Self::OptOuts => "Opt outs",
        }
    }
}

impl Sort {
    /// Every order, as on screen.
    pub const ALL: [Self; 3] = [Self::NeedsReply, Self::Recent, Self::AToZ];

    /// Which of two conversations comes first. Never equal for two of them: the id decides in the end.
    pub fn compare(self, one: &Entry, other: &Entry) -> Ordering {
        self.rank(one).cmp(&self.rank(other))
    }

    /// Where a conversation stands in this order: worth making once, where many are compared.
    pub fn rank(self, entry: &Entry) -> Rank {
        match self {
            Self::NeedsReply => Rank::Taking(entry.state.standing(), entry.state.waiting_since, entry.id),
            Self::Recent => Rank::Recent(Reverse((entry.state.last_wrote_at(), entry.id))),
            Self::AToZ => Rank::Name(name_key(&entry.first_name, &entry.last_name), entry.id),
        }
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NeedsReply => "Needs reply",
            Self::Recent => "Recent",
            Self::AToZ => "A–Z",
        }
    }
}

/// A place in an order. Places in different orders cannot be compared in any sensible way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// In the order in which conversations are taken.
    Taking(Standing, Instant, ConversationId),
    /// By who wrote last, the latest first.
    Recent(Reverse<(Option<Instant>, ConversationId)>),
    /// By the contact's [`name_key`].
    Name(String, ConversationId),
}

impl Rank {
    /// Whose place it is.
    pub const fn id(&self) -> ConversationId {
        match self {
            Self::Taking(_, _, id) | Self::Recent(Reverse((_, id))) | Self::Name(_, id) => *id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Event, apply};
    use crate::message::Kind;
    use crate::opt_out::Asks;
    use proptest::prelude::*;

    /// A conversation in which this happened, one microsecond after the other.
    fn after(events: &[Event]) -> ConversationState {
        (1..)
            .zip(events)
            .fold(ConversationState::NEW, |state, (at, event)| apply(state, *event, Instant(at), None).unwrap_or(state))
    }

    const INITIAL: Event = Event::Sent(Kind::Initial);
    const REPLY: Event = Event::Sent(Kind::Reply);
    const WRITES: Event = Event::Received(Asks::Nothing);

    #[test]
    fn each_conversation_is_in_its_tab() {
        let tab = |events: &[Event], due| Tab::of(&after(events), Phase::Open, due);
        assert_eq!(tab(&[], false), Some(Tab::Initial));
        assert_eq!(tab(&[], true), Some(Tab::Initial));
        assert_eq!(Tab::of(&after(&[]), Phase::Before(Instant(9)), false), Some(Tab::Initial));
        assert_eq!(Tab::of(&after(&[]), Phase::After(Instant(9)), false), None);
        assert_eq!(tab(&[INITIAL], false), None);
        assert_eq!(tab(&[INITIAL, REPLY], false), None);
        assert_eq!(tab(&[INITIAL, Event::Resolve], false), None);
        assert_eq!(tab(&[INITIAL], true), Some(Tab::FollowUps));
        assert_eq!(tab(&[INITIAL, WRITES], true), Some(Tab::Responses));
        assert_eq!(tab(&[INITIAL, WRITES, REPLY], false), Some(Tab::Responses));
        assert_eq!(tab(&[INITIAL, WRITES, REPLY], true), Some(Tab::FollowUps));
        assert_eq!(tab(&[INITIAL, WRITES, Event::Resolve], false), Some(Tab::Responses));
        assert_eq!(tab(&[INITIAL, WRITES, Event::OptOut], true), Some(Tab::OptOuts));
        assert_eq!(tab(&[Event::OptOut], false), Some(Tab::OptOuts));
    }

    fn entry(id: i64, first_name: &str, events: &[Event]) -> Entry {
        let (first_name, last_name) = (first_name.to_owned(), String::new());
        Entry { id: ConversationId(id), first_name, last_name, state: after(events), last_words: String::new() }
    }

    #[test]
    fn lists_are_in_their_order() {
        let list = [
            entry(1, "zoë", &[INITIAL, WRITES]),
            entry(2, "Abby", &[INITIAL, WRITES, REPLY]),
            entry(3, "bob", &[INITIAL, REPLY, WRITES, WRITES, WRITES]),
            entry(4, "Abby", &[INITIAL, WRITES, REPLY, REPLY]),
        ];
        let sorted = |sort: Sort| {
            let mut list = list.clone();
            list.sort_by(|one, other| sort.compare(one, other));
            list.iter().map(|entry| entry.id.get()).collect::<Vec<_>>()
        };
        assert_eq!(sorted(Sort::NeedsReply), [1, 3, 2, 4]);
        assert_eq!(sorted(Sort::Recent), [3, 4, 2, 1]);
        assert_eq!(sorted(Sort::AToZ), [2, 4, 3, 1]);
        assert_eq!(Tab::Responses.sorts(), Sort::ALL);
        assert_eq!(Tab::Initial.sorts(), [Sort::NeedsReply]);
    }

    #[test]
    fn last_words_are_one_line_of_what_has_room() {
        assert_eq!(last_words("  Yes,\nplease \u{202e}call "), "Yes, please call");
        assert_eq!(last_words(&"é".repeat(120)), "é".repeat(120));
        assert_eq!(last_words(&"é".repeat(121)), format!("{}…", "é".repeat(119)));
        assert_eq!(last_words(&format!("{} more", "x".repeat(118))), format!("{}…", "x".repeat(118)));
    }

    fn any_entry() -> impl Strategy<Value = (String, Vec<Event>)> {
        let event = prop::sample::select(vec![INITIAL, WRITES, REPLY, Event::OptOut, Event::Resolve]);
        ("[abABÁ]{0,2}", prop::collection::vec(event, 0..5))
    }

    proptest! {
        /// Whatever the list was before, it is sorted into the same order; and needs reply always comes first.
        #[test]
        fn every_order_is_total(entries in prop::collection::vec(any_entry(), 0..12), turn in 0_usize..12) {
            let list: Vec<Entry> = (1..).zip(&entries).map(|(id, (name, events))| entry(id, name, events)).collect();
            for sort in Sort::ALL {
                let mut sorted = list.clone();
                sorted.sort_by(|one, other| sort.compare(one, other));
                let mut turned = list.clone();
                turned.rotate_left(turn.min(list.len()));
                turned.sort_by(|one, other| sort.compare(one, other));
                prop_assert_eq!(&sorted, &turned);
                prop_assert!(sorted.windows(2).all(|pair| sort.compare(&pair[0], &pair[1]) == Ordering::Less));
                let key = |entry: &Entry| match sort {
                    Sort::NeedsReply => i64::from(entry.state.opted_out || entry.state.status != Status::NeedsReply),
                    Sort::Recent => -entry.state.last_wrote_at().map_or(0, Instant::get),
                    Sort::AToZ => 0,
                };
                prop_assert!(sorted.is_sorted_by_key(key));
                if sort == Sort::AToZ {
                    prop_assert!(sorted.is_sorted_by_key(|entry| name_key(&entry.first_name, &entry.last_name)));
                }
            }
        }
    }
}
