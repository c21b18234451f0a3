//! The made-up phones and texters: the same seed plays the same piece.

use std::sync::Arc;

use handoff_core::MemberId;
use handoff_core::campaign::CampaignAction;
use handoff_core::message::{Delivery, Kind};
use handoff_core::sending::SendError;
use handoff_core::status::Status;
use handoff_server::delivery::Intake;
use handoff_server::delivery::gateway::Inbound;
use handoff_server::delivery::simulator::texter::Crew;
use handoff_server::delivery::simulator::{Contact, Mood, Simulator, Temper, prompt};
use handoff_server::delivery::worker::{Pace, Worker};
use handoff_server::live::Live;
use handoff_server::model::ApiError;
use handoff_server::store::engine::Engine;
use sqlx::Row;

use crate::database::{Database, START, fresh, on_both_engines};
use crate::gateway::deliver;
use crate::scene::Scene;
use crate::talk::{contact, draft, phone, rows, send, state, talk};

const ABBY: MemberId = MemberId(1);
const CONTACTS: i64 = 60;

/// Conversation, microseconds since the start, who wrote, what, and what became of it.
type Line = (i64, i64, i32, String, Option<i32>);

async fn transcript(database: &Database, scene: Scene) -> Vec<Line> {
    let rows = sqlx::query(
        "SELECT conversation_id, written_at, direction, body, delivery FROM message WHERE organization_id = $1
         ORDER BY conversation_id, written_at, direction, body",
    )
    .bind(scene.admin.organization.get())
    .fetch_all(database.store.reader())
    .await
    .unwrap();
    let line = |row: &sqlx::any::AnyRow| -> Line {
        let after = row.get::<i64, _>("written_at") - START.get();
        (row.get("conversation_id"), after, row.get("direction"), row.get("body"), row.get("delivery"))
    };
    rows.iter().map(line).collect()
}

/// The clock goes from one thing to the next until nothing more happens.
async fn play_out(database: &Database, simulator: &Arc<Simulator>) {
    let worker = Worker::new(database.store.clone(), Live::default(), simulator.clone(), Pace::default());
    let intake = Intake::new(database.store.clone(), Live::default());
    loop {
        let due = deliver(&database.store, &worker).await.map(|seconds| database.store.now().plus_seconds(seconds));
        let brought = simulator.bring(&intake).await;
        let Some(next) = due.into_iter().chain(brought).min() else { return };
        let microseconds = next.get() - database.store.now().get();
        database.clock.advance_seconds(microseconds.div_euclid(1_000_000) + 1);
    }
}

