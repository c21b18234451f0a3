//! On the way to the gateway and back: each message once, whatever breaks in between. No sleeps: the clock is the test's, and
//! the gateway follows a script.

use std::sync::Arc;
use std::time::Duration;

use handoff_core::campaign::CampaignAction;
use handoff_core::campaign::hours::{Hours, Minute};
use handoff_core::campaign::time_zone::TimeZoneName;
use handoff_core::campaign::window::InitialWindow;
use handoff_core::message::delivery::{Failure, Hindrance};
use handoff_core::message::outbox::pause_after;
use handoff_core::message::{Delivery, Kind};
use handoff_core::status::Status;
use handoff_core::{ConversationId, MemberId, MessageId};
use handoff_server::delivery::Intake;
use handoff_server::delivery::gateway::{Inbound, MessageKey};
use handoff_server::delivery::report::{Arrival, Report};
use handoff_server::delivery::worker::Pace;
use handoff_server::live::{Live, News};
use handoff_server::model::conversation::Confirmation;
use handoff_server::store::receive::Received;
use handoff_server::store::{Actor, Store};
use sqlx::Row;
use tokio::sync::watch;

use crate::database::{Database, on_both_engines};
use crate::gateway::{Scripted, Step, deliver, worker, worker_at};
use crate::scene::{Scene, run};
use crate::talk::{contact, draft, phone, rows, second_campaign, send, state, talk};

const ABBY: MemberId = MemberId(1);

/// A conversation with Lee, 7, whose initial message 100 was sent and waits.
async fn sent(database: &Database) -> Scene {
    let scene = talk(database, 1, 2).await;
    contact(database, scene, 7, 1, "Lee", Some(ABBY)).await;
    send(database, scene, ABBY, &draft(7, 100, Kind::Initial, "Hi Lee!")).await.unwrap();
    scene
}

/// So many conversations, from 1, each with an initial message that waits, from 1001.
async fn sent_many(database: &Database, number: i64) -> Scene {
    let scene = talk(database, 1, 2).await;
    for id in 1..=number {
        contact(database, scene, id, id, "Lee", Some(ABBY)).await;
        send(database, scene, ABBY, &draft(id, 1_000 + id, Kind::Initial, "Hi")).await.unwrap();
    }
    scene
}

/// What is known of a message: its state and the gateway's name of it.
async fn known(database: &Database, scene: Scene, message: i64) -> (Delivery, Option<String>) {
    let row = sqlx::query("SELECT delivery, gateway_id FROM message WHERE organization_id = $1 AND message_id = $2")
        .bind(scene.admin.organization.get())
        .bind(message)
        .fetch_one(database.store.reader())
        .await
        .unwrap();
    (Delivery::from_number(row.get::<i32, _>("delivery").into()).unwrap(), row.get("gateway_id"))
}

async fn delivery(database: &Database, scene: Scene, message: i64) -> Delivery {
    known(database, scene, message).await.0
}

const fn key(scene: Scene, conversation: i64, message: i64) -> MessageKey {
    let organization = scene.admin.organization;
    MessageKey { organization, conversation: ConversationId(conversation), message: MessageId(message) }
}

fn intake(database: &Database) -> Intake {
    Intake::new(database.store.clone(), Live::default())
}

fn inbound(scene: Scene, gateway_id: &str, number: i64, body: &str) -> Inbound {
    let (gateway_id, body) = (gateway_id.to_owned(), body.to_owned());
    Inbound { organization: scene.admin.organization, gateway_id, phone: phone(number).parse().unwrap(), body }
}

on_both_engines! {
    async fn a_message_is_handed_over_and_then_delivered(database: Database) {
        let scene = sent(&database).await;
        let gateway = Scripted::new(&[]);
        assert_eq!(deliver(&database.store, &worker(&database.store, &gateway)).await, None);
        assert_eq!(gateway.asked(), [(100, "Hi Lee!".to_owned())]);
        let taken = key(scene, 7, 100);
        assert_eq!(known(&database, scene, 100).await, (Delivery::Sent, Some(format!("taken-{taken}"))));
        assert_eq!(rows(&database, scene, "outbox").await, 0);
        assert!(intake(&database).report(Report { key: taken, arrival: Arrival::Delivered }).await.unwrap());
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Delivered);
        deliver(&database.store, &worker(&database.store, &gateway)).await;
        assert_eq!(gateway.asked().len(), 1);
    }
}

