//! PostgreSQL is away for a moment: that is said at once, nothing is claimed that nobody knows, and the same act sent
//! again happens once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use handoff_server::http::Settings;
use handoff_server::model::ApiError;
use handoff_server::model::overview::{CommitAnswer, Overview};
use handoff_server::model::storage::StorageError;
use handoff_server::store::Store;
use handoff_server::store::engine::Engine;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::browser::{Answer, Served, settings};
use crate::database::{Database, fresh, once};
use crate::disk;

/// Longer than anything takes here, and far less than a pool waits for a database.
const AT_ONCE: Duration = Duration::from_secs(8);

/// When the line is cut by itself, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    BeforeCommit,
    AfterCommit,
}

/// A line to PostgreSQL that can be cut.
struct Wire {
    port: u16,
    target: String,
    cut: Arc<watch::Sender<bool>>,
    next: Arc<watch::Sender<Option<When>>>,
}

impl Wire {
    /// A line to the database, and its address at this end.
    async fn to(database: &Database) -> (Self, String) {
        let (start, rest) = database.address.split_once('@').unwrap();
        let (target, name) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (cut, next) = (Arc::new(watch::Sender::new(false)), Arc::new(watch::Sender::new(None)));
        let wire = Self { port, target: target.to_owned(), cut, next };
        wire.take(listener);
        (wire, format!("{start}@127.0.0.1:{port}/{name}"))
    }

    fn take(&self, listener: TcpListener) {
        let (target, cut, next) = (self.target.clone(), self.cut.clone(), self.next.clone());
        tokio::spawn(async move {
            let mut stop = cut.subscribe();
            loop {
                // When it is cut the listener is dropped, and nobody answers at this port.
                let (here, _) = tokio::select! {
                    _ = stop.wait_for(|cut| *cut) => return,
                    accepted = listener.accept() => accepted.unwrap(),
                };
                let there = TcpStream::connect(&target).await.unwrap();
                tokio::spawn(pass(here, there, cut.clone(), next.clone()));
            }
        });
    }

    fn cut(&self) {
        self.cut.send_replace(true);
    }

    async fn mend(&self) {
        self.next.send_replace(None);
        // The one before is on its way out.
        let listener = loop {
            if let Ok(listener) = TcpListener::bind(("127.0.0.1", self.port)).await {
                break listener;
            }
            tokio::task::yield_now().await;
        };
        self.cut.send_replace(false);
        self.take(listener);
    }
}

async fn pass(
    here: TcpStream,
    there: TcpStream,
    cut: Arc<watch::Sender<bool>>,
    next: Arc<watch::Sender<Option<When>>>,
) {
    let ((mut asking, mut answering), (mut found, mut passing)) = (here.into_split(), there.into_split());
    let committed = AtomicBool::new(false);
    let mut stop = cut.subscribe();
    tokio::select! {
        _ = stop.wait_for(|cut| *cut) => {}
        () = ask(&mut asking, &mut passing, &next, &committed) => {}
        () = answer(&mut found, &mut answering, &committed) => {}
    }
    if next.borrow().is_some() && committed.load(Ordering::SeqCst) {
        cut.send_replace(true);
    }
}

async fn ask(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    next: &watch::Sender<Option<When>>,
    committed: &AtomicBool,
) {
    let mut buffer = vec![0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let said = &buffer[..read];
        if said.windows(7).any(|part| part == b"COMMIT\0") && next.borrow().is_some() {
            committed.store(true, Ordering::SeqCst);
            if *next.borrow() == Some(When::BeforeCommit) {
                return;
            }
        }
        if to.write_all(said).await.is_err() {
            return;
        }
    }
}

