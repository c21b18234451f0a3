//! What the parts of a messenger share.

use handoff_core::inbox::Tab;
use handoff_core::inbox::owner::Whose;
use handoff_core::{CampaignId, ConversationId, MemberId};
use handoff_server::model::messenger::Messenger;
use leptos::prelude::*;

use super::escalations::Escalations;
use super::list::List;
use super::place::{Place, first_tab, is_wide};
use super::talk::Talk;
use crate::pages::join::arrival::Arrival;
use crate::pages::requesting::Said;
use crate::state::live::Live;
use crate::state::query::Query;

/// What the parts of a messenger share.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The campaign.
    pub campaign: CampaignId,
    /// The address.
    pub place: Place,
    /// All but lists and threads.
    pub query: Query<Messenger>,
    /// The list of the tab that is open.
    pub list: List,
    /// The escalated conversations, for admins.
    pub escalations: Option<Escalations>,
    /// The conversation that is open.
    pub talk: Talk,
    /// How often the person chose a conversation themself.
    pub chosen: RwSignal<u32>,
    /// What somebody is told who has just joined by an invite link.
    pub welcome: RwSignal<Option<Said>>,
    /// Whether they have: then the first conversation opens, on a phone, too.
    landing: StoredValue<bool>,
}

impl Desk {
    /// A messenger of a campaign, as the address asks for it.
    pub fn new(campaign: CampaignId, admin: bool) -> Self {
        let place = Place::new(admin);
        let query = Query::new(move || handoff_server::api::messenger::open_messenger(campaign, place.whose.get()));
        Live::expect().follow(campaign, query);
        let list = List::new(campaign, place);
        let talk = Talk::new(campaign, place, list);
        let escalations = admin.then(|| Escalations::new(campaign, place));
        let arrival = Arrival::at(campaign);
        let landing = StoredValue::new(arrival.is_some());
        let (chosen, welcome) = (RwSignal::new(0), RwSignal::new(None));
        // What stands there from the beginning is not read out.
        request_animation_frame(move || {
            welcome.try_set(arrival.and_then(|arrival| arrival.said));
        });
        let desk = Self { campaign, place, query, list, escalations, talk, chosen, welcome, landing };
        desk.find_a_tab();
        desk.open_the_first();
        desk
    }

    /// The tab that is open.
    pub fn tab(self) -> Tab {
        self.place.tab.get().unwrap_or(Tab::Responses)
    }

    /// Opens a conversation because the person chose it.
    pub fn choose(self, conversation: ConversationId) {
        self.place.open(Some(conversation));
        self.chosen.update(|chosen| *chosen = chosen.wrapping_add(1));
    }

    /// Goes to the tab where work is, if none is asked for.
    fn find_a_tab(self) {
        let Self { place, query, .. } = self;
        Effect::new(move |_| {
            let whose = place.whose.get();
            // What is here may still be somebody else's.
            let tabs = query.data.with(|data| {
                data.as_ref().filter(|messenger| is_of(whose, messenger.owner)).map(|messenger| messenger.tabs)
            });
            if let (Some(tabs), None, false) = (tabs, place.tab.get(), place.escalated.get()) {
                place.note_tab(first_tab(&tabs));
            }
        });
    }

    /// Where list and thread stand side by side, the first conversation is open.
    fn open_the_first(self) {
        let Self { place, list, landing, .. } = self;
        Effect::new(move |_| {
            let tab = place.tab.get();
            // Not the first of the list that is about to be left.
            let here =
                |of: Option<(Whose, Tab)>| of.is_some_and(|(whose, of)| tab == Some(of) && whose == place.whose.get());
            let first = list.rows.with(|rows| rows.entries.first().filter(|_| here(rows.of)).map(|entry| entry.id));
            let none = place.conversation.get().is_none() && place.search.with(String::is_empty);
            let wanted = is_wide() || landing.get_value();
            if list.rows.with(|rows| rows.here && here(rows.of)) {
                landing.set_value(false);
            }
            if let (Some(first), true) = (first, none && wanted) {
                place.open(Some(first));
            }
        });
    }

    /// Goes on after something was sent: to the next conversation of the list, if one waits.
    pub fn after_sending(self, conversation: ConversationId) {
        // The page may be gone.
        let Some(current) = self.place.conversation.try_get_untracked() else { return };
        let tab = untrack(|| self.tab());
        let next = self.list.rows.with_untracked(|rows| rows.next_after(conversation, tab));
        if tab.leaves_when_sent() {
            self.list.left(conversation);
        }
        if current == Some(conversation) {
            match next {
                Some(next) => self.place.open(Some(next)),
                None if tab.leaves_when_sent() => self.place.open(None),
                None => self.talk.refetch(),
            }
        }
        self.list.refresh();
        self.query.refetch();
    }

    /// Goes on after an escalated conversation was dealt with. Where the others are listed, the next one opens.
    pub fn after_dealing(self, conversation: ConversationId) {
        if let Some(escalations) = self.escalations.filter(|_| self.place.escalated.get_untracked()) {
            match escalations.dealt_with(conversation) {
                Some(next) => self.choose(next),
                None => self.place.open(None),
            }
        }
        self.correct();
    }

    /// Goes on after the conversation went elsewhere by one's own doing.
    pub fn after_leaving(self, conversation: ConversationId) {
        // Whoever holds it, an escalated conversation stays in their list.
        if self.place.escalated.get_untracked() {
            self.correct();
            return;
        }
        let next = self.list.rows.with_untracked(|rows| {
            let at = rows.position(conversation)?;
            rows.entries.get(at + 1).or_else(|| rows.entries.get(at.checked_sub(1)?)).map(|entry| entry.id)
        });
        self.list.left(conversation);
        self.place.open(next);
        self.correct();
    }

    /// Fetches everything afresh: something is not as this page thought.
    pub fn correct(self) {
        if let Some(escalations) = self.escalations {
            escalations.refetch();
        }
        self.talk.refetch();
        self.list.refresh();
        self.query.refetch();
    }
}

/// Whether an owner is whose conversations are asked for.
fn is_of(whose: Whose, owner: Option<MemberId>) -> bool {
    match whose {
        Whose::Mine => true,
        Whose::Unassigned => owner.is_none(),
        Whose::Member(member) => owner == Some(member),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_here_may_be_somebody_elses() {
        let abby = MemberId(1);
        assert!(is_of(Whose::Member(abby), Some(abby)));
        assert!(!is_of(Whose::Member(abby), Some(MemberId(2))));
        assert!(!is_of(Whose::Unassigned, Some(abby)));
        assert!(is_of(Whose::Unassigned, None));
    }
}
