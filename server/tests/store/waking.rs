//! What is due is handed over at once, though the gateway keeps another message, and nobody told of it.

use std::time::Duration;

use handoff_core::MemberId;
use handoff_core::message::Kind;
use handoff_server::delivery::worker::Pace;
use tokio::sync::watch;

use crate::database::on_both_engines;
use crate::gateway::{Scripted, Step, worker_at};
use crate::talk::{contact, draft, send, talk};

const ABBY: MemberId = MemberId(1);

/// Longer than anything takes here, and shorter than the gateway's answer.
const SOON: Duration = Duration::from_secs(15);

on_both_engines! {
    async fn what_becomes_due_does_not_wait_for_an_answer_about_something_else(database: Database) {
        let scene = talk(&database, 1, 2).await;
        for id in 1..=3 {
            contact(&database, scene, id, id, "Lee", Some(ABBY)).await;
        }
        for id in 1..=2 {
            send(&database, scene, ABBY, &draft(id, 1_000 + id, Kind::Initial, "Hi")).await.unwrap();
        }
        // The gateway cannot take the first now, and keeps its answer about the second to itself.
        let gateway = Scripted::new(&[Step::Later, Step::TakeSlowly]);
        let (look, breath) = (Duration::from_millis(20), Duration::from_millis(5));
        let worker = worker_at(&database.store, &gateway, Pace { look, breath, patience: SOON * 4, ..Pace::default() });
        let (_stop, stopping) = watch::channel(false);
        let delivering = tokio::spawn(async move { worker.deliver(&stopping).await });
        let asked = async |messages: &[i64]| {
            let all = async {
                while gateway.asked().iter().map(|(message, _)| *message).collect::<Vec<_>>() != messages {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(SOON, all).await.unwrap_or_else(|_| panic!("{:?}", gateway.asked()));
        };
        asked(&[1_001, 1_002]).await;
        let tries = async || -> i32 {
            let tries = "SELECT tries FROM outbox WHERE message_id = 1001 AND due_at < $1";
            let soon = database.store.now().plus_seconds(100).get();
            sqlx::query_scalar(tries).bind(soon).fetch_optional(database.store.reader()).await.unwrap().unwrap_or(0)
        };
        let put_back = async {
            while tries().await != 1 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(SOON, put_back).await.expect("it is put back");
        database.clock.advance_seconds(60);
        asked(&[1_001, 1_002, 1_001]).await;
        // And what is sent by somebody who is cut off before they can tell of it.
        send(&database, scene, ABBY, &draft(3, 1_003, Kind::Initial, "Hi")).await.unwrap();
        asked(&[1_001, 1_002, 1_001, 1_003]).await;
        gateway.go.notify_one();
        assert_eq!(tokio::time::timeout(SOON, delivering).await.expect("it ends").unwrap(), None);
    }
}
