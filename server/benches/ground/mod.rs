//! A campaign of any size to measure on.

use std::sync::Arc;

use handoff_core::{CampaignId, MemberId, OrganizationId};
use handoff_server::clock::SystemClock;
use handoff_server::store::engine::Engine;
use handoff_server::store::{Actor, Store};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

/// A campaign with 500 texters and its conversations, all of them unassigned, in every status.
pub struct Ground {
    pub store: Store,
    pub admin: Actor,
    pub campaign: CampaignId,
    pub conversations: u32,
    _folder: Option<tempfile::TempDir>,
}

/// Counts from 1; both engines understand it.
const MEMBERS: &str = "
    WITH RECURSIVE series (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < 500)
    INSERT INTO member (organization_id, member_id, account_id, name, role, active, created_at)
    SELECT 1, number, number, 'Texter ' || CAST(number AS TEXT), CASE WHEN number = 500 THEN 1 ELSE 2 END, 1, 0
    FROM series";
const TEXTERS: &str = "
    INSERT INTO campaign_texter (organization_id, campaign_id, member_id, added_at)
    SELECT 1, 1, member_id, 0 FROM member WHERE organization_id = 1";
const CONVERSATIONS: &str = "
    WITH RECURSIVE series (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < $1)
    INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, opted_out, standing, waiting_since)
    SELECT 1, 1000000000 + number, 1, 1 + number % 5, CASE WHEN number % 29 = 0 THEN 1 ELSE 0 END,
        CASE WHEN number % 29 = 0 THEN 6 ELSE 1 + number % 5 END,
        CASE WHEN number % 5 = 1 THEN 0 ELSE (CAST(number AS BIGINT) * 7919) % 1000003 END
    FROM series";

pub async fn lay(engine: Engine, conversations: u32) -> Ground {
    let (address, folder) = match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            (format!("sqlite:{}", folder.path().join("bench.db").display()), Some(folder))
        }
        Engine::Postgres => {
            let cluster =
                std::env::var("HANDOFF_TEST_POSTGRES").expect("HANDOFF_TEST_POSTGRES; cargo xtask bench sets it");
            sqlx::any::install_default_drivers();
            let mut connection = AnyConnection::connect(&cluster).await.expect("the cluster answers");
            let name = format!("bench_{}_{conversations}", std::process::id());
            connection
                .execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name}")))
                .await
                .expect("no old database");
            connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a database");
            let base = cluster.rsplit_once('/').map_or(cluster.as_str(), |(base, _)| base);
            (format!("{base}/{name}"), None)
        }
    };
    let store = Store::open(&address, Arc::new(SystemClock)).await.expect("the database opens");
    let mut transaction = store.begin().await.expect("a transaction");
    let organization =
        "INSERT INTO organization (organization_id, name, country, created_at) VALUES (1, 'Bench', 'US', 0)";
    let campaign = "INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields,
        created_at, created_by) VALUES (1, 1, 'Bench', 2, '', '[]', 0, 500)";
    for statement in [organization, MEMBERS, campaign, TEXTERS] {
        sqlx::query(statement).execute(&mut *transaction).await.expect("the ground is laid");
    }
    sqlx::query(CONVERSATIONS).bind(i64::from(conversations)).execute(&mut *transaction).await.expect("conversations");
    transaction.commit().await.expect("the ground is laid");
    let admin = Actor { organization: OrganizationId(1), member: MemberId(500) };
    let ground = Ground { store, admin, campaign: CampaignId(1), conversations, _folder: folder };
    ground.settle().await;
    ground
}

impl Ground {
    /// Brings the database to rest, so that no round pays for the one before. PostgreSQL plans every statement anew
    /// afterwards, on each connection.
    pub async fn settle(&self) {
        if self.store.engine() == Engine::Postgres {
            self.run("VACUUM ANALYZE conversation").await;
        }
        self.checkpoint().await;
    }

    /// Brings what was committed into the files. What is planned stays planned, as in a server that has run for a
    /// while.
    pub async fn checkpoint(&self) {
        self.run(match self.store.engine() {
            Engine::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
            Engine::Postgres => "CHECKPOINT",
        })
        .await;
    }

    async fn run(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(self.store.reader()).await.expect("the database settles");
    }
}

pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

pub fn report(name: &str, ours: f64, floor: f64) {
    println!("{name}\t{ours:.1}\t{floor:.1}\t{:.2}", ours / floor);
}

/// Whether a figure was asked for.
pub fn wanted(name: &str) -> bool {
    std::env::var("HANDOFF_BENCH_ONLY").map_or(true, |only| name.contains(&only))
}

/// The most memory that this process has had since [`forget_peak_memory`], in megabytes. Known on Linux.
///
/// The store runs in this process, and SQLite with it: it is what the server would take.
pub fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes / 1_000.0)
}

/// Begins to watch the memory anew. Where that cannot be done, what laid the ground counts too.
pub fn forget_peak_memory() {
    if std::fs::write("/proc/self/clear_refs", "5").is_err() {
        eprintln!("the peak of memory is that of the whole bench");
    }
}
