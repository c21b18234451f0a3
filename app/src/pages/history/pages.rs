//! The pages of the history that were fetched: the newest follows the campaign, older ones are appended.

use handoff_core::CampaignId;
use handoff_server::api::history::read_history;
use handoff_server::model::history::{HistoryCursor, HistoryFilter, HistoryPage, OperationRow};
use leptos::prelude::*;

use crate::state::query::Query;
use crate::state::task::Task;

/// What of the history was fetched.
#[derive(Clone, Copy)]
pub struct Pages {
    campaign: CampaignId,
    /// The newest page, which is fetched again whenever the campaign changes.
    pub first: Query<(HistoryFilter, HistoryPage)>,
    /// The filter of what is shown.
    pub shown: RwSignal<HistoryFilter>,
    /// Every operation that was fetched, the newest first.
    pub operations: RwSignal<Vec<OperationRow>>,
    /// Where what was not fetched begins.
    pub next: RwSignal<Option<HistoryCursor>>,
    /// The fetching of older operations.
    pub older: Task,
}

/// Puts a fresh newest page above what was fetched before. Answers whether the two fit together.
fn join(operations: &mut Vec<OperationRow>, fresh: &[OperationRow]) -> bool {
    // What is known continues where the fresh page ends; else something is missing in between.
    let last = fresh.last().map(|row| row.id);
    let continues = operations.iter().position(|row| Some(row.id) == last);
    let rest = continues.map(|at| operations.split_off(at + 1));
    *operations = fresh.to_vec();
    match rest {
        Some(rest) => {
            operations.extend(rest);
            true
        }
        None => false,
    }
}

impl Pages {
    /// What a filter leaves of the history of a campaign, from the newest.
    pub fn new(campaign: CampaignId, filter: Memo<HistoryFilter>) -> Self {
        let first = Query::new(move || {
            let filter = filter.get();
            async move { read_history(campaign, Some(filter.clone()), None).await.map(|page| (filter, page)) }
        });
        let pages = Self {
            campaign,
            first,
            shown: RwSignal::new(filter.get_untracked()),
            operations: RwSignal::new(Vec::new()),
            next: RwSignal::new(None),
            older: Task::new(),
        };
        Effect::new(move |_| {
            let Some((filter, fresh)) = first.data.get() else { return };
            let same = pages.shown.with_untracked(|shown| *shown == filter);
            if !same {
                // What was shown by another filter has nothing to do with it.
                pages.operations.update_untracked(Vec::clear);
                pages.shown.set(filter);
            }
            let fits = pages.operations.try_update(|operations| join(operations, &fresh.operations));
            if !same || fits != Some(true) {
                pages.next.set(fresh.next);
            }
        });
        pages
    }

    /// Fetches the next older page.
    pub fn show_older(self) {
        let Some(cursor) = self.next.get_untracked() else { return };
        let (campaign, filter) = (self.campaign, self.shown.get_untracked());
        let asked = filter.clone();
        self.older.run(
            move || read_history(campaign, Some(filter.clone()), Some(cursor)),
            move |page| {
                // A fresh newest page may have come meanwhile, and begun anew.
                if self.next.get_untracked() == Some(cursor) && self.shown.with_untracked(|shown| *shown == asked) {
                    self.operations.update(|operations| operations.extend(page.operations));
                    self.next.set(page.next);
                }
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::operation::OperationKind;
    use handoff_core::{Instant, OperationId};

    fn row(id: i64) -> OperationRow {
        OperationRow {
            id: OperationId(id),
            kind: OperationKind::BulkMove,
            at: Instant(id),
            by: "Ada".to_owned(),
            headline: format!("operation {id}"),
            moved: 1,
            undoes: None,
            undone_by: None,
        }
    }

    fn rows(ids: impl IntoIterator<Item = i64>) -> Vec<OperationRow> {
        ids.into_iter().map(row).collect()
    }

    #[test]
    fn a_new_operation_comes_on_top_and_older_ones_stay() {
        let mut all = rows([5, 4, 3, 2, 1]);
        let mut fresh = rows([6, 5, 4]);
        fresh[1].undone_by = Some(OperationId(6));
        assert!(join(&mut all, &fresh));
        assert_eq!(all.iter().map(|row| row.id.get()).collect::<Vec<_>>(), [6, 5, 4, 3, 2, 1]);
        assert_eq!(all[1].undone_by, Some(OperationId(6)));
    }

    #[test]
    fn after_a_gap_it_begins_anew_rather_than_hide_one() {
        let mut all = rows([3, 2, 1]);
        assert!(!join(&mut all, &rows([9, 8, 7])));
        assert_eq!(all, rows([9, 8, 7]));
        let mut none = Vec::new();
        assert!(!join(&mut none, &rows([2, 1])));
        assert_eq!(none, rows([2, 1]));
    }
}
