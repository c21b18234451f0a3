//! All that differs between SQLite and PostgreSQL.

mod statistics;

use std::borrow::Cow;
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AnyPool, ConnectOptions, Connection, Executor, SqlSafeStr};
use tracing::log::LevelFilter;

use super::reach::Reach;
use super::{encryption, file_mode};

pub use statistics::STATISTICS;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default: one file.
    Sqlite,
    /// Where an organization grows to.
    Postgres,
}

impl Engine {
    /// The engine of a database address.
    ///
    /// # Errors
    /// If the address is neither `sqlite:` nor `postgres:`.
    pub fn of(address: &str) -> Result<Self, sqlx::Error> {
        if address.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            Ok(Self::Postgres)
        } else {
            Err(sqlx::Error::Configuration("the database address must begin with sqlite: or postgres://".into()))
        }
    }

    /// Begins a transaction that writes. SQLite takes its one write lock at once, because a transaction that
    /// asks for it later is refused if another one wrote meanwhile.
    pub const fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Waits until no other transaction writes conversations of this campaign, and keeps others waiting until
    /// this one ends. `None` on SQLite, where a writing transaction is alone anyway. Binds the campaign's id.
    pub const fn lock_campaign(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT pg_advisory_xact_lock($1)"),
        }
    }

    /// Waits for several campaigns as [`Self::lock_campaign`] does for one, always in the same order. Binds the
    /// organization and a JSON array of the campaigns' ids.
    pub const fn lock_campaigns(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "SELECT pg_advisory_xact_lock(campaign_id) FROM (
                    SELECT campaign_id FROM campaign WHERE organization_id = $1 AND campaign_id IN (
                        SELECT CAST(value AS BIGINT)
                        FROM json_array_elements_text(CAST(CAST($2 AS TEXT) AS JSON)) AS given
                    )
                    ORDER BY campaign_id
                ) AS campaigns",
            ),
        }
    }

    /// Gives this transaction room for a join of a million rows, which PostgreSQL otherwise does in parts, each with
    /// its own walk over the table. Compiling such a statement first costs more than it saves.
    pub const fn room_for_many(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off"),
        }
    }

    /// Makes the temporary table of what moves, in the order of the deal: `place` counts from 1 as rows come in.
    pub const fn create_moving(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "CREATE TEMPORARY TABLE moving (place INTEGER PRIMARY KEY, conversation_id BIGINT NOT NULL)"
            }
            Self::Postgres => {
                "CREATE TEMPORARY TABLE moving (place BIGINT GENERATED ALWAYS AS IDENTITY, conversation_id BIGINT NOT NULL)"
            }
        }
    }

    /// Makes the temporary table of the targets of a deal by rank. SQLite finds a row by an `INTEGER` key in one step.
    pub const fn create_share(self) -> &'static str {
        match self {
            Self::Sqlite => "CREATE TEMPORARY TABLE share (rank INTEGER PRIMARY KEY, to_id BIGINT)",
            Self::Postgres => "CREATE TEMPORARY TABLE share (rank BIGINT NOT NULL PRIMARY KEY, to_id BIGINT)",
        }
    }

    /// Finishes `moving` once it is full. PostgreSQL builds its index faster then than row by row, and would
    /// otherwise guess that the rows are few, and look each conversation up by its key.
    pub const fn finish_moving(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("CREATE UNIQUE INDEX moving_by_place ON moving (place); ANALYZE moving"),
        }
    }

    /// Waits as [`Self::lock_campaign`] does, but together with other writers of single conversations.
    pub const fn share_campaign(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT pg_advisory_xact_lock_shared($1)"),
        }
    }

    /// Shares the campaign of a texter, as [`Self::share_campaign`] does, then keeps other acts of theirs that ask for it
    /// waiting until this transaction ends. Binds organization, campaign and member.
    pub const fn lock_texter(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            // The lock of the campaign is taken where the row is found, before the row itself is locked.
            Self::Postgres => Some(
                "SELECT pg_advisory_xact_lock_shared(campaign_id) FROM campaign_texter
                WHERE organization_id = $1 AND campaign_id = $2 AND member_id = $3 FOR UPDATE",
            ),
        }
    }

    /// Shares the campaign of a conversation, as [`Self::share_campaign`] does, then keeps the conversation from
    /// being changed by others until this transaction ends. What is read of it afterwards is how it stands.
    /// Binds organization and conversation.
    pub const fn lock_conversation(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            // The lock of the campaign is taken where the row is found, before the row itself is locked.
            Self::Postgres => Some(
                "SELECT pg_advisory_xact_lock_shared(campaign_id) FROM conversation
                WHERE organization_id = $1 AND conversation_id = $2 FOR UPDATE",
            ),
        }
    }

    /// Shares the campaigns of a phone number. Binds organization and phone.
    pub const fn share_campaigns_of_phone(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "SELECT pg_advisory_xact_lock_shared(campaign_id) FROM (
                    SELECT campaign_id FROM contact_number WHERE organization_id = $1 AND phone = $2 ORDER BY campaign_id
                ) AS campaigns",
            ),
        }
    }

    /// Keeps every conversation of a phone number from being changed by others until this transaction ends, always
    /// in the same order. Binds organization and phone.
    pub const fn lock_phone(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(
                "SELECT conversation.conversation_id FROM contact_number
                JOIN conversation ON conversation.organization_id = contact_number.organization_id
                    AND conversation.conversation_id = contact_number.conversation_id
                WHERE contact_number.organization_id = $1 AND contact_number.phone = $2
                ORDER BY conversation.conversation_id FOR UPDATE OF conversation",
            ),
        }
    }

    /// A table of the elements of a JSON array, `value`, with their `place` from 0.
    ///
    /// Thousands of rows go in as one parameter, which both engines read several times faster than as many
    /// parameters as there are cells.
    pub const fn rows_of_json(self) -> &'static str {
        match self {
            Self::Sqlite => "(SELECT key AS place, value FROM json_each($4))",
            Self::Postgres => {
                "(SELECT ordinality - 1 AS place, value FROM json_array_elements(CAST(CAST($4 AS TEXT) AS JSON)) WITH ORDINALITY)"
            }
        }
    }

    /// A table of the texts of the JSON array that is bound in a place, `value`.
    pub fn texts(self, place: u32) -> String {
        match self {
            Self::Sqlite => format!("json_each(${place})"),
            Self::Postgres => format!("json_array_elements_text(CAST(CAST(${place} AS TEXT) AS JSON))"),
        }
    }

    /// As [`Self::share_campaigns_of_phone`], of many numbers: a JSON array of them is bound in place of one.
    pub fn share_campaigns_of_phones(self) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(format!(
                "SELECT pg_advisory_xact_lock_shared(campaign_id) FROM (
                    SELECT DISTINCT campaign_id FROM contact_number
                    WHERE organization_id = $1 AND phone IN (SELECT value FROM {} AS listed) ORDER BY campaign_id
                ) AS campaigns",
                self.texts(2)
            )),
        }
    }

    /// As [`Self::lock_phone`], of many numbers: a JSON array of them is bound in place of one.
    pub fn lock_phones(self) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some(format!(
                "SELECT conversation.conversation_id FROM contact_number
                JOIN conversation ON conversation.organization_id = contact_number.organization_id
                    AND conversation.conversation_id = contact_number.conversation_id
                WHERE contact_number.organization_id = $1
                    AND contact_number.phone IN (SELECT value FROM {} AS listed)
                ORDER BY conversation.conversation_id FOR UPDATE OF conversation",
                self.texts(2)
            )),
        }
    }

    /// The ids of all rows in one text, separated by commas, in any order: thousands of rows are read at once.
    pub const fn ids_in_one_text(self) -> &'static str {
        match self {
            Self::Sqlite => "group_concat(conversation_id, ',')",
            Self::Postgres => "string_agg(CAST(conversation_id AS TEXT), ',')",
        }
    }

    /// A table of the numbers of a JSON array, `value`.
    pub const fn ids_of_json(self) -> &'static str {
        match self {
            Self::Sqlite => "json_each($2)",
            Self::Postgres => "json_array_elements_text(CAST(CAST($2 AS TEXT) AS JSON))",
        }
    }

    /// A table of the texts of a JSON array, `value`.
    pub const fn texts_of_json(self) -> &'static str {
        match self {
            Self::Sqlite => "json_each($3)",
            Self::Postgres => "json_array_elements_text(CAST(CAST($3 AS TEXT) AS JSON))",
        }
    }
}

