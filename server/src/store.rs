//! The database: every statement of Handoff, for SQLite and PostgreSQL alike.
//!
//! Each act is one transaction, begun by [`Store::write`] or [`Store::read`], which look up the member who
//! acts in that same transaction and refuse what their role may not do.

pub mod account;
mod actor;
pub mod afresh;
pub mod answers;
pub mod archiving;
pub mod campaign;
pub mod candidates;
pub mod conversation;
pub mod copy;
pub mod correction;
pub mod due;
pub mod encryption;
pub mod engine;
pub mod escalation;
pub mod export;
pub(crate) mod failure;
mod file_mode;
pub mod follow_up;
pub mod give_back;
pub mod history;
pub mod hours;
pub mod import;
pub mod inbox;
pub mod invite;
pub mod joining;
mod layout;
pub mod link;
pub mod log;
pub mod member;
pub mod message;
pub mod messenger;
pub mod moving;
pub mod names;
mod noted;
pub mod number;
pub mod once_held;
pub mod opt_out;
pub mod opt_out_list;
pub mod outbox;
mod parts;
pub mod placeholders;
mod placing;
pub mod pool;
mod reach;
pub mod readiness;
pub mod reassign;
pub mod reassign_one;
pub mod receive;
pub mod reply;
pub mod request;
pub mod revoke;
mod row;
pub mod schedule;
mod searching;
pub mod send;
pub mod server_key;
pub mod session;
pub mod settings;
mod state;
pub mod survey;
pub mod tally;
pub mod terms;
pub mod thread;
mod turns;
pub mod undo;
pub mod view;
pub mod walk;
pub mod whole_list;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use handoff_core::Instant;
use handoff_core::membership::Membership;
use handoff_core::permission::{Act, Role};
use sqlx::any::AnyRow;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Row, SqlSafeStr, Transaction};

use crate::clock::{Clock, Ids};
use crate::key::ServerKey;
use crate::model::ApiError;
use engine::Engine;
use failure::Sound;
use reach::Reach;

pub use actor::Actor;
use engine::{connect, migrations};

/// The database with clock and ids.
#[derive(Clone)]
pub struct Store {
    pub(crate) engine: Engine,
    /// For writing: on SQLite one connection, so that writers queue instead of colliding.
    writer: AnyPool,
    reader: AnyPool,
    reach: Reach,
    /// How many wait for a connection that writes.
    waiting: Arc<AtomicU32>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    key: ServerKey,
    running: import::running::Running,
    expected: request::Expected,
    noted: noted::Noted,
    answered: request::Answered,
    /// Held by whoever takes in names.
    taking_in: Arc<tokio::sync::Mutex<()>>,
    /// How many may search at a time.
    searches: Arc<tokio::sync::Semaphore>,
}

/// Searches that read at a time: what they cost in memory does not grow with those who search.
const SEARCHES: usize = 4;

/// How many ids are tried for something new. Another server makes the same ones only within the same millisecond.
const MOST_IDS: u32 = 64;

/// Every id that was tried is taken.
fn no_free_id(what: &str) -> ApiError {
    tracing::error!(what, "no free id");
    ApiError::Broken
}

const MEMBER: &str = "SELECT role, active, invited FROM member WHERE organization_id = $1 AND member_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 1] = [MEMBER];

impl Store {
    /// Opens a database by its address, `sqlite:PATH` or `postgres://…`, and brings it up to date.
    ///
    /// # Errors
    /// If it cannot be reached or migrated.
    pub async fn open(address: &str, clock: Arc<dyn Clock>) -> Result<Self, sqlx::Error> {
        let connect::Connected { engine, writer, reader, reach } = connect::connect(address).await?;
        migrations::migrate(engine, &writer).await?;
        let key = server_key::own(engine, &writer, clock.now()).await?;
        Ok(Self {
            key,
            engine,
            writer,
            reader,
            reach,
            waiting: Arc::default(),
            ids: Ids::new(clock.clone()),
            clock,
            running: import::running::Running::default(),
            expected: request::Expected::default(),
            noted: noted::Noted::default(),
            answered: request::Answered::default(),
            taking_in: Arc::default(),
            searches: Arc::new(tokio::sync::Semaphore::new(SEARCHES)),
        })
    }

