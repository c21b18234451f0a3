//! No statement walks through what an organization has: at a million rows' statistics, each of them finds what it needs
//! by an index.

use std::collections::{BTreeMap, BTreeSet};

use handoff_server::store::engine::Engine;
use handoff_server::store::engine::statistics::STATISTICS;
use handoff_server::store::import;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::database::fresh;
use crate::import::{campaign, upload};
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
    ("SELECT campaign_id, standing, CAST(sum(held)", "the list of campaigns, shared and paced"),
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

/// Fills in what a statement binds, so that PostgreSQL plans for just that.
fn filled(statement: &str, values: &[&str]) -> String {
    let numbered = values.iter().enumerate().rev();
    numbered
        .fold(statement.to_owned(), |statement, (index, value)| statement.replace(&format!("${}", index + 1), value))
}

/// Fills a table with rows of one organization in 200 campaigns, whatever they mean.
async fn fill(connection: &mut AnyConnection, table: &str) {
    let columns = sqlx::query(
        "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS kind FROM information_schema.columns
         WHERE table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL OR column_name = 'assignee_id' AND table_name = $1",
    );
    let columns = columns.bind(table).fetch_all(&mut *connection).await.unwrap();
    let columns = columns.iter().map(|row| (row.get::<String, _>("name"), row.get::<String, _>("kind")));
    let values = |(name, kind): (String, String)| {
        let value = match (name.as_str(), kind.as_str()) {
            ("campaign_id", _) => "1 + number % 200",
            ("assignee_id", _) => "CASE WHEN number % 2 = 0 THEN number % 50 END",
            ("organization_id", _) | (_, "smallint" | "integer") => "1",
            (_, "text") => "'x' || number",
            (_, "bytea") => "convert_to('x' || number, 'UTF8')",
            (_, "bigint") => "number",
            unknown => panic!("{unknown:?}"),
        };
        (name, value)
    };
    let (names, values): (Vec<String>, Vec<&str>) = columns.map(values).unzip();
    let insert = format!(
        "INSERT INTO {table} ({}) SELECT {} FROM generate_series(1, 40000) AS number",
        names.join(", "),
        values.join(", ")
    );
    sqlx::raw_sql(AssertSqlSafe(insert)).execute(connection).await.unwrap();
}