/// Connections for reading at the same time.
const READERS: u32 = 16;

/// After how long a statement is slow. It is said to those alone who follow what the database does.
const SLOW: Duration = Duration::from_secs(1);

/// How long a statement waits for a connection or a lock before it fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database with its connections.
pub(super) struct Connected {
    pub(super) engine: Engine,
    /// For writing.
    pub(super) writer: AnyPool,
    /// For reading at the same time.
    pub(super) reader: AnyPool,
    pub(super) reach: Reach,
}

/// Connects to the database at this address.
pub(super) async fn connect(address: &str) -> Result<Connected, sqlx::Error> {
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

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "ground", include_str!("../../migrations/0001_ground.sql")),
    (2, "messages", include_str!("../../migrations/0002_messages.sql")),
    (3, "answers by question", include_str!("../../migrations/0003_answers_by_question.sql")),
    (4, "last move", include_str!("../../migrations/0004_last_move.sql")),
    (5, "self assignment", include_str!("../../migrations/0005_self_assignment.sql")),
    (6, "contact files", include_str!("../../migrations/0006_contact_files.sql")),
    (7, "membership", include_str!("../../migrations/0007_membership.sql")),
    (8, "joining and history", include_str!("../../migrations/0008_joining_and_history.sql")),
    (9, "names", include_str!("../../migrations/0009_names.sql")),
    (10, "numbers", include_str!("../../migrations/0010_numbers.sql")),
    (11, "readiness", include_str!("../../migrations/0011_readiness.sql")),
    (12, "order", include_str!("../../migrations/0012_order.sql")),
];

