//! A list, as far as it was looked at: fetched page by page, and afresh when the campaign changes.

use std::ops::Range;

use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Entry, Sort, Tab};
use handoff_core::{CampaignId, ConversationId};
use handoff_server::api::messenger::read_list;
use handoff_server::model::ApiError;
use handoff_server::model::messenger::ListPage;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::departures::Departures;
use super::place::{Place, sort_from};
use super::rows::Rows;
use crate::state::live::{Live, Refresh};
use crate::state::session::call;
use crate::state::wait::wait;

/// A pause between two fresh lists, in milliseconds: however much happens, the server is not asked all the time.
const PAUSE: i32 = 300;

/// So many rows around those in sight are fetched afresh.
const AROUND: usize = 30;

/// A list that was scrolled further is fetched afresh around what is in sight, and above when that is looked at again.
const WHOLE: usize = 400;

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
    /// The rows that are drawn.
    sight: StoredValue<Range<usize>>,
    /// So many rows at the top may be out of date.
    stale: StoredValue<usize>,
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
            sight: StoredValue::new(0..0),
            stale: StoredValue::new(0),
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
            list.sight.set_value(0..0);
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
        let sight = self.sight.get_value();
        let asked = self.departures.with_value(Departures::moment);
        // The row behind which it is fetched, when that is far down.
        let anchor = (sight.end > WHOLE).then(|| sight.start.saturating_sub(AROUND)).and_then(|above| {
            self.rows.with_untracked(|rows| rows.entries.get(above.checked_sub(1)?).cloned().map(|row| (above, row)))
        });
        let enough = sight.end.saturating_add(AROUND).saturating_sub(anchor.as_ref().map_or(0, |(above, _)| *above));
        spawn_local(async move {
            let answer = self.pages(&wanted, anchor.as_ref().map(|(_, row)| row.clone()), enough).await;
            // The page is gone, or asks for something else by now.
            if self.turn.try_with_value(|latest| *latest == turn) != Some(true) {
                return;
            }
            match (answer, anchor) {
                (Ok(pages), Some((_, row))) => self.renew(row.id, pages, asked),
                (answer, _) => self.take(answer, &wanted, asked),
            }
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

    /// Takes all pages from the top.
    fn take(self, answer: Result<Vec<ListPage>, ApiError>, wanted: &Wanted, asked: usize) {
        match answer {
            Ok(pages) => {
                let mut fresh = Rows { of: Some((wanted.whose, wanted.tab)), ..Rows::default() };
                for page in pages {
                    fresh.append(page);
                }
                self.without_departed(&mut fresh, asked);
                self.error.set(None);
                self.stale.set_value(0);
                if self.rows.with_untracked(|rows| *rows != fresh) {
                    self.rows.set(fresh);
                }
            }
            Err(error) => self.error.set(Some(error)),
        }
    }

    /// Takes the pages behind a row.
    fn renew(self, anchor: ConversationId, pages: Vec<ListPage>, asked: usize) {
        let mut above = self.rows.with_untracked(|rows| rows.agrees(anchor, &pages));
        if above.is_none() {
            self.rows.update(|rows| {
                above = rows.renew(anchor, pages);
                self.without_departed(rows, asked);
            });
        }
        self.error.set(None);
        if let Some(above) = above {
            self.stale.set_value(above);
        } else {
            // The row has left: nothing tells where the pages belong.
            self.sight.set_value(0..0);
            self.fetch();
        }
    }

    /// Fetches pages behind a row, or from the top, until there are enough rows.
    async fn pages(self, wanted: &Wanted, from: Option<Entry>, enough: usize) -> Result<Vec<ListPage>, ApiError> {
        let (mut pages, mut after, mut rows) = (Vec::new(), from, 0);
        loop {
            let page = self.page(wanted, after).await?;
            rows += page.rows.len();
            after = page.rows.last().cloned();
            let more = page.more;
            pages.push(page);
            if !more || rows >= enough {
                return Ok(pages);
            }
        }
    }

    async fn page(self, wanted: &Wanted, after: Option<Entry>) -> Result<ListPage, ApiError> {
        let campaign = self.campaign;
        let Wanted { whose, tab, sort, search } = wanted.clone();
        call(move || read_list(campaign, whose, tab, sort, search.clone(), after.clone())).await
    }

    /// Takes note of the rows that are drawn, and fetches the next page in time.
    pub fn saw(self, sight: Range<usize>) {
        let (first, last) = (sight.start, sight.end);
        self.sight.set_value(sight);
        if first < self.stale.get_value() {
            self.stale.set_value(0);
            self.refresh();
        }
        let wanted = self.wanted.get_untracked();
        let (Some(wanted), true, false) =
            (wanted, self.rows.with_untracked(|rows| rows.wants_more(last)), self.more.get_value())
        else {
            return;
        };
        self.more.set_value(true);
        let turn = self.turn.get_value();
        let after = self.rows.with_untracked(|rows| rows.entries.last().cloned());
        let asked = self.departures.with_value(Departures::moment);
        spawn_local(async move {
            let answer = self.page(&wanted, after).await;
            if self.turn.try_with_value(|latest| *latest == turn) != Some(true) {
                return;
            }
            self.more.set_value(false);
            match answer {
                Ok(page) => self.rows.update(|rows| {
                    rows.append(page);
                    self.without_departed(rows, asked);
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

    /// Takes away what has left since these rows were asked for.
    fn without_departed(self, rows: &mut Rows, asked: usize) {
        self.departures.with_value(|departures| {
            if departures.moment() > asked {
                rows.entries.retain(|entry| !departures.has_left(entry.id, asked));
            }
        });
    }
}
