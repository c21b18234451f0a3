//! What SQLite believes of the tables: how many rows share the first column of each index, the first two, and so on.
//!
//! Without it, SQLite takes a key of three columns for better than one of two, and walks a whole organization to find
//! the conversation of a phone number. If it counted by itself, it would count whatever is there that day, and plans
//! would change with it. These are the figures of an organization with a million contacts, next to another one.

use std::collections::BTreeSet;

use sqlx::{AnyPool, Executor, Row};

use super::Engine;

/// Table, index, and the figures: all rows, then those that share so many of the first columns. An index named like its
/// table is its primary key.
pub const STATISTICS: &[(&str, &str, &str)] = &[
    ("account", "sqlite_autoindex_account_1", "2000 1"),
    ("account", "sqlite_autoindex_account_2", "2000 1"),
    ("arrival", "arrival", "20 10 1"),
    ("campaign", "campaign", "200 100 1"),
    ("campaign_texter", "campaign_texter", "20000 10000 500 1"),
    ("campaign_texter", "campaign_texter_by_member", "20000 10000 20"),
    ("contact", "contact", "1000000 500000 1"),
    ("contact_import", "contact_import_by_campaign", "400 200 4 1"),
    ("contact_import", "sqlite_autoindex_contact_import_1", "400 200 1"),
    ("contact_import_part", "sqlite_autoindex_contact_import_part_1", "6400 3200 16 1"),
    ("contact_name", "contact_name", "1000000 500000 100000 2 1"),
    ("contact_number", "contact_number", "1000000 500000 2 1"),
    ("conversation", "conversation", "1000000 500000 1"),
    ("conversation", "conversation_by_assignee", "1000000 500000 100000 1000 200 2 1"),
    ("escalation", "escalation", "1000 500 1"),
    ("follow_up", "follow_up", "400 200 1"),
    ("follow_up", "follow_up_by_campaign", "400 200 4 1"),
    ("follow_up_sent", "follow_up_sent", "500000 250000 2000 1"),
    ("invite_join", "invite_join", "2000 1000 50 1"),
    ("invite_join", "invite_join_by_link", "2000 1000 50 10 1"),
    ("invite_link", "invite_link_by_campaign", "200 100 2 1"),
    ("invite_link", "sqlite_autoindex_invite_link_1", "200 1"),
    ("member", "member", "2000 1000 1"),
    ("member", "member_by_name", "2000 1000 1"),
    ("member", "sqlite_autoindex_member_2", "2000 1000 1"),
    ("membership", "membership", "2000 1 1"),
    ("message", "message", "3000000 1500000 3 1"),
    ("message", "message_by_gateway", "3000000 1500000 1"),
    ("name_due", "name_due", "20 10 2 1"),
    ("name_part", "name_part", "200000 100000 20000 20 1"),
    ("once_held", "once_held", "200000 100000 1 1"),
    ("one_time_link", "one_time_link_by_account", "200 1"),
    ("one_time_link", "sqlite_autoindex_one_time_link_1", "200 1"),
    ("operation", "operation", "20000 10000 1"),
    ("operation", "operation_by_kind", "20000 10000 200 50 1 1"),
    ("operation", "operation_by_time", "20000 10000 200 1 1 1 1 1 1"),
    ("operation", "operation_by_undone", "500 250 1"),
    ("operation_move", "operation_move", "40000 20000 2 1"),
    ("operation_move", "operation_move_by_from", "40000 20000 40 1"),
    ("operation_person", "operation_person", "60000 30000 600 6 3 1 1"),
    ("opt_out", "opt_out", "50000 25000 1"),
    ("opt_out", "opt_out_by_time", "50000 25000 1 1"),
    ("organization", "sqlite_autoindex_organization_1", "100 1"),
    ("outbox", "outbox", "100000 50000 2 1"),
    ("outbox", "outbox_by_due", "100000 2 2 1"),
    ("outbox", "outbox_that_waits", "50000 25000 2500"),
    ("readiness", "sqlite_autoindex_readiness_1", "1 1"),
    ("recommended_reply", "recommended_reply", "2000 1000 1"),
    ("recommended_reply", "recommended_reply_by_campaign", "2000 1000 10 1"),
    ("server_key", "sqlite_autoindex_server_key_1", "1 1"),
    ("session", "session_by_account", "4000 2 1"),
    ("session", "session_by_expiry", "4000 1"),
    ("session", "sqlite_autoindex_session_1", "4000 1"),
    ("survey_answer", "survey_answer", "500000 250000 2 1"),
    ("survey_answer", "survey_answer_by_question", "500000 250000 1000 300"),
    ("survey_choice", "survey_choice", "4000 2000 4 1"),
    ("survey_question", "survey_question", "1000 500 1"),
    ("survey_question", "survey_question_by_campaign", "1000 500 5 1"),
    ("unknown_inbound", "sqlite_autoindex_unknown_inbound_2", "20000 10000 1"),
    ("unknown_inbound", "unknown_inbound", "20000 10000 1"),
    ("unknown_inbound", "unknown_inbound_by_phone", "20000 10000 2 1"),
];

const READ: &str = "SELECT tbl, idx, stat FROM sqlite_stat1";
const FORGET: &str = "DELETE FROM sqlite_stat1";
const ADD: &str = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)";

/// Has this connection plan by what stands there now. Later ones read it as they open.
const BELIEVE: &str = "ANALYZE sqlite_schema";

/// Writes the statistics, unless they stand there. PostgreSQL keeps its own.
pub(super) async fn write(engine: Engine, pool: &AnyPool) -> Result<(), sqlx::Error> {
    if engine == Engine::Postgres {
        return Ok(());
    }
    let rows = sqlx::query(READ).fetch_all(pool).await?;
    let row = |row: &sqlx::any::AnyRow| -> Result<_, sqlx::Error> {
        let index: Option<String> = row.try_get("idx")?;
        Ok((row.try_get::<String, _>("tbl")?, index.unwrap_or_default(), row.try_get::<String, _>("stat")?))
    };
    let there = rows.iter().map(row).collect::<Result<BTreeSet<_>, _>>()?;
    let wanted = STATISTICS
        .iter()
        .map(|(table, index, figures)| ((*table).to_owned(), (*index).to_owned(), (*figures).to_owned()));
    if there == wanted.collect() {
        return Ok(());
    }
    let mut transaction = pool.begin_with(engine.begin_write()).await?;
    transaction.execute(FORGET).await?;
    for (table, index, figures) in STATISTICS {
        sqlx::query(ADD).bind(table).bind(index).bind(figures).execute(&mut *transaction).await?;
    }
    transaction.execute(BELIEVE).await?;
    transaction.commit().await
}