/// Makes the table of statistics, which is filled once everything is migrated.
const SQLITE_STATISTICS: &str = "ANALYZE conversation;";

/// SQLite drops an index that a table was made with only with the table.
const SQLITE_CONTACT_WITHOUT_NUMBERS: &str = "
    CREATE TABLE contact_kept (
        organization_id BIGINT NOT NULL,
        conversation_id BIGINT NOT NULL,
        campaign_id BIGINT NOT NULL,
        phone TEXT NOT NULL,
        first_name TEXT NOT NULL,
        last_name TEXT NOT NULL,
        -- A JSON object of the custom fields.
        fields TEXT NOT NULL,
        PRIMARY KEY (organization_id, conversation_id)
    ) WITHOUT ROWID;
    INSERT INTO contact_kept (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
    SELECT organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields FROM contact;
    DROP TABLE contact;
    ALTER TABLE contact_kept RENAME TO contact;";

const POSTGRES_CONTACT_WITHOUT_NUMBERS: &str =
    "ALTER TABLE contact DROP CONSTRAINT contact_organization_id_phone_campaign_id_key;";

/// Which kinds of operations there are. SQLite cannot change a check of a table that others refer to, other than in the
/// text of the schema; so it is done where the change cannot make any row wrong.
/// See <https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes>.
const SQLITE_KINDS: &str = "
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, 'kind BETWEEN 1 AND 4', 'kind BETWEEN 1 AND 6')
    WHERE type = 'table' AND name = 'operation';
    PRAGMA writable_schema = RESET;";

/// What a message may ask for, in the same way.
const SQLITE_REACTIONS: &str = "
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, 'asks BETWEEN 1 AND 4', 'asks BETWEEN 1 AND 5')
    WHERE type = 'table' AND name = 'message';
    PRAGMA writable_schema = RESET;";

const POSTGRES_REACTIONS: &str = "
    ALTER TABLE message DROP CONSTRAINT message_asks_check;
    ALTER TABLE message ADD CONSTRAINT message_asks_check CHECK (asks BETWEEN 1 AND 5);";

const POSTGRES_KINDS: &str = "
    ALTER TABLE operation DROP CONSTRAINT operation_kind_check;
    ALTER TABLE operation ADD CONSTRAINT operation_kind_check CHECK (kind BETWEEN 1 AND 6);";

/// The same once more.
const SQLITE_REVOCATION: &str = "
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, 'kind BETWEEN 1 AND 6', 'kind BETWEEN 1 AND 7')
    WHERE type = 'table' AND name = 'operation';
    PRAGMA writable_schema = RESET;";

