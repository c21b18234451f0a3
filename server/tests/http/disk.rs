//! A disk that is full, or fails, for a moment: what is refused says so, and everything goes on once there is room.

use std::process::Stdio;
use std::time::Duration;

use axum::http::StatusCode;
use handoff_core::Instant;
use handoff_core::contact::Column;
use handoff_core::plan::plan;
use handoff_core::request::{Filter, From, HowMany, Request, Sharing, Target};
use handoff_server::http::Settings;
use handoff_server::model::ApiError;
use handoff_server::model::import::Progress;
use handoff_server::model::overview::Overview;
use handoff_server::model::storage::StorageError;
use handoff_server::store::Actor;
use handoff_server::store::engine::Engine;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};

use crate::browser::{Answer, PASSWORD, Served, settings};
use crate::crash::Program;
use crate::database::{Database, fresh, on_both_engines, once};

/// Conversations of an active campaign without owner, 1 to 20.
pub async fn campaign(database: &Database, admin: Actor) {
    let mut transaction = database.store.begin().await.unwrap();
    let series =
        "WITH RECURSIVE series (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < 20)";
    for statement in [
        "INSERT INTO campaign (organization_id, campaign_id, name, status, initial_message, custom_fields, created_at,
             created_by, opens, closes)
         VALUES ($1, 1, 'Test', 2, 'Hi!', '[]', 0, 0, 0, 1440)"
            .to_owned(),
        format!(
            "{series} INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name,
                 fields)
             SELECT $1, number, 1, '+12025550' || CAST(100 + number AS TEXT), 'Lee', '', '{{}}' FROM series"
        ),
        format!(
            "{series} INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, standing)
             SELECT $1, number, 1, 2, 2 FROM series"
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(admin.organization.get())
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
}

async fn sign_in(served: &Served) -> Answer {
    served.call("/api/session/sign-in", "", json!({"email": "ada@example.org", "password": PASSWORD})).await
}

/// The initial message of the first conversation.
pub fn message() -> Value {
    json!({"conversation": 1, "message": 100, "kind": "Initial", "follow_up": null, "text": null, "all": false})
}

/// Gives everything that nobody holds.
pub fn commit(overview: &Overview, to: Target) -> Value {
    let request =
        Request { from: From::Unassigned, status: Filter::Any, how_many: HowMany::All, to, sharing: Sharing::Equal };
    let fingerprint = plan(&overview.tally, &request).unwrap().fingerprint();
    json!({"campaign": overview.campaign, "request": request, "fingerprint": fingerprint, "operation": 4711})
}

/// From now on nothing finds room: every connection of the database's only writer may use no more than it does.
async fn fill(database: &Database) {
    let mut transaction = database.store.begin().await.unwrap();
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *transaction).await.unwrap();
    let limit = format!("PRAGMA max_page_count = {pages}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(limit)).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn make_room(database: &Database) {
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::raw_sql("PRAGMA max_page_count = 1000000").execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
}

/// Writes single rows until there is no room for one more: then SQLite takes the transaction back by itself.
async fn meet_the_end(database: &Database) {
    fill(database).await;
    loop {
        let mut transaction = database.store.begin().await.unwrap();
        let row = sqlx::query("INSERT INTO filler VALUES (zeroblob(700))");
        let written = row.execute(&mut *transaction).await;
        if let Err(error) = written {
            let code = error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned));
            assert_eq!(code.as_deref(), Some("13"), "{error}");
            assert!(transaction.commit().await.is_err(), "there is none any more");
            return;
        }
        transaction.commit().await.unwrap();
    }
}