on_both_engines! {
    async fn a_gateway_that_cannot_is_asked_again_with_longer_and_longer_pauses(database: Database) {
        let scene = sent(&database).await;
        let gateway = Scripted::new(&[Step::Later; 16]);
        let worker = worker(&database.store, &gateway);
        let mut pauses = Vec::new();
        while let Some(pause) = deliver(&database.store, &worker).await {
            // Just before it is due, nothing happens.
            database.clock.advance_seconds(pause - 1);
            let asked = gateway.asked().len();
            assert_eq!(deliver(&database.store, &worker).await, Some(1));
            assert_eq!(gateway.asked().len(), asked);
            database.clock.advance_seconds(1);
            pauses.push(pause);
        }
        assert_eq!(pauses, (1..).map_while(pause_after).collect::<Vec<_>>());
        assert_eq!(gateway.asked().len(), 16);
        assert_eq!(delivery(&database, scene, 100).await, Delivery::NotSent(Hindrance::NoGateway));
        assert_eq!(rows(&database, scene, "outbox").await, 0);
        // It was taken after all, says a report that comes late.
        intake(&database).report(Report { key: key(scene, 7, 100), arrival: Arrival::Sent }).await.unwrap();
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Sent);
    }
}

on_both_engines! {
    async fn a_gateway_that_breaks_or_never_answers_is_asked_again(database: Database) {
        let scene = sent(&database).await;
        let gateway = Scripted::new(&[Step::Break, Step::TakeAndHang]);
        let hasty = worker_at(&database.store, &gateway, Pace { patience: Duration::ZERO, ..Pace::default() });
        assert_eq!(deliver(&database.store, &hasty).await, Some(2));
        database.clock.advance_seconds(2);
        assert_eq!(deliver(&database.store, &hasty).await, Some(4));
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Queued);
        database.clock.advance_seconds(4);
        assert_eq!(deliver(&database.store, &hasty).await, None);
        assert_eq!((gateway.asked().len(), gateway.taken()), (3, vec![(100, 1)]));
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Sent);
    }
}

on_both_engines! {
    async fn who_the_carrier_says_has_opted_out_is_opted_out_everywhere(database: Database) {
        let scene = sent(&database).await;
        let second = second_campaign(&database, scene).await;
        contact(&database, second, 9, 1, "Lee", Some(ABBY)).await;
        contact(&database, second, 10, 2, "Kim", Some(ABBY)).await;
        let gateway = Scripted::new(&[Step::Refuse(Failure::OptedOut)]);
        assert_eq!(deliver(&database.store, &worker(&database.store, &gateway)).await, None);
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Failed(Failure::OptedOut));
        assert!(state(&database, scene, 7).await.opted_out && state(&database, second, 9).await.opted_out);
        assert!(!state(&database, second, 10).await.opted_out);
        assert_eq!((rows(&database, scene, "outbox").await, rows(&database, scene, "opt_out").await), (0, 1));
    }
}

on_both_engines! {
    async fn who_is_refused_for_another_reason_is_not_opted_out(database: Database) {
        let scene = sent(&database).await;
        let gateway = Scripted::new(&[Step::Refuse(Failure::NoSuchNumber)]);
        assert_eq!(deliver(&database.store, &worker(&database.store, &gateway)).await, None);
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Failed(Failure::NoSuchNumber));
        assert_eq!((rows(&database, scene, "outbox").await, rows(&database, scene, "opt_out").await), (0, 0));
    }
}

on_both_engines! {
    async fn a_worker_that_dies_between_gateway_and_database_sends_nothing_twice(database: Database) {
        let scene = sent(&database).await;
        let gateway = Scripted::new(&[Step::TakeAndHang]);
        let first = worker(&database.store, &gateway);
        let (_stop, stopping) = watch::channel(false);
        let dying = tokio::spawn(async move { first.deliver(&stopping).await });
        gateway.heard.notified().await;
        dying.abort();
        assert!(dying.await.unwrap_err().is_cancelled());
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Queued);
        // Until the lease is over, the message is the dead one's.
        let second = worker(&database.store, &gateway);
        let lease = deliver(&database.store, &second).await.unwrap();
        assert_eq!((lease, gateway.asked().len()), (Pace::default().lease_seconds, 1));
        database.clock.advance_seconds(lease);
        assert_eq!(deliver(&database.store, &second).await, None);
        assert_eq!((gateway.asked().len(), gateway.taken()), (2, vec![(100, 1)]));
        let taken = key(scene, 7, 100);
        assert_eq!(known(&database, scene, 100).await, (Delivery::Sent, Some(format!("taken-{taken}"))));
    }
}

