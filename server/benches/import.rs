//! `import_100k`: a CSV of 100,000 rows, from its bytes to committed contacts and conversations on SQLite, beside
//! `.import` of the same file by SQLite's own command line into a table with the file's columns and no index.
//!
//! Ours is all that happens after the bytes have arrived: the file is stored, read, checked, its numbers are made
//! E.164, duplicates are merged, contacts and conversations are inserted with their indexes.
//! Where there is no `sqlite3`, the floor is the same rows inserted as they are, thousands in a statement.
//!
//! Prints a tab-separated line: name, ours, floor (medians in milliseconds), ratio.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use handoff_core::permission::Role;
use handoff_core::{MemberId, OrganizationId};
use handoff_server::clock::SystemClock;
use handoff_server::store::{Actor, Store};
use sqlx::{AssertSqlSafe, Executor};

const ROWS: u32 = 100_000;
const ROUNDS: usize = 7;
const NAMES: [&str; 8] = ["Abby", "Lindsey", "Zoë", "Omar", "Nguyễn", "Fatima", "José", "Tom"];

/// The rows, in an order in which the numbers do not ascend.
fn rows() -> impl Iterator<Item = [String; 5]> {
    (0..ROWS).map(|row| {
        // 7919 and 100,000 have no common factor: every number comes once.
        let number = row * 7_919 % ROWS;
        let name = NAMES[row as usize % NAMES.len()];
        [
            name.to_owned(),
            format!("Last{}", row % 1_000),
            format!("({}) 222-{:04}", 212 + number / 10_000, number % 10_000),
            format!("P-{:02}", row % 60),
            format!("{}", 18 + row % 80),
        ]
    })
}

fn file() -> String {
    let mut text = "First Name,Last Name,Cell Phone,Precinct,Age\n".to_owned();
    for row in rows() {
        text.push_str(&row.join(","));
        text.push('\n');
    }
    text
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// An organization with one admin, in a fresh database.
async fn store(folder: &Path) -> (Store, Actor) {
    let address = format!("sqlite:{}", folder.join("handoff.db").display());
    let store = Store::open(&address, Arc::new(SystemClock)).await.expect("a database");
    let actor = Actor { organization: OrganizationId(1), member: MemberId(2) };
    let mut transaction = store.begin().await.expect("a transaction");
    for statement in [
        "INSERT INTO organization (organization_id, name, country, created_at) VALUES (1, 'Canvassers', 'US', 0)"
            .to_owned(),
        format!(
            "INSERT INTO member (organization_id, member_id, account_id, name, role, active, created_at)
             VALUES (1, 2, 2, 'Ada', {}, 1, 0)",
            Role::Admin as i32
        ),
    ] {
        transaction.execute(AssertSqlSafe(statement)).await.expect("inserted");
    }
    transaction.commit().await.expect("committed");
    (store, actor)
}

async fn ours(file: &str) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, actor) = store(folder.path()).await;
    let campaign = store.create_campaign(actor, "Canvass").await.expect("a campaign");
    let bytes = file.as_bytes().to_vec();
    let start = Instant::now();
    let import = store.store_upload(actor, campaign, "contacts.csv", bytes).await.expect("stored");
    let stored = start.elapsed();
    // What a person looks at between the two is not part of the import.
    let columns = store.read_upload(actor, import).await.expect("understood").guess;
    let start = Instant::now();
    let run = store.start_import(actor, import, columns).await.expect("started");
    let result = run.run().await.expect("imported");
    let time = stored + start.elapsed();
    assert_eq!((result.good, result.merged, result.bad), (ROWS, 0, 0));
    time.as_secs_f64() * 1_000.0
}

const TABLE: &str = "CREATE TABLE contact (first_name TEXT, last_name TEXT, phone TEXT, precinct TEXT, age TEXT)";
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000";

/// By SQLite's own command line, `None` if there is none.
fn by_the_command_line(file: &Path) -> Option<f64> {
    let folder = tempfile::tempdir().expect("a folder");
    let start = Instant::now();
    let done = Command::new("sqlite3")
        .arg(folder.path().join("floor.db"))
        .args(["-cmd", SETTINGS, "-cmd", TABLE, "-cmd", ".mode csv"])
        .arg(format!(".import --skip 1 {} contact", file.display()))
        .stdout(Stdio::null())
        .status()
        .ok()?;
    let time = start.elapsed().as_secs_f64() * 1_000.0;
    assert!(done.success(), "sqlite3 imports the file");
    let count = Command::new("sqlite3")
        .arg(folder.path().join("floor.db"))
        .arg("SELECT count(*) FROM contact")
        .output()
        .expect("sqlite3 counts");
    assert_eq!(String::from_utf8_lossy(&count.stdout).trim(), ROWS.to_string());
    Some(time)
}

/// The cells as they are, four thousand rows in a statement.
async fn by_statements(cells: &[[String; 5]]) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _) = store(folder.path()).await;
    let mut transaction = store.begin().await.expect("a transaction");
    transaction.execute(AssertSqlSafe(TABLE.replace("contact", "floor"))).await.expect("a table");
    transaction.commit().await.expect("committed");
    let start = Instant::now();
    let mut transaction = store.begin().await.expect("a transaction");
    for rows in cells.chunks(4_000) {
        let values: Vec<String> = (0..rows.len())
            .map(|row| {
                let [first, last, phone, precinct, age] = [1, 2, 3, 4, 5].map(|column| row * 5 + column);
                format!("(${first}, ${last}, ${phone}, ${precinct}, ${age})")
            })
            .collect();
        let mut query = sqlx::query(AssertSqlSafe(format!("INSERT INTO floor VALUES {}", values.join(", "))));
        for cell in rows.iter().flatten() {
            query = query.bind(cell.as_str());
        }
        query.execute(&mut *transaction).await.expect("inserted");
    }
    transaction.commit().await.expect("committed");
    start.elapsed().as_secs_f64() * 1_000.0
}

#[tokio::main]
async fn main() {
    let only = std::env::var("HANDOFF_BENCH_ONLY").unwrap_or_default();
    if !"import_100k".contains(&only) {
        return;
    }
    let text = file();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("contacts.csv");
    std::fs::write(&path, &text).expect("written");
    let cells: Vec<[String; 5]> = rows().collect();
    let (mut ours_took, mut floor_took) = (Vec::new(), Vec::new());
    // The first round warms up and is not counted.
    for round in 0..=ROUNDS {
        let floor = match by_the_command_line(&path) {
            Some(time) => time,
            None => by_statements(&cells).await,
        };
        let ours = ours(&text).await;
        if round > 0 {
            floor_took.push(floor);
            ours_took.push(ours);
        }
    }
    let (ours, floor) = (median(ours_took), median(floor_took));
    println!("import_100k\t{ours:.1}\t{floor:.1}\t{:.2}", ours / floor);
}
