//! A list, as far as it was looked at: fetched page by page, and afresh when the campaign changes.

use handoff_core::inbox::{Sort, Tab};
use handoff_core::{CampaignId, ConversationId};
use handoff_server::api::ApiError;
use handoff_server::api::messenger::{Whose, read_list};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::departures::Departures;
use super::place::{Place, sort_from};
use super::rows::Rows;
use crate::state::live::{Live, Refresh, wait};
use crate::state::session::call;

/// A pause between two fresh lists, in milliseconds: however much happens, the server is not asked all the time.
const PAUSE: i32 = 300;

/// So many rows beyond those in sight are fetched afresh.
const BEYOND: usize = 30;

/// Which list.
#[derive(Clone, Debug, PartialEq)]
struct Wanted {
    whose: Whose,
    tab: Tab,
    sort: Sort,
    search: String,
}

/// The list of the tab that is open.
#[derive(Clone, Copy)]
pub struct List {
    /// What of it is here.
    pub rows: RwSignal<Rows>,
    /// Why it cannot be fetched.
    pub error: RwSignal<Option<ApiError>>,
    /// The last row that was in sight.
    pub seen: StoredValue<usize>,
    campaign: CampaignId,
    wanted: Memo<Option<Wanted>>,
    turn: StoredValue<u32>,
    more: StoredValue<bool>,
    refresh: StoredValue<Refresh>,
    departures: StoredValue<Departures>,
}

impl List {
    /// The list that the address asks for.
    pub fn new(campaign: CampaignId, place: Place) -> Self {
        let wanted = Memo::new(move |_| {
            let tab = place.tab.get()?;
            let sort = place.sort.with(|sort| sort_from(sort, tab));
            Some(Wanted { whose: place.whose.get(), tab, sort, search: place.search.get() })
        });
        let list = Self {
            rows: RwSignal::new(Rows::default()),
            error: RwSignal::new(None),
            seen: StoredValue::new(0),
            campaign,
            wanted,
            turn: StoredValue::new(0),
            more: StoredValue::new(false),
            refresh: StoredValue::new(Refresh::Idle),
            departures: StoredValue::new(Departures::default()),
        };
        Effect::new(move |before: Option<Option<Wanted>>| {
            let now = wanted.get();
            let same =
                |before: &Wanted| now.as_ref().is_some_and(|now| (now.whose, now.tab) == (before.whose, before.tab));
            // Another order or search of the same list stands until the new one has come.
            if !before.flatten().as_ref().is_some_and(same) {
                list.rows.set(Rows::default());
            }
            list.seen.set_value(0);
            list.fetch();
            now
        });
        let revision = Live::expect().campaign(Signal::stored(Some(campaign)));
        Effect::new(move |before: Option<u64>| {
            let now = revision.get();
            if before.is_some_and(|before| before != now) {
                list.refresh();
            }
            now
        });
        list
    }

    /// Fetches afresh what was looked at. At most one request is on the way, and one behind it.
    pub fn refresh(self) {
        let mut state = self.refresh.get_value();
        let start = state.wanted();
        self.refresh.set_value(state);
        if start {
            self.fetch();
        }
    }

    /// Fetches afresh, whatever is on the way.
    pub fn fetch(self) {
        let Some(wanted) = self.wanted.get_untracked() else { return };
        let turn = self.turn.with_value(|turn| turn.wrapping_add(1));
        self.turn.set_value(turn);
        self.more.set_value(false);
        self.refresh.set_value(Refresh::Running);
        let enough = self.seen.get_value().saturating_add(BEYOND);
        let asked = self.departures.with_value(Departures::moment);
        spawn_local(async move {
            let mut fresh = Rows { of: Some((wanted.whose, wanted.tab)), ..Rows::default() };
            let answer = loop {
                match self.page(&wanted, &fresh).await {
                    Err(error) => break Err(error),
                    Ok(page) => fresh.append(page),
                }
                if !fresh.more || fresh.entries.len() >= enough {
                    break Ok(fresh);
                }
            };
            // The page is gone, or asks for something else by now.
            if self.turn.try_with_value(|latest| *latest == turn) != Some(true) {
                return;
            }
            self.take(answer.map(|fresh| self.without_departed(fresh, asked)));
            wait(PAUSE).await;
            if self.turn.try_with_value(|latest| *latest == turn) == Some(true) {
                let mut state = self.refresh.get_value();
                let again = state.answered();
                self.refresh.set_value(state);
                if again {
                    self.fetch();
                }
            }
        });
    }

    /// Forgets what is here and fetches the list anew. Answers whether the page is still there.
    pub fn begin_again(self) -> bool {
        let there = self.rows.try_set(Rows::default()).is_none();
        if there {
            self.fetch();
        }
        there
    }

    fn take(self, answer: Result<Rows, ApiError>) {
        match answer {
            Ok(fresh) => {
                self.error.set(None);
                if self.rows.with_untracked(|rows| *rows != fresh) {
                    self.rows.set(fresh);
                }
            }
            Err(error) => self.error.set(Some(error)),
        }
    }

    async fn page(self, wanted: &Wanted, rows: &Rows) -> Result<handoff_server::api::messenger::ListPage, ApiError> {
        let (campaign, after) = (self.campaign, rows.entries.last().cloned());
        let Wanted { whose, tab, sort, search } = wanted.clone();
        call(move || read_list(campaign, whose, tab, sort, search.clone(), after.clone())).await
    }

    /// Takes note of the last row in sight, and fetches the next page in time.
    pub fn saw(self, last: usize) {
        self.seen.set_value(last);
        let wanted = self.wanted.get_untracked();
        let (Some(wanted), true, false) =
            (wanted, self.rows.with_untracked(|rows| rows.wants_more(last)), self.more.get_value())
        else {
            return;
        };
        self.more.set_value(true);
        let (turn, rows) = (self.turn.get_value(), self.rows.get_untracked());
        let asked = self.departures.with_value(Departures::moment);
        spawn_local(async move {
            let answer = self.page(&wanted, &rows).await;
            if self.turn.try_with_value(|latest| *latest == turn) != Some(true) {
                return;
            }
            self.more.set_value(false);
            match answer {
                Ok(page) => self.rows.update(|rows| {
                    rows.append(page);
                    *rows = self.without_departed(std::mem::take(rows), asked);
                }),
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// Takes a conversation away that has left the list, before the server says so.
    pub fn left(self, conversation: ConversationId) {
        // The page may be gone while a message was on its way.
        self.departures.try_update_value(|departures| departures.note(conversation));
        self.rows.try_update(|rows| rows.remove(conversation));
    }

    /// What was asked for at a moment, without what has left since.
    fn without_departed(self, mut rows: Rows, asked: usize) -> Rows {
        self.departures.with_value(|departures| rows.entries.retain(|entry| !departures.has_left(entry.id, asked)));
        rows
    }
}
