//! The table of texters in the order and the choice of the address bar.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use handoff_core::fold::{fold, holds_words};
use handoff_core::plan::Owner;
use handoff_core::status::Standing;
use handoff_core::tally::{Counts, Holder};
use handoff_core::{Instant, MemberId};
use handoff_server::model::overview::{Overview, Person};

/// One row of the table: a texter, another holder, or Unassigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose row it is.
    pub owner: Owner,
    /// The name on screen.
    pub name: String,
    /// The name as it is compared: without case and accents.
    pub folded: String,
    /// Whether this texter can be given conversations.
    pub active: bool,
    /// Whether they are here now.
    pub online: bool,
    /// When they were last seen.
    pub last_active: Option<Instant>,
    /// What they hold.
    pub counts: Counts,
}

/// A column by which the table is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Column {
    /// By name.
    #[default]
    Name,
    /// Who is here now, and who was here last.
    Online,
    /// By how many are assigned, then by how many of them are sent.
    Progress,
    /// By how many need a reply.
    NeedsReply,
    /// By how many are not started.
    NotStarted,
    /// By when they were last seen.
    LastActive,
}

impl Column {
    /// Every column, from left to right.
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Online, Self::Progress, Self::NeedsReply, Self::NotStarted, Self::LastActive];

    /// Its name in the address bar.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Online => "online",
            Self::Progress => "progress",
            Self::NeedsReply => "needs-reply",
            Self::NotStarted => "not-started",
            Self::LastActive => "last-active",
        }
    }

    /// Its heading.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "Texter",
            Self::Online => "Online",
            Self::Progress => "Progress",
            Self::NeedsReply => "Needs reply",
            Self::NotStarted => "Not started",
            Self::LastActive => "Last active",
        }
    }

    /// Whether the first click on its heading puts the highest first. Names begin at A.
    const fn highest_first(self) -> bool {
        !matches!(self, Self::Name)
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }
}

/// The order of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sort {
    /// By which column.
    pub column: Column,
    /// Whether the highest, latest or last letter comes first.
    pub descending: bool,
}

impl Sort {
    /// The order in the address bar; what cannot be understood there is the order by name.
    pub fn read(sort: Option<&str>, order: Option<&str>) -> Self {
        let Some(column) = sort.and_then(Column::from_word) else {
            return Self { column: Column::Name, descending: order == Some("desc") };
        };
        let descending = match order {
            Some("asc") => false,
            Some("desc") => true,
            _ => column.highest_first(),
        };
        Self { column, descending }
    }

    /// The order after a click on a heading: a second click turns it round.
    #[must_use]
    pub fn clicked(self, column: Column) -> Self {
        let descending = if self.column == column { !self.descending } else { column.highest_first() };
        Self { column, descending }
    }

    /// The direction in the address bar.
    pub const fn direction(self) -> &'static str {
        if self.descending { "desc" } else { "asc" }
    }

    fn compare(self, one: &Row, other: &Row) -> Ordering {
        let by_column = match self.column {
            Column::Name => one.folded.cmp(&other.folded),
            Column::Online => (one.online, one.last_active).cmp(&(other.online, other.last_active)),
            Column::Progress => {
                let progress = |row: &Row| (row.counts.total(), row.counts.sent());
                progress(one).cmp(&progress(other))
            }
            Column::NeedsReply => of(one, Standing::NeedsReply).cmp(&of(other, Standing::NeedsReply)),
            Column::NotStarted => of(one, Standing::NotStarted).cmp(&of(other, Standing::NotStarted)),
            Column::LastActive => one.last_active.cmp(&other.last_active),
        };
        let by_column = if self.descending { by_column.reverse() } else { by_column };
        by_column.then_with(|| one.folded.cmp(&other.folded)).then_with(|| one.owner.cmp(&other.owner))
    }
}

fn of(row: &Row, standing: Standing) -> u32 {
    row.counts.get(standing)
}

/// The rows of an overview: Unassigned, and everyone who holds conversations or can.
pub fn rows(overview: &Overview) -> Vec<Row> {
    let people: HashMap<MemberId, &Person> = overview.people.iter().map(|person| (person.id, person)).collect();
    let unassigned = Row {
        owner: None,
        name: "Unassigned".to_owned(),
        folded: fold("Unassigned"),
        active: true,
        online: false,
        last_active: None,
        counts: overview.tally.unassigned,
    };
    let holder = |holder: &Holder| {
        let person = people.get(&holder.member);
        let name = person.map_or_else(|| unnamed(holder.member), |person| person.name.clone());
        Row {
            owner: Some(holder.member),
            folded: fold(&name),
            name,
            active: holder.active,
            online: person.is_some_and(|person| person.online),
            last_active: person.and_then(|person| person.last_active),
            counts: holder.counts,
        }
    };
    std::iter::once(unassigned).chain(overview.tally.holders.iter().map(holder)).collect()
}

