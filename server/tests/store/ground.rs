//! The schema: it migrates on both engines, and is ready to be spread by organization.

use handoff_server::store::Store;
use handoff_server::store::engine::Engine;
use handoff_server::store::engine::migrations::migrations;

use crate::database::on_both_engines;

on_both_engines! {
    async fn a_database_opens_twice_and_is_migrated_once(database: Database) {
        let again = Store::open(&database.address, database.clock.clone()).await.unwrap();
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM organization").fetch_one(again.reader()).await.unwrap();
        assert_eq!(count, 0);
    }
}

#[tokio::test]
async fn what_was_committed_is_copied_from_the_log_aside() {
    let database = crate::database::fresh(Engine::Sqlite).await;
    let file = database.address.strip_prefix("sqlite:").unwrap().to_owned();
    let pages = || std::fs::metadata(&file).unwrap().len() / 4_096;
    database.store.shorten_log().await.unwrap();
    let before = pages();
    let mut transaction = database.store.begin().await.unwrap();
    // A table of ten thousand pages: more than SQLite leaves in the log of its own accord.
    for statement in ["CREATE TABLE filler (content BLOB)", "INSERT INTO filler VALUES (zeroblob(40960000))"] {
        sqlx::query(statement).execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    assert_eq!(pages(), before, "no commit waits for the copy");
    database.store.shorten_log().await.unwrap();
    assert!(pages() >= before + 10_000);
}

/// Tables of the deployment, which are not spread. Every other table belongs to a tenant.
const DEPLOYMENT: &[&str] =
    &["account", "membership", "session", "one_time_link", "invite_link", "outbox", "readiness", "server_key"];

/// Finds every key, reference and index of a tenant table that `organization_id` does not lead.
fn not_led_by_organization(sql: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let text: String =
        sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        let words: Vec<&str> = statement.split_whitespace().collect();
        // A new column is in no key, and rows are none.
        if let ["ALTER", "TABLE", _, "ADD", "COLUMN", _, rest @ ..] = words.as_slice()
            && !rest.iter().any(|word| matches!(*word, "UNIQUE" | "PRIMARY" | "REFERENCES"))
        {
            continue;
        }
        if let ["ALTER", "TABLE", _, "ALTER", "COLUMN", _, "SET", "STORAGE", _]
        | ["ALTER", "TABLE", _, "RENAME", "TO", _]
        | ["DROP", "TABLE", _]
        | ["ALTER", "TABLE", _, "ALTER" | "DROP", "CONSTRAINT", ..]
        | ["ALTER", "TABLE", _, "ADD", "CONSTRAINT", _, "CHECK", ..]
        | ["DROP", "INDEX", ..]
        | ["PRAGMA" | "ANALYZE" | "UPDATE", ..]
        | ["WITH", "RECURSIVE", "number", ..]
        | ["ALTER", "TABLE", _, "DROP", "COLUMN", _]
        | ["DELETE", "FROM", ..]
        | ["INSERT", "INTO", ..] = words.as_slice()
        {
            continue;
        }
        let table = match words.as_slice() {
            ["CREATE", "TABLE", table, ..]
            | ["CREATE", "INDEX", _, "ON", table, ..]
            | ["CREATE", "UNIQUE", "INDEX", _, "ON", table, ..] => *table,
            other => {
                wrong.push(format!("not understood: {}", other.join(" ")));
                continue;
            }
        };
        if DEPLOYMENT.contains(&table) {
            continue;
        }
        let mut found = false;
        for key in ["PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "REFERENCES", "ON"] {
            for (at, _) in statement.match_indices(&format!("{key} ")) {
                let Some((_, columns)) = statement[at..].split_once('(') else { continue };
                found = true;
                if !columns.trim_start().starts_with("organization_id") {
                    wrong.push(format!("{table}: {key} ({})", columns.split(')').next().unwrap_or_default()));
                }
            }
        }
        let own_key = statement.contains("organization_id BIGINT NOT NULL PRIMARY KEY");
        if !found && !own_key {
            wrong.push(format!("{table}: no key"));
        }
    }
    wrong
}

#[test]
fn organization_id_leads_every_key_of_every_tenant_table() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for (_, _, sql) in migrations(engine) {
            assert_eq!(not_led_by_organization(&sql), Vec::<String>::new());
        }
    }
}

#[test]
fn a_tenant_table_with_another_first_column_is_found() {
    let wrong = "CREATE TABLE note (note_id BIGINT PRIMARY KEY, organization_id BIGINT, PRIMARY KEY (note_id));
        CREATE INDEX note_by_text ON note (text, organization_id);";
    assert_eq!(not_led_by_organization(wrong), ["note: PRIMARY KEY (note_id)", "note: ON (text, organization_id)"]);
}
