//! `send_*` and `inbound_postgres`: one message out or in at the store, twenty at once, beside the bare inserts and
//! the update of the same rows in one transaction. `thread_open_1m_*` and `list_first_page_1m_*`: one conversation and
//! one page of a list among a million conversations with three million messages, beside the bare reads of the same
//! rows by their index in one transaction. Floor and ours in turn on the same database. `export_1m_*`: those million
//! conversations as CSV, in milliseconds, with the most memory that the process took meanwhile.
//!
//! Prints tab-separated lines: name, ours, floor (milliseconds; for inbound of a thousand messages), ratio.

#[expect(dead_code, reason = "moves are measured on the same ground with more of it")]
mod ground;

use std::time::Instant;

use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Sort, Tab};
use handoff_core::message::Kind;
use handoff_core::{ConversationId, MemberId, MessageId};
use handoff_server::store::engine::Engine;
use handoff_server::store::export::Part;
use handoff_server::store::receive::{Inbound, Received};
use handoff_server::store::send::Draft;
use handoff_server::store::{Actor, Store};

use ground::{Ground, forget_peak_memory, median, peak_memory, report, wanted};

/// Who writes at the same time.
const TEXTERS: usize = 20;
/// Messages that each of them writes in a round.
const EACH: usize = 15;
/// Rounds that are counted. One before them warms up.
const ROUNDS: usize = 9;
/// Conversations and pages that are opened.
const OPENED: i64 = 1_000;

const ALWAYS_OPEN: &str = "UPDATE campaign SET opens = 0, closes = 1440 WHERE organization_id = 1";
const CONTACTS: &str = "
    INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
    SELECT organization_id, conversation_id, campaign_id, '+1' || CAST(1000000000 + conversation_id AS TEXT),
        'Contact', CAST(conversation_id AS TEXT), '{}'
    FROM conversation WHERE organization_id = 1";
const OF_TWENTY: &str =
    "UPDATE conversation SET assignee_id = 1 + (conversation_id / 5) % 20 WHERE organization_id = 1";
const OF_ALL: &str = "UPDATE conversation SET assignee_id = 1 + (conversation_id / 5) % 499 WHERE organization_id = 1";
const NUMBERS: &str = "
    INSERT INTO contact_number (organization_id, phone, campaign_id, conversation_id)
    SELECT organization_id, phone, campaign_id, conversation_id FROM contact WHERE organization_id = 1";
/// Three in each conversation: ours, theirs, ours.
const MESSAGES: &str = "
    INSERT INTO message (organization_id, conversation_id, message_id, direction, kind, delivery, asks, body, segments,
        written_at, written_by)
    SELECT 1, conversation.conversation_id, conversation.conversation_id * 4 + turn.number,
        CASE WHEN turn.number = 2 THEN 1 ELSE 2 END, CASE WHEN turn.number = 2 THEN NULL ELSE 2 END,
        CASE WHEN turn.number = 2 THEN NULL ELSE 20 END, CASE WHEN turn.number = 2 THEN 1 ELSE NULL END,
        'A message as long as most of them are, with a question at the end of it?', 1, turn.number * 60000000,
        CASE WHEN turn.number = 2 THEN NULL ELSE conversation.assignee_id END
    FROM conversation
    CROSS JOIN (SELECT 1 AS number UNION ALL SELECT 2 UNION ALL SELECT 3) AS turn
    WHERE conversation.organization_id = 1";
/// 1 needs a reply.
const HELD: &str = "
    SELECT conversation_id FROM conversation
    WHERE organization_id = 1 AND campaign_id = 1 AND assignee_id = $1 AND standing = 1
    ORDER BY waiting_since, conversation_id LIMIT $2";

const FLOOR_OUT: &str = "
    INSERT INTO message (organization_id, conversation_id, message_id, direction, kind, delivery, body, segments,
        written_at, written_by, follow_up_id)
    VALUES (1, $1, $2, 2, 2, 1, 'A message as long as most of them are, with a question at the end of it?', 1, $3, $4, NULL)";
const FLOOR_QUEUE: &str = "
    INSERT INTO outbox (organization_id, conversation_id, message_id, campaign_id, phone, kind, due_at)
    VALUES (1, $1, $2, 1, '+12000000000', 2, $3)";