/// How somebody is called whose name did not come along.
pub fn unnamed(member: MemberId) -> String {
    format!("Texter {member}")
}

/// Whose rows are shown, in which order: Unassigned first, the rest as sorted. Every word of the search must be in the
/// name.
pub fn arrange(rows: &[Row], sort: Sort, search: &str) -> Vec<Owner> {
    let search = fold(search);
    let mut shown: Vec<&Row> = rows.iter().filter(|row| holds_words(&row.folded, &search)).collect();
    shown.sort_by(|one, other| {
        Reverse(one.owner.is_none()).cmp(&Reverse(other.owner.is_none())).then_with(|| sort.compare(one, other))
    });
    shown.into_iter().map(|row| row.owner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, name: &str, counts: &[(Standing, u32)]) -> Row {
        Row {
            owner: (id > 0).then_some(MemberId(id)),
            name: name.to_owned(),
            folded: fold(name),
            active: true,
            online: id % 2 == 0,
            last_active: (id > 0).then_some(Instant(id)),
            counts: counts.iter().copied().collect(),
        }
    }

    fn sample() -> Vec<Row> {
        use Standing::{NeedsReply, NotStarted, Waiting};
        vec![
            row(1, "Lindsey", &[(NeedsReply, 3), (NotStarted, 7)]),
            row(0, "Unassigned", &[(NotStarted, 5)]),
            row(2, "abby", &[(NeedsReply, 1), (Waiting, 9)]),
            row(3, "Zoe", &[(Waiting, 40)]),
            row(4, "Bob Li", &[(NeedsReply, 3)]),
        ]
    }

    fn order(sort: Sort, query: &str) -> Vec<i64> {
        arrange(&sample(), sort, query).into_iter().map(|owner| owner.map_or(0, MemberId::get)).collect()
    }

    fn by(column: Column, descending: bool) -> Sort {
        Sort { column, descending }
    }

    #[test]
    fn unassigned_stays_first_whatever_the_order() {
        for column in Column::ALL {
            for descending in [false, true] {
                assert_eq!(order(by(column, descending), "")[0], 0, "{column:?}");
            }
        }
    }

    #[test]
    fn names_go_from_a_to_z_and_back() {
        assert_eq!(order(by(Column::Name, false), ""), [0, 2, 4, 1, 3]);
        assert_eq!(order(by(Column::Name, true), ""), [0, 3, 1, 4, 2]);
    }

    #[test]
    fn progress_goes_by_what_is_assigned_then_by_what_is_sent() {
        assert_eq!(order(by(Column::Progress, true), ""), [0, 3, 2, 1, 4]);
        assert_eq!(order(by(Column::Progress, false), ""), [0, 4, 1, 2, 3]);
    }

    #[test]
    fn equal_rows_go_by_name_in_both_directions() {
        assert_eq!(order(by(Column::NeedsReply, true), ""), [0, 4, 1, 2, 3]);
        assert_eq!(order(by(Column::NeedsReply, false), ""), [0, 3, 2, 4, 1]);
    }

    #[test]
    fn a_search_wants_every_word() {
        assert_eq!(order(Sort::default(), "li"), [4, 1]);
        assert_eq!(order(Sort::default(), " li  bob "), [4]);
        assert_eq!(order(Sort::default(), "unas"), [0]);
        assert!(order(Sort::default(), "nobody").is_empty());
    }

    #[test]
    fn the_first_click_is_the_natural_one_and_the_second_turns_it_round() {
        let progress = Sort::default().clicked(Column::Progress);
        assert_eq!(progress, by(Column::Progress, true));
        assert_eq!(progress.clicked(Column::Progress), by(Column::Progress, false));
        assert_eq!(progress.clicked(Column::Name), by(Column::Name, false));
        assert_eq!(Sort::default().clicked(Column::Name), by(Column::Name, true));
    }

    #[test]
    fn the_address_bar_brings_every_order_back() {
        for column in Column::ALL {
            for descending in [false, true] {
                let sort = by(column, descending);
                assert_eq!(Sort::read(Some(column.word()), Some(sort.direction())), sort);
            }
        }
        assert_eq!(Sort::read(Some("shoe size"), None), Sort::default());
        assert_eq!(Sort::read(Some("needs-reply"), Some("sideways")), by(Column::NeedsReply, true));
    }
}