const POSTGRES_REVOCATION: &str = "
    ALTER TABLE operation DROP CONSTRAINT operation_kind_check;
    ALTER TABLE operation ADD CONSTRAINT operation_kind_check CHECK (kind BETWEEN 1 AND 7);";

/// Whom the operations of the past concerned, from the table that each keeps of them.
macro_rules! operation_people {
    ($people:literal, $owner:literal) => {
        concat!(
            "INSERT INTO operation_person (organization_id, campaign_id, member_id, kind, committed_at, operation_id)
            SELECT organization_id, campaign_id, ",
            $owner,
            ", kind, committed_at, operation_id FROM operation CROSS JOIN ",
            $people,
            " AS item WHERE ",
            $owner,
            " IS NOT NULL
            UNION SELECT organization_id, campaign_id, committed_by, kind, committed_at, operation_id FROM operation;"
        )
    };
}

const SQLITE_PEOPLE: &str = operation_people!("json_each(operation.people)", "json_extract(item.value, '$[1].owner')");

const POSTGRES_PEOPLE: &str = operation_people!(
    "LATERAL json_array_elements(CAST(operation.people AS JSON))",
    "CAST(item.value -> 1 ->> 'owner' AS BIGINT)"
);

const POSTGRES_LATER: &str = "
    ALTER TABLE operation_move ALTER CONSTRAINT operation_move_organization_id_operation_id_fkey
    DEFERRABLE INITIALLY DEFERRED;";

/// The migrations in this engine's words.
pub fn migrations(engine: Engine) -> Vec<(i64, &'static str, String)> {
    let words = match engine {
        Engine::Sqlite => [
            ("{bytes}", "BLOB"),
            ("{binary}", ""),
            ("{clustered}", "WITHOUT ROWID"),
            ("{uncompressed}", ""),
            ("{statistics}", SQLITE_STATISTICS),
            ("{operation_kinds}", SQLITE_KINDS),
            ("{operation_later}", ""),
            ("{operation_people}", SQLITE_PEOPLE),
            ("{operation_revocation}", SQLITE_REVOCATION),
            ("{reactions}", SQLITE_REACTIONS),
            ("{contact_without_numbers}", SQLITE_CONTACT_WITHOUT_NUMBERS),
        ],
        Engine::Postgres => [
            ("{bytes}", "BYTEA"),
            ("{binary}", "COLLATE \"C\""),
            ("{clustered}", ""),
            ("{uncompressed}", "ALTER TABLE operation_move ALTER COLUMN conversations SET STORAGE EXTERNAL;"),
            ("{statistics}", ""),
            ("{operation_kinds}", POSTGRES_KINDS),
            ("{operation_later}", POSTGRES_LATER),
            ("{operation_people}", POSTGRES_PEOPLE),
            ("{operation_revocation}", POSTGRES_REVOCATION),
            ("{reactions}", POSTGRES_REACTIONS),
            ("{contact_without_numbers}", POSTGRES_CONTACT_WITHOUT_NUMBERS),
        ],
    };
    MIGRATIONS
        .iter()
        .copied()
        .map(|(version, name, sql)| {
            (version, name, words.iter().fold(sql.to_owned(), |sql, (word, meant)| sql.replace(word, meant)))
        })
        .collect()
}

pub(super) async fn migrate(engine: Engine, pool: &AnyPool) -> Result<(), sqlx::Error> {
    migrate_until(engine, pool, i64::MAX).await?;
    statistics::write(engine, pool).await
}

/// Migrates as a release did that had the migrations up to this one.
///
/// # Errors
/// If one of them fails.
pub async fn migrate_until(engine: Engine, pool: &AnyPool, last: i64) -> Result<(), sqlx::Error> {
    let all = migrations(engine).into_iter().filter(|(version, ..)| *version <= last);
    let migrations = all.map(|(version, name, sql)| {
        Migration::new(
            version,
            Cow::Borrowed(name),
            MigrationType::Simple,
            sqlx::AssertSqlSafe(sql).into_sql_str(),
            false,
        )
    });
    let migrator = Migrator::with_migrations(migrations.collect());
    migrator.run(pool).await?;
    Ok(())
}
