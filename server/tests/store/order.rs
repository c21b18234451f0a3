//! What was written first leaves first, is listed first and exported first, for ids in any order.

use handoff_core::campaign::hours::{Hours, Minute};
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::InitialWindow;
use handoff_core::message::Kind;
use handoff_core::survey::answer::Answer;
use handoff_core::survey::{Answers, Draft as QuestionDraft};
use handoff_core::{ConversationId, MemberId, QuestionId};
use handoff_server::delivery::gateway::Inbound;
use handoff_server::delivery::worker::Pace;
use handoff_server::store::Actor;
use handoff_server::store::export::Part;
use tokio::sync::watch;

use crate::database::{Database, on_both_engines};
use crate::gateway::{Scripted, Step, deliver, worker, worker_at};
use crate::scene::{Scene, run};
use crate::talk::{contact, draft, phone, send, talk};

const ABBY: MemberId = MemberId(1);

/// Writes to a conversation: an initial message, then replies, with these ids, all in the same microsecond.
async fn write(database: &Database, scene: Scene, conversation: i64, ids: &[i64]) {
    for (place, id) in ids.iter().enumerate() {
        let kind = if place == 0 { Kind::Initial } else { Kind::Reply };
        send(database, scene, ABBY, &draft(conversation, *id, kind, &format!("Message {id}"))).await.unwrap();
    }
}

async fn receive(database: &Database, scene: Scene, gateway_id: &str, number: i64) {
    let organization = scene.admin.organization;
    let (gateway_id, body) = (gateway_id.to_owned(), "An answer".to_owned());
    let inbound = Inbound { organization, gateway_id, phone: phone(number).parse().unwrap(), body };
    database.store.receive(&inbound).await.unwrap();
}

/// One column of an export, in its order.
async fn exported(database: &Database, scene: Scene, part: Part, column: &str) -> Vec<String> {
    let (_, mut export) = database.store.export(scene.admin, scene.campaign, part).await.unwrap();
    let mut file = Vec::new();
    while let Some(page) = export.page().await.unwrap() {
        file.extend(page);
    }
    let text = String::from_utf8(file).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let at = reader.headers().unwrap().iter().position(|name| name == column).unwrap();
    reader.records().map(|record| record.unwrap()[at].to_owned()).collect()
}

fn asked(gateway: &Scripted) -> Vec<i64> {
    gateway.asked().into_iter().map(|(message, _)| message).collect()
}

async fn hours(database: &Database, scene: Scene, zone: &str, open: &str, close: &str) {
    let (zone, minute) = (TimeZoneName::parse(zone).unwrap(), |text| Minute::parse(text).unwrap());
    let hours = Hours::new(minute(open), minute(close)).unwrap();
    database.store.save_hours(scene.admin, scene.campaign, &zone, hours, InitialWindow::default()).await.unwrap();
}

/// Sets the clock on to an instant.
fn set(database: &Database, to: &str) {
    let to: jiff::Timestamp = to.parse().unwrap();
    database.clock.advance_seconds(to.as_second() - database.store.now().get() / 1_000_000);
}

on_both_engines! {
    async fn messages_leave_and_are_shown_as_they_were_written_whatever_their_ids(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, scene, 8, 2, "Kim", Some(ABBY)).await;
        write(&database, scene, 7, &[900, 5]).await;
        receive(&database, scene, "in-1", 1).await;
        send(&database, scene, ABBY, &draft(7, 700, Kind::Reply, "Message 700")).await.unwrap();
        send(&database, scene, ABBY, &draft(7, 3, Kind::Reply, "Message 3")).await.unwrap();
        write(&database, scene, 8, &[2, 1]).await;
        let gateway = Scripted::new(&[]);
        let alone = worker_at(&database.store, &gateway, Pace { at_once: 1, ..Pace::default() });
        assert_eq!(deliver(&database.store, &alone).await, None);
        let of_lee: Vec<i64> = asked(&gateway).into_iter().filter(|id| ![1, 2].contains(id)).collect();
        assert_eq!(of_lee, [900, 5, 700, 3]);
        let thread = database.store.thread(scene.admin, ConversationId(7)).await.unwrap();
        let shown: Vec<&str> = thread.messages.iter().map(|message| message.body.as_str()).collect();
        let written = ["Message 900", "Message 5", "An answer", "Message 700", "Message 3"];
        assert_eq!(shown, written);
        let texts = exported(&database, scene, Part::Messages, "text").await;
        assert_eq!(texts, [&written[..], &["Message 2", "Message 1"]].concat());
    }
}

