//! The part of a list that is here: pages one after the other, and what of it is in sight.

use std::collections::HashSet;
use std::ops::Range;

use handoff_core::ConversationId;
use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Entry, Tab};
use handoff_core::status::Standing;
use handoff_server::model::messenger::{Found, ListPage};

/// So many rows above and below those in sight are there, too, so that scrolling finds them drawn.
const BEYOND: usize = 12;

/// So many rows before the end of what is here, the next page is fetched.
const AHEAD: usize = 60;

/// The first pages of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The conversations, in the list's order.
    pub entries: Vec<Entry>,
    /// Whether the server has more behind them.
    pub more: bool,
    /// How many a search found.
    pub found: Option<Found>,
    /// Whether anything has been answered yet.
    pub here: bool,
    /// Whose list of which tab it is.
    pub of: Option<(Whose, Tab)>,
}

impl Rows {
    /// Adds a page. What moved down meanwhile, and so came twice, stands where it came last.
    pub fn append(&mut self, page: ListPage) {
        let again: HashSet<ConversationId> = page.rows.iter().map(|row| row.id).collect();
        self.entries.retain(|entry| !again.contains(&entry.id));
        self.entries.extend(page.rows);
        self.more = page.more;
        self.found = page.found.or(self.found);
        self.here = true;
    }

    /// Whether behind one of the rows stands what these pages say. Answers how many rows are above, if so.
    pub fn agrees(&self, anchor: ConversationId, pages: &[ListPage]) -> Option<usize> {
        let above = self.position(anchor)? + 1;
        let here = &self.entries[above..];
        let fresh = || pages.iter().flat_map(|page| &page.rows);
        // Where one of them is at its end, the other has to be.
        let fresh_ends = pages.last().is_some_and(|page| !page.more);
        let here_ends = !self.more && here.len() <= fresh().count();
        let same = here.iter().take(fresh().count()).eq(fresh());
        let ends = !fresh_ends || here.len() == fresh().count();
        (same && ends && (fresh_ends || !here_ends)).then_some(above)
    }

    /// Puts pages that were fetched afresh behind one of the rows, in place of all that stood there.
    ///
    /// Answers how many rows are above now, if that row is still here.
    pub fn renew(&mut self, anchor: ConversationId, pages: Vec<ListPage>) -> Option<usize> {
        let above = self.position(anchor)? + 1;
        self.entries.truncate(above);
        for page in pages {
            self.append(page);
        }
        Some(self.position(anchor)? + 1)
    }

