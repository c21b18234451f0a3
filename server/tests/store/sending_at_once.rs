//! Sending against everything that can happen at the same moment. No sleeps: one is held back until the others wait.

use handoff_core::message::Kind;
use handoff_core::request::HowMany;
use handoff_core::sending::SendError;
use handoff_core::{ConversationId, MemberId, OperationId};
use handoff_server::model::ApiError;
use handoff_server::model::overview::CommitAnswer;
use handoff_server::store::Actor;
use handoff_server::store::engine::Engine;
use handoff_server::store::receive::{Inbound, Received};
use sqlx::{Any, Transaction};

use crate::database::{Database, START, on_both_engines};
use crate::reassign::{commit, preview, request};
use crate::scene::Scene;
use crate::talk::{contact, draft, phone, rows, second_campaign, send, state, talk};

const ABBY: MemberId = MemberId(1);
const LINDSEY: MemberId = MemberId(2);

/// Begins what changes one conversation, as every act does, and keeps it open.
async fn holder(database: &Database, scene: Scene, conversation: i64) -> Transaction<'static, Any> {
    let mut transaction = database.store.begin().await.unwrap();
    if let Some(lock) = database.store.engine().lock_conversation() {
        sqlx::query(lock)
            .bind(scene.admin.organization.get())
            .bind(conversation)
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
    }
    transaction
}

/// Waits until so many connections wait for a lock of any kind; on SQLite, until so many writers wait.
pub async fn until_waiting(database: &Database, number: i64) {
    if database.store.engine() == Engine::Sqlite {
        while i64::from(database.store.writers_waiting()) < number {
            tokio::task::yield_now().await;
        }
        return;
    }
    loop {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
        )
        .fetch_one(database.store.reader())
        .await
        .unwrap();
        if waiting >= number {
            return;
        }
        tokio::task::yield_now().await;
    }
}

on_both_engines! {
    async fn a_send_after_a_move_is_refused_with_the_new_owner_and_the_time(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let mut moving = holder(&database, scene, 7).await;
        let store = database.store.clone();
        let abby = Actor { member: ABBY, ..scene.admin };
        let task = tokio::spawn(async move { store.send(abby, &draft(7, 100, Kind::Initial, "Hi")).await });
        until_waiting(&database, 1).await;
        let moved = "UPDATE conversation SET assignee_id = 2, previous_id = 1, assigned_at = $1
            WHERE organization_id = 1 AND conversation_id = 7";
        sqlx::query(moved)
            .bind(START.get()).execute(&mut *moving).await.unwrap();
        moving.commit().await.unwrap();
        let to = "Texter 2".to_owned();
        let refused = SendError::Reassigned { to, at: Some(START) };
        assert_eq!(task.await.unwrap().unwrap_err(), refused.into());
        assert_eq!((rows(&database, scene, "message").await, rows(&database, scene, "outbox").await), (0, 0));
    }
}

on_both_engines! {
    async fn of_a_send_and_a_move_at_once_the_first_one_counts(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let all = request(HowMany::All, &[LINDSEY]);
        let commit = commit(scene, all.clone(), preview(&database, scene, &all).await.fingerprint(), 1);
        let before = holder(&database, scene, 7).await;
        let (mover, sender) = (database.store.clone(), database.store.clone());
        let abby = Actor { member: ABBY, ..scene.admin };
        let moving = tokio::spawn(async move { mover.commit(scene.admin, &commit).await });
        until_waiting(&database, 1).await;
        let sending = tokio::spawn(async move { sender.send(abby, &draft(7, 100, Kind::Initial, "Hi")).await });
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        match (moving.await.unwrap().unwrap(), sending.await.unwrap()) {
            (CommitAnswer::Committed { moved: 1, .. }, Err(ApiError::Sending(SendError::Reassigned { .. }))) => {
                assert_eq!((state(&database, scene, 7).await.assignee, rows(&database, scene, "message").await), (Some(LINDSEY), 0));
            }
            (CommitAnswer::Conflict { .. }, Ok(_)) => {
                assert_eq!((state(&database, scene, 7).await.assignee, rows(&database, scene, "message").await), (Some(ABBY), 1));
            }
            other => panic!("both or none: {other:?}"),
        }
    }
}

on_both_engines! {
    async fn a_send_after_an_opt_out_is_refused(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let second = second_campaign(&database, scene).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, second, 8, 1, "Lee", Some(LINDSEY)).await;
        // The contact's STOP is about to be taken into the second campaign; Abby sends in the first.
        let before = holder(&database, scene, 7).await;
        let (receiver, sender) = (database.store.clone(), database.store.clone());
        let stop = inbound(scene, "stop-1", "STOP");
        let receiving = tokio::spawn(async move { receiver.receive(&stop).await });
        until_waiting(&database, 1).await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let sending = tokio::spawn(async move { sender.send(abby, &draft(7, 100, Kind::Initial, "Hi")).await });
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        let Received::Conversation(changed) = receiving.await.unwrap().unwrap() else { panic!("it has a conversation") };
        assert_eq!(changed.len(), 2);
        let there = (rows(&database, scene, "message").await, rows(&database, scene, "outbox").await);
        match sending.await.unwrap() {
            Err(error) => assert_eq!((error, there), (SendError::OptedOut.into(), (1, 0))),
            // Only SQLite may take them in another order: then it was sent before, and waits in the outbox.
            Ok(_) => assert_eq!((database.store.engine(), there), (Engine::Sqlite, (2, 1))),
        }
        assert!(state(&database, scene, 7).await.opted_out && state(&database, second, 8).await.opted_out);
    }
}