/// How many values a statement binds.
fn bound(statement: &str) -> usize {
    let numbers = statement.split('$').skip(1).filter_map(|rest| {
        let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// Statements over what an operation has just marked read all of that.
const OF_WHAT_IS_MARKED: [&str; 3] = ["moving", " share", "undoing"];

/// What some statements contain that do read a table as a whole or sort, and why that is right.
const NOTED: [(&str, &str); 3] = [
    ("opt_out.opted_out_at >= $5", "once an import, over what it brought in"),
    ("AS empty_0", "counts a campaign, once a message is saved"),
    ("last_wrote_at", "the order of Recent is in no index"),
];

/// How PostgreSQL goes about a statement, whatever is bound to it.
async fn generic_plan(connection: &mut AnyConnection, statement: &str) -> Vec<String> {
    let nothing = vec!["NULL"; bound(statement)].join(", ");
    let execute = if nothing.is_empty() { "EXECUTE it".to_owned() } else { format!("EXECUTE it ({nothing})") };
    sqlx::raw_sql(AssertSqlSafe(format!("PREPARE it AS {statement}"))).execute(&mut *connection).await.unwrap();
    let explain = AssertSqlSafe(format!("EXPLAIN {execute}"));
    let rows = sqlx::raw_sql(explain).fetch_all(&mut *connection).await.unwrap();
    sqlx::raw_sql("DEALLOCATE it").execute(&mut *connection).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// Whether a line of a plan reads a large table, in this way.
fn reads_large(line: &str, how: &str) -> bool {
    line.split_once(how)
        .and_then(|(_, rest)| rest.split_once(" on "))
        .is_some_and(|(_, name)| name.split(' ').next().is_some_and(|name| LARGE.contains(&name)))
}

fn indented(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether rows of a large table are sorted that no limit and no whole key has made few.
fn sorts_much(plan: &[String]) -> bool {
    let node = |line: &str| line.trim_start().trim_start_matches("->").trim_start().to_owned();
    let sorts_at = |at: &usize| node(&plan[*at]).starts_with("Sort ");
    (0..plan.len()).filter(sorts_at).any(|at| {
        let below = plan[at + 1..].iter().take_while(|line| indented(line) > indented(&plan[at]));
        let mut limit = None;
        for line in below {
            if limit.is_some_and(|limit| indented(line) > limit) {
                continue;
            }
            limit = node(line).starts_with("Limit ").then(|| indented(line));
            if limit.is_none() && reads_large(line, "Scan") && !line.contains("rows=1 ") {
                return true;
            }
        }
        false
    })
}

#[tokio::test]
async fn postgres_reads_no_table_as_a_whole_and_sorts_no_list_for_a_page_of_it() {
    let database = fresh(Engine::Postgres).await;
    let mut connection = database.store.reader().acquire().await.unwrap();
    // No row is looked up for a row of another table.
    sqlx::raw_sql("SET session_replication_role = replica").execute(&mut *connection).await.unwrap();
    for table in LARGE {
        fill(&mut connection, table).await;
    }
    sqlx::raw_sql("ANALYZE; SET plan_cache_mode = force_generic_plan").execute(&mut *connection).await.unwrap();
    temporary_tables(&mut connection, Engine::Postgres).await;
    let statements: Vec<String> = every(Engine::Postgres)
        .into_iter()
        .filter(|statement| !OF_WHAT_IS_MARKED.iter().any(|marked| statement.contains(marked)))
        .filter(|statement| !WHOLE.iter().any(|(start, _)| statement.trim_start().starts_with(start)))
        .filter(|statement| {
            LARGE.iter().any(|large| statement.contains(large)) && !statement.trim_start().starts_with("LOCK")
        })
        .collect();
    assert!(statements.len() > 100, "{}", statements.len());
    let mut wrong = Vec::new();
    for statement in &statements {
        let plan = generic_plan(&mut connection, statement).await;
        if plan.iter().any(|line| reads_large(line, "Seq Scan")) {
            wrong.push(format!("read as a whole: {statement}\n--> {}", plan.join("\n")));
        }
    }
    // If there is any way without sorting, it is taken now.
    let without =
        "SET enable_sort = off; SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashagg = off";
    sqlx::raw_sql(without).execute(&mut *connection).await.unwrap();
    for statement in statements.iter().filter(|statement| statement.contains("LIMIT")) {
        let plan = generic_plan(&mut connection, statement).await;
        if sorts_much(&plan) {
            wrong.push(format!("sorted: {statement}\n--> {}", plan.join("\n")));
        }
    }
    let mut right: BTreeSet<&str> = NOTED.iter().map(|(part, _)| *part).collect();
    wrong.retain(|wrong| {
        let known =
            NOTED.iter().find(|(part, _)| wrong.split("-->").next().is_some_and(|statement| statement.contains(part)));
        known.inspect(|(part, _)| {
            right.remove(part);
        });
        known.is_none()
    });
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong.join("\n\n"));
    assert!(right.is_empty(), "these need no excuse: {right:?}");
}

#[tokio::test]
async fn postgres_walks_through_no_numbers_for_what_it_has_not_counted() {
    let database = fresh(Engine::Postgres).await;
    let mut transaction = database.store.begin().await.unwrap();
    let numbers = |campaign: u32, numbers: u32| {
        format!(
            "INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
            SELECT 1, '+1' || (2000000000 + {campaign} * 1000000 + number), {campaign}, {campaign} * 1000000 + number
            FROM generate_series(1, {numbers}) AS number"
        )
    };
    // What was counted while it was small; then a campaign that nobody has counted.
    for statement in [numbers(1, 5_000), "ANALYZE".to_owned(), numbers(2, 20_000)] {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *transaction).await.unwrap();
    }
    let json = "'[]'";
    let about_numbers: Vec<String> = import::statements(Engine::Postgres)
        .into_iter()
        .filter(|statement| statement.contains("contact_number") && !statement.contains("DELETE"))
        .map(|statement| {
            let values = if statement.contains("looked_up") {
                vec!["1", "2", json]
            } else if statement.contains("json") {
                vec!["1", "9000000", "2", json, "1"]
            } else {
                vec!["1", "2", "2000000", "3000000", "0"]
            };
            filled(&statement, &values)
        })
        .collect();
    assert_eq!(about_numbers.len(), 3, "{about_numbers:?}");
    for statement in about_numbers {
        let explain = AssertSqlSafe(format!("EXPLAIN {statement}"));
        let rows = sqlx::query(explain).fetch_all(&mut *transaction).await.unwrap();
        let plan = rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>().join("\n");
        assert!(!plan.contains("Seq Scan on contact_number"), "{statement}\n{plan}");
    }
}

#[tokio::test]
async fn postgres_knows_of_an_import_as_soon_as_it_is_committed() {
    let database = fresh(Engine::Postgres).await;
    let (admin, small) = campaign(&database, "US").await;
    let large = database.store.create_campaign(admin, "Large").await.unwrap();
    let file = |contacts: u32, exchange: u32| {
        let rows: Vec<String> =
            (0..contacts).map(|row| format!("+1212{}{:04},Ada\n", exchange + row / 10_000, row % 10_000)).collect();
        format!("Phone,First\n{}", rows.concat()).into_bytes()
    };
    let import = async |campaign, file: Vec<u8>| {
        let (import, columns) = upload(&database.store, admin, campaign, &file).await;
        database.store.start_import(admin, import, columns).await.unwrap().run().await.unwrap()
    };
    import(small, file(100, 300)).await;
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::raw_sql("ANALYZE").execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    // As if there were so many already that these are few.
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::raw_sql("UPDATE pg_class SET reltuples = 1000000 WHERE oid = CAST('contact' AS REGCLASS)")
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(import(large, file(3_000, 400)).await.good, 3_000);
    database.store.take_in_names().await.unwrap();
    for table in ["contact", "contact_number", "conversation", "contact_name"] {
        let common: Option<String> = sqlx::query_scalar(
            "SELECT CAST(most_common_vals AS TEXT) FROM pg_stats WHERE tablename = $1 AND attname = 'campaign_id'",
        )
        .bind(table)
        .fetch_one(database.store.reader())
        .await
        .unwrap();
        assert!(common.is_some_and(|common| common.contains(&large.to_string())), "{table}");
    }
}