/// Writes to everybody, twice, and answers what was said.
async fn play(database: &Database, seed: u64) -> Vec<Line> {
    let scene = talk(database, 1, 1).await;
    let simulator = Arc::new(Simulator::new(seed, Mood::Lively, database.clock.clone()));
    for id in 1..=CONTACTS {
        contact(database, scene, id, id, "Lee", Some(ABBY)).await;
        send(database, scene, ABBY, &draft(id, 1_000 + id, Kind::Initial, "Can you help?")).await.unwrap();
    }
    play_out(database, &simulator).await;
    for id in 1..=CONTACTS {
        let reply = draft(id, 2_000 + id, Kind::Reply, "Thank you! We meet at ten.");
        match send(database, scene, ABBY, &reply).await {
            Ok(_) => {}
            Err(error) => assert_eq!(error, SendError::OptedOut.into()),
        }
    }
    play_out(database, &simulator).await;
    transcript(database, scene).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_is_the_same_transcript_on_either_engine() {
    let sqlite = play(&fresh(Engine::Sqlite).await, 1).await;
    assert_eq!(sqlite, play(&fresh(Engine::Postgres).await, 1).await);
    let other = play(&fresh(Engine::Sqlite).await, 2).await;
    assert_ne!(sqlite, other);
    // And it is life as it is: answers, silence, failures, and nobody answers at once.
    let inbound: Vec<&Line> = sqlite.iter().filter(|line| line.2 == 1).collect();
    assert!((20..100).contains(&inbound.len()), "{inbound:#?}");
    assert!(inbound.iter().all(|line| line.1 >= 5_000_000), "{inbound:#?}");
    let outcome = |delivery: i64| move |line: &&Line| line.4.map(i64::from) == Some(delivery);
    let delivered = sqlite.iter().filter(outcome(Delivery::Delivered.number())).count();
    assert!(delivered > 80, "{delivered}");
    assert!(sqlite.iter().chain(&other).any(|line| line.4.is_some_and(|delivery| (10..20).contains(&delivery))));
}

on_both_engines! {
    async fn a_simulator_that_starts_anew_says_nothing_twice(database: Database) {
        let lee = phone(1).parse().unwrap();
        let seed = (1..1_000).find(|seed| Contact::of(*seed, lee).temper == Temper::Eager);
        let scene = talk(&database, 1, 1).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        send(&database, scene, ABBY, &draft(7, 100, Kind::Initial, "Can you help?")).await.unwrap();
        let simulator = || Arc::new(Simulator::new(seed.unwrap(), Mood::Lively, database.clock.clone()));
        play_out(&database, &simulator()).await;
        let before = transcript(&database, scene).await;
        // As if what became of the message had been lost with the process.
        let queue = "INSERT INTO outbox (organization_id, conversation_id, message_id, campaign_id, phone, kind, due_at)
            VALUES ($1, 7, 100, $2, '+12025550001', 1, 0)";
        crate::scene::run(&database, queue, 1, scene.campaign.get()).await;
        let same = simulator();
        play_out(&database, &same).await;
        assert_eq!(transcript(&database, scene).await, before);
        // And asked once more by a program that lives: it has taken that already, and plans nothing.
        crate::scene::run(&database, queue, 1, scene.campaign.get()).await;
        let worker = Worker::new(database.store.clone(), Live::default(), same.clone(), Pace::default());
        assert_eq!(deliver(&database.store, &worker).await, None);
        assert_eq!(same.bring(&Intake::new(database.store.clone(), Live::default())).await, None);
        assert_eq!(transcript(&database, scene).await, before);
        assert_eq!(rows(&database, scene, "outbox").await, 0);
    }
}

on_both_engines! {
    async fn where_everybody_keeps_still_messages_are_delivered_and_nobody_answers(database: Database) {
        let scene = talk(&database, 1, 1).await;
        for id in 1..=30 {
            contact(&database, scene, id, id, "Lee", Some(ABBY)).await;
            send(&database, scene, ABBY, &draft(id, 1_000 + id, Kind::Initial, "Can you help?")).await.unwrap();
        }
        play_out(&database, &Arc::new(Simulator::new(1, Mood::Still, database.clock.clone()))).await;
        let delivered = Some(i32::try_from(Delivery::Delivered.number()).unwrap());
        let lines = transcript(&database, scene).await;
        assert_eq!(lines.len(), 30);
        assert!(lines.iter().all(|line| line.4 == delivered), "{lines:?}");
    }
}

on_both_engines! {
    async fn made_up_texters_work_what_they_hold_as_members_do(database: Database) {
        let scene = talk(&database, 1, 3).await;
        let (lindsey, omar) = (MemberId(2), MemberId(3));
        for (id, owner) in [(1, ABBY), (2, lindsey), (3, lindsey), (4, omar)] {
            contact(&database, scene, id, id, "Lee", Some(owner)).await;
        }
        let live = Live::default();
        let mut crew = Crew::gather(&database.store, &live, scene.admin.organization, 1).await.unwrap();
        assert_eq!(live.online(scene.admin.organization), [lindsey, omar].into(), "never the first one");
        for _ in 0..40 {
            database.clock.advance_seconds(10);
            crew.act().await.unwrap();
        }
        let statuses = async || {
            let mut all = Vec::new();
            for id in 1..=4 {
                all.push(state(&database, scene, id).await.status);
            }
            all
        };
        assert_eq!(statuses().await, [Status::NotStarted, Status::Waiting, Status::Waiting, Status::Waiting]);
        for (number, body) in [(2, "Who is this?"), (3, "Please stop texting me")] {
            let (gateway_id, body) = (format!("in-{number}"), body.to_owned());
            let organization = scene.admin.organization;
            let inbound = Inbound { organization, gateway_id, phone: phone(number).parse().unwrap(), body };
            database.store.receive(&inbound).await.unwrap();
        }
        for _ in 0..40 {
            database.clock.advance_seconds(10);
            crew.act().await.unwrap();
        }
        assert!(matches!(state(&database, scene, 2).await.status, Status::Replied | Status::Resolved));
        assert!(state(&database, scene, 3).await.opted_out, "a person has read it");
        // An admin pauses the campaign: they are refused like everybody.
        contact(&database, scene, 5, 5, "Lee", Some(lindsey)).await;
        database.store.act_on_campaign(scene.admin, scene.campaign, CampaignAction::Pause).await.unwrap();
        let mut refused = 0;
        for _ in 0..20 {
            if let Err(error) = crew.act().await {
                assert!(matches!(error, ApiError::Sending(SendError::Campaign(_))), "{error:?}");
                refused += 1;
            }
        }
        assert!(refused > 0);
        assert_eq!(state(&database, scene, 5).await.status, Status::NotStarted);
    }
}

on_both_engines! {
    async fn contacts_write_what_they_are_told_to(database: Database) {
        let scene = talk(&database, 1, 1).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        send(&database, scene, ABBY, &draft(7, 100, Kind::Initial, "Can you help?")).await.unwrap();
        let simulator = Arc::new(Simulator::new(1, Mood::Still, database.clock.clone()));
        play_out(&database, &simulator).await;
        let (prompter, lines) = tokio::sync::mpsc::unbounded_channel();
        for line in ["+12025550001 Yes, gladly!", "no number", "+12025550001 What time?"] {
            prompter.send(line.to_owned()).unwrap();
        }
        drop(prompter);
        prompt::follow(lines, simulator.clone(), database.store.clone(), scene.admin.organization).await;
        assert_eq!(state(&database, scene, 7).await.status, Status::Waiting, "nothing was brought yet");
        play_out(&database, &simulator).await;
        assert_eq!(state(&database, scene, 7).await.status, Status::NeedsReply);
        let inbound = transcript(&database, scene).await.into_iter().filter(|line| line.2 == 1).count();
        assert_eq!(inbound, 2);
    }
}
