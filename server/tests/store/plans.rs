//! No statement walks through what an organization has: at a million rows' statistics, each of them finds what it needs
//! by an index.

use std::collections::{BTreeMap, BTreeSet};

use handoff_server::store::engine::Engine;
use handoff_server::store::engine::statistics::STATISTICS;
use sqlx::Row;

use crate::database::fresh;
use crate::statements::{every, plan, temporary_tables};

/// Tables of which an organization has many rows, so that none of them is read by the organization alone.
const LARGE: [&str; 15] = [
    "contact",
    "contact_name",
    "contact_number",
    "conversation",
    "message",
    "name_part",
    "opt_out",
    "outbox",
    "operation",
    "operation_move",
    "once_held",
    "operation_person",
    "survey_answer",
    "follow_up_sent",
    "unknown_inbound",
];

/// Beginnings of statements that do read all of it, and why that is right.
const WHOLE: [(&str, &str); 4] = [
    ("SELECT campaign_id, standing, count(*) AS conversations", "the list of campaigns, shared and paced"),
    ("SELECT due.organization_id, due.conversation_id", "the queue of all organizations, as far as it is due"),
    ("SELECT outbox.due_at FROM outbox", "the first of the queue"),
    ("SELECT count(*) FROM outbox", "a figure for operators"),
];

/// Of a line of a plan: the table that is read, and how.
fn reads(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("SEARCH ").or_else(|| line.strip_prefix("SCAN "))?;
    Some(rest.split_once(' ').unwrap_or((rest, "")))
}

#[tokio::test]
async fn sqlite_finds_everything_by_a_key_of_more_than_the_organization() {
    let database = fresh(Engine::Sqlite).await;
    let mut connection = database.store.reader().acquire().await.unwrap();
    temporary_tables(&mut connection, Engine::Sqlite).await;
    let mut wrong = Vec::new();
    for statement in every(Engine::Sqlite) {
        let plan = plan(&mut connection, &statement).await;
        for (table, how) in plan.lines().filter_map(reads) {
            // An alias stands for its table in a plan.
            let aliases = LARGE.into_iter().filter(|large| statement.contains(&format!("{large} AS {table}")));
            let table = aliases.into_iter().next().unwrap_or(table);
            let by_organization = how.contains("(organization_id=?)") || !how.contains("=?");
            // A page that was read before is scanned.
            let page = plan.contains(&format!("CO-ROUTINE {table}"));
            if LARGE.contains(&table) && by_organization && !page {
                wrong.push(format!("{statement}\n--> {table} {how}"));
            }
        }
    }
    let mut right: BTreeSet<&str> = WHOLE.iter().map(|(start, _)| *start).collect();
    wrong.retain(|wrong| {
        let known = WHOLE.iter().find(|(start, _)| wrong.trim_start().starts_with(start));
        known.inspect(|(start, _)| {
            right.remove(start);
        });
        known.is_none()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(right.is_empty(), "these read no more than they need, and need no excuse: {right:?}");
}

#[tokio::test]
async fn every_index_has_its_statistics() {
    let database = fresh(Engine::Sqlite).await;
    let store = &database.store;
    let mut wanted = BTreeMap::new();
    let tables = sqlx::query(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlx%'",
    );
    for table in tables.fetch_all(store.reader()).await.unwrap() {
        let (name, sql): (String, String) = (table.get("name"), table.get("sql"));
        let indexes = sqlx::query("SELECT name, origin FROM pragma_index_list($1)").bind(&name);
        for index in indexes.fetch_all(store.reader()).await.unwrap() {
            let (of_table, origin): (String, String) = (index.get("name"), index.get("origin"));
            let columns: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_index_xinfo($1) WHERE key = 1")
                .bind(&of_table)
                .fetch_one(store.reader())
                .await
                .unwrap();
            let is_table = origin == "pk" && sql.contains("WITHOUT ROWID");
            wanted.insert((name.clone(), if is_table { name.clone() } else { of_table }), columns);
        }
    }
    let told = STATISTICS.iter().map(|(table, index, figures)| {
        let figures: Vec<u64> = figures.split(' ').map(|figure| figure.parse().unwrap()).collect();
        assert!(figures.is_sorted_by(|one, other| one >= other), "{index}: the more columns, the fewer rows");
        (((*table).to_owned(), (*index).to_owned()), i64::try_from(figures.len()).unwrap() - 1)
    });
    assert_eq!(told.collect::<BTreeMap<_, _>>(), wanted, "told, and there");
}

#[tokio::test]
async fn statistics_are_what_sqlite_believes_and_are_written_once() {
    let database = fresh(Engine::Sqlite).await;
    let believed = async || {
        let rows = sqlx::query("SELECT tbl, idx, stat FROM sqlite_stat1").fetch_all(database.store.reader()).await;
        let row = |row: &sqlx::any::AnyRow| (row.get::<String, _>("tbl"), row.get::<String, _>("idx"), row.get("stat"));
        rows.unwrap().iter().map(row).collect::<BTreeSet<(String, String, String)>>()
    };
    let told = STATISTICS.iter().map(|(table, index, figures)| ((*table).into(), (*index).into(), (*figures).into()));
    let told: BTreeSet<(String, String, String)> = told.collect();
    assert_eq!(believed().await, told);
    // What somebody has counted is put right as the database is opened again.
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::raw_sql("ANALYZE; DELETE FROM sqlite_stat1 WHERE tbl = 'conversation'")
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    handoff_server::store::Store::open(&database.address, database.clock.clone()).await.unwrap();
    assert_eq!(believed().await, told);
}