    /// The same with the key that whoever runs the server has given, instead of the database's own.
    #[must_use]
    pub fn with_key(self, key: ServerKey) -> Self {
        Self { key, ..self }
    }

    /// The instant now.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The next id.
    pub fn next_id(&self) -> i64 {
        self.ids.next()
    }

    /// Which database it is.
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// The pool for reading, for tests and for where nobody waits: who asks it waits for as long as the database is
    /// away. Everything else asks [`Self::reading`].
    pub const fn reader(&self) -> &AnyPool {
        &self.reader
    }

    /// A connection for reading outside of a member's act: sessions, health, jobs.
    ///
    /// # Errors
    /// If the database cannot be reached, at once.
    pub async fn reading(&self) -> Result<PoolConnection<Any>, ApiError> {
        self.reach.connection(&self.reader).await
    }

    /// Begins a transaction that reads, for nobody in particular.
    ///
    /// # Errors
    /// If the database cannot be reached, at once.
    pub(crate) async fn begin_reading(&self) -> Result<Transaction<'static, Any>, ApiError> {
        Ok(Transaction::begin(self.reading().await?, None).await?)
    }

    /// Begins a transaction that writes, for nobody in particular: signing in, jobs, the command line.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>, ApiError> {
        let connection = self.writing_connection().await?;
        Ok(Transaction::begin(connection, Some(self.engine.begin_write().into_sql_str())).await?)
    }

    /// Whether somebody waits to write: who writes much, on SQLite, lets them.
    fn somebody_waits(&self) -> bool {
        self.writers_waiting() > 0
    }

    /// How many wait for the connection that writes.
    pub fn writers_waiting(&self) -> u32 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// The connection that writes, outside of a transaction. On SQLite there is one, and whoever has it keeps
    /// writers waiting.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub(crate) async fn writing_connection(&self) -> Result<PoolConnection<Any>, ApiError> {
        let _waiting = Waiting::of(&self.waiting);
        self.reach.connection(&self.writer).await
    }

    /// Begins a member's act that writes.
    ///
    /// # Errors
    /// If the member is gone or may not do this.
    pub async fn write(&self, actor: Actor, act: Act) -> Result<Transaction<'static, Any>, ApiError> {
        let mut transaction = self.begin().await?;
        check(&mut transaction, actor, act).await?;
        Ok(transaction)
    }

    /// Begins a member's act that only reads.
    ///
    /// # Errors
    /// If the member is gone or may not do this.
    pub async fn read(&self, actor: Actor, act: Act) -> Result<Transaction<'static, Any>, ApiError> {
        Ok(self.read_as(actor, act).await?.0)
    }

    /// Begins a member's act that only reads, and says what they are.
    async fn read_as(&self, actor: Actor, act: Act) -> Result<(Transaction<'static, Any>, Role), ApiError> {
        let mut transaction = self.begin_reading().await?;
        let role = check(&mut transaction, actor, act).await?;
        Ok((transaction, role))
    }
}

/// Somebody who waits to write, as long as it is kept.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn of(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Store {
    /// Checks that a member may do this.
    ///
    /// # Errors
    /// If the member is gone or may not.
    pub async fn may(&self, actor: Actor, act: Act) -> Result<(), ApiError> {
        self.read(actor, act).await.map(drop)
    }
}

async fn check(transaction: &mut Transaction<'static, Any>, actor: Actor, act: Act) -> Result<Role, ApiError> {
    let row = sqlx::query(MEMBER)
        .bind(actor.organization.get())
        .bind(actor.member.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::SignedOut)?;
    let role = Role::from_number(row.try_get::<i32, _>("role")?.into()).sound("member", "role", actor.member)?;
    if !membership(&row)?.opens() {
        return Err(ApiError::SignedOut);
    }
    role.check(act)?;
    Ok(role)
}

/// Reads a membership, from a row with `active` and `invited`.
fn membership(row: &AnyRow) -> Result<Membership, ApiError> {
    Ok(Membership::stored(row.try_get::<i32, _>("active")? == 1, row.try_get::<i32, _>("invited")? == 1))
}