on_both_engines! {
    async fn a_double_click_sends_once_and_answers_twice(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let before = holder(&database, scene, 7).await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let tasks: Vec<_> = [1, 2].map(|_| {
            let store = database.store.clone();
            tokio::spawn(async move { store.send(abby, &draft(7, 100, Kind::Initial, "Hi")).await })
        }).into();
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap().unwrap().0);
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!((rows(&database, scene, "message").await, rows(&database, scene, "outbox").await), (1, 1));
    }
}

on_both_engines! {
    async fn two_tabs_send_one_initial_message(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        let before = holder(&database, scene, 7).await;
        let abby = Actor { member: ABBY, ..scene.admin };
        let tasks: Vec<_> = [100, 101].map(|message| {
            let store = database.store.clone();
            tokio::spawn(async move { store.send(abby, &draft(7, message, Kind::Initial, "Hi")).await })
        }).into();
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        let started: ApiError = SendError::Started.into();
        assert!(answers.iter().any(|answer| answer.as_ref().err() == Some(&started)));
        assert_eq!((rows(&database, scene, "message").await, rows(&database, scene, "outbox").await), (1, 1));
    }
}

fn inbound(scene: Scene, gateway_id: &str, body: &str) -> Inbound {
    let (gateway_id, body) = (gateway_id.to_owned(), body.to_owned());
    Inbound { organization: scene.admin.organization, gateway_id, phone: phone(1).parse().unwrap(), body }
}

on_both_engines! {
    async fn what_comes_in_twice_at_once_is_there_once(database: Database) {
        let scene = talk(&database, 1, 2).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        send(&database, scene, ABBY, &draft(7, 100, Kind::Initial, "Hi")).await.unwrap();
        let before = holder(&database, scene, 7).await;
        let tasks: Vec<_> = [1, 2].map(|_| {
            let (store, inbound) = (database.store.clone(), inbound(scene, "in-1", "Yes!"));
            tokio::spawn(async move { store.receive(&inbound).await })
        }).into();
        until_waiting(&database, 2).await;
        before.commit().await.unwrap();
        let mut repeated = 0;
        for task in tasks {
            repeated += i32::from(task.await.unwrap().unwrap() == Received::Repeated);
        }
        assert_eq!((repeated, rows(&database, scene, "message").await), (1, 2));
    }
}

on_both_engines! {
    async fn opting_out_and_in_and_giving_away_at_once_never_block_each_other_for_good(database: Database) {
        let scene = talk(&database, 1, 2).await;
        let second = second_campaign(&database, scene).await;
        contact(&database, scene, 7, 1, "Lee", Some(ABBY)).await;
        contact(&database, second, 8, 1, "Lee", Some(LINDSEY)).await;
        let before = holder(&database, scene, 7).await;
        let (store, seven, eight) = (&database.store, ConversationId(7), ConversationId(8));
        let (one, other, third) = (store.clone(), store.clone(), store.clone());
        let tasks = [
            tokio::spawn(async move { one.opt_out(scene.admin, eight, None, true).await.map(drop) }),
            tokio::spawn(async move { other.opt_out(scene.admin, seven, None, true).await.map(drop) }),
            tokio::spawn(async move { third.reassign_one(scene.admin, seven, Some(LINDSEY), OperationId(9)).await.map(drop) }),
        ];
        until_waiting(&database, 3).await;
        before.commit().await.unwrap();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let after = state(&database, scene, 7).await;
        assert_eq!((after.opted_out, after.assignee), (true, Some(LINDSEY)));
        assert!(state(&database, second, 8).await.opted_out);
    }
}

/// Waits until every task waits for a campaign. None of them may end before.
async fn until_all_wait<T>(database: &Database, tasks: &[tokio::task::JoinHandle<T>]) {
    loop {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()",
        )
        .fetch_one(database.store.reader())
        .await
        .unwrap();
        assert_eq!(tasks.iter().position(tokio::task::JoinHandle::is_finished), None, "it did not wait");
        if usize::try_from(waiting).unwrap() == tasks.len() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

on_both_engines! {
    async fn whatever_changes_a_conversation_waits_for_a_bulk_move(database: Database) {
        let scene = talk(&database, 1, 2).await;
        for id in 1..=7 {
            contact(&database, scene, id, id, "Lee", Some(ABBY)).await;
            send(&database, scene, ABBY, &draft(id, 10 + id, Kind::Initial, "Hi")).await.unwrap();
        }
        let engine = database.store.engine();
        let mut moving = database.store.begin().await.unwrap();
        if let Some(lock) = engine.lock_campaign() {
            sqlx::query(lock).bind(scene.campaign.get()).execute(&mut *moving).await.unwrap();
        }
        let abby = Actor { member: ABBY, ..scene.admin };
        let store = || database.store.clone();
        let (one, two, three, four, five, six, seven) = (store(), store(), store(), store(), store(), store(), store());
        let id = ConversationId;
        let yes = inbound(scene, "in-1", "Yes");
        let tasks = [
            tokio::spawn(async move { one.receive(&yes).await.map(drop) }),
            tokio::spawn(async move { two.send(abby, &draft(2, 100, Kind::Reply, "Hi")).await.map(drop) }),
            tokio::spawn(async move { three.opt_out(abby, id(3), None, true).await.map(drop) }),
            tokio::spawn(async move { four.resolve(abby, id(4)).await.map(drop) }),
            tokio::spawn(async move { five.escalate(abby, id(5), "Help").await.map(drop) }),
            tokio::spawn(async move { six.reassign_one(scene.admin, id(6), None, OperationId(9)).await.map(drop) }),
            tokio::spawn(async move { seven.opt_out(abby, id(7), None, false).await.map(drop) }),
        ];
        if engine == Engine::Postgres {
            until_all_wait(&database, &tasks).await;
        }
        moving.commit().await.unwrap();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
    }
}