once! {
async fn sqlite_that_met_a_full_disk_goes_on_once_there_is_room() {
    let database = fresh(Engine::Sqlite).await;
    let served = Served::with(&database, Settings { readiness: Duration::ZERO, ..settings() });
    let admin = served.organization("ada@example.org").await;
    campaign(&database, admin).await;
    // Whatever is written takes room, and not what is left on the page that it comes to.
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::raw_sql(
        "CREATE TABLE filler (content BLOB);
         CREATE TRIGGER of_session AFTER INSERT ON session BEGIN INSERT INTO filler VALUES (zeroblob(90000)); END;
         CREATE TRIGGER of_message AFTER INSERT ON message BEGIN INSERT INTO filler VALUES (zeroblob(90000)); END;
         CREATE TRIGGER of_move AFTER INSERT ON operation BEGIN INSERT INTO filler VALUES (zeroblob(90000)); END;
         CREATE TRIGGER of_import AFTER UPDATE ON contact_import BEGIN INSERT INTO filler VALUES (zeroblob(90000)); END;",
    )
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction.commit().await.unwrap();
    let cookie = served.sign_in("ada@example.org").await;
    let member = admin.member;
    served.store.add_texters(admin, handoff_core::CampaignId(1), vec![member]).await.unwrap();
    let overview = served.call("/api/overview/get", &cookie, json!({"campaign": 1})).await;
    let overview: Overview = serde_json::from_value(overview.json()).unwrap();
    let give = commit(&overview, Target::Texters(vec![member]));
    let (import, columns) = upload(&served, &cookie).await;
    let start = json!({"import": import, "columns": columns});

    meet_the_end(&database).await;
    let full = |answer: &Answer| {
        assert_eq!(answer.status.as_u16(), 507, "{answer:?}");
        assert_eq!(answer.error(), ApiError::Storage(StorageError::Full));
        assert_eq!(answer.header("retry-after"), "60");
        assert!(answer.error().to_string().contains("no room left"), "{}", answer.error());
    };
    for (path, arguments) in [
        ("/api/session/sign-in", json!({"email": "ada@example.org", "password": PASSWORD})),
        ("/api/overview/commit", give.clone()),
        ("/api/imports/start", start.clone()),
    ] {
        fill(&database).await;
        full(&served.call(path, &cookie, arguments.clone()).await);
        // What is read is read meanwhile, also by who was not here for long.
        served.clock.advance_seconds(120);
        let read = served.call("/api/overview/get", &cookie, json!({"campaign": 1})).await;
        assert_eq!(read.status, StatusCode::OK, "{read:?}");
        make_room(&database).await;
        let again = served.call(path, &cookie, arguments).await;
        assert_eq!(again.status, StatusCode::OK, "{path}: {again:?}");
    }
    let done = imported(&served, &cookie, import).await;
    assert!(matches!(&done, Progress::Done { result, .. } if result.good == 3), "{done:?}");
    fill(&database).await;
    full(&served.call("/api/messenger/send", &cookie, message()).await);
    make_room(&database).await;
    let sent = served.call("/api/messenger/send", &cookie, message()).await;
    assert_eq!(sent.status, StatusCode::OK, "{sent:?}");
    assert_eq!(sign_in(&served).await.status, StatusCode::OK);
}
}

once! {
async fn readiness_tells_of_a_full_disk_and_of_room() {
    let database = fresh(Engine::Sqlite).await;
    let served = Served::with(&database, Settings { readiness: Duration::ZERO, ..settings() });
    fill(&database).await;
    let answer = served.get("/health/ready", &[]).await;
    assert_eq!(
        (answer.status, &answer.body[..]),
        (StatusCode::SERVICE_UNAVAILABLE, &b"the database has no room left to write\n"[..])
    );
    assert_eq!(served.get("/health/ready", &[]).await.status, StatusCode::OK);
}
}

/// Three contacts in a file, and its columns.
async fn upload(served: &Served, cookie: &str) -> (i64, Vec<Column>) {
    let request = axum::http::Request::post("/api/imports/upload?campaign=1&name=a.csv")
        .header("host", "handoff.example.org")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/octet-stream")
        .header("cookie", cookie)
        .body(axum::body::Body::from(FILE))
        .unwrap();
    let answer = served.ask(request).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    (serde_json::from_slice(&answer.body).unwrap(), vec![Column::Phone])
}

const FILE: &str = "Phone\n2125550101\n2125550102\n2125550103\n";

/// How an import ended.
async fn imported(served: &Served, cookie: &str, import: i64) -> Progress {
    loop {
        let answer = served.call("/api/imports/progress", cookie, json!({"import": import})).await;
        let progress: Progress = serde_json::from_value(answer.json()).unwrap();
        if !matches!(progress, Progress::Running { .. }) {
            return progress;
        }
        tokio::task::yield_now().await;
    }
}