on_both_engines! {
    async fn nothing_overtakes_what_a_worker_is_handing_over(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        write(&database, scene, 7, &[900, 5]).await;
        let gateway = Scripted::new(&[Step::TakeSlowly]);
        let first = worker(&database.store, &gateway);
        let (_stop, stopping) = watch::channel(false);
        let handing = tokio::spawn(async move { first.deliver(&stopping).await });
        gateway.heard.notified().await;
        // Another worker, and a message that is written meanwhile.
        send(&database, scene, ABBY, &draft(7, 1, Kind::Reply, "Message 1")).await.unwrap();
        let second = worker(&database.store, &gateway);
        assert!(deliver(&database.store, &second).await.is_some());
        assert_eq!(asked(&gateway), [900]);
        gateway.go.notify_one();
        handing.await.unwrap();
        assert_eq!(asked(&gateway), [900, 5, 1]);
    }
}

on_both_engines! {
    async fn what_waits_for_the_morning_leaves_in_the_order_of_its_writing(database: Database) {
        let scene = talk(&database, 1, 2).await;
        for (conversation, id) in [(7, 50), (8, 40), (9, 60), (10, 10)] {
            contact(&database, scene, conversation, conversation, "Lee", Some(ABBY)).await;
            write(&database, scene, conversation, &[id]).await;
            database.clock.advance_seconds(1);
        }
        hours(&database, scene, "UTC", "09:00", "10:00").await;
        let gateway = Scripted::new(&[]);
        let alone = worker_at(&database.store, &gateway, Pace { at_once: 1, ..Pace::default() });
        let rest = deliver(&database.store, &alone).await.unwrap();
        assert!(asked(&gateway).is_empty());
        database.clock.advance_seconds(rest);
        assert_eq!(deliver(&database.store, &alone).await, None);
        assert_eq!(asked(&gateway), [50, 40, 60, 10]);
    }
}

on_both_engines! {
    async fn the_night_in_which_clocks_change_is_as_long_as_it_is(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let gateway = Scripted::new(&[]);
        // In New York clocks go forward on 14 March 2027: it is 22:00 there, and 09:00 is at 13:00Z.
        set(&database, "2027-03-14T03:00:00Z");
        write(&database, scene, 7, &[900]).await;
        hours(&database, scene, "America/New_York", "09:00", "21:00").await;
        let worker = worker(&database.store, &gateway);
        assert_eq!(deliver(&database.store, &worker).await, Some(10 * 3_600));
        set(&database, "2027-03-14T13:00:00Z");
        assert_eq!(deliver(&database.store, &worker).await, None);
        // And back on 7 November: 09:00 is 14:00Z.
        set(&database, "2027-11-07T03:00:00Z");
        send(&database, scene, ABBY, &draft(7, 5, Kind::Reply, "Good morning")).await.unwrap_err();
        hours(&database, scene, "America/New_York", "00:00", "24:00").await;
        send(&database, scene, ABBY, &draft(7, 5, Kind::Reply, "Good morning")).await.unwrap();
        hours(&database, scene, "America/New_York", "09:00", "21:00").await;
        assert_eq!(deliver(&database.store, &worker).await, Some(11 * 3_600));
        assert_eq!(asked(&gateway), [900]);
    }
}

on_both_engines! {
    async fn hours_that_are_widened_let_go_what_waits_for_them(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, scene, 8, 2, "Kim", Some(ABBY)).await;
        write(&database, scene, 7, &[900]).await;
        hours(&database, scene, "UTC", "09:00", "10:00").await;
        let gateway = Scripted::new(&[Step::TakeSlowly]);
        let worker = worker(&database.store, &gateway);
        assert_eq!(deliver(&database.store, &worker).await, Some(21 * 3_600));
        // Later still, then earlier, then now.
        hours(&database, scene, "UTC", "11:00", "11:30").await;
        assert_eq!(deliver(&database.store, &worker).await, Some(23 * 3_600));
        hours(&database, scene, "UTC", "13:00", "14:00").await;
        assert_eq!(deliver(&database.store, &worker).await, Some(3_600));
        hours(&database, scene, "UTC", "12:00", "14:00").await;
        let (_stop, stopping) = watch::channel(false);
        let handing = tokio::spawn(async move { worker.deliver(&stopping).await });
        gateway.heard.notified().await;
        // What is with the gateway is not let go a second time.
        hours(&database, scene, "UTC", "12:00", "15:00").await;
        let second = worker_of(&database, &gateway);
        assert_eq!(deliver(&database.store, &second).await, Some(Pace::default().lease_seconds));
        gateway.go.notify_one();
        handing.await.unwrap();
        assert_eq!(asked(&gateway), [900]);
    }
}

