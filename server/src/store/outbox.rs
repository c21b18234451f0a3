//! The queue of what waits to be handed to the gateway, of all organizations: taken by lease, and settled.
//!
//! Whoever takes a message moves its `due_at` on. If they die, it is due again then, under the same key.

use std::fmt;

use handoff_core::message::delivery::Hindrance;
use handoff_core::message::outbox::{Handing, hand_over};
use handoff_core::message::{Delivery, Kind, MessageKey};
use handoff_core::{CampaignId, ConversationId, Instant, MessageId, OrganizationId};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::conversation::Done;
use super::engine::Engine;
use super::failure::Sound;
use super::schedule::Schedule;
use super::state::{state, state_columns};
use super::{Store, opt_out};
use crate::model::ApiError;

/// Messages of a conversation go out in the order in which they were written: none before an earlier one is out of the
/// queue for good. Confirmations, 4 and 5, wait for nothing.
macro_rules! turn {
    () => {
        "(outbox.kind IN (4, 5) OR NOT EXISTS (
            SELECT 1 FROM outbox AS earlier
            WHERE earlier.organization_id = outbox.organization_id
                AND earlier.conversation_id = outbox.conversation_id
                AND (earlier.sequence, earlier.written_at, earlier.message_id)
                    < (outbox.sequence, outbox.written_at, outbox.message_id)
        ))"
    };
}

const NEXT: &str = concat!(
    "SELECT outbox.due_at FROM outbox WHERE ",
    turn!(),
    " ORDER BY outbox.due_at, outbox.written_at, outbox.sequence LIMIT 1"
);

const DUE: &str = concat!(
    "SELECT due.organization_id, due.conversation_id, due.message_id, due.phone, due.kind, due.due_at, due.tries,
        message.body, conversation.opted_out, campaign.status AS campaign_status, campaign.time_zone, campaign.opens,
        campaign.closes, campaign.initial_from, campaign.initial_until,
        CASE WHEN opt_out.phone IS NULL THEN 0 ELSE 1 END AS number_opted_out
    FROM (
        SELECT * FROM outbox WHERE outbox.due_at <= $1 AND ",
    turn!(),
    " ORDER BY outbox.due_at, outbox.written_at, outbox.sequence LIMIT $2 {locked}
    ) AS due
    JOIN message ON message.organization_id = due.organization_id
        AND message.conversation_id = due.conversation_id AND message.message_id = due.message_id
    JOIN conversation ON conversation.organization_id = due.organization_id
        AND conversation.conversation_id = due.conversation_id
    JOIN campaign ON campaign.organization_id = due.organization_id AND campaign.campaign_id = due.campaign_id
    LEFT JOIN opt_out ON opt_out.organization_id = due.organization_id AND opt_out.phone = due.phone
    ORDER BY due.due_at, due.written_at, due.sequence"
);

/// What is given, as a table.
macro_rules! given {
    () => {
        "(SELECT CAST(value ->> 0 AS BIGINT) AS organization_id, CAST(value ->> 1 AS BIGINT) AS conversation_id,
            CAST(value ->> 2 AS BIGINT) AS message_id, CAST(value ->> 3 AS BIGINT) AS was,
            CAST(value ->> 4 AS BIGINT) AS due_at, CAST(value ->> 5 AS SMALLINT) AS tries,
            CAST(value ->> 6 AS SMALLINT) AS delivery, value ->> 7 AS gateway_id,
            CAST(value ->> 8 AS SMALLINT) AS waits
        FROM {values} AS element) AS given"
    };
}

/// Only whoever has the lease moves it on.
const PUT_BACK: &str = concat!(
    "UPDATE outbox SET due_at = given.due_at, tries = given.tries, waits = given.waits FROM ",
    given!(),
    " WHERE outbox.organization_id = given.organization_id AND outbox.conversation_id = given.conversation_id
        AND outbox.message_id = given.message_id AND outbox.due_at = given.was AND given.due_at IS NOT NULL"
);

const TAKE_OUT: &str = concat!(
    "DELETE FROM outbox WHERE (organization_id, conversation_id, message_id) IN (
        SELECT given.organization_id, given.conversation_id, given.message_id FROM ",
    given!(),
    " WHERE given.due_at IS NULL)"
);