on_both_engines! {
    async fn a_report_that_comes_before_the_answer_is_enough(database: Database) {
        let scene = sent(&database).await;
        let gateway = Scripted::new(&[Step::TakeAndHang]);
        let first = worker(&database.store, &gateway);
        let (_stop, stopping) = watch::channel(false);
        let dying = tokio::spawn(async move { first.deliver(&stopping).await });
        gateway.heard.notified().await;
        let report = Report { key: key(scene, 7, 100), arrival: Arrival::Delivered };
        assert!(intake(&database).report(report).await.unwrap());
        dying.abort();
        assert!(dying.await.unwrap_err().is_cancelled());
        database.clock.advance_seconds(Pace::default().lease_seconds);
        assert_eq!(deliver(&database.store, &worker(&database.store, &gateway)).await, None);
        assert_eq!(gateway.asked().len(), 1, "it is on the phone");
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Delivered);
    }
}

on_both_engines! {
    async fn reports_late_twice_and_out_of_order_end_the_same(database: Database) {
        let scene = sent_many(&database, 3).await;
        let intake = intake(&database);
        let told = async |message: i64, arrivals: &[Arrival]| {
            for arrival in arrivals {
                let report = Report { key: key(scene, message - 1_000, message), arrival: *arrival };
                assert!(intake.report(report).await.unwrap());
            }
            delivery(&database, scene, message).await
        };
        let failed = Arrival::Failed(Failure::Unreachable);
        let (delivered, sent) = (Arrival::Delivered, Arrival::Sent);
        assert_eq!(told(1_001, &[delivered, sent, failed, delivered, sent]).await, Delivery::Delivered);
        assert_eq!(told(1_002, &[failed, sent, failed]).await, Delivery::Failed(Failure::Unreachable));
        // Once more the worker, which knows nothing of all that.
        let gateway = Scripted::new(&[]);
        assert_eq!(deliver(&database.store, &worker(&database.store, &gateway)).await, None);
        assert_eq!(gateway.asked().iter().map(|(message, _)| *message).collect::<Vec<_>>(), [1_003]);
        assert_eq!(told(1_003, &[sent]).await, Delivery::Sent);
        assert_eq!(told(1_003, &[Arrival::Failed(Failure::OptedOut)]).await, Delivery::Failed(Failure::OptedOut));
        assert!(state(&database, scene, 3).await.opted_out);
        assert_eq!(told(1_001, &[Arrival::Failed(Failure::OptedOut)]).await, Delivery::Delivered);
        assert!(state(&database, scene, 1).await.opted_out, "whatever else is reported");
    }
}

on_both_engines! {
    async fn a_report_about_nothing_changes_nothing(database: Database) {
        let scene = sent(&database).await;
        let intake = intake(&database);
        intake.receive(&inbound(scene, "in-1", 1, "Who is this?")).await.unwrap();
        let theirs = sqlx::query_scalar("SELECT message_id FROM message WHERE organization_id = $1 AND direction = 1")
            .bind(1_i64).fetch_one(database.store.reader()).await.unwrap();
        let elsewhere = MessageKey { organization: handoff_core::OrganizationId(2), ..key(scene, 7, 100) };
        for about in [key(scene, 7, 101), key(scene, 8, 100), key(scene, 7, theirs), elsewhere] {
            let report = Report { key: about, arrival: Arrival::Failed(Failure::OptedOut) };
            assert!(!intake.report(report).await.unwrap(), "{about}");
        }
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Queued);
        assert_eq!((rows(&database, scene, "outbox").await, rows(&database, scene, "opt_out").await), (1, 0));
    }
}

on_both_engines! {
    async fn what_comes_in_twice_is_told_once(database: Database) {
        let scene = sent(&database).await;
        let live = Live::default();
        let mut news = live.listen();
        let intake = Intake::new(database.store.clone(), live);
        let hello = inbound(scene, "in-1", 1, "Who is this?");
        assert!(matches!(intake.receive(&hello).await.unwrap(), Received::Conversation(_)));
        assert_eq!(intake.receive(&hello).await.unwrap(), Received::Repeated);
        let News::Conversation(changed) = news.try_recv().unwrap() else { panic!("a conversation changed") };
        assert_eq!((changed.conversation, changed.owners), (ConversationId(7), [Some(ABBY), Some(ABBY)]));
        assert!(news.try_recv().is_err());
        assert_eq!(state(&database, scene, 7).await.status, Status::NeedsReply);
        assert_eq!(rows(&database, scene, "message").await, 2);
    }
}

