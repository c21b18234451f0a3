//! Which campaigns are shown, in which order.

use std::cmp::{Ordering, Reverse};

use handoff_core::CampaignId;
use handoff_core::campaign::CampaignStatus;
use handoff_core::fold::{fold, holds_words};
use handoff_core::status::Standing;
use handoff_server::model::campaign::CampaignRow;

use crate::ui::Sort;

/// A column that sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Status,
    Progress,
    NeedsReply,
    Unassigned,
    Texters,
    Created,
}

const COLUMNS: [(Column, &str); 7] = [
    (Column::Name, "name"),
    (Column::Status, "status"),
    (Column::Progress, "progress"),
    (Column::NeedsReply, "needs-reply"),
    (Column::Unassigned, "unassigned"),
    (Column::Texters, "texters"),
    (Column::Created, "created"),
];

/// The order that the address names: `name`, or `-name` for descending. The newest first, if it names none.
pub fn sort_from(text: &str) -> Sort<Column> {
    let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
    let key = COLUMNS.into_iter().find(|(_, known)| *known == name).map(|(column, _)| column);
    key.map_or(Sort { key: Column::Created, descending: true }, |key| Sort { key, descending })
}

/// How the address names an order. The newest first has no name.
pub fn sort_text(sort: &Sort<Column>) -> String {
    let name = COLUMNS.into_iter().find(|(column, _)| *column == sort.key).map_or("", |(_, name)| name);
    match (sort.key, sort.descending) {
        (Column::Created, true) => String::new(),
        (_, true) => format!("-{name}"),
        (_, false) => name.to_owned(),
    }
}

/// Which campaigns are shown, by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// All that are not archived.
    #[default]
    Current,
    /// All of one status.
    Only(CampaignStatus),
    /// All.
    All,
}

impl Shown {
    /// Every choice, in the order on screen.
    pub const ALL: [Self; 6] = [
        Self::Current,
        Self::Only(CampaignStatus::Draft),
        Self::Only(CampaignStatus::Active),
        Self::Only(CampaignStatus::Paused),
        Self::Only(CampaignStatus::Archived),
        Self::All,
    ];

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Current => "Current",
            Self::Only(status) => status.label(),
            Self::All => "All",
        }
    }

    /// The word in the address.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Current => "",
            Self::Only(CampaignStatus::Draft) => "draft",
            Self::Only(CampaignStatus::Active) => "active",
            Self::Only(CampaignStatus::Paused) => "paused",
            Self::Only(CampaignStatus::Archived) => "archived",
            Self::All => "all",
        }
    }

    /// The choice that the address names.
    pub fn from_text(text: &str) -> Self {
        Self::ALL.into_iter().find(|shown| shown.text() == text).unwrap_or_default()
    }

    /// Whether campaigns of this status are shown.
    pub fn includes(self, status: CampaignStatus) -> bool {
        match self {
            Self::Current => status != CampaignStatus::Archived,
            Self::Only(only) => status == only,
            Self::All => true,
        }
    }
}

/// The campaigns that are shown, in their order.
pub fn arranged(rows: &[CampaignRow], search: &str, shown: Shown, sort: &Sort<Column>) -> Vec<CampaignId> {
    let search = fold(search);
    let mut found: Vec<&CampaignRow> = rows
        .iter()
        .filter(|row| shown.includes(row.status))
        .filter(|row| holds_words(&fold(&row.name), &search))
        .collect();
    found.sort_by(|one, other| {
        let order = order(sort.key, one, other);
        let order = if sort.descending { order.reverse() } else { order };
        order.then_with(|| Reverse(one.created_at).cmp(&Reverse(other.created_at))).then(one.id.cmp(&other.id))
    });
    found.into_iter().map(|row| row.id).collect()
}

fn order(key: Column, one: &CampaignRow, other: &CampaignRow) -> Ordering {
    let by = |of: fn(&CampaignRow) -> (u32, u32)| of(one).cmp(&of(other));
    match key {
        Column::Name => fold(&one.name).cmp(&fold(&other.name)),
        Column::Status => one.status.cmp(&other.status),
        Column::Progress => by(|row| (row.counts.total(), row.counts.sent())),
        Column::NeedsReply => by(|row| (row.counts.get(Standing::NeedsReply), 0)),
        Column::Unassigned => by(|row| (row.unassigned, 0)),
        Column::Texters => by(|row| (row.texters, 0)),
        Column::Created => one.created_at.cmp(&other.created_at),
    }
}
