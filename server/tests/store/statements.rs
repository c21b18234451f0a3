//! Every statement of the store prepares on both engines.

use handoff_server::live::relay;
use handoff_server::store::engine::Engine;
use handoff_server::store::{
    STATEMENTS, account, afresh, answers, archiving, campaign, candidates, conversation, copy, correction, due,
    encryption, escalation, export, follow_up, history, hours, import, inbox, invite, joining, link, member, message,
    messenger, moving, names, number, once_held, opt_out, opt_out_list, outbox, placeholders, pool, readiness,
    reassign, reassign_one, receive, reply, request, revoke, send, server_key, session, settings, survey, tally, terms,
    thread, undo, view, walk, whole_list,
};
use sqlx::{AssertSqlSafe, Executor, Row, SqlSafeStr};

use crate::database::{fresh, on_both_engines};

/// Every statement, as the store sends it.
fn all(engine: Engine) -> Vec<&'static str> {
    let mut all = Vec::new();
    all.extend(account::STATEMENTS);
    all.extend(session::STATEMENTS);
    all.extend(link::STATEMENTS);
    all.extend(member::STATEMENTS);
    all.extend(campaign::STATEMENTS);
    all.extend(copy::STATEMENTS);
    all.extend(correction::STATEMENTS);
    all.extend(import::STATEMENTS);
    all.extend(invite::statements());
    all.extend(joining::STATEMENTS);
    all.extend(pool::STATEMENTS);
    all.extend(terms::STATEMENTS);
    all.extend(readiness::STATEMENTS);
    all.extend(tally::STATEMENTS);
    all.extend(history::STATEMENTS);
    all.extend(reassign::STATEMENTS);
    all.extend(moving::statements(engine));
    all.extend(undo::statements(engine));
    all.extend(conversation::STATEMENTS);
    all.extend(escalation::STATEMENTS);
    all.extend(export::statements(engine));
    all.extend(follow_up::STATEMENTS);
    all.extend(messenger::STATEMENTS);
    all.extend(view::STATEMENTS);
    all.extend(number::STATEMENTS);
    all.extend(receive::statements(engine));
    all.extend(once_held::STATEMENTS);
    all.extend(opt_out::STATEMENTS);
    all.extend(reassign_one::STATEMENTS);
    all.extend(reply::STATEMENTS);
    all.extend(hours::STATEMENTS);
    all.extend(send::STATEMENTS);
    all.extend(server_key::STATEMENTS);
    all.extend(settings::STATEMENTS);
    all.extend(survey::STATEMENTS);
    all.extend(thread::STATEMENTS);
    all.extend(message::STATEMENTS);
    all.extend(answers::STATEMENTS);
    all.extend(STATEMENTS);
    if engine == Engine::Postgres {
        all.extend(relay::STATEMENTS);
        all.extend(encryption::STATEMENTS);
        all.extend(afresh::STATEMENTS);
    }
    all.extend(engine.lock_campaign());
    all.extend(engine.share_campaign());
    all.extend(engine.lock_conversation());
    all.extend(engine.lock_texter());
    all.extend(engine.share_campaigns_of_phone());
    all.extend(engine.lock_phone());
    all
}

/// Every statement, those too that are put together.
pub fn every(engine: Engine) -> Vec<String> {
    let built = import::statements(engine)
        .into_iter()
        .chain(archiving::statements(engine))
        .chain(inbox::statements(engine))
        .chain(request::statements(engine))
        .chain(whole_list::statements(engine))
        .chain(candidates::statements(engine))
        .chain(names::statements(engine))
        .chain(walk::statements(engine))
        .chain(outbox::statements(engine))
        .chain(due::statements())
        .chain(placeholders::statements(engine))
        .chain(revoke::statements(engine))
        .chain(opt_out_list::statements(engine))
        .chain(history::statements(engine));
    all(engine).into_iter().map(str::to_owned).chain(built).collect()
}

/// Makes the temporary tables that some of them read.
pub fn temporary(engine: Engine) -> impl Iterator<Item = String> {
    moving::tables(engine).into_iter().map(|(_, create)| create).chain(undo::TABLES).map(str::to_owned)
}

/// The temporary tables that some of them read.
pub async fn temporary_tables(connection: &mut sqlx::AnyConnection, engine: Engine) {
    for create in temporary(engine) {
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut *connection).await.unwrap();
    }
}