fn worker_of(database: &Database, gateway: &std::sync::Arc<Scripted>) -> handoff_server::delivery::Worker {
    worker(&database.store, gateway)
}

on_both_engines! {
    async fn what_waits_is_looked_at_again_every_quarter_of_an_hour(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        write(&database, scene, 7, &[900]).await;
        hours(&database, scene, "UTC", "09:00", "10:00").await;
        let gateway = Scripted::new(&[]);
        let worker = worker(&database.store, &gateway);
        assert_eq!(deliver(&database.store, &worker).await, Some(21 * 3_600));
        // Somebody else's program changes the hours, and says nothing.
        run(&database, "UPDATE campaign SET opens = 0, closes = 1440 WHERE organization_id = $1 AND campaign_id = $2", 1, scene.campaign.get()).await;
        database.clock.advance_seconds(899);
        assert_eq!(deliver(&database.store, &worker).await, Some(21 * 3_600 - 899));
        database.clock.advance_seconds(1);
        assert_eq!(deliver(&database.store, &worker).await, None);
        assert_eq!(asked(&gateway), [900]);
    }
}

/// Runs a statement for each number up to `$3`, in an organization and its campaign.
async fn for_each_number(database: &Database, scene: Scene, statement: &str, most: i64) {
    let series =
        "WITH RECURSIVE series (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < $3)";
    let mut transaction = database.store.begin().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement.replace("{series}", series)))
        .bind(scene.admin.organization.get())
        .bind(scene.campaign.get())
        .bind(most)
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
}

on_both_engines! {
    async fn a_page_of_an_export_ends_with_a_whole_conversation(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let (all, longest) = (5_002, 4_999);
        for statement in [
            "INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
             {series} SELECT $1, number, $2, '+1212' || CAST(2000000 + number AS TEXT), 'Lee', '', '{}' FROM series",
            "INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, standing)
             {series} SELECT $1, number, $2, 2, 2 FROM series",
            // The ids fall while the numbers rise.
            "INSERT INTO message (organization_id, conversation_id, message_id, direction, body, segments, written_at, sequence)
             {series} SELECT $1, number, 20000 - number, 1, CAST(number AS TEXT) || '-1', 1, $2, 1 FROM series",
        ] {
            for_each_number(&database, scene, statement, all).await;
        }
        for_each_number(&database, scene, "INSERT INTO message (organization_id, conversation_id, message_id, direction, body, segments, written_at, sequence)
             {series} SELECT $1, 4999, 100 - number, 1, '4999-' || CAST(number + 1 AS TEXT), 1, $2, number + 1 FROM series", 3).await;
        let expected: Vec<String> = (1..=all)
            .flat_map(|number| (1..=if number == longest { 4 } else { 1 }).map(move |turn| format!("{number}-{turn}")))
            .collect();
        assert_eq!(exported(&database, scene, Part::Messages, "text").await, expected);
    }
}

on_both_engines! {
    async fn answers_are_exported_as_they_were_given_whatever_the_ids_of_their_questions(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let abby = Actor { member: ABBY, ..scene.admin };
        for (id, text) in [(900, "First?"), (5, "Second?"), (70, "Third?")] {
            let question = QuestionDraft { text: text.to_owned(), answers: Answers::Text };
            database.store.save_question(scene.admin, scene.campaign, QuestionId(id), &question).await.unwrap();
        }
        for (id, after) in [(5, 0), (900, 10), (70, 0)] {
            database.clock.advance_seconds(after);
            let answer = Some(Answer::Text(format!("Answer {id}")));
            database.store.record_answer(abby, ConversationId(7), QuestionId(id), answer).await.unwrap();
        }
        let answers = exported(&database, scene, Part::Answers, "answer").await;
        assert_eq!(answers, ["Answer 5", "Answer 900", "Answer 70"], "those of one instant in the order of the survey");
    }
}
