//! `import_1m_*`: a CSV of 1,000,000 rows, from its bytes to committed contacts and conversations, beside the same rows
//! brought as they are into a table with the file's columns and no index: by SQLite's own command line, and by `COPY` of
//! PostgreSQL. `import_others_*`: meanwhile a message is sent fifty times a second, and the first page of a list is read
//! as often, in another campaign; the 95th of a hundred of both, from when each was due, beside the same without an
//! import. The longest of them is printed too.
//!
//! Prints tab-separated lines: name, ours, floor (milliseconds), ratio.

#[expect(dead_code, reason = "moves are measured on the same ground with more of it")]
mod ground;

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Sort, Tab};
use handoff_core::message::Kind;
use handoff_core::{ConversationId, MemberId, MessageId};
use handoff_server::store::Actor;
use handoff_server::store::engine::Engine;
use handoff_server::store::send::Draft;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

use ground::{Ground, report, wanted};

const ROWS: u32 = 1_000_000;
/// Conversations of the campaign in which others work.
const OTHERS: u32 = 20_000;
/// Milliseconds from one act of the others to the next.
const EVERY: u64 = 20;

const NAMES: [&str; 8] = ["Abby", "Lindsey", "Zoë", "Omar", "Nguyễn", "Fatima", "José", "Tom"];
const TABLE: &str = "CREATE TABLE floor (first_name TEXT, last_name TEXT, phone TEXT, precinct TEXT, age TEXT)";
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000";

const GROUND: [&str; 4] = [
    "UPDATE campaign SET opens = 0, closes = 1440 WHERE organization_id = 1",
    "UPDATE conversation SET assignee_id = 1 WHERE organization_id = 1",
    "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
     SELECT organization_id, conversation_id, campaign_id, '+1' || CAST(1000000000 + conversation_id AS TEXT),
         'Contact', CAST(conversation_id AS TEXT), '{}'
     FROM conversation WHERE organization_id = 1",
    "INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
     SELECT organization_id, phone, campaign_id, conversation_id FROM contact WHERE organization_id = 1",
];
/// 1 needs a reply.
const HELD: &str = "
    SELECT conversation_id FROM conversation
    WHERE organization_id = 1 AND campaign_id = 1 AND assignee_id = 1 AND standing = 1
    ORDER BY conversation_id";

const fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

/// The rows, in an order in which the numbers do not ascend.
fn file() -> String {
    let mut text = "First Name,Last Name,Cell Phone,Precinct,Age\n".to_owned();
    for row in 0..ROWS {
        // 7919 and 1,000,000 have no common factor: every number comes once.
        let number = u32::try_from(u64::from(row) * 7_919 % u64::from(ROWS)).expect("a number");
        writeln!(
            text,
            "{},Last{},({}) {}-{:04},P-{:02},{}",
            NAMES[row as usize % NAMES.len()],
            row % 1_000,
            212 + number / 500_000,
            220 + number / 10_000 % 50,
            number % 10_000,
            row % 60,
            18 + row % 80
        )
        .expect("a string takes everything");
    }
    text
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

/// By SQLite's own command line.
fn by_the_command_line(text: &str) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("contacts.csv");
    std::fs::write(&file, text).expect("written");
    let begun = Instant::now();
    let done = Command::new("sqlite3")
        .arg(folder.path().join("floor.db"))
        .args(["-cmd", SETTINGS, "-cmd", TABLE, "-cmd", ".mode csv"])
        .arg(format!(".import --skip 1 {} floor", file.display()))
        .stdout(Stdio::null())
        .status()
        .expect("sqlite3");
    assert!(done.success(), "sqlite3 imports the file");
    milliseconds(begun)
}

async fn by_copy(text: &str) -> f64 {
    let cluster = std::env::var("HANDOFF_TEST_POSTGRES").expect("HANDOFF_TEST_POSTGRES; cargo xtask bench sets it");
    let mut connection = PgConnection::connect(&cluster).await.expect("the cluster answers");
    connection.execute("DROP TABLE IF EXISTS floor").await.expect("no old table");
    connection.execute(TABLE).await.expect("a table");
    let begun = Instant::now();
    let mut copy = connection.copy_in_raw("COPY floor FROM STDIN (FORMAT csv, HEADER)").await.expect("a copy");
    for part in text.as_bytes().chunks(1_000_000) {
        copy.send(part).await.expect("sent");
    }
    assert_eq!(copy.finish().await.expect("copied"), u64::from(ROWS));
    let time = milliseconds(begun);
    connection.execute("DROP TABLE floor").await.expect("dropped");
    time
}