const FLOOR_WROTE: &str = "
    UPDATE conversation SET status = 3, standing = 3, waiting_since = $2, we_wrote_at = $2, assignee_wrote_at = $2
    WHERE organization_id = 1 AND conversation_id = $1";
const FLOOR_IN: &str = "
    INSERT INTO message (organization_id, conversation_id, message_id, direction, asks, body, segments, written_at,
        gateway_id)
    VALUES (1, $1, $2, 1, 1, 'Yes, I can. What time?', 1, $3, $4)";
const FLOOR_HEARD: &str = "
    UPDATE conversation SET status = 1, standing = 1, waiting_since = $2, contact_wrote_at = $2
    WHERE organization_id = 1 AND conversation_id = $1";

const FLOOR_CONVERSATION: &str = "
    SELECT * FROM conversation
    JOIN contact ON contact.organization_id = conversation.organization_id
        AND contact.conversation_id = conversation.conversation_id
    JOIN campaign ON campaign.organization_id = conversation.organization_id
        AND campaign.campaign_id = conversation.campaign_id
    WHERE conversation.organization_id = $1 AND conversation.conversation_id = $2";
const FLOOR_THREAD: &str = "
    SELECT * FROM message WHERE organization_id = $1 AND conversation_id = $2 ORDER BY written_at, message_id";
const FLOOR_ANSWERS: &str = "SELECT * FROM survey_answer WHERE organization_id = $1 AND conversation_id = $2";
const FLOOR_LIST: &str = "
    SELECT conversation.*, contact.first_name, contact.last_name, (
        SELECT message.body FROM message
        WHERE message.organization_id = conversation.organization_id
            AND message.conversation_id = conversation.conversation_id AND message.direction = 1
        ORDER BY message.sequence DESC, message.written_at DESC LIMIT 1
    ) AS last_words
    FROM conversation
    CROSS JOIN contact
    WHERE conversation.organization_id = $1 AND conversation.campaign_id = 1 AND conversation.assignee_id = $2
        AND conversation.standing = 1 AND contact.organization_id = conversation.organization_id
        AND contact.conversation_id = conversation.conversation_id
    ORDER BY conversation.waiting_since, conversation.conversation_id
    LIMIT 101";

const fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

/// The time that so many percent stay below.
fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