on_both_engines! {
    async fn every_statement_prepares(database: Database) {
        let mut connection = database.store.reader().acquire().await.unwrap();
        let engine = database.store.engine();
        temporary_tables(&mut connection, engine).await;
        for statement in every(engine) {
            if let Err(error) = connection.prepare(AssertSqlSafe(statement.clone()).into_sql_str()).await {
                panic!("{error}\n{statement}");
            }
        }
    }
}

/// What counts or marks conversations, which may be a million.
fn of_many(engine: Engine) -> Vec<String> {
    let many =
        |statement: &String| statement.contains("count(*) AS conversations") || statement.contains("INTO moving");
    // Those that look at when the contact wrote or what is due have to see the table, and are left out.
    let of_owner = inbox::statements(engine).into_iter();
    let of_owner =
        of_owner.filter(|statement| statement.contains("GROUP BY") && !statement.contains("contact_wrote_at"));
    let shared = tally::STATEMENTS.into_iter().chain(campaign::STATEMENTS).chain(moving::statements(engine));
    shared.map(str::to_owned).chain(of_owner).filter(many).collect()
}

/// How SQLite goes about a statement.
pub async fn plan(connection: &mut sqlx::AnyConnection, statement: &str) -> String {
    let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"))).fetch_all(connection).await;
    rows.unwrap().iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn sqlite_finds_what_the_messenger_shows_by_its_keys() {
    let database = fresh(Engine::Sqlite).await;
    let mut connection = database.store.reader().acquire().await.unwrap();
    let statements: Vec<String> = [
        &conversation::STATEMENTS[..],
        &thread::STATEMENTS,
        &message::STATEMENTS,
        &answers::STATEMENTS,
        &send::STATEMENTS,
        &opt_out::STATEMENTS,
        &receive::statements(Engine::Sqlite),
        &number::STATEMENTS,
        &export::statements(Engine::Sqlite),
    ]
    .into_iter()
    .flatten()
    .map(|statement| (*statement).to_owned())
    .chain(inbox::statements(Engine::Sqlite))
    .chain(due::statements())
    .chain(request::statements(Engine::Sqlite))
    .chain(whole_list::statements(Engine::Sqlite))
    .chain(candidates::statements(Engine::Sqlite))
    .chain(walk::statements(Engine::Sqlite))
    .collect();
    for statement in statements {
        let plan = plan(&mut connection, &statement).await;
        // A page that was read before is scanned.
        let page =
            |line: &str| line.strip_prefix("SCAN ").is_some_and(|name| plan.contains(&format!("CO-ROUTINE {name}")));
        // What an operation lists is read as a whole.
        let list = |line: &str| {
            ["item", "wanted", "json_each"].iter().any(|list| line.starts_with(&format!("SCAN {list} VIRTUAL TABLE")))
        };
        let scans =
            |line: &&str| line.starts_with("SCAN") && !page(line) && !list(line) && *line != "SCAN CONSTANT ROW";
        let scan = plan.lines().find(scans);
        assert_eq!(scan, None, "{plan}\n{statement}");
        // What has a limit may be long, and is in the order of a key. Only what is recent is not in any order.
        // The few messages of one conversation are sorted.
        let sorted = statement.contains("LIMIT")
            && !statement.contains("last_wrote_at")
            && !statement.contains("SELECT message.body FROM message");
        // Grouping comes after the limit, and what is sorted by its last terms alone is sorted within one conversation.
        let few = |line: &str| line.contains("FOR GROUP BY") || line.contains("FOR LAST");
        let sorts = plan.lines().any(|line| line.contains("TEMP B-TREE") && !few(line));
        assert!(!sorted || !sorts, "sorted: {plan}\n{statement}");
    }
}

#[tokio::test]
async fn sqlite_sorts_no_conversation_for_the_list_of_campaigns() {
    let database = fresh(Engine::Sqlite).await;
    let mut connection = database.store.reader().acquire().await.unwrap();
    let counts = campaign::STATEMENTS[1];
    let plan = plan(&mut connection, counts).await;
    let (_, within) = plan.split_once("CO-ROUTINE").unwrap_or_else(|| panic!("{plan}"));
    let (within, _) = within.split_once("SCAN").unwrap_or_else(|| panic!("{plan}"));
    assert!(within.contains("COVERING INDEX conversation_by_assignee") && !within.contains("TEMP B-TREE"), "{plan}");
}

#[tokio::test]
async fn sqlite_lists_and_counts_within_the_campaign() {
    let database = fresh(Engine::Sqlite).await;
    let mut connection = database.store.reader().acquire().await.unwrap();
    sqlx::raw_sql(Engine::Sqlite.create_share()).execute(&mut *connection).await.unwrap();
    let at_once =
        undo::statements(Engine::Sqlite).into_iter().filter(|statement| statement.contains("UPDATE conversation"));
    let at_once: Vec<String> = at_once.map(str::to_owned).collect();
    assert_eq!(at_once.len(), 2, "from members, and from nobody");
    for statement in due::statements().into_iter().chain(inbox::statements(Engine::Sqlite)).chain(at_once) {
        let plan = plan(&mut connection, &statement).await;
        let within = "INDEX conversation_by_assignee (organization_id=? AND campaign_id=?";
        // Who gave an answer is found from the answers.
        let answered = "SEARCH conversation USING PRIMARY KEY (organization_id=? AND conversation_id=?)";
        let counts = ["FROM conversation", "UPDATE conversation"].into_iter().any(|part| statement.contains(part));
        assert!(!counts || plan.contains(within) || plan.contains(answered), "{plan}\n{statement}");
    }
}

#[tokio::test]
async fn sqlite_finds_escalated_conversations_from_the_escalations() {
    let database = fresh(Engine::Sqlite).await;
    let mut connection = database.store.reader().acquire().await.unwrap();
    for statement in escalation::STATEMENTS {
        let plan = plan(&mut connection, statement).await;
        // Whether somebody has a namesake is a look-up for each row.
        let told = |line: &&str| line.starts_with("USE TEMP B-TREE") || line.starts_with("CORRELATED SCALAR SUBQUERY");
        let tables: Vec<&str> = plan.lines().filter(|line| !told(line)).collect();
        let of_organization = tables[0].starts_with("SEARCH escalation USING PRIMARY KEY (organization_id=?");
        let by_key = |table: &str| {
            let wanted = format!("SEARCH {table} USING PRIMARY KEY (organization_id=? AND ");
            tables[1..].iter().any(|line| line.starts_with(&wanted))
        };
        assert!(of_organization && by_key("conversation"), "{plan}\n{statement}");
        assert!(tables[1..].iter().all(|line| line.starts_with("SEARCH")), "{plan}\n{statement}");
    }
}

#[tokio::test]
async fn sqlite_counts_and_marks_conversations_from_the_index_alone() {
    let database = fresh(Engine::Sqlite).await;
    let mut connection = database.store.reader().acquire().await.unwrap();
    for (_, create) in moving::tables(Engine::Sqlite) {
        sqlx::raw_sql(create).execute(&mut *connection).await.unwrap();
    }
    let statements = of_many(Engine::Sqlite);
    assert!(statements.len() >= 3, "{statements:?}");
    for statement in statements {
        let plan = plan(&mut connection, &statement).await;
        assert!(plan.contains("USING COVERING INDEX conversation_by_assignee"), "{plan}\n{statement}");
        assert!(!statement.contains("ORDER BY") || !plan.contains("TEMP B-TREE"), "sorted: {plan}\n{statement}");
    }
}

#[tokio::test]
async fn sqlite_reads_a_filtered_history_and_opt_outs_from_ranges_of_their_indexes() {
    let database = fresh(Engine::Sqlite).await;
    let mut connection = database.store.reader().acquire().await.unwrap();
    let ranges = [
        (" AS kind_", "FROM operation_person", "(organization_id=? AND campaign_id=? AND member_id=? AND kind=?"),
        (" AS kind_", "FROM operation\n", "INDEX operation_by_kind (organization_id=? AND campaign_id=? AND kind=?"),
        ("ORDER BY opt_out.opted_out_at DESC", "FROM opt_out", "INDEX opt_out_by_time (organization_id=?"),
        ("phone >= $3", "FROM opt_out", "(organization_id=? AND phone>? AND phone<?)"),
    ];
    let all: Vec<String> =
        history::statements(Engine::Sqlite).into_iter().chain(opt_out_list::statements(Engine::Sqlite)).collect();
    for (of, from, range) in ranges {
        let statement = all.iter().find(|statement| statement.contains(of) && statement.contains(from)).unwrap();
        let plan = plan(&mut connection, statement).await;
        assert!(plan.contains(range), "{range}\n{plan}");
        // What is read of each range is few, and sorted; no table is read as a whole.
        let whole = plan.lines().find(|line| line.starts_with("SCAN operation") || line.starts_with("SCAN opt_out"));
        assert_eq!(whole, None, "{plan}");
    }
}
