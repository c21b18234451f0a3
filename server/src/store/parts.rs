//! Which conversations a list of the messenger shows: standings, each with a filter.

use handoff_core::campaign::window::Phase;
use handoff_core::conversation::ConversationState;
use handoff_core::inbox::{Entry, Tab};
use handoff_core::plan::Owner;
use handoff_core::status::{Standing, Status};
use handoff_core::{ConversationId, Instant, MemberId};
use serde::Deserialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::failure::Sound;
use super::follow_up::DUE;
use super::row::stored;
use super::state::state as read_state;
use crate::model::ApiError;

/// Which part of a standing is in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// All of it.
    All,
    /// Where no follow-up is due.
    NotDue,
    /// Where one is due.
    Due,
    /// Where the contact has written.
    Heard,
    /// Where the contact has written and no follow-up is due.
    HeardNotDue,
}

pub(super) const EVERY_FILTER: [Filter; 5] =
    [Filter::All, Filter::NotDue, Filter::Due, Filter::Heard, Filter::HeardNotDue];

impl Filter {
    pub(super) fn sql(self, now: &str) -> String {
        let due = DUE.replace("{now}", now);
        match self {
            Self::All => String::new(),
            Self::NotDue => format!("AND NOT {due}"),
            Self::Due => format!("AND {due}"),
            Self::Heard => "AND conversation.contact_wrote_at IS NOT NULL".to_owned(),
            Self::HeardNotDue => format!("AND conversation.contact_wrote_at IS NOT NULL AND NOT {due}"),
        }
    }

    pub(super) const fn needs_now(self) -> bool {
        matches!(self, Self::NotDue | Self::Due | Self::HeardNotDue)
    }
}

/// The standings of a list in their order, with what of each is in it.
///
/// [`Tab::of`] says it for one conversation. *Replied* means that the contact has written, *Waiting* that they have
/// not.
pub(super) fn parts(tab: Tab, phase: Phase, follow_ups: bool) -> Vec<(Standing, Filter)> {
    match (tab, follow_ups) {
        (Tab::Initial, _) if matches!(phase, Phase::After(_)) => vec![],
        (Tab::Initial, _) => vec![(Standing::NotStarted, Filter::All)],
        (Tab::Responses, false) => vec![
            (Standing::NeedsReply, Filter::All),
            (Standing::Replied, Filter::All),
            (Standing::Resolved, Filter::Heard),
        ],
        (Tab::Responses, true) => vec![
            (Standing::NeedsReply, Filter::All),
            (Standing::Replied, Filter::NotDue),
            (Standing::Resolved, Filter::HeardNotDue),
        ],
        (Tab::FollowUps, false) => vec![],
        (Tab::FollowUps, true) => {
            vec![(Standing::Replied, Filter::Due), (Standing::Waiting, Filter::Due), (Standing::Resolved, Filter::Due)]
        }
        (Tab::OptOuts, _) => vec![(Standing::OptedOut, Filter::All)],
    }
}

/// A statement for this owner, who is bound under the number after the others, if there is one.
pub(super) fn of_owner(statement: &str, owner: Owner, number: usize) -> String {
    let condition = match owner {
        Some(_) => format!("conversation.assignee_id = ${number}"),
        None => "conversation.assignee_id IS NULL".to_owned(),
    };
    statement.replace("{owner}", &condition).replace("{taking}", TAKING_ORDER)
}

/// The order in which one owner's conversations of one standing are taken. It begins with the owner: PostgreSQL does not
/// see that `IS NULL` leaves the rest in the order of the index, and would sort all that nobody holds.
const TAKING_ORDER: &str = "conversation.assignee_id, conversation.waiting_since, conversation.conversation_id";

/// Whether a conversation is in one of these parts.
pub(super) fn in_parts(parts: &[(Standing, Filter)], now: &str) -> String {
    let part = |(standing, filter): &(Standing, Filter)| {
        format!("(conversation.standing = {} {})", *standing as i32, filter.sql(now))
    };
    // One range for each standing, read once: SQLite would read each side of an OR for itself.
    let standings: Vec<String> = parts.iter().map(|(standing, _)| (*standing as i32).to_string()).collect();
    let parts: Vec<String> = parts.iter().map(part).collect();
    format!("conversation.standing IN ({}) AND ({})", standings.join(", "), parts.join(" OR "))
}

/// The parts of the list that needs the most to be told.
pub(super) fn every_part() -> Vec<(Standing, Filter)> {
    parts(Tab::Responses, Phase::Open, true)
}

/// The columns of an [`Entry`], but for its last words.
macro_rules! entry_columns {
    () => {
        concat!(
            "conversation.conversation_id, contact.first_name, contact.last_name, ",
            $crate::store::state::state_columns!()
        )
    };
}

pub(super) use entry_columns;

/// Those columns, as a JSON array has them.
#[derive(Deserialize)]
struct Columns(i64, String, String, i64, i64, i64, Option<i64>, i64, Option<i64>, Option<i64>, Option<i64>);

/// Reads what [`Engine::rows_in_one_text`](super::engine::Engine::rows_in_one_text) writes of those columns.
pub(super) fn entries(text: &str) -> Result<Vec<Entry>, ApiError> {
    let rows: Vec<Columns> = stored(text)?;
    let entry = |row: Columns| {
        let Columns(
            id,
            first_name,
            last_name,
            status,
            opted_out,
            escalated,
            assignee,
            waiting_since,
            theirs,
            ours,
            own,
        ) = row;
        let state = ConversationState {
            status: Status::from_number(status).sound("conversation", "status", id)?,
            opted_out: opted_out == 1,
            escalated: escalated == 1,
            assignee: assignee.map(MemberId),
            waiting_since: Instant(waiting_since),
            contact_wrote_at: theirs.map(Instant),
            we_wrote_at: ours.map(Instant),
            assignee_wrote_at: own.map(Instant),
        };
        Ok(Entry { id: ConversationId(id), first_name, last_name, state, last_words: String::new() })
    };
    rows.into_iter().map(entry).collect()
}

pub(super) fn entry(row: &AnyRow) -> Result<Entry, ApiError> {
    Ok(Entry {
        id: ConversationId(row.try_get("conversation_id")?),
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        state: read_state(row)?,
        last_words: String::new(),
    })
}
