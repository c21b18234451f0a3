//! Connections to the database, and what each is told first.

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor};
use tracing::log::LevelFilter;

use super::Engine;
use crate::store::reach::Reach;
use crate::store::{encryption, file_mode};

/// Connections for reading at the same time.
const READERS: u32 = 16;

/// After how long a statement is slow. It is said to those alone who follow what the database does.
const SLOW: Duration = Duration::from_secs(1);

/// How long a statement waits for a connection or a lock before it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database with its connections.
pub(in crate::store) struct Connected {
    pub(in crate::store) engine: Engine,
    /// For writing.
    pub(in crate::store) writer: AnyPool,
    /// For reading at the same time.
    pub(in crate::store) reader: AnyPool,
    pub(in crate::store) reach: Reach,
}

/// Connects to the database at this address.
pub(in crate::store) async fn connect(address: &str) -> Result<Connected, sqlx::Error> {
    sqlx::any::install_default_drivers();
    let engine = Engine::of(address)?;
    let address = match engine {
        // The file is made if it is not there.
        Engine::Sqlite if !address.contains('?') => Cow::Owned(format!("{address}?mode=rwc")),
        _ => Cow::Borrowed(address),
    };
    // What takes long is often meant to, and the log has which request it was.
    let options = AnyConnectOptions::from_str(&address)?.log_slow_statements(LevelFilter::Debug, SLOW);
    let pool = |connections: u32, settings: &'static str| {
        AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    connection.execute(settings).await?;
                    Ok(())
                })
            })
            .after_release(|connection, _| Box::pin(has_ended(connection)))
    };
    // A pool waits for a database that is about to come up. If it did not, what keeps it is better known than how long
    // that took.
    let connected = async |pool: AnyPoolOptions| match pool.connect_with(options.clone()).await {
        Err(sqlx::Error::PoolTimedOut) => match options.connect().await {
            Ok(_) => Err(sqlx::Error::PoolTimedOut),
            Err(error) => Err(error),
        },
        connected => connected,
    };
    match engine {
        Engine::Sqlite => {
            file_mode::close_to_others(&address)?;
            let writer = connected(pool(1, SQLITE_WRITER)).await?;
            let reader = pool(READERS, SQLITE).connect_lazy_with(options.clone());
            Ok(Connected { engine, writer, reader, reach: Reach::new(options, SQLITE) })
        }
        Engine::Postgres => {
            encryption::check(&address)?;
            let both = connected(pool(READERS * 2, POSTGRES)).await?;
            encryption::say(&address, &both).await?;
            Ok(Connected { engine, writer: both.clone(), reader: both, reach: Reach::new(options, POSTGRES) })
        }
    }
}

/// Whether a connection that comes back has ended its transaction. If not, it is closed.
///
/// SQLite takes a transaction back by itself when the disk is full, cannot be read or written, or memory is short. The
/// library still counts it, can neither commit nor take it back any more, and would refuse every later one.
async fn has_ended(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // What was dropped is taken back meanwhile.
        connection.ping().await?;
    }
    let ended = !connection.is_in_transaction();
    if !ended {
        tracing::warn!("a transaction could not be ended: its connection is closed");
    }
    Ok(ended)
}

// What each connection is told first.

// WAL lets readers read while one writes. With it, NORMAL loses no committed transaction when the program dies, and at
// most the last ones when the machine does, never half of one. What does not fit into a connection's cache goes to disk,
// that of temporary tables as well: a move of a million rows stays small.
macro_rules! sqlite {
    ($kibibytes:literal) => {
        concat!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 30000; \
             PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -",
            $kibibytes
        )
    };
}

/// Sixteen megabytes to write with. A commit copies the log into the file only once it has 16,000 pages, 64 MB: until
/// then that is done aside.
const SQLITE_WRITER: &str = sqlite!("16000");

/// Four megabytes for each of the connections that read: what they do not keep, the operating system does, once for all.
const SQLITE: &str = sqlite!("4000");

const POSTGRES: &str = "SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'";
