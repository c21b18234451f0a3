//! Databases that vanish with their test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    _folder: Option<tempfile::TempDir>,
}

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// The address of the private PostgreSQL cluster that `cargo xtask test` starts.
fn cluster() -> String {
    std::env::var("HANDOFF_TEST_POSTGRES")
        .expect("HANDOFF_TEST_POSTGRES is the address of a PostgreSQL for tests; cargo xtask test sets it")
}

/// Makes a database in which nothing is. On SQLite with its folder, which goes with it.
pub async fn empty(engine: Engine) -> (String, Option<tempfile::TempDir>) {
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            (format!("sqlite:{}", folder.path().join("handoff.db").display()), Some(folder))
        }
        Engine::Postgres => {
            sqlx::any::install_default_drivers();
            let cluster = cluster();
            let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
            let mut connection = AnyConnection::connect(&cluster).await.expect("the cluster answers");
            connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a new database");
            let base = cluster.rsplit_once('/').map_or(cluster.as_str(), |(base, _)| base);
            (format!("{base}/{name}"), None)
        }
    }
}

/// Makes a fresh database.
pub async fn fresh(engine: Engine) -> Database {
    let clock = Arc::new(FixedClock::at(START));
    let (address, folder) = empty(engine).await;
    let store = Store::open(&address, clock.clone()).await.expect("the database opens");
    Database { store, address, clock, _folder: folder }
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
                test(crate::database::fresh(handoff_server::store::engine::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                test(crate::database::fresh(handoff_server::store::engine::Engine::Postgres).await).await;
            }
        }
    };
}
pub(crate) use on_both_engines;