/// A ground with contacts, whose conversations are given out.
async fn lay(engine: Engine, conversations: u32, more: &[&'static str]) -> Ground {
    let ground = ground::lay(engine, conversations).await;
    let mut transaction = ground.store.begin().await.expect("a transaction");
    for statement in [ALWAYS_OPEN, CONTACTS, NUMBERS].iter().chain(more) {
        sqlx::query(*statement).execute(&mut *transaction).await.expect("the ground is laid");
    }
    transaction.commit().await.expect("the ground is laid");
    if engine == Engine::Postgres {
        sqlx::raw_sql("VACUUM ANALYZE").execute(ground.store.reader()).await.expect("the database settles");
    }
    ground.settle().await;
    ground
}

/// What each texter holds that needs a reply.
async fn held(ground: &Ground, number: usize) -> Vec<Vec<i64>> {
    let mut all = Vec::new();
    for (texter, _) in (1_i64..).zip(0..TEXTERS) {
        let held: Vec<i64> = sqlx::query_scalar(HELD)
            .bind(texter)
            .bind(i64::try_from(number).expect("a few"))
            .fetch_all(ground.store.reader())
            .await
            .expect("what is held");
        assert_eq!(held.len(), number);
        all.push(held);
    }
    all
}

/// One message as twenty tasks write them.
#[derive(Clone, Copy)]
enum What {
    OutFloor,
    Out,
    InFloor,
    In,
}

async fn one(store: &Store, what: What, texter: i64, conversation: i64) {
    match what {
        What::Out => {
            let text = "A message as long as most of them are, with a question at the end of it?".to_owned();
            let message = MessageId(store.next_id());
            let actor = Actor { organization: handoff_core::OrganizationId(1), member: MemberId(texter) };
            let conversation = ConversationId(conversation);
            let draft =
                Draft { conversation, message, kind: Kind::Reply, follow_up: None, text: Some(text), all: false };
            store.send(actor, &draft).await.expect("it is sent");
        }
        What::In => {
            let inbound = Inbound {
                organization: handoff_core::OrganizationId(1),
                gateway_id: format!("in-{}", store.next_id()),
                phone: format!("+1{}", 1_000_000_000 + conversation).parse().expect("a number"),
                body: "Yes, I can. What time?".to_owned(),
            };
            let received = store.receive(&inbound).await.expect("it is received");
            assert!(matches!(received, Received::Conversation(_)));
        }
        What::OutFloor => {
            let (message, now) = (store.next_id(), store.now().get());
            let mut transaction = store.begin().await.expect("a transaction");
            let out = sqlx::query(FLOOR_OUT).bind(conversation).bind(message).bind(now).bind(texter);
            let queue = sqlx::query(FLOOR_QUEUE).bind(conversation).bind(message).bind(now);
            let wrote = sqlx::query(FLOOR_WROTE).bind(conversation).bind(now);
            for query in [out, queue, wrote] {
                query.execute(&mut *transaction).await.expect("the floor runs");
            }
            transaction.commit().await.expect("the floor commits");
        }
        What::InFloor => {
            let (message, now) = (store.next_id(), store.now().get());
            let mut transaction = store.begin().await.expect("a transaction");
            let gateway_id = format!("in-{message}");
            let added = sqlx::query(FLOOR_IN).bind(conversation).bind(message).bind(now).bind(gateway_id);
            let heard = sqlx::query(FLOOR_HEARD).bind(conversation).bind(now);
            for query in [added, heard] {
                query.execute(&mut *transaction).await.expect("the floor runs");
            }
            transaction.commit().await.expect("the floor commits");
        }
    }
}

/// All texters at once, each one message after the other. Answers how long each took, and all together.
async fn together(ground: &Ground, what: What, held: &mut [Vec<i64>]) -> (Vec<f64>, f64) {
    ground.checkpoint().await;
    let begun = Instant::now();
    let tasks: Vec<_> = held
        .iter_mut()
        .zip(1..)
        .map(|(held, texter)| {
            let (store, conversations) = (ground.store.clone(), held.split_off(held.len() - EACH));
            tokio::spawn(async move {
                let mut times = Vec::with_capacity(EACH);
                for conversation in conversations {
                    let begun = Instant::now();
                    one(&store, what, texter, conversation).await;
                    times.push(milliseconds(begun));
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a texter"));
    }
    (times, milliseconds(begun))
}

/// Both in turn on the same ground, in other conversations each time. Answers the times of each message, and of each
/// round.
async fn in_turn(ground: &Ground, floor: What, ours: What) -> [(Vec<f64>, Vec<f64>); 2] {
    let mut held = held(ground, EACH * (ROUNDS + 1) * 2).await;
    let mut all = [(Vec::new(), Vec::new()), (Vec::new(), Vec::new())];
    for round in 0..=ROUNDS {
        for (what, (messages, rounds)) in [floor, ours].into_iter().zip(&mut all) {
            let (times, whole) = together(ground, what, &mut held).await;
            if round > 0 {
                messages.extend(times);
                rounds.push(whole);
            }
        }
    }
    all
}

async fn send(engine: Engine) {
    let figure = format!("send_{}", name(engine));
    if !wanted(&figure) {
        return;
    }
    let ground = lay(engine, 100_000, &[OF_TWENTY]).await;
    let [(mut floor, _), (mut ours, _)] = in_turn(&ground, What::OutFloor, What::Out).await;
    for percent in [50, 95] {
        precisely(&format!("{figure}_p{percent}"), percentile(&mut ours, percent), percentile(&mut floor, percent));
    }
}

async fn inbound() {
    if !wanted("inbound_postgres") {
        return;
    }
    let ground = lay(Engine::Postgres, 100_000, &[OF_TWENTY]).await;
    let [(_, floor), (_, ours)] = in_turn(&ground, What::InFloor, What::In).await;
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let thousands = (TEXTERS * EACH) as f64 / 1_000.0;
    let (ours, floor) = (median(ours) / thousands, median(floor) / thousands);
    println!("{:.0} inbound messages a second, {:.0} at the floor", 1e6 / ours, 1e6 / floor);
    report("inbound_postgres", ours, floor);
}

/// Short times, with more digits.
fn precisely(name: &str, ours: f64, floor: f64) {
    println!("{name}\t{ours:.3}\t{floor:.3}\t{:.2}", ours / floor);
}

async fn floor_thread(store: &Store, conversation: i64) -> f64 {
    let begun = Instant::now();
    let mut transaction = store.reader().begin().await.expect("a transaction");
    let mut rows = 0;
    for statement in [FLOOR_CONVERSATION, FLOOR_THREAD, FLOOR_ANSWERS] {
        let read = sqlx::query(statement).bind(1_i64).bind(conversation).fetch_all(&mut *transaction).await;
        rows += read.expect("the floor runs").len();
    }
    transaction.commit().await.expect("the floor ends");
    assert_eq!(rows, 4);
    milliseconds(begun)
}

async fn floor_list(store: &Store, texter: i64) -> f64 {
    let begun = Instant::now();
    let mut transaction = store.reader().begin().await.expect("a transaction");
    let rows = sqlx::query(FLOOR_LIST).bind(1_i64).bind(texter).fetch_all(&mut *transaction).await;
    let rows = rows.expect("the floor runs").len();
    transaction.commit().await.expect("the floor ends");
    assert_eq!(rows, 101);
    milliseconds(begun)
}

async fn opening(engine: Engine) {
    let (thread, list) = (format!("thread_open_1m_{}", name(engine)), format!("list_first_page_1m_{}", name(engine)));
    let export = format!("export_1m_{}", name(engine));
    if ![&thread, &list, &export].into_iter().any(|figure| wanted(figure)) {
        return;
    }
    let ground = lay(engine, 1_000_000, &[OF_ALL, MESSAGES]).await;
    let store = &ground.store;
    let (mut floor, mut ours) = (Vec::new(), Vec::new());
    // The first hundred warm up.
    for round in 0..OPENED + 100 {
        // All over the table, no conversation twice.
        let at = |number: i64| 1_000_000_001 + number * 7_919 % 1_000_000;
        let bare = floor_thread(store, at(round * 2)).await;
        let begun = Instant::now();
        let opened = store.thread(ground.admin, ConversationId(at(round * 2 + 1))).await.expect("a thread");
        let time = milliseconds(begun);
        assert_eq!(opened.messages.len(), 3);
        if round >= 100 {
            floor.push(bare);
            ours.push(time);
        }
    }
    precisely(&thread, percentile(&mut ours, 95), percentile(&mut floor, 95));
    let (mut floor, mut ours) = (Vec::new(), Vec::new());
    for round in 0..OPENED + 100 {
        let texter = |number: i64| 1 + number * 7 % 499;
        let bare = floor_list(store, texter(round * 2)).await;
        let member = MemberId(texter(round * 2 + 1));
        let actor = Actor { member, ..ground.admin };
        let begun = Instant::now();
        let (tab, sort) = (Tab::Responses, Sort::NeedsReply);
        let page = store.list(actor, ground.campaign, Whose::Mine, tab, sort, "", None).await.expect("a list");
        let time = milliseconds(begun);
        assert_eq!((page.rows.len(), page.more), (100, true));
        if round >= 100 {
            floor.push(bare);
            ours.push(time);
        }
    }
    precisely(&list, percentile(&mut ours, 95), percentile(&mut floor, 95));
    exporting(&ground, &export).await;
}

/// The whole campaign, page by page as it is sent.
async fn exporting(ground: &Ground, figure: &str) {
    let mut times = Vec::new();
    forget_peak_memory();
    for _ in 0..5 {
        let begun = Instant::now();
        let (_, mut pages) =
            ground.store.export(ground.admin, ground.campaign, Part::Conversations).await.expect("an export");
        let mut lines = 0;
        while let Some(page) = pages.page().await.expect("a page") {
            lines += page.split(|byte| *byte == b'\n').count() - 1;
        }
        // The first line says what the columns are.
        assert_eq!(lines, 1_000_001);
        times.push(milliseconds(begun));
    }
    let ours = median(times);
    println!("{:.0} rows a second", 1e9 / ours);
    println!("{figure}\t{ours:.1}\t-\t-");
    if let Some(megabytes) = peak_memory() {
        println!("memory_{figure}\t{megabytes:.1}\t-\t-");
    }
}

#[tokio::main]
async fn main() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        send(engine).await;
    }
    inbound().await;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        opening(engine).await;
    }
}
