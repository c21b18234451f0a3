//! The before → after table of a preview, with what changed under the reader's eyes marked.

use handoff_core::plan::{Change, Owner};
use handoff_core::status::Standing;
use handoff_core::tally::Counts;

/// A number of the preview, and what it was before the campaign changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Figure {
    /// What it is.
    pub now: u32,
    /// What it was, if that is different.
    pub was: Option<u32>,
}

impl Figure {
    const fn new(now: u32, was: u32) -> Self {
        Self { now, was: if was == now { None } else { Some(was) } }
    }
}

/// A number before and after the move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// Before.
    pub before: Figure,
    /// Afterwards.
    pub after: Figure,
}

impl Pair {
    fn of(now: &Change, was: &Change, count: impl Fn(&Counts) -> u32) -> Self {
        Self {
            before: Figure::new(count(&now.before), count(&was.before)),
            after: Figure::new(count(&now.after()), count(&was.after())),
        }
    }

    /// Whether the move changes this number at all.
    pub const fn is_still(self) -> bool {
        self.before.now == self.after.now
    }
}

/// What a plan does to one owner, as a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PreviewRow {
    /// Who.
    pub owner: Owner,
    /// What comes.
    pub comes: Figure,
    /// What goes.
    pub goes: Figure,
    /// How many of the matching ones they already have and keep.
    pub kept: u32,
    /// All that they hold.
    pub total: Pair,
    /// What is not started of it.
    pub not_started: Pair,
    /// What needs a reply of it.
    pub needs_reply: Pair,
    /// Whether they were not in the preview before the campaign changed.
    pub new: bool,
}

impl PreviewRow {
    /// Whether anything in this row is marked.
    pub fn is_marked(&self) -> bool {
        let figures = [self.comes, self.goes].into_iter().chain(
            [self.total, self.not_started, self.needs_reply].into_iter().flat_map(|pair| [pair.before, pair.after]),
        );
        self.new || figures.into_iter().any(|figure| figure.was.is_some())
    }
}

/// The table of a preview.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Figures {
    /// Everyone whose conversations change, and every target.
    pub rows: Vec<PreviewRow>,
    /// Who was in the preview before the campaign changed, and is not any more.
    pub gone: Vec<Owner>,
}

impl Figures {
    /// Whether anything in it is marked.
    pub fn is_marked(&self) -> bool {
        !self.gone.is_empty() || self.rows.iter().any(PreviewRow::is_marked)
    }
}

/// The table of what a plan does to people, compared with what it did before the campaign changed.
pub fn figures(now: &[Change], before: Option<&[Change]>) -> Figures {
    let earlier = |owner: Owner| before.and_then(|changes| changes.iter().find(|change| change.owner == owner));
    let rows = now
        .iter()
        .map(|change| {
            let was = earlier(change.owner);
            let (new, was) = (before.is_some() && was.is_none(), was.unwrap_or(change));
            PreviewRow {
                owner: change.owner,
                comes: Figure::new(change.comes.total(), was.comes.total()),
                goes: Figure::new(change.goes.total(), was.goes.total()),
                kept: change.kept,
                total: Pair::of(change, was, Counts::total),
                not_started: Pair::of(change, was, |counts| counts.get(Standing::NotStarted)),
                needs_reply: Pair::of(change, was, |counts| counts.get(Standing::NeedsReply)),
                new,
            }
        })
        .collect();
    let gone = before
        .unwrap_or_default()
        .iter()
        .map(|change| change.owner)
        .filter(|owner| !now.iter().any(|change| change.owner == *owner))
        .collect();
    Figures { rows, gone }
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::MemberId;

    fn change(id: i64, before: u32, goes: u32, comes: u32) -> Change {
        let not_started = |count| [(Standing::NotStarted, count)].into_iter().collect();
        Change {
            owner: (id > 0).then_some(MemberId(id)),
            before: not_started(before),
            goes: not_started(goes),
            comes: not_started(comes),
            kept: 0,
        }
    }

    #[test]
    fn nothing_is_marked_before_anything_changes() {
        let now = [change(0, 12, 6, 0), change(1, 0, 0, 3)];
        let plain = figures(&now, None);
        assert!(!plain.is_marked());
        assert_eq!(plain, figures(&now, Some(&now)));
        assert_eq!(plain.rows[0].total.before.now, 12);
        assert_eq!(plain.rows[0].total.after.now, 6);
        assert!(plain.rows[0].needs_reply.is_still());
    }

    #[test]
    fn every_number_that_changed_says_what_it_was() {
        let figures = figures(&[change(0, 11, 6, 0)], Some(&[change(0, 12, 6, 0)]));
        let row = figures.rows[0];
        assert_eq!(row.total.before, Figure { now: 11, was: Some(12) });
        assert_eq!(row.total.after, Figure { now: 5, was: Some(6) });
        assert_eq!(row.goes, Figure { now: 6, was: None });
        assert_eq!(row.not_started.before, Figure { now: 11, was: Some(12) });
        assert!(row.is_marked() && !row.new);
    }

    #[test]
    fn who_came_and_who_went_is_said() {
        let figures = figures(&[change(1, 4, 0, 2)], Some(&[change(2, 4, 0, 2)]));
        assert!(figures.rows[0].new && figures.rows[0].is_marked());
        assert_eq!(figures.gone, [Some(MemberId(2))]);
        assert!(figures.is_marked());
    }
}
