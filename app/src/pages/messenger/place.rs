//! What the address bar holds of a messenger: whose it is, the tab, the order, the search, the conversation, the side.

use handoff_core::inbox::owner::{TabCounts, Whose};
use handoff_core::inbox::{Sort, Tab};
use handoff_core::{ConversationId, MemberId};
use leptos::prelude::*;

use crate::state::address::Address;

/// What is shown beside a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Side {
    /// The survey.
    #[default]
    Survey,
    /// Recommended replies.
    Replies,
    /// The campaign and the contact.
    Info,
}

impl Side {
    /// Every side, as on screen.
    pub const ALL: [Self; 3] = [Self::Survey, Self::Replies, Self::Info];

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Survey => "Survey",
            Self::Replies => "Replies",
            Self::Info => "Info",
        }
    }

    /// Its name in the address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Survey => "survey",
            Self::Replies => "replies",
            Self::Info => "info",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.word() == word)
    }
}

/// The name of the list of escalated conversations in the address, in place of a tab.
const ESCALATED: &str = "escalated";

/// The name of a tab in the address.
pub const fn tab_word(tab: Tab) -> &'static str {
    match tab {
        Tab::Initial => "initial",
        Tab::Responses => "responses",
        Tab::FollowUps => "follow-ups",
        Tab::OptOuts => "opt-outs",
    }
}

/// The tab of this name.
pub fn tab_from(word: &str) -> Option<Tab> {
    Tab::ALL.into_iter().find(|tab| tab_word(*tab) == word)
}

/// The name of an order in the address.
pub const fn sort_word(sort: Sort) -> &'static str {
    match sort {
        Sort::NeedsReply => "needs-reply",
        Sort::Recent => "recent",
        Sort::AToZ => "a-z",
    }
}

/// The order of this name, if the tab offers it; else the tab's first.
pub fn sort_from(word: &str, tab: Tab) -> Sort {
    tab.sorts().iter().copied().find(|sort| sort_word(*sort) == word).unwrap_or_default()
}

/// Whose conversations the address asks for.
pub fn whose_from(word: &str) -> Whose {
    match word {
        "unassigned" => Whose::Unassigned,
        other => other.parse::<MemberId>().map_or(Whose::Mine, Whose::Member),
    }
}

/// The name of an owner in the address.
pub fn whose_word(owner: Option<MemberId>) -> String {
    owner.map_or_else(|| "unassigned".to_owned(), |member| member.to_string())
}

/// Where work begins: with who waits for an answer, then with what was never sent.
pub const fn first_tab(counts: &TabCounts) -> Tab {
    match counts {
        TabCounts { needs_reply: 1.., .. } => Tab::Responses,
        TabCounts { initial: 1.., .. } => Tab::Initial,
        TabCounts { follow_ups: 1.., .. } => Tab::FollowUps,
        _ => Tab::Responses,
    }
}

/// The address of a messenger, read and written.
#[derive(Clone, Copy)]
pub struct Place {
    address: Address,
    /// Whose conversations are shown.
    pub whose: Memo<Whose>,
    /// The tab, once it is known.
    pub tab: Memo<Option<Tab>>,
    /// Whether, in place of a tab, the list of escalated conversations is open. Only for admins.
    pub escalated: Memo<bool>,
    /// The order that is asked for.
    pub sort: Memo<String>,
    /// What is searched for.
    pub search: Memo<String>,
    /// The conversation that is open.
    pub conversation: Memo<Option<ConversationId>>,
    /// What is beside the thread. On a narrow screen nothing is, unless it is asked for.
    pub side: Memo<Option<Side>>,
}

impl Place {
    /// The address of this page, as an admin or a texter reads it.
    pub fn new(admin: bool) -> Self {
        let address = Address::new();
        let word = move |name: &'static str| address.get(name).unwrap_or_default();
        Self {
            address,
            whose: Memo::new(move |_| whose_from(&word("as"))),
            tab: Memo::new(move |_| tab_from(&word("tab"))),
            escalated: Memo::new(move |_| admin && word("tab") == ESCALATED),
            sort: Memo::new(move |_| word("sort")),
            search: Memo::new(move |_| word("q")),
            conversation: Memo::new(move |_| word("conversation").parse().ok()),
            side: Memo::new(move |_| Side::from_word(&word("side"))),
        }
    }

