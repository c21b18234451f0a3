//! Every statement of the store prepares on both engines.

use handoff_server::store::engine::Engine;
use handoff_server::store::{
    account, campaign, conversation, follow_up, history, import, inbox, link, member, messenger, moving, number,
    opt_out, reassign, reassign_one, receive, reply, schedule, send, session, settings, survey, tally, thread, undo,
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
    all.extend(import::STATEMENTS);
    all.extend(tally::STATEMENTS);
    all.extend(history::STATEMENTS);
    all.extend(reassign::STATEMENTS);
    all.extend(moving::statements(engine));
    all.extend(undo::statements(engine));
    all.extend(conversation::STATEMENTS);
    all.extend(follow_up::STATEMENTS);
    all.extend(messenger::STATEMENTS);
    all.extend(number::STATEMENTS);
    all.extend(receive::statements(engine));
    all.extend(opt_out::STATEMENTS);
    all.extend(reassign_one::STATEMENTS);
    all.extend(reply::STATEMENTS);
    all.extend(schedule::STATEMENTS);
    all.extend(send::STATEMENTS);
    all.extend(settings::STATEMENTS);
    all.extend(survey::STATEMENTS);
    all.extend(thread::STATEMENTS);
    all.extend(engine.lock_campaign());
    all.extend(engine.share_campaign());
    all.extend(engine.lock_conversation());
    all.extend(engine.share_campaigns_of_phone());
    all.extend(engine.lock_phone());
    all
}

on_both_engines! {
    async fn every_statement_prepares(database: Database) {
        let mut connection = database.store.reader().acquire().await.unwrap();
        for (_, create) in moving::tables(database.store.engine()) {
            sqlx::raw_sql(create).execute(&mut *connection).await.unwrap();
        }
        for create in undo::TABLES {
            sqlx::raw_sql(create).execute(&mut *connection).await.unwrap();
        }
        let engine = database.store.engine();
        let built = import::statements(engine).into_iter().chain(inbox::statements());
        for statement in all(engine).into_iter().map(str::to_owned).chain(built) {
            if let Err(error) = connection.prepare(AssertSqlSafe(statement.clone()).into_sql_str()).await {
                panic!("{error}\n{statement}");
            }
        }
    }
}

/// What counts or marks conversations, which may be a million.
fn of_many(engine: Engine) -> Vec<&'static str> {
    let many = |statement: &&str| statement.contains("count(*) AS conversations") || statement.contains("INTO moving");
    tally::STATEMENTS.into_iter().chain(campaign::STATEMENTS).chain(moving::statements(engine)).filter(many).collect()
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
        let rows =
            sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"))).fetch_all(&mut *connection).await;
        let plan: Vec<String> = rows.unwrap().iter().map(|row| row.get("detail")).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("USING COVERING INDEX conversation_by_assignee"), "{plan}\n{statement}");
        assert!(!statement.contains("ORDER BY") || !plan.contains("TEMP B-TREE"), "sorted: {plan}\n{statement}");
    }
}
