//! Databases that vanish with their test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use handoff_core::Instant;
use handoff_server::clock::FixedClock;
use handoff_server::store::Store;
use handoff_server::store::engine::Engine;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

/// Where the tests' clock begins: 2026-11-01 12:00 UTC.
pub const START: Instant = Instant(1_793_534_400_000_000);

/// A fresh database with its store and the clock that the test sets.
pub struct Database {
    /// The store under test.
    pub store: Store,
    /// Its address, for a second store on the same database.
    pub address: String,
    /// Its clock.
    pub clock: Arc<FixedClock>,
    _removed: Removed,
}

/// What goes when the test is over: five hundred databases are more than a disk may have room for.
pub enum Removed {
    /// SQLite's file is in it.
    Folder { _folder: tempfile::TempDir },
    /// A database of the cluster.
    Database { cluster: String, name: String },
}

impl Drop for Removed {
    fn drop(&mut self) {
        let Self::Database { cluster, name } = self else {
            return;
        };
        let (cluster, statement) = (cluster.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // On a thread of its own, since the test's runtime cannot wait here. It is the last thing of the test: what it
        // leaves is said, and fails nothing.
        let removing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = AnyConnection::connect(&cluster).await?;
                connection.execute(AssertSqlSafe(statement)).await.map(drop)
            })?;
            Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
        });
        match removing.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("{name} is still there: {error}"),
            Err(_) => eprintln!("{name} is still there: removing it panicked"),
        }
    }
}

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// The address of the private PostgreSQL cluster that `cargo xtask test` starts.
fn cluster() -> String {
    std::env::var("HANDOFF_TEST_POSTGRES")
        .expect("HANDOFF_TEST_POSTGRES is the address of a PostgreSQL for tests; cargo xtask test sets it")
}

/// Makes a database in which nothing is, with what removes it.
pub async fn empty(engine: Engine) -> (String, Removed) {
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            (format!("sqlite:{}", folder.path().join("handoff.db").display()), Removed::Folder { _folder: folder })
        }
        Engine::Postgres => {
            sqlx::any::install_default_drivers();
            let cluster = cluster();
            let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
            let mut connection = AnyConnection::connect(&cluster).await.expect("the cluster answers");
            connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a new database");
            let base = cluster.rsplit_once('/').map_or(cluster.as_str(), |(base, _)| base);
            (format!("{base}/{name}"), Removed::Database { cluster: cluster.clone(), name })
        }
    }
}

/// Makes a fresh database.
pub async fn fresh(engine: Engine) -> Database {
    let clock = Arc::new(FixedClock::at(START));
    let (address, removed) = empty(engine).await;
    let store = Store::open(&address, clock.clone()).await.expect("the database opens");
    Database { store, address, clock, _removed: removed }
}

/// Longer than any test takes, on however busy a machine.
const LONGEST: Duration = Duration::from_mins(5);

/// Bounds every wait of a test: what never comes fails it, and does not hang it.
pub async fn in_time(test: impl Future<Output = ()>) {
    tokio::time::timeout(LONGEST, test).await.expect("the test ends in time");
}

/// Makes two tests of one: the same body on SQLite and on PostgreSQL.
macro_rules! on_both_engines {
    ($(#[$meta:meta])* async fn $name:ident($database:ident: Database) $body:block) => {
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn test($database: crate::database::Database) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let database = crate::database::fresh(handoff_server::store::engine::Engine::Sqlite).await;
                crate::database::in_time(Box::pin(test(database))).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let database = crate::database::fresh(handoff_server::store::engine::Engine::Postgres).await;
                crate::database::in_time(Box::pin(test(database))).await;
            }
        }
    };
}
pub(crate) use on_both_engines;

/// The same of a test that is about one engine, or none.
macro_rules! once {
    (async fn $name:ident() $body:block) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            crate::database::in_time(Box::pin(async $body)).await;
        }
    };
}
pub(crate) use once;