on_both_engines! {
    async fn stop_while_a_message_waits_stops_it(database: Database) {
        let scene = sent(&database).await;
        let gateway = Scripted::new(&[Step::Later]);
        let worker = worker(&database.store, &gateway);
        assert_eq!(deliver(&database.store, &worker).await, Some(2));
        intake(&database).receive(&inbound(scene, "in-1", 1, "Stop!")).await.unwrap();
        database.clock.advance_seconds(2);
        assert_eq!(deliver(&database.store, &worker).await, None);
        assert_eq!((gateway.asked().len(), gateway.taken()), (1, vec![]));
        assert_eq!(delivery(&database, scene, 100).await, Delivery::NotSent(Hindrance::OptedOut));
        assert_eq!(rows(&database, scene, "outbox").await, 0);
        // Whose dialog was open meanwhile sends nothing either, however often it is pressed.
        let abby = Actor { member: ABBY, ..scene.admin };
        let opt = async |message: i64, out: bool| {
            let confirmation = Confirmation { message: MessageId(message), text: "Goodbye".to_owned() };
            database.store.opt_out(abby, ConversationId(7), Some(confirmation), out).await.unwrap()[0].after.opted_out
        };
        assert!(opt(101, true).await && opt(101, true).await);
        assert_eq!(deliver(&database.store, &worker).await, None);
        assert_eq!(gateway.taken(), []);
        // In again by hand: that is confirmed once, and an opt-out after it as well.
        assert!(!opt(102, false).await && !opt(102, false).await && !opt(103, false).await);
        assert!(opt(104, true).await);
        assert_eq!(deliver(&database.store, &worker).await, None);
        assert_eq!(gateway.taken(), [(104, 1)], "who has opted out since gets no opt-in any more");
        assert_eq!(rows(&database, scene, "message").await, 4);
    }
}

on_both_engines! {
    async fn who_opted_out_in_another_conversation_gets_nothing_either(database: Database) {
        let scene = sent(&database).await;
        // By number alone: as if this conversation were not marked yet.
        run(&database, "INSERT INTO opt_out (organization_id, phone, opted_out_at) VALUES ($1, '+12025550001', $2)", 1, 1).await;
        let gateway = Scripted::new(&[]);
        assert_eq!(deliver(&database.store, &worker(&database.store, &gateway)).await, None);
        assert_eq!((gateway.asked(), delivery(&database, scene, 100).await), (vec![], Delivery::NotSent(Hindrance::OptedOut)));
    }
}

on_both_engines! {
    async fn what_finds_its_hour_closed_waits_until_it_opens(database: Database) {
        let scene = sent(&database).await;
        let (zone, minute) = (TimeZoneName::parse("UTC").unwrap(), |text| Minute::parse(text).unwrap());
        let hours = Hours::new(minute("13:30"), minute("14:00")).unwrap();
        database.store.save_hours(scene.admin, scene.campaign, &zone, hours, InitialWindow::default()).await.unwrap();
        database.clock.advance_seconds(20);
        let gateway = Scripted::new(&[Step::Later]);
        let worker = worker(&database.store, &gateway);
        // It is twelve o'clock and twenty seconds.
        assert_eq!(deliver(&database.store, &worker).await, Some(90 * 60 - 20));
        database.clock.advance_seconds(90 * 60 - 20);
        // A campaign that was paused since keeps back nothing. And waiting was no try.
        database.store.act_on_campaign(scene.admin, scene.campaign, CampaignAction::Pause).await.unwrap();
        assert_eq!(deliver(&database.store, &worker).await, Some(2));
        database.clock.advance_seconds(2);
        assert_eq!(deliver(&database.store, &worker).await, None);
        assert_eq!(delivery(&database, scene, 100).await, Delivery::Sent);
    }
}

on_both_engines! {
    async fn messages_of_one_conversation_go_out_in_their_order(database: Database) {
        let scene = sent(&database).await;
        send(&database, scene, ABBY, &draft(7, 101, Kind::Reply, "One more thing")).await.unwrap();
        let gateway = Scripted::new(&[Step::Later]);
        let worker = worker(&database.store, &gateway);
        assert_eq!(deliver(&database.store, &worker).await, Some(2));
        assert_eq!(gateway.asked().len(), 1, "the second one waits for the first");
        database.clock.advance_seconds(2);
        assert_eq!(deliver(&database.store, &worker).await, None);
        assert_eq!(gateway.asked().iter().map(|(message, _)| *message).collect::<Vec<_>>(), [100, 100, 101]);
        assert_eq!(gateway.taken(), [(100, 1), (101, 1)]);
    }
}