    /// A value that only one part knows.
    pub fn get(self, name: &str) -> Option<String> {
        self.address.get(name)
    }

    /// Writes a value that only one part knows, or takes it away.
    pub fn put(self, values: &[(&'static str, Option<String>)]) {
        self.write(values, false);
    }

    fn write(self, values: &[(&'static str, Option<String>)], step: bool) {
        let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
        let kept = values.iter().filter_map(|(name, value)| Some((*name, value.clone()?))).collect();
        self.address.set(&names, kept, step);
    }

    /// Opens a tab, with nothing searched for and no conversation open.
    pub fn open_tab(self, tab: Tab) {
        let tab = Some(tab_word(tab).to_owned());
        self.write(&[("tab", tab), ("q", None), ("conversation", None), ("side", None)], false);
    }

    /// Opens the list of escalated conversations, from wherever one is.
    pub fn open_escalated(self) {
        let step = self.whose.get_untracked() != Whose::Unassigned;
        let values = [
            ("as", Some(whose_word(None))),
            ("tab", Some(ESCALATED.to_owned())),
            ("q", None),
            ("conversation", None),
            ("side", None),
        ];
        self.write(&values, step);
    }

    /// Notes the tab that is shown because none was asked for.
    pub fn note_tab(self, tab: Tab) {
        self.write(&[("tab", Some(tab_word(tab).to_owned()))], false);
    }

    /// Orders the list.
    pub fn order(self, sort: Sort) {
        self.write(&[("sort", (sort != Sort::default()).then(|| sort_word(sort).to_owned()))], false);
    }

    /// Searches.
    pub fn search_for(self, words: &str) {
        self.write(&[("q", (!words.is_empty()).then(|| words.to_owned()))], false);
    }

    /// Opens a conversation, or none. From the list, Back leads back to it.
    pub fn open(self, conversation: Option<ConversationId>) {
        let step = self.conversation.get_untracked().is_none() && !is_wide();
        self.write(&[("conversation", conversation.map(|id| id.to_string()))], step);
    }

    /// Shows what is beside the thread.
    pub fn show(self, side: Option<Side>) {
        let step = self.side.get_untracked().is_none() && !is_wide();
        self.write(&[("side", side.map(|side| side.word().to_owned()))], step);
    }

    /// Goes to somebody else's conversations.
    pub fn view_as(self, owner: Option<MemberId>) {
        self.write(
            &[("as", Some(whose_word(owner))), ("tab", None), ("q", None), ("conversation", None), ("side", None)],
            true,
        );
    }
}

/// Whether list and thread stand side by side.
pub fn is_wide() -> bool {
    window().match_media("(min-width: 56rem)").ok().flatten().is_some_and(|query| query.matches())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_bar_brings_everything_back() {
        for tab in Tab::ALL {
            assert_eq!(tab_from(tab_word(tab)), Some(tab));
            for sort in tab.sorts() {
                assert_eq!(sort_from(sort_word(*sort), tab), *sort);
            }
        }
        for side in Side::ALL {
            assert_eq!(Side::from_word(side.word()), Some(side));
        }
        for owner in [None, Some(MemberId(7))] {
            let whose = owner.map_or(Whose::Unassigned, Whose::Member);
            assert_eq!(whose_from(&whose_word(owner)), whose);
        }
    }

    #[test]
    fn what_cannot_be_understood_is_the_usual() {
        assert_eq!(tab_from("shoes"), None);
        assert_eq!(sort_from("a-z", Tab::Initial), Sort::NeedsReply);
        assert_eq!(sort_from("", Tab::Responses), Sort::NeedsReply);
        assert_eq!(whose_from(""), Whose::Mine);
        assert_eq!(whose_from("somebody"), Whose::Mine);
        assert_eq!(Side::from_word(""), None);
    }

    #[test]
    fn who_waits_for_an_answer_comes_first() {
        let counts = TabCounts { initial: 5, responses: 3, needs_reply: 1, follow_ups: 2, opt_outs: 1, silent: 9 };
        assert_eq!(first_tab(&counts), Tab::Responses);
        assert_eq!(first_tab(&TabCounts { needs_reply: 0, ..counts }), Tab::Initial);
        assert_eq!(first_tab(&TabCounts { needs_reply: 0, initial: 0, ..counts }), Tab::FollowUps);
        assert_eq!(first_tab(&TabCounts::default()), Tab::Responses);
    }
}
