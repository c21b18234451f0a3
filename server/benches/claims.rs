//! `claim_*`: two hundred texters at once, each requesting 25 conversations again and again until a pool of 100,000 is
//! empty, beside the bare statement that claims as many, under the same concurrency. In claims a second; the ratio is
//! to be high. `wait_claim_*` is how long one claim takes, half of them (`p50`) and all but one in twenty (`p95`), in
//! milliseconds.
//!
//! Prints tab-separated lines: name, ours, floor, ratio.

mod ground;

use std::collections::BTreeMap;
use std::time::Instant;

use handoff_core::permission::Setting;
use handoff_core::self_assignment::PoolKind;
use handoff_core::{MemberId, OperationId};
use handoff_server::store::Actor;
use handoff_server::store::engine::Engine;
use sqlx::Row;

use ground::{Ground, forget_peak_memory, median, peak_memory, report, wanted};

const TEXTERS: i64 = 200;
const BATCH: u32 = 25;
const POOL: u32 = 100_000;

/// All of it needs a reply: nobody has initial messages to send before they may request more.
const FILL: &str = "
    UPDATE conversation SET assignee_id = NULL, status = 1, standing = 1, opted_out = 0, moved_by = NULL,
        waiting_since = conversation_id
    WHERE organization_id = $1 AND campaign_id = $2";

/// Takes what may be taken, and nothing else.
const FLOOR_SQLITE: &str = "
    UPDATE conversation SET assignee_id = $3 WHERE organization_id = $1 AND conversation_id IN (
        SELECT conversation_id FROM conversation
        WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id IS NULL
            AND standing BETWEEN 1 AND 5 AND escalated = 0
        ORDER BY assignee_id, standing, waiting_since, conversation_id LIMIT 25)";

const FLOOR_POSTGRES: &str = "
    WITH taken AS MATERIALIZED (
        SELECT conversation_id FROM conversation
        WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id IS NULL
            AND standing BETWEEN 1 AND 5 AND escalated = 0
        ORDER BY assignee_id, standing, waiting_since, conversation_id LIMIT 25 FOR UPDATE SKIP LOCKED
    )
    UPDATE conversation SET assignee_id = $3 FROM taken
    WHERE conversation.organization_id = $1 AND conversation.conversation_id = taken.conversation_id";

async fn fill(ground: &Ground) {
    let mut transaction = ground.store.begin().await.expect("a transaction");
    let filled = sqlx::query(FILL)
        .bind(ground.admin.organization.get())
        .bind(ground.campaign.get())
        .execute(&mut *transaction)
        .await
        .expect("the pool is filled");
    transaction.commit().await.expect("the pool is filled");
    assert_eq!(filled.rows_affected(), u64::from(ground.conversations));
    ground.settle().await;
}

/// One claim by the bare statement. Answers how many it gave.
async fn bare(ground: &Ground, member: MemberId) -> u32 {
    let statement = match ground.store.engine() {
        Engine::Sqlite => FLOOR_SQLITE,
        Engine::Postgres => FLOOR_POSTGRES,
    };
    let mut transaction = ground.store.begin().await.expect("a transaction");
    let given = sqlx::query(statement)
        .bind(ground.admin.organization.get())
        .bind(ground.campaign.get())
        .bind(member.get())
        .execute(&mut *transaction)
        .await
        .expect("the floor runs");
    transaction.commit().await.expect("the floor commits");
    u32::try_from(given.rows_affected()).expect("a batch")
}

async fn ours(ground: &Ground, member: MemberId, operation: i64) -> u32 {
    let actor = Actor { member, ..ground.admin };
    let answer = ground.store.request_conversations(actor, ground.campaign, OperationId(operation), None).await;
    answer.expect("a request").taken.counts.total()
}

/// What a round took: claims a second, and the median and the 95th of a hundred of single claims in milliseconds.
struct Round {
    claims: f64,
    p50: f64,
    p95: f64,
}

async fn empty(ground: &'static Ground, round: Option<i64>) -> Round {
    fill(ground).await;
    let start = Instant::now();
    let texters: Vec<_> = (1..=TEXTERS)
        .map(|texter| {
            tokio::spawn(async move {
                let (mut times, mut given) = (Vec::new(), 0);
                for turn in 1.. {
                    let begun = Instant::now();
                    let batch = match round {
                        None => bare(ground, MemberId(texter)).await,
                        Some(round) => ours(ground, MemberId(texter), (round * 1_000 + texter) * 10_000 + turn).await,
                    };
                    if batch == 0 {
                        break;
                    }
                    times.push(begun.elapsed().as_secs_f64() * 1_000.0);
                    given += batch;
                }
                (times, given)
            })
        })
        .collect();
    let (mut times, mut all, mut each) = (Vec::new(), 0, BTreeMap::new());
    for (task, texter) in texters.into_iter().zip(1..) {
        let (taken, given) = task.await.expect("a texter");
        times.extend(taken);
        all += given;
        each.insert(texter, i64::from(given));
    }
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(all, POOL, "none twice, none left");
    check(ground, &each).await;
    times.sort_by(f64::total_cmp);
    let claims = f64::from(u32::try_from(times.len()).expect("few")) / seconds;
    Round { claims, p50: times[times.len() / 2], p95: times[times.len() * 95 / 100] }
}

/// Everybody holds exactly what they were told.
async fn check(ground: &Ground, each: &BTreeMap<i64, i64>) {
    let rows =
        sqlx::query("SELECT assignee_id, count(*) AS held FROM conversation WHERE organization_id = $1 GROUP BY 1")
            .bind(ground.admin.organization.get())
            .fetch_all(ground.store.reader())
            .await
            .expect("who holds what");
    let held: BTreeMap<i64, i64> = rows.iter().map(|row| (row.get("assignee_id"), row.get("held"))).collect();
    let told: BTreeMap<i64, i64> =
        each.iter().filter(|(_, given)| **given > 0).map(|(who, given)| (*who, *given)).collect();
    assert_eq!(held, told);
}

async fn claims(engine: Engine) {
    let name = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    if !wanted(&format!("wait_claim_p95_{name}")) && !wanted(&format!("claim_{name}")) {
        return;
    }
    let ground: &'static Ground = Box::leak(Box::new(ground::lay(engine, POOL).await));
    let (store, kind) = (&ground.store, PoolKind::Both);
    store.save_self_assignment(ground.admin, ground.campaign, Setting::On, Some(BATCH), kind, None).await.expect("on");
    // As the server does.
    let log = tokio::spawn(store.clone().keep_log_short());
    forget_peak_memory();
    let (mut floors, mut rounds) = (Vec::new(), Vec::new());
    // The first round warms up and is not counted.
    for round in 0..=5 {
        let (floor, mine) = (empty(ground, None).await, empty(ground, Some(round)).await);
        if round > 0 {
            floors.push(floor);
            rounds.push(mine);
        }
    }
    let of = |rounds: &[Round], figure: fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
    report(&format!("claim_{name}"), of(&rounds, |round| round.claims), of(&floors, |round| round.claims));
    report(&format!("wait_claim_p50_{name}"), of(&rounds, |round| round.p50), of(&floors, |round| round.p50));
    report(&format!("wait_claim_p95_{name}"), of(&rounds, |round| round.p95), of(&floors, |round| round.p95));
    log.abort();
    if let Some(megabytes) = peak_memory() {
        println!("memory_claim_{name}\t{megabytes:.1}\t-\t-");
    }
}

#[tokio::main]
async fn main() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        claims(engine).await;
    }
}