/// Of two states the larger one counts, whatever comes first.
const NOTE: &str = concat!(
    "UPDATE message
    SET delivery = CASE WHEN message.delivery > given.delivery THEN message.delivery ELSE given.delivery END,
        gateway_id = coalesce(message.gateway_id, given.gateway_id)
    FROM ",
    given!(),
    " WHERE message.organization_id = given.organization_id AND message.conversation_id = given.conversation_id
        AND message.message_id = given.message_id AND given.delivery IS NOT NULL"
);

const CONCERNED: &str = concat!(
    "SELECT conversation.organization_id, conversation.conversation_id, conversation.campaign_id, ",
    state_columns!(),
    " FROM conversation
    WHERE (conversation.organization_id, conversation.conversation_id) IN (
        SELECT given.organization_id, given.conversation_id FROM ",
    given!(),
    " WHERE given.delivery IS NOT NULL)"
);

const WAITING: &str = "SELECT count(*) FROM outbox";

/// The campaigns for whose hours anything waits.
const WAITED_FOR: &str = "
    SELECT campaign.organization_id, campaign.campaign_id, campaign.status AS campaign_status, campaign.time_zone,
        campaign.opens, campaign.closes, campaign.initial_from, campaign.initial_until
    FROM campaign
    WHERE EXISTS (
        SELECT 1 FROM outbox
        WHERE outbox.organization_id = campaign.organization_id AND outbox.campaign_id = campaign.campaign_id
            AND outbox.waits = 1
    )";

/// What was taken meanwhile does not wait any more: its lease stays.
const OPEN_AT: &str = "
    UPDATE outbox SET due_at = $3 WHERE organization_id = $1 AND campaign_id = $2 AND waits = 1 AND due_at <> $3";

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let given = [PUT_BACK, TAKE_OUT, NOTE, CONCERNED].map(|statement| of_given(engine, statement));
    let others = [NEXT, WAITING, WAITED_FOR, OPEN_AT].map(str::to_owned);
    given.into_iter().chain([due(engine)]).chain(others).collect()
}

fn of_given(engine: Engine, statement: &str) -> String {
    statement.replace("{values}", values(engine))
}

/// A table of the elements of a JSON array, `value`.
const fn values(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "json_each($1)",
        Engine::Postgres => "json_array_elements(CAST(CAST($1 AS TEXT) AS JSON))",
    }
}

/// Of rows that are about to be changed: they are locked, and those that another transaction has locked are left out.
/// SQLite has one writer.
const fn locked(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    }
}

fn due(engine: Engine) -> String {
    DUE.replace("{locked}", locked(engine))
}

/// A message that was taken, to be handed over.
pub struct Taken {
    /// Which.
    pub key: MessageKey,
    /// To which number.
    pub phone: String,
    /// Its text.
    pub body: String,
    /// What it is for.
    pub kind: Kind,
    /// How many times it was taken, this one included.
    pub tries: u32,
    /// Until when it is ours.
    pub lease: Instant,
}

impl fmt::Debug for Taken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nobody's number and nobody's words.
        formatter.debug_struct("Taken").field("key", &self.key).field("tries", &self.tries).finish_non_exhaustive()
    }
}

/// What was found when the queue was looked at.
#[derive(Debug, Default)]
pub struct Batch {
    /// What is to be handed over now.
    pub taken: Vec<Taken>,
    /// How many wait for the hour to open.
    pub waiting: usize,
    /// How many will never be handed over, because the contact has opted out.
    pub cancelled: usize,
    /// The conversations in which that shows.
    pub concerned: Vec<(OrganizationId, Done)>,
}

impl Batch {
    /// Whether nothing was due.
    pub const fn is_empty(&self) -> bool {
        self.taken.is_empty() && self.waiting == 0 && self.cancelled == 0
    }
}

/// What becomes of a message that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Which.
    pub key: MessageKey,
    /// Until when it was ours.
    pub lease: Instant,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a message that was to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The gateway has taken it, and calls it this.
    Accepted {
        /// The gateway's own name of it.
        gateway_id: String,
    },
    /// It is out of the queue for good.
    Over(Delivery),
    /// It is tried again.
    Again {
        /// When.
        due: Instant,
        /// How many times it was tried.
        tries: u32,
    },
}

/// A row of what is [`given!`].
struct Given(Value);