on_both_engines! {
    async fn a_session_is_good_while_its_use_cannot_be_noted(database: Database) {
        let served = Served::new(&database);
        served.organization("ada@example.org").await;
        let cookie = served.sign_in("ada@example.org").await;
        let used = async || -> i64 {
            sqlx::query_scalar("SELECT last_used_at FROM session").fetch_one(database.store.reader()).await.unwrap()
        };
        let before = used().await;
        // Somebody writes something large, and has what would be noted.
        let mut holding = database.store.begin().await.unwrap();
        sqlx::query("UPDATE session SET last_used_at = last_used_at").execute(&mut *holding).await.unwrap();
        served.clock.advance_seconds(120);
        let asked = async {
            for _ in 0..20 {
                let me = served.call("/api/session/me", &cookie, json!({})).await;
                assert_eq!(me.status, StatusCode::OK, "{me:?}");
            }
        };
        tokio::time::timeout(Duration::from_secs(5), asked).await.expect("nobody who reads waits");
        assert_eq!(used().await, before);
        holding.rollback().await.unwrap();
        // A little later it is noted again.
        served.clock.advance_seconds(11);
        assert_eq!(served.call("/api/session/me", &cookie, json!({})).await.status, StatusCode::OK);
        assert_eq!(Instant(used().await), served.store.now());
    }
}

/// The process of a server may write files no longer than that.
fn limit(program: &Program, bytes: Option<u64>) {
    let pid = Pid::from_raw(program.id().try_into().unwrap()).unwrap();
    prlimit(Some(pid), Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
}

fn status(answer: &(String, String)) -> &str {
    answer.0.split(' ').nth(1).unwrap_or_default()
}

once! {
async fn a_program_whose_disk_fails_goes_on_once_it_works_again() {
    let database = fresh(Engine::Sqlite).await;
    let program = Program::logging("demo", &database, "off", Stdio::null());
    let cookie = program.sign_in().await;
    let campaign = "SELECT campaign_id FROM campaign WHERE name = 'Pledge to vote'";
    let campaign: i64 = sqlx::query_scalar(campaign).fetch_one(database.store.reader()).await.unwrap();
    let me = program.post("session/me", &cookie, &json!({})).await.unwrap().1;
    let me: Value = serde_json::from_str(&me).unwrap();
    let add = json!({"campaign": campaign, "members": [me["member"]]});
    assert_eq!(status(&program.post("texters/add", &cookie, &add).await.unwrap()), "200");
    let get = json!({"campaign": campaign});
    let (_, body) = program.post("overview/get", &cookie, &get).await.unwrap();
    let overview: Overview = serde_json::from_str(&body).unwrap();
    let give = commit(&overview, Target::Texters(vec![serde_json::from_value(me["member"].clone()).unwrap()]));
    let conversation = "SELECT conversation_id FROM conversation WHERE campaign_id = $1 AND opted_out = 0 LIMIT 1";
    let conversation: i64 =
        sqlx::query_scalar(conversation).bind(campaign).fetch_one(database.store.reader()).await.unwrap();
    let opt_out = json!({"conversation": conversation, "confirmation": null});
    let who = json!({"email": "maya@demo.example", "password": "handoff-demo"});
    let acts = [("overview/commit", &give), ("messenger/opt-out", &opt_out), ("session/sign-in", &who)];
    assert_eq!(status(&program.get("/health/ready").await.unwrap()), "200");

    limit(&program, Some(0));
    for (path, arguments) in acts {
        let answer = program.post(path, &cookie, arguments).await.unwrap();
        assert_eq!((status(&answer), answer.1.as_str()), ("503", "{\"Storage\":\"Failing\"}"), "{path} {answer:?}");
    }
    // Whoever asks within a second gets the answer from before.
    while status(&program.get("/health/ready").await.unwrap()) == "200" {
        tokio::task::yield_now().await;
    }
    assert_eq!(program.get("/health/ready").await.unwrap().1, "the database cannot be written\n");
    let read = program.post("overview/get", &cookie, &get).await.unwrap();
    assert_eq!((status(&read), &read.1), ("200", &body));

    limit(&program, None);
    for (path, arguments) in acts {
        let answer = program.post(path, &cookie, arguments).await.unwrap();
        assert_eq!(status(&answer), "200", "{path}: {answer:?}");
    }
    while status(&program.get("/health/ready").await.unwrap()) != "200" {
        tokio::task::yield_now().await;
    }
}
}
