//! `commit_*`, `undo_*` and `overview_*`: bulk moves at the store, beside a bare `UPDATE` of the same rows, and
//! the overview's data beside a bare `GROUP BY`. Each on SQLite and PostgreSQL, floor and ours in turn on the same
//! database. `memory_*` is the most that the process took meanwhile, in megabytes.
//!
//! Prints tab-separated lines: name, ours, floor (medians in milliseconds), ratio.

mod ground;

use std::time::Instant;

use handoff_core::plan::plan;
use handoff_core::request::{Filter, From, HowMany, Request, Sharing, Target};
use handoff_core::undo::undo;
use handoff_core::{MemberId, OperationId};
use handoff_server::model::history::UndoAnswer;
use handoff_server::model::overview::CommitAnswer;
use handoff_server::store::engine::Engine;
use handoff_server::store::reassign::Commit;
use handoff_server::store::undo::UndoCommit;

use ground::{Ground, forget_peak_memory, median, peak_memory, report, wanted};

/// The five texters who get everything.
const TARGETS: [MemberId; 5] = [MemberId(1), MemberId(2), MemberId(3), MemberId(4), MemberId(5)];

const FLOOR_MOVE: &str = "
    UPDATE conversation SET assignee_id = 1 + conversation_id % 5 WHERE organization_id = $1 AND campaign_id = $2";
const FLOOR_BACK: &str = "
    UPDATE conversation SET assignee_id = NULL WHERE organization_id = $1 AND campaign_id = $2";
const FLOOR_GROUP: &str = "
    SELECT assignee_id, standing, count(*) FROM conversation WHERE organization_id = $1 AND campaign_id = $2
    GROUP BY assignee_id, standing";
const SPREAD: &str = "
    UPDATE conversation SET assignee_id = 1 + (conversation_id / 5) % 500 WHERE organization_id = $1 AND campaign_id = $2";

/// Runs one statement in a transaction of its own, and times it with its commit.
async fn bare(ground: &Ground, statement: &'static str) -> f64 {
    let start = Instant::now();
    let mut transaction = ground.store.begin().await.expect("a transaction");
    let done = sqlx::query(statement)
        .bind(ground.admin.organization.get())
        .bind(ground.campaign.get())
        .execute(&mut *transaction)
        .await
        .expect("the floor runs");
    transaction.commit().await.expect("the floor commits");
    assert_eq!(done.rows_affected(), u64::from(ground.conversations));
    start.elapsed().as_secs_f64() * 1_000.0
}

async fn commit(ground: &Ground, operation: i64) -> f64 {
    let request = Request {
        from: From::Everyone,
        status: Filter::Any,
        how_many: HowMany::All,
        to: Target::Texters(TARGETS.to_vec()),
        sharing: Sharing::Equal,
    };
    let overview = ground.store.overview(ground.admin, ground.campaign).await.expect("an overview");
    let fingerprint = plan(&overview.tally, &request).expect("a plan").fingerprint();
    let commit = Commit { campaign: ground.campaign, request, fingerprint, operation: OperationId(operation) };
    let start = Instant::now();
    let answer = ground.store.commit(ground.admin, &commit).await.expect("a commit");
    let time = start.elapsed().as_secs_f64() * 1_000.0;
    assert!(matches!(answer, CommitAnswer::Committed { moved, .. } if moved == ground.conversations));
    time
}

async fn take_back(ground: &Ground, undoes: i64, operation: i64) -> f64 {
    let undoes = OperationId(undoes);
    let preview = ground.store.undo_preview(ground.admin, ground.campaign, undoes).await.expect("a preview");
    let fingerprint = undo(&preview.tally, &preview.moved).fingerprint();
    let commit = UndoCommit { campaign: ground.campaign, undoes, fingerprint, operation: OperationId(operation) };
    let start = Instant::now();
    let answer = ground.store.undo(ground.admin, &commit).await.expect("an undo");
    let time = start.elapsed().as_secs_f64() * 1_000.0;
    assert!(matches!(answer, UndoAnswer::Committed { moved, .. } if moved == ground.conversations));
    time
}

async fn moves(engine: Engine, conversations: u32, size: &str, rounds: i64) {
    let (commit_name, undo_name) = (format!("commit_{size}_{}", name(engine)), format!("undo_{size}_{}", name(engine)));
    if !wanted(&commit_name) && !wanted(&undo_name) {
        return;
    }
    let ground = ground::lay(engine, conversations).await;
    let (mut floor_move, mut floor_back, mut ours_move, mut ours_back) = (vec![], vec![], vec![], vec![]);
    forget_peak_memory();
    // The first round warms up and is not counted.
    for round in 0..=rounds {
        ground.settle().await;
        let floor_there = bare(&ground, FLOOR_MOVE).await;
        ground.settle().await;
        let floor_home = bare(&ground, FLOOR_BACK).await;
        ground.settle().await;
        let there = commit(&ground, round * 2 + 1).await;
        ground.settle().await;
        let home = take_back(&ground, round * 2 + 1, round * 2 + 2).await;
        if round > 0 {
            floor_move.push(floor_there);
            floor_back.push(floor_home);
            ours_move.push(there);
            ours_back.push(home);
        }
    }
    report(&commit_name, median(ours_move), median(floor_move));
    report(&undo_name, median(ours_back), median(floor_back));
    if let Some(megabytes) = peak_memory() {
        println!("memory_{size}_{}\t{megabytes:.1}\t-\t-", name(engine));
    }
}

async fn overview(engine: Engine) {
    let figure = format!("overview_1m_{}", name(engine));
    if !wanted(&figure) {
        return;
    }
    let ground = ground::lay(engine, 1_000_000).await;
    bare(&ground, SPREAD).await;
    ground.settle().await;
    let (mut floor, mut ours) = (vec![], vec![]);
    for round in 0..=9 {
        let start = Instant::now();
        let rows = sqlx::query(FLOOR_GROUP)
            .bind(ground.admin.organization.get())
            .bind(ground.campaign.get())
            .fetch_all(ground.store.reader())
            .await
            .expect("the floor runs");
        let bare = start.elapsed().as_secs_f64() * 1_000.0;
        assert!(rows.len() >= 2_500);
        let start = Instant::now();
        let overview = ground.store.overview(ground.admin, ground.campaign).await.expect("an overview");
        let time = start.elapsed().as_secs_f64() * 1_000.0;
        assert_eq!((overview.people.len(), overview.tally.whole().total()), (500, 1_000_000));
        if round > 0 {
            floor.push(bare);
            ours.push(time);
        }
    }
    report(&figure, median(ours), median(floor));
}

const fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

#[tokio::main]
async fn main() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        moves(engine, 100_000, "100k", 7).await;
        overview(engine).await;
        moves(engine, 1_000_000, "1m", 5).await;
    }
}
