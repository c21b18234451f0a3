//! The messages of a conversation.

use std::collections::BTreeMap;

use handoff_core::message::{Delivery, Direction, Kind};
use handoff_core::naming::told_apart;
use handoff_core::opt_out::Asks;
use handoff_core::{ConversationId, Instant, MessageId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::failure::{Sound, ids};
use crate::model::ApiError;
use crate::model::messenger::Message;

/// The columns of a [`Message`].
macro_rules! message {
    () => {
        "SELECT message.message_id, message.direction, message.kind, message.delivery, message.asks, message.body,
            message.segments, message.written_at, message.written_by, member.name,
            (SELECT account.email FROM account WHERE account.account_id = member.account_id) AS email
        FROM message
        LEFT JOIN member ON member.organization_id = message.organization_id AND member.member_id = message.written_by
        WHERE message.organization_id = $1 AND message.conversation_id = $2 "
    };
}

/// One range of the table, in the order in which they were written: the ids of ours are random.
pub(super) const MESSAGES: &str =
    concat!(message!(), "ORDER BY message.sequence, message.written_at, message.message_id");

const MESSAGE: &str = concat!(message!(), "AND message.message_id = $3");

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 2] = [MESSAGES, MESSAGE];

pub(super) fn read_message(row: &AnyRow) -> Result<Message, ApiError> {
    let number =
        |column: &str| -> Result<Option<i64>, ApiError> { Ok(row.try_get::<Option<i32>, _>(column)?.map(i64::from)) };
    let delivery =
        number("delivery")?.map(|number| Delivery::from_number(number).sound("message", "delivery", ids(row)));
    Ok(Message {
        id: MessageId(row.try_get("message_id")?),
        direction: Direction::from_number(row.try_get::<i32, _>("direction")?.into()).sound(
            "message",
            "direction",
            ids(row),
        )?,
        kind: number("kind")?.and_then(Kind::from_number),
        delivery: delivery.transpose()?,
        asks: number("asks")?.and_then(Asks::from_number),
        body: row.try_get("body")?,
        segments: u32::try_from(row.try_get::<i32, _>("segments")?).sound("message", "segments", ids(row))?,
        at: Instant(row.try_get("written_at")?),
        by: row.try_get("name")?,
    })
}

/// Reads the messages of a thread. Texters of one name are told apart in it.
pub(super) fn thread_of(rows: &[AnyRow]) -> Result<Vec<Message>, ApiError> {
    let mut messages = rows.iter().map(read_message).collect::<Result<Vec<_>, _>>()?;
    let mut writers: BTreeMap<i64, (String, String)> = BTreeMap::new();
    for row in rows {
        if let (Some(member), Some(name)) = (row.try_get("written_by")?, row.try_get("name")?) {
            writers.insert(member, (name, row.try_get::<Option<String>, _>("email")?.unwrap_or_default()));
        }
    }
    if writers.len() > 1 {
        let names = told_apart(writers.values().map(|(name, address)| (name.as_str(), address.as_str())));
        let names: BTreeMap<i64, String> = writers.into_keys().zip(names).collect();
        for (message, row) in messages.iter_mut().zip(rows) {
            let writer = row.try_get::<Option<i64>, _>("written_by")?;
            message.by = writer.and_then(|member| names.get(&member).cloned()).or(message.by.take());
        }
    }
    Ok(messages)
}

/// Reads one message.
pub(super) async fn message(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Message, ApiError> {
    let row = sqlx::query(MESSAGE)
        .bind(organization.get())
        .bind(conversation.get())
        .bind(message.get())
        .fetch_one(&mut **transaction)
        .await?;
    read_message(&row)
}