async fn answer(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, committed: &AtomicBool) {
    let mut buffer = vec![0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if committed.load(Ordering::SeqCst) || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// A site whose PostgreSQL is at the other end of a line. What the test itself asks goes past it.
async fn site() -> (Wire, Served, Database) {
    let mut database = fresh(Engine::Postgres).await;
    let (wire, address) = Wire::to(&database).await;
    let direct = std::mem::replace(&mut database.store, Store::open(&address, database.clock.clone()).await.unwrap());
    let served = Served::with(&database, Settings { readiness: Duration::ZERO, ..settings() });
    database.store = direct;
    (wire, served, database)
}

fn away(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer:?}");
    assert_eq!(answer.error(), ApiError::Storage(StorageError::Away));
    assert_eq!(answer.header("retry-after"), "2");
    let sentence = answer.error().to_string();
    assert!(sentence.contains("may have been done or not") && !sentence.contains("othing was changed"), "{sentence}");
}

once! {
async fn that_postgres_is_away_is_said_at_once() {
    let (wire, served, _database) = site().await;
    served.organization("ada@example.org").await;
    let cookie = served.sign_in("ada@example.org").await;
    wire.cut();
    let many = futures::future::join_all((0..50).map(|_| served.call("/api/session/me", &cookie, json!({}))));
    for answer in tokio::time::timeout(AT_ONCE, many).await.expect("at once") {
        away(&answer);
    }
    let ready = tokio::time::timeout(AT_ONCE, served.get("/health/ready", &[])).await.expect("at once");
    assert_eq!(
        (ready.status, &ready.body[..]),
        (StatusCode::SERVICE_UNAVAILABLE, &b"the database does not answer\n"[..])
    );
    wire.mend().await;
    let back = async {
        while served.call("/api/session/me", &cookie, json!({})).await.status != StatusCode::OK {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(AT_ONCE, back).await.expect("it goes on by itself");
    assert_eq!(served.get("/health/ready", &[]).await.status, StatusCode::OK);
}
}

/// Sends an act whose commit the line does not survive, then the same again. Answers the second answer.
async fn twice(wire: &Wire, served: &Served, when: When, path: &str, cookie: &str, act: &serde_json::Value) -> Answer {
    wire.next.send_replace(Some(when));
    let lost = tokio::time::timeout(AT_ONCE, served.call(path, cookie, act.clone())).await.expect("at once");
    away(&lost);
    wire.mend().await;
    loop {
        let again = served.call(path, cookie, act.clone()).await;
        if again.status != StatusCode::SERVICE_UNAVAILABLE {
            return again;
        }
        tokio::task::yield_now().await;
    }
}

async fn count(database: &Database, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(database.store.reader()).await.unwrap()
}

async fn what_was_lost_happens_once(when: When) {
    let (wire, served, database) = site().await;
    let admin = served.organization("ada@example.org").await;
    disk::campaign(&database, admin).await;
    served.store.add_texters(admin, handoff_core::CampaignId(1), vec![admin.member]).await.unwrap();
    let cookie = served.sign_in("ada@example.org").await;
    let overview = served.call("/api/overview/get", &cookie, json!({"campaign": 1})).await;
    let overview: Overview = serde_json::from_value(overview.json()).unwrap();
    let give = disk::commit(&overview, handoff_core::request::Target::Texters(vec![admin.member]));
    let moved = twice(&wire, &served, when, "/api/overview/commit", &cookie, &give).await;
    let moved: CommitAnswer = serde_json::from_value(moved.json()).unwrap();
    assert!(matches!(moved, CommitAnswer::Committed { moved: 20, .. }), "{moved:?}");
    assert_eq!(count(&database, "SELECT count(*) FROM operation").await, 1);

    let sent = twice(&wire, &served, when, "/api/messenger/send", &cookie, &disk::message()).await;
    assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
    assert_eq!(count(&database, "SELECT count(*) FROM message").await, 1);
    assert_eq!(count(&database, "SELECT count(*) FROM outbox").await, 1);
}

once! {
async fn what_was_lost_before_its_commit_happens_once() {
    what_was_lost_happens_once(When::BeforeCommit).await;
}
}

once! {
async fn what_was_lost_after_its_commit_happened_once() {
    what_was_lost_happens_once(When::AfterCommit).await;
}
}