/// What others do until they are told to stop: each act when it is due, however long the one before takes. Answers how
/// long each took, from when it was due.
async fn others(ground: &Ground, held: Vec<i64>, stop: Arc<AtomicBool>) -> [Vec<f64>; 2] {
    let texter = Actor { member: MemberId(1), ..ground.admin };
    let begun = Instant::now();
    let (mut sends, mut lists) = (Vec::new(), Vec::new());
    for (turn, conversation) in (0_u64..).zip(held) {
        let due = begun + Duration::from_millis(turn * EVERY);
        tokio::time::sleep_until(due.into()).await;
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let (store, campaign) = (ground.store.clone(), ground.campaign);
        sends.push(tokio::spawn(async move {
            let text = Some("A message as long as most of them are, with a question at the end of it?".to_owned());
            let (conversation, message) = (ConversationId(conversation), MessageId(store.next_id()));
            let draft = Draft { conversation, message, kind: Kind::Reply, follow_up: None, text, all: false };
            store.send(texter, &draft).await.expect("it is sent");
            milliseconds(due)
        }));
        let store = ground.store.clone();
        lists.push(tokio::spawn(async move {
            let (tab, sort) = (Tab::Responses, Sort::NeedsReply);
            store.list(texter, campaign, Whose::Mine, tab, sort, "", None).await.expect("a list");
            milliseconds(due)
        }));
    }
    let mut all = [Vec::new(), Vec::new()];
    for (tasks, times) in [sends, lists].into_iter().zip(&mut all) {
        for task in tasks {
            times.push(task.await.expect("an act"));
        }
        times.sort_by(f64::total_cmp);
    }
    all
}

fn p95(times: &[f64]) -> f64 {
    times[times.len() * 95 / 100]
}

async fn importing(ground: &Ground, text: &str) -> f64 {
    let store = &ground.store;
    let campaign = store.create_campaign(ground.admin, "Import").await.expect("a campaign");
    let bytes = text.as_bytes().to_vec();
    let begun = Instant::now();
    let import = store.store_upload(ground.admin, campaign, "contacts.csv", bytes).await.expect("stored");
    let stored = milliseconds(begun);
    // What a person looks at between the two is not part of the import.
    let columns = store.read_upload(ground.admin, import).await.expect("understood").guess;
    let begun = Instant::now();
    let run = store.start_import(ground.admin, import, columns).await.expect("started");
    assert_eq!(run.run().await.expect("imported").good, ROWS);
    stored + milliseconds(begun)
}

async fn measure(engine: Engine) {
    let (alone, meanwhile) = (format!("import_1m_{}", name(engine)), format!("import_others_{}", name(engine)));
    if !wanted(&alone) && !wanted(&meanwhile) {
        return;
    }
    let text = file();
    let ground = ground::lay(engine, OTHERS).await;
    let mut transaction = ground.store.begin().await.expect("a transaction");
    for statement in GROUND {
        sqlx::query(statement).execute(&mut *transaction).await.expect("the ground is laid");
    }
    transaction.commit().await.expect("the ground is laid");
    ground.settle().await;
    // As the server does.
    let log = tokio::spawn(ground.store.clone().keep_log_short());
    let floor = match engine {
        Engine::Sqlite => by_the_command_line(&text),
        Engine::Postgres => by_copy(&text).await,
    };
    let ours = importing(&ground, &text).await;
    report(&alone, ours, floor);

    let mut held: Vec<i64> = sqlx::query_scalar(HELD).fetch_all(ground.store.reader()).await.expect("what is held");
    let rest = held.split_off(held.len() / 4);
    let stop = Arc::new(AtomicBool::new(false));
    let quiet = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        stop.store(true, Ordering::Relaxed);
    };
    let ([floor_sends, floor_lists], ()) = tokio::join!(others(&ground, held, stop.clone()), quiet);
    stop.store(false, Ordering::Relaxed);
    let busy = async {
        importing(&ground, &text).await;
        stop.store(true, Ordering::Relaxed);
    };
    let ([sends, lists], ()) = tokio::join!(others(&ground, rest, stop.clone()), busy);
    for (what, ours, floor) in [("send", sends, floor_sends), ("list", lists, floor_lists)] {
        let longest = |times: &[f64]| times.last().copied().unwrap_or_default();
        println!(
            "{what} beside an import: {} of them, the longest {:.1} ms, {:.1} without",
            ours.len(),
            longest(&ours),
            longest(&floor)
        );
        report(&format!("import_others_{what}_{}", name(engine)), p95(&ours), p95(&floor));
    }
    log.abort();
}

#[tokio::main]
async fn main() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        measure(engine).await;
    }
}