impl Given {
    fn back(key: MessageKey, was: Instant, due: Instant, tries: u32, waits: bool) -> Self {
        let MessageKey { organization, conversation, message } = key;
        let (none, waits) = (Value::Null, i32::from(waits));
        let key = (organization.get(), conversation.get(), message.get());
        Self(json!([key.0, key.1, key.2, was.get(), due.get(), tries, none, none, waits]))
    }

    fn out(key: MessageKey, delivery: Delivery, gateway_id: Option<&str>) -> Self {
        let MessageKey { organization, conversation, message } = key;
        let none = Value::Null;
        let delivery = delivery.number();
        let key = (organization.get(), conversation.get(), message.get());
        Self(json!([key.0, key.1, key.2, none, none, none, delivery, gateway_id, none]))
    }

    fn of(settled: &Settled) -> Self {
        let Settled { key, lease, outcome } = settled;
        match outcome {
            Outcome::Accepted { gateway_id } => Self::out(*key, Delivery::Sent, Some(gateway_id)),
            Outcome::Over(delivery) => Self::out(*key, *delivery, None),
            Outcome::Again { due, tries } => Self::back(*key, *lease, *due, *tries, false),
        }
    }
}

impl Store {
    /// When the next message is due, if any waits.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn next_due(&self) -> Result<Option<Instant>, ApiError> {
        let due: Option<i64> = sqlx::query_scalar(NEXT).fetch_optional(&mut *self.reading().await?).await?;
        Ok(due.map(Instant))
    }

    /// How many messages wait.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn count_waiting(&self) -> Result<i64, ApiError> {
        Ok(sqlx::query_scalar(WAITING).fetch_one(&mut *self.reading().await?).await?)
    }

    /// Takes at most so many of what is due, and keeps others from taking them for so many seconds.
    ///
    /// Who has opted out since gets nothing, and what finds its hour closed waits until it opens.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn take_due(&self, most: usize, lease_seconds: i64) -> Result<Batch, ApiError> {
        let now = self.now();
        let lease = now.plus_seconds(lease_seconds);
        let mut transaction = self.begin().await?;
        let rows = sqlx::query(AssertSqlSafe(due(self.engine)))
            .bind(now.get())
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(&mut *transaction)
            .await?;
        let (mut batch, mut given) = (Batch::default(), Vec::with_capacity(rows.len()));
        for row in &rows {
            let Waiting { key, was, tries, kind, opted_out, schedule } = Waiting::of(row)?;
            match hand_over(kind, opted_out, schedule.hours, schedule.minute(now)?) {
                Handing::Now => {
                    let tries = tries + 1;
                    given.push(Given::back(key, was, lease, tries, false));
                    let (phone, body) = (row.try_get("phone")?, row.try_get("body")?);
                    batch.taken.push(Taken { key, phone, body, kind, tries, lease });
                }
                Handing::Wait(opens) => {
                    given.push(Given::back(key, was, schedule.opens_at(opens, now)?, tries, true));
                    batch.waiting += 1;
                }
                Handing::Cancel => {
                    given.push(Given::out(key, Delivery::NotSent(Hindrance::OptedOut), None));
                    batch.cancelled += 1;
                }
            }
        }
        batch.concerned = self.note(&mut transaction, &given).await?;
        transaction.commit().await?;
        Ok(batch)
    }

    /// Keeps what became of messages that were taken. Answers the conversations in which it shows.
    ///
    /// # Errors
    /// If the database fails: then nothing is kept, and they are taken again when their lease is over.
    pub async fn settle(&self, settled: &[Settled]) -> Result<Vec<(OrganizationId, Done)>, ApiError> {
        let mut transaction = self.begin().await?;
        let given: Vec<Given> = settled.iter().map(Given::of).collect();
        let concerned = self.note(&mut transaction, &given).await?;
        transaction.commit().await?;
        Ok(concerned)
    }

    /// Keeps what the gateway says of one message of ours, and opts the contact out if it says so. `None` if there is
    /// no such message.
    ///
    /// Whatever the gateway reports, it has taken the message: it is never handed over again.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn report(
        &self,
        key: MessageKey,
        delivery: Delivery,
    ) -> Result<Option<Vec<(OrganizationId, Done)>>, ApiError> {
        let mut transaction = self.begin().await?;
        let Some(phone) = opt_out::phone_of(&mut transaction, key).await? else { return Ok(None) };
        let mut concerned = Vec::new();
        // The conversations before the message: as everybody else takes them.
        if delivery.opts_out() {
            self.hold_phone(&mut transaction, key.organization, &phone).await?;
            let done = opt_out::mark(&mut transaction, key.organization, &phone, true, None, self.now()).await?;
            concerned.extend(done.into_iter().map(|done| (key.organization, done)));
        }
        concerned.extend(self.note(&mut transaction, &[Given::out(key, delivery, None)]).await?);
        transaction.commit().await?;
        Ok(Some(concerned))
    }

    /// Looks at all that waits for hours to open: it is due when they open by the calendar as it is now. Hours that
    /// were changed by another program, or a time zone that has new rules, hold up nothing for longer than until this.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn review_waiting(&self) -> Result<(), ApiError> {
        let waited_for = sqlx::query(WAITED_FOR).fetch_all(&mut *self.reading().await?).await?;
        for row in &waited_for {
            let key = (OrganizationId(row.try_get("organization_id")?), CampaignId(row.try_get("campaign_id")?));
            let mut transaction = self.begin().await?;
            hours_changed(&mut transaction, key, &Schedule::of(row)?, self.now()).await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    async fn note(
        &self,
        transaction: &mut Transaction<'static, Any>,
        given: &[Given],
    ) -> Result<Vec<(OrganizationId, Done)>, ApiError> {
        if given.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Value::Array(given.iter().map(|Given(row)| row.clone()).collect()).to_string();
        for statement in [PUT_BACK, TAKE_OUT, NOTE] {
            let statement = of_given(self.engine, statement);
            sqlx::query(AssertSqlSafe(statement)).bind(rows.as_str()).execute(&mut **transaction).await?;
        }
        let concerned = of_given(self.engine, CONCERNED);
        let found = sqlx::query(AssertSqlSafe(concerned)).bind(rows.as_str()).fetch_all(&mut **transaction).await?;
        found
            .iter()
            .map(|row| {
                let (organization, after) = (OrganizationId(row.try_get("organization_id")?), state(row)?);
                let campaign = CampaignId(row.try_get("campaign_id")?);
                let conversation = ConversationId(row.try_get("conversation_id")?);
                Ok((organization, Done { campaign, conversation, before: after.assignee, after }))
            })
            .collect()
    }
}

