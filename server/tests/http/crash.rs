//! The program is killed in the middle of a bulk move, or of a request: nothing of it is left, and sent again it happens
//! once.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use handoff_core::plan::plan;
use handoff_core::request::{Filter, From, HowMany, Request, Sharing, Target};
use handoff_server::model::overview::{CommitAnswer, Overview};
use handoff_server::model::self_assignment::Requested;
use handoff_server::store::engine::Engine;
use serde_json::{Value, json};
use sqlx::{Any, Connection, Row, Transaction};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::database::{Database, on_both_engines};

/// The real program, serving in a process of its own.
pub struct Program {
    child: Child,
    address: String,
    /// Kept open: the program goes on printing.
    _output: BufReader<ChildStdout>,
}

impl Program {
    fn start(command: &str, database: &Database) -> Self {
        Self::logging(command, database, "off", Stdio::null())
    }

    /// Starts it with a log of this level that goes there.
    pub fn logging(command: &str, database: &Database, level: &str, log: Stdio) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_handoff"))
            .args([command, "--database", &database.address, "--listen", "127.0.0.1:0"])
            .env("HANDOFF_STILL", "true")
            .stdout(Stdio::piped())
            .env("HANDOFF_LOG", level)
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let address = output
            .by_ref()
            .lines()
            .map(|line| line.expect("a line"))
            .find_map(|line| Some(line.split_once("listening on http://")?.1.trim().to_owned()))
            .expect("it says where it listens");
        Self { child, address, _output: output }
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends JSON and reads the answer: status line with headers, and body.
    pub async fn post(&self, path: &str, cookie: &str, body: &Value) -> std::io::Result<(String, String)> {
        let (address, body) = (&self.address, body.to_string());
        self.ask(&format!(
            "POST /api/{path} HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/json\r\ncookie: {cookie}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        ))
        .await
    }

    /// Kills it, lets go what kept it standing still, and starts it again.
    async fn killed_and_started_again(
        mut self,
        database: &Database,
        holding: Option<Transaction<'static, Any>>,
    ) -> Self {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        drop(holding);
        if database.store.engine() == Engine::Sqlite {
            sqlx::raw_sql("DROP TRIGGER stall").execute(database.store.reader()).await.unwrap();
        }
        Self::start("serve", database)
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> std::io::Result<(String, String)> {
        let address = &self.address;
        self.ask(&format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")).await
    }

    async fn ask(&self, request: &str) -> std::io::Result<(String, String)> {
        let mut stream = TcpStream::connect(&self.address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
        Ok((head.to_owned(), body.to_owned()))
    }

    pub async fn sign_in(&self) -> String {
        let who = json!({"email": "maya@demo.example", "password": "handoff-demo"});
        let (head, body) = self.post("session/sign-in", "", &who).await.unwrap();
        let cookie =
            head.lines().find_map(|line| Some(line.split_once("set-cookie: ")?.1.split(';').next()?.to_owned()));
        cookie.unwrap_or_else(|| panic!("no cookie: {head} {body}"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes the update of this conversation stand still until it is let go; on PostgreSQL, whatever `how` keeps waiting.
async fn stall(database: &Database, conversation: i64, how: &'static str) -> Option<Transaction<'static, Any>> {
    match database.store.engine() {
        Engine::Sqlite => {
            let trigger = format!(
                "CREATE TRIGGER stall BEFORE UPDATE ON conversation WHEN old.conversation_id = {conversation} BEGIN
                     SELECT count(*) FROM (WITH RECURSIVE forever (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM forever)
                         SELECT n FROM forever);
                 END"
            );
            sqlx::raw_sql(sqlx::AssertSqlSafe(trigger)).execute(database.store.reader()).await.unwrap();
            None
        }
        Engine::Postgres => {
            let mut holding = database.store.begin().await.unwrap();
            sqlx::raw_sql(how).execute(&mut *holding).await.unwrap();
            Some(holding)
        }
    }
}

/// Waits until the program is in the middle of its act: PostgreSQL says that such a statement waits, SQLite that
/// somebody holds the write lock, which the stalled act never gives back.
async fn until_stalled(database: &Database, statement: &str) {
    loop {
        let stalled = match database.store.engine() {
            Engine::Sqlite => {
                let mut connection = sqlx::AnyConnection::connect(&database.address).await.unwrap();
                sqlx::raw_sql("PRAGMA busy_timeout = 0").execute(&mut connection).await.unwrap();
                connection.begin_with("BEGIN IMMEDIATE").await.is_err()
            }
            Engine::Postgres => {
                let waiting = "SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE $1";
                let count = sqlx::query_scalar::<_, i64>(waiting).bind(format!("%{statement}%"));
                let count = count.fetch_one(database.store.reader()).await.unwrap();
                count > 0
            }
        };
        if stalled {
            return;
        }
        tokio::task::yield_now().await;
    }
}

on_both_engines! {
    async fn a_program_killed_in_the_middle_of_a_move_leaves_nothing_of_it(database: Database) {
        let program = Program::start("demo", &database);
        let cookie = program.sign_in().await;
        let row = sqlx::query("SELECT campaign.campaign_id, max(conversation_id) AS last
            FROM campaign JOIN conversation ON conversation.organization_id = campaign.organization_id
                AND conversation.campaign_id = campaign.campaign_id
            WHERE campaign.name = 'Pledge to vote' GROUP BY campaign.campaign_id")
            .fetch_one(database.store.reader()).await.unwrap();
        let (campaign, last): (i64, i64) = (row.get("campaign_id"), row.get("last"));
        let (_, body) = program.post("overview/get", &cookie, &json!({"campaign": campaign})).await.unwrap();
        let before: Overview = serde_json::from_str(&body).unwrap();
        let request = Request {
            from: From::Everyone, status: Filter::Any, how_many: HowMany::All, to: Target::Everyone, sharing: Sharing::Equal,
        };
        let fingerprint = plan(&before.tally, &request).unwrap().fingerprint();
        let commit = json!({"campaign": campaign, "request": request, "fingerprint": fingerprint, "operation": 4711});

        let every = "SELECT conversation_id FROM conversation FOR UPDATE";
        let holding = stall(&database, last, every).await;
        let answer = tokio::select! {
            answer = program.post("overview/commit", &cookie, &commit) => Some(answer),
            () = until_stalled(&database, "UPDATE conversation") => None,
        };
        assert!(answer.is_none(), "it answered though it stands still: {answer:?}");
        let again = program.killed_and_started_again(&database, holding).await;
        let cookie = again.sign_in().await;
        let (_, body) = again.post("overview/get", &cookie, &json!({"campaign": campaign})).await.unwrap();
        assert_eq!(serde_json::from_str::<Overview>(&body).unwrap().tally, before.tally);
        let (_, body) = again.post("history/list", &cookie, &json!({"campaign": campaign, "after": null})).await.unwrap();
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["operations"], json!([]));
        for _ in 0..2 {
            let (_, body) = again.post("overview/commit", &cookie, &commit).await.unwrap();
            let answer: CommitAnswer = serde_json::from_str(&body).unwrap();
            assert!(matches!(answer, CommitAnswer::Committed { moved: 12, .. }), "{answer:?}");
        }
    }
}

on_both_engines! {
    async fn a_program_killed_in_the_middle_of_a_request_leaves_everything_free(database: Database) {
        let program = Program::start("demo", &database);
        let cookie = program.sign_in().await;
        let campaign = "SELECT campaign_id FROM campaign WHERE name = 'Pledge to vote'";
        let campaign: i64 = sqlx::query_scalar(campaign).fetch_one(database.store.reader()).await.unwrap();
        let (_, me) = program.post("session/me", &cookie, &json!({})).await.unwrap();
        let me: Value = serde_json::from_str(&me).unwrap();
        let add = json!({"campaign": campaign, "members": [me["member"]]});
        program.post("texters/add", &cookie, &add).await.unwrap();
        let terms = json!({"campaign": campaign, "on": "On", "batch": 4, "kind": "Both", "ceiling": null});
        program.post("self-assignment/save", &cookie, &terms).await.unwrap();
        let first = "SELECT conversation_id FROM conversation WHERE campaign_id = $1 AND assignee_id IS NULL
            AND standing <= 5 AND escalated = 0 ORDER BY standing, waiting_since, conversation_id LIMIT 1";
        let first: i64 = sqlx::query_scalar(first).bind(campaign).fetch_one(database.store.reader()).await.unwrap();
        let free = "SELECT count(*) FROM conversation WHERE campaign_id = $1 AND assignee_id IS NULL";
        let free = async || -> i64 {
            sqlx::query_scalar(free).bind(campaign).fetch_one(database.store.reader()).await.unwrap()
        };
        let before = free().await;

        // On PostgreSQL it has given everything by then, and is about to say so in the history.
        let holding = stall(&database, first, "LOCK TABLE operation IN EXCLUSIVE MODE").await;
        let request = json!({"campaign": campaign, "operation": 4711});
        let answer = tokio::select! {
            answer = program.post("self-assignment/request", &cookie, &request) => Some(answer),
            () = until_stalled(&database, "INSERT INTO operation (") => None,
        };
        assert!(answer.is_none(), "it answered though it stands still: {answer:?}");
        let again = program.killed_and_started_again(&database, holding).await;
        let cookie = again.sign_in().await;
        assert_eq!(free().await, before);
        for _ in 0..2 {
            let (_, body) = again.post("self-assignment/request", &cookie, &request).await.unwrap();
            let answer: Requested = serde_json::from_str(&body).unwrap();
            assert_eq!(answer.taken.counts.total(), 4, "{body}");
        }
        assert_eq!(free().await, before - 4);
    }
}
