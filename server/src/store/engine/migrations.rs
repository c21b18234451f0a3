//! The migrations, in the words of each engine.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlSafeStr};

use super::{Engine, statistics};

/// The migrations as they are written, a file each, named by number and name.
static WRITTEN: Migrator = sqlx::migrate!();

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

/// Forgets the checks of what numbers stand for, in the same way: no row can become wrong where less is checked. The table
/// that is renamed, and again, tells other processes that the schema has changed.
macro_rules! sqlite_unchecked {
    ($(($table:literal, $check:literal)),+ $(,)?) => {
        concat!(
            "PRAGMA writable_schema = ON;",
            $("UPDATE sqlite_schema SET sql = replace(sql, ' CHECK (", $check, ")', '')
                WHERE type = 'table' AND name = '", $table, "';",)+
            "PRAGMA writable_schema = RESET;
            ALTER TABLE name_due RENAME TO name_unchecked; ALTER TABLE name_unchecked RENAME TO name_due;"
        )
    };
}

const SQLITE_ENUMS: &str = sqlite_unchecked![
    ("member", "role IN (1, 2)"),
    ("campaign", "status BETWEEN 1 AND 4"),
    ("campaign", "pool_kind BETWEEN 1 AND 3"),
    ("conversation", "status BETWEEN 1 AND 5"),
    ("operation", "kind BETWEEN 1 AND 7"),
    ("contact_import", "status BETWEEN 1 AND 4"),
    ("message", "direction IN (1, 2)"),
    ("message", "kind BETWEEN 1 AND 5"),
    ("message", "asks BETWEEN 1 AND 5"),
    ("follow_up", "audience BETWEEN 1 AND 3"),
    ("follow_up", "status BETWEEN 1 AND 5"),
];

const POSTGRES_ENUMS: &str = "
    ALTER TABLE member DROP CONSTRAINT member_role_check;
    ALTER TABLE campaign DROP CONSTRAINT campaign_status_check, DROP CONSTRAINT campaign_pool_kind_check;
    ALTER TABLE conversation DROP CONSTRAINT conversation_status_check;
    ALTER TABLE operation DROP CONSTRAINT operation_kind_check;
    ALTER TABLE contact_import DROP CONSTRAINT contact_import_status_check;
    ALTER TABLE message DROP CONSTRAINT message_direction_check, DROP CONSTRAINT message_kind_check,
        DROP CONSTRAINT message_asks_check;
    ALTER TABLE follow_up DROP CONSTRAINT follow_up_audience_check, DROP CONSTRAINT follow_up_status_check;";

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
            ("{uncompressed_parts}", ""),
            ("{statistics}", SQLITE_STATISTICS),
            ("{operation_kinds}", SQLITE_KINDS),
            ("{operation_later}", ""),
            ("{operation_people}", SQLITE_PEOPLE),
            ("{operation_revocation}", SQLITE_REVOCATION),
            ("{reactions}", SQLITE_REACTIONS),
            ("{enums}", SQLITE_ENUMS),
            ("{contact_without_numbers}", SQLITE_CONTACT_WITHOUT_NUMBERS),
        ],
        Engine::Postgres => [
            ("{bytes}", "BYTEA"),
            ("{binary}", "COLLATE \"C\""),
            ("{clustered}", ""),
            ("{uncompressed}", "ALTER TABLE operation_move ALTER COLUMN conversations SET STORAGE EXTERNAL;"),
            ("{uncompressed_parts}", "ALTER TABLE name_part ALTER COLUMN conversations SET STORAGE EXTERNAL;"),
            ("{statistics}", ""),
            ("{operation_kinds}", POSTGRES_KINDS),
            ("{operation_later}", POSTGRES_LATER),
            ("{operation_people}", POSTGRES_PEOPLE),
            ("{operation_revocation}", POSTGRES_REVOCATION),
            ("{reactions}", POSTGRES_REACTIONS),
            ("{enums}", POSTGRES_ENUMS),
            ("{contact_without_numbers}", POSTGRES_CONTACT_WITHOUT_NUMBERS),
        ],
    };
    let meant = |migration: &Migration| {
        words.iter().fold(migration.sql.as_str().to_owned(), |sql, (word, meant)| sql.replace(word, meant))
    };
    WRITTEN.iter().map(|migration| (migration.version, &*migration.description, meant(migration))).collect()
}

pub(in crate::store) async fn migrate(engine: Engine, pool: &AnyPool) -> Result<(), sqlx::Error> {
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