/// Has what waits for a campaign's hours wait until they open: now, if they are open.
pub(super) async fn hours_changed(
    transaction: &mut Transaction<'static, Any>,
    (organization, campaign): (OrganizationId, CampaignId),
    schedule: &Schedule,
    now: Instant,
) -> Result<(), ApiError> {
    let due = match schedule.closed(now)? {
        Some(opens) => schedule.opens_at(opens, now)?,
        None => now,
    };
    sqlx::query(OPEN_AT)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(due.get())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// A message that is due, with what decides whether it goes.
struct Waiting {
    key: MessageKey,
    was: Instant,
    tries: u32,
    kind: Kind,
    opted_out: bool,
    schedule: Schedule,
}

impl Waiting {
    fn of(row: &AnyRow) -> Result<Self, ApiError> {
        let key = MessageKey {
            organization: OrganizationId(row.try_get("organization_id")?),
            conversation: ConversationId(row.try_get("conversation_id")?),
            message: MessageId(row.try_get("message_id")?),
        };
        Ok(Self {
            key,
            was: Instant(row.try_get("due_at")?),
            tries: u32::try_from(row.try_get::<i32, _>("tries")?).sound("outbox", "tries", key)?,
            kind: Kind::from_number(row.try_get::<i32, _>("kind")?.into()).sound("outbox", "kind", key)?,
            opted_out: row.try_get::<i32, _>("opted_out")? == 1 || row.try_get::<i32, _>("number_opted_out")? == 1,
            schedule: Schedule::of(row)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_again() {
        let key =
            MessageKey { organization: OrganizationId(3), conversation: ConversationId(7), message: MessageId(11) };
        assert_eq!(key.to_string(), "3-7-11");
        assert_eq!(MessageKey::parse("3-7-11"), Some(key));
        for other in ["", "3-7", "3-7-11-1", "3-7-x", "3--7"] {
            assert_eq!(MessageKey::parse(other), None, "{other}");
        }
    }
}