on_both_engines! {
    async fn two_workers_at_once_never_send_a_message_twice(database: Database) {
        let scene = sent_many(&database, 60).await;
        let gateway = Scripted::new(&[]);
        let pace = Pace { at_once: 4, ..Pace::default() };
        let other = Store::open(&database.address, database.clock.clone()).await.unwrap();
        let tasks = [database.store.clone(), other].map(|store| {
            let gateway: Arc<Scripted> = gateway.clone();
            tokio::spawn(async move { deliver(&store, &worker_at(&store, &gateway, pace)).await })
        });
        for task in tasks {
            task.await.unwrap();
        }
        let mut asked: Vec<i64> = gateway.asked().into_iter().map(|(message, _)| message).collect();
        asked.sort_unstable();
        assert_eq!(asked, (1_001..=1_060).collect::<Vec<_>>());
        assert_eq!(rows(&database, scene, "outbox").await, 0);
    }
}

on_both_engines! {
    async fn what_cannot_be_kept_holds_up_nothing_else(database: Database) {
        let scene = sent_many(&database, 3).await;
        // Two messages under one name: the database refuses the second.
        let gateway = Scripted::new(&[Step::TakeAs("x"), Step::TakeAs("x")]);
        let worker = worker(&database.store, &gateway);
        let lease = deliver(&database.store, &worker).await.unwrap();
        let states = [delivery(&database, scene, 1_001).await, delivery(&database, scene, 1_002).await];
        assert_eq!(states.iter().filter(|state| **state == Delivery::Sent).count(), 1);
        assert_eq!(delivery(&database, scene, 1_003).await, Delivery::Sent);
        assert_eq!(rows(&database, scene, "outbox").await, 1);
        database.clock.advance_seconds(lease);
        assert_eq!(deliver(&database.store, &worker).await, None);
        assert_eq!((gateway.asked().len(), rows(&database, scene, "outbox").await), (4, 0));
    }
}

on_both_engines! {
    async fn told_to_stop_it_waits_for_what_is_under_way_and_takes_nothing_more(database: Database) {
        let scene = sent_many(&database, 2).await;
        let gateway = Scripted::new(&[Step::TakeSlowly]);
        let alone = worker_at(&database.store, &gateway, Pace { at_once: 1, ..Pace::default() });
        let (stop, stopping) = watch::channel(false);
        let running = tokio::spawn(alone.run(stopping));
        gateway.heard.notified().await;
        stop.send(true).unwrap();
        gateway.go.notify_one();
        running.await.unwrap();
        assert_eq!(gateway.asked().len(), 1);
        assert_eq!(delivery(&database, scene, 1_001).await, Delivery::Sent);
        assert_eq!(delivery(&database, scene, 1_002).await, Delivery::Queued);
        // Whoever starts next finds it due at once.
        assert_eq!(deliver(&database.store, &worker(&database.store, &gateway)).await, None);
        assert_eq!(delivery(&database, scene, 1_002).await, Delivery::Sent);
    }
}

on_both_engines! {
    async fn a_worker_that_rests_is_woken_by_what_is_sent(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let (gateway, live) = (Scripted::new(&[]), Live::default());
        // It would look by itself in an hour.
        let pace = Pace { look: Duration::from_hours(1), ..Pace::default() };
        let worker = handoff_server::delivery::Worker::new(database.store.clone(), live.clone(), gateway.clone(), pace);
        let (stop, stopping) = watch::channel(false);
        let running = tokio::spawn(worker.run(stopping));
        let abby = Actor { member: ABBY, ..scene.admin };
        for (message, kind) in [(100, Kind::Initial), (101, Kind::Reply)] {
            let (_, done) = database.store.send(abby, &draft(7, message, kind, "Hi")).await.unwrap();
            live.conversation(scene.admin.organization, &done);
            tokio::time::timeout(Duration::from_secs(30), gateway.heard.notified()).await.expect("it is woken");
        }
        stop.send(true).unwrap();
        running.await.unwrap();
        assert_eq!(gateway.taken(), [(100, 1), (101, 1)]);
    }
}
