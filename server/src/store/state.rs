//! Where a conversation stands, as its row has it.

/// The columns of a [`ConversationState`].
macro_rules! state_columns {
    () => {
        "conversation.status, conversation.opted_out, conversation.escalated, conversation.assignee_id,
        conversation.waiting_since, conversation.contact_wrote_at, conversation.we_wrote_at,
        conversation.assignee_wrote_at"
    };
}

use handoff_core::Instant;
use handoff_core::conversation::ConversationState;
use handoff_core::status::Status;
use sqlx::Row;
use sqlx::any::AnyRow;
pub(super) use state_columns;

use super::failure::{Sound, ids};
use super::row::owner;
use crate::model::ApiError;

/// Reads what a row says of a conversation.
pub(super) fn state(row: &AnyRow) -> Result<ConversationState, ApiError> {
    let instant =
        |column: &str| -> Result<Option<Instant>, ApiError> { Ok(row.try_get::<Option<i64>, _>(column)?.map(Instant)) };
    Ok(ConversationState {
        status: Status::from_number(row.try_get::<i32, _>("status")?.into()).sound(
            "conversation",
            "status",
            ids(row),
        )?,
        opted_out: row.try_get::<i32, _>("opted_out")? == 1,
        escalated: row.try_get::<i32, _>("escalated")? == 1,
        assignee: owner(row, "assignee_id")?,
        waiting_since: Instant(row.try_get("waiting_since")?),
        contact_wrote_at: instant("contact_wrote_at")?,
        we_wrote_at: instant("we_wrote_at")?,
        assignee_wrote_at: instant("assignee_wrote_at")?,
    })
}
