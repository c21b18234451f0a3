//! A page of a list that no index has in its order: by name, or of what a search found.
//!
//! No more is read of each conversation than decides its place. It is sorted here, by the rule itself: letters beyond
//! ASCII are what the engines do not agree on. Then those of the page are read in full.

use std::collections::HashMap;

use handoff_core::conversation::ConversationState;
use handoff_core::inbox::{Entry, Sort};
use handoff_core::status::Status;
use handoff_core::{ConversationId, Instant, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::conversation::state_columns;
use super::inbox::entry;
use crate::api::ApiError;

/// So many conversations are read in full at a time: the statement is the same for fewer.
const AT_ONCE: usize = 100;

/// The places stand behind it.
const IN_FULL: &str = concat!(
    "SELECT conversation.conversation_id, contact.first_name, contact.last_name, ",
    state_columns!(),
    " FROM conversation
    JOIN contact ON contact.organization_id = conversation.organization_id
        AND contact.conversation_id = conversation.conversation_id
    WHERE conversation.organization_id = $1 AND conversation.conversation_id IN ({places})"
);

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements() -> [String; 1] {
    let places: Vec<String> = (2..AT_ONCE + 2).map(|number| format!("${number}")).collect();
    [IN_FULL.replace("{places}", &places.join(", "))]
}

/// What decides the place of a conversation, and nothing else of it.
pub(super) fn sketch(row: &AnyRow, sort: Sort) -> Result<Entry, ApiError> {
    let standing = i64::from(row.try_get::<i32, _>("standing")?);
    let time = |column: &str| -> Result<Option<Instant>, ApiError> {
        Ok(if sort == Sort::Recent { row.try_get::<Option<i64>, _>(column)?.map(Instant) } else { None })
    };
    // A standing that is no status is that of who has opted out.
    let status = Status::from_number(standing);
    Ok(Entry {
        id: ConversationId(row.try_get("conversation_id")?),
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        state: ConversationState {
            status: status.unwrap_or(Status::NotStarted),
            opted_out: status.is_none(),
            waiting_since: Instant(row.try_get("waiting_since")?),
            contact_wrote_at: time("contact_wrote_at")?,
            we_wrote_at: time("we_wrote_at")?,
            ..ConversationState::NEW
        },
    })
}

/// A page of sketches.
pub(super) struct Place {
    pub(super) sketches: Vec<Entry>,
    /// Whether more stand behind them.
    pub(super) more: bool,
    /// How many the search found.
    pub(super) found: usize,
}

/// Whether every word of a search is in the contact's name.
fn is_found(words: &[String], entry: &Entry) -> bool {
    if words.is_empty() {
        return true;
    }
    let name = format!("{} {}", entry.first_name, entry.last_name).to_lowercase();
    words.iter().all(|word| name.contains(word))
}

/// The page of what was found, behind one of the conversations.
pub(super) fn page_of(all: Vec<Entry>, sort: Sort, words: &[String], after: Option<&Entry>, size: usize) -> Place {
    let all: Vec<Entry> = all.into_iter().filter(|entry| is_found(words, entry)).collect();
    let found = all.len();
    let after = after.map(|after| sort.rank(after));
    let mut ranked: Vec<_> = all
        .into_iter()
        .map(|entry| (sort.rank(&entry), entry))
        .filter(|(rank, _)| after.as_ref().is_none_or(|after| rank > after))
        .collect();
    let more = ranked.len() > size;
    if more {
        // What comes after the page need not be sorted.
        ranked.select_nth_unstable_by(size, |(one, _), (other, _)| one.cmp(other));
        ranked.truncate(size);
    }
    ranked.sort_by(|(one, _), (other, _)| one.cmp(other));
    Place { sketches: ranked.into_iter().map(|(_, entry)| entry).collect(), more, found }
}

/// Reads these conversations in full, in their order.
pub(super) async fn in_full(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    sketches: &[Entry],
) -> Result<Vec<Entry>, ApiError> {
    let [statement] = statements();
    let mut read = HashMap::with_capacity(sketches.len());
    for batch in sketches.chunks(AT_ONCE) {
        let mut query = sqlx::query(AssertSqlSafe(statement.clone())).bind(organization.get());
        // Where there are fewer, the last one stands for the rest.
        for place in 0..AT_ONCE {
            let id = batch.get(place).or_else(|| batch.last()).map_or(0, |sketch| sketch.id.get());
            query = query.bind(id);
        }
        for row in query.fetch_all(&mut **transaction).await? {
            let entry = entry(&row)?;
            read.insert(entry.id, entry);
        }
    }
    Ok(sketches.iter().filter_map(|sketch| read.remove(&sketch.id)).collect())
}