    /// The conversation of this id.
    pub fn get(&self, id: ConversationId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// Where a conversation is in the list.
    pub fn position(&self, id: ConversationId) -> Option<usize> {
        self.entries.iter().position(|entry| entry.id == id)
    }

    /// Takes a conversation away that is known to have left the list.
    pub fn remove(&mut self, id: ConversationId) {
        self.entries.retain(|entry| entry.id != id);
    }

    /// Whether the next page is wanted by somebody who sees the rows up to this one.
    pub fn wants_more(&self, last: usize) -> bool {
        self.more && last.saturating_add(AHEAD) >= self.entries.len()
    }

    /// The conversation to go on with after something was sent in this one, the list being as it was before.
    ///
    /// Down the list and then from its top: among responses, the next that needs a reply.
    pub fn next_after(&self, id: ConversationId, tab: Tab) -> Option<ConversationId> {
        let at = self.position(id)?;
        let waits = |entry: &&Entry| tab != Tab::Responses || entry.state.standing() == Standing::NeedsReply;
        let (above, below) = (&self.entries[..at], &self.entries[at + 1..]);
        below.iter().chain(above).find(waits).map(|entry| entry.id)
    }
}

/// Which rows are drawn when a list of so many rows of this height was scrolled so far.
pub fn drawn(scrolled: f64, height: f64, row: f64, count: usize) -> Range<usize> {
    let at = |pixels: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row's number, never negative")]
        let row = (pixels / row).floor().max(0.0) as usize;
        row
    };
    let first = at(scrolled).saturating_sub(BEYOND).min(count);
    let last = at(scrolled + height).saturating_add(BEYOND + 1).min(count);
    first..last.max(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::conversation::ConversationState;
    use handoff_core::status::Status;

    fn entry(id: i64, status: Status) -> Entry {
        let state = ConversationState { status, ..ConversationState::NEW };
        Entry {
            id: ConversationId(id),
            first_name: format!("Ada {id}"),
            last_name: String::new(),
            state,
            last_words: String::new(),
        }
    }

    fn page(ids: &[i64], more: bool) -> ListPage {
        ListPage { rows: ids.iter().map(|id| entry(*id, Status::NotStarted)).collect(), more, found: None }
    }

    fn ids(rows: &Rows) -> Vec<i64> {
        rows.entries.iter().map(|entry| entry.id.get()).collect()
    }

    #[test]
    fn pages_follow_each_other_and_nobody_is_there_twice() {
        let mut rows = Rows::default();
        assert!(!rows.here);
        rows.append(page(&[1, 2, 3], true));
        rows.append(page(&[2, 4], false));
        assert_eq!(ids(&rows), [1, 3, 2, 4]);
        assert!(rows.here && !rows.more);
    }

    #[test]
    fn what_is_in_sight_is_renewed_and_what_stands_above_stays() {
        let list = || {
            let mut rows = Rows::default();
            rows.append(page(&[1, 2, 3, 4, 5, 6], true));
            rows
        };
        let mut rows = list();
        assert_eq!(rows.agrees(ConversationId(2), &[page(&[3], true), page(&[4], true)]), Some(2));
        assert_eq!(rows.agrees(ConversationId(2), &[page(&[3, 7], true)]), None);
        assert_eq!(rows.agrees(ConversationId(2), &[page(&[3, 4], false)]), None, "5 and 6 have left");
        assert_eq!(rows.agrees(ConversationId(2), &[page(&[3, 4, 5, 6, 7], false)]), None, "7 is new");
        assert_eq!(rows.agrees(ConversationId(2), &[page(&[3, 4, 5, 6], false)]), Some(2));
        rows.more = false;
        assert_eq!(rows.agrees(ConversationId(2), &[page(&[3, 4, 5, 6], true)]), None, "more has come");
        assert_eq!(rows.renew(ConversationId(2), vec![page(&[3, 7], true), page(&[4], false)]), Some(2));
        assert_eq!(ids(&rows), [1, 2, 3, 7, 4]);
        assert!(!rows.more);
        let mut rows = list();
        assert_eq!(rows.renew(ConversationId(3), vec![page(&[1, 4], true)]), Some(2), "one came down from above");
        assert_eq!(ids(&rows), [2, 3, 1, 4]);
        assert_eq!(list().renew(ConversationId(9), vec![page(&[4], true)]), None, "what it stood behind has left");
    }

    #[test]
    fn a_page_is_fetched_before_its_rows_are_seen() {
        let mut rows = Rows::default();
        let many: Vec<i64> = (1..=100).collect();
        rows.append(page(&many, true));
        assert!(!rows.wants_more(20));
        assert!(rows.wants_more(45));
        rows.more = false;
        assert!(!rows.wants_more(99));
    }

    #[test]
    fn after_an_initial_message_the_next_one_down_is_there() {
        let mut rows = Rows::default();
        rows.append(page(&[1, 2, 3], false));
        let next = |id| rows.next_after(ConversationId(id), Tab::Initial).map(ConversationId::get);
        assert_eq!((next(1), next(2), next(3), next(9)), (Some(2), Some(3), Some(1), None));
        rows.append(ListPage { rows: vec![], more: false, found: None });
        let mut one = Rows::default();
        one.append(page(&[1], false));
        assert_eq!(one.next_after(ConversationId(1), Tab::Initial), None);
    }

    #[test]
    fn among_responses_the_next_one_needs_a_reply() {
        let rows = Rows {
            entries: vec![
                entry(1, Status::NeedsReply),
                entry(2, Status::Replied),
                entry(3, Status::NeedsReply),
                entry(4, Status::Resolved),
            ],
            ..Rows::default()
        };
        let next = |id| rows.next_after(ConversationId(id), Tab::Responses).map(ConversationId::get);
        assert_eq!((next(1), next(3), next(4)), (Some(3), Some(1), Some(1)));
        let alone = Rows { entries: vec![entry(1, Status::NeedsReply), entry(2, Status::Replied)], ..Rows::default() };
        assert_eq!(alone.next_after(ConversationId(1), Tab::Responses), None);
    }

    #[test]
    fn of_fifty_thousand_rows_only_those_in_sight_are_drawn() {
        assert_eq!(drawn(0.0, 600.0, 50.0, 50_000), 0..25);
        assert_eq!(drawn(1_000_000.0, 600.0, 50.0, 50_000), 19_988..20_025);
        assert_eq!(drawn(0.0, 600.0, 50.0, 3), 0..3);
        assert_eq!(drawn(9_000.0, 600.0, 50.0, 3), 3..3);
        assert_eq!(drawn(-40.0, 600.0, 50.0, 50), 0..24);
    }
}
