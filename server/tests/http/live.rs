//! Live events, as they arrive.

use std::sync::Arc;
use std::time::Duration;

use axum::body::BodyDataStream;
use axum::http::StatusCode;
use futures::StreamExt;
use handoff_core::conversation::ConversationState;
use handoff_core::permission::Role;
use handoff_core::{CampaignId, ConversationId, MemberId, OrganizationId};
use handoff_server::http::Settings;
use handoff_server::live::relay::announce;
use handoff_server::store::Store;
use handoff_server::store::conversation::Done;
use serde_json::{Value, json};
use sqlx::Row;

use crate::browser::{Served, get, settings};
use crate::database::on_both_engines;

/// Longer than anything here takes, so that what is missing fails the test and does not hang it.
const LONG: Duration = Duration::from_secs(30);

/// An open live connection.
struct Events {
    body: BodyDataStream,
    text: String,
}

impl Events {
    async fn open(served: &Served, cookie: &str) -> Self {
        let response = served.send(get("/api/live", &[("cookie", cookie), ("sec-fetch-site", "same-origin")])).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        let mut events = Self { body: response.into_body().into_data_stream(), text: String::new() };
        assert_eq!(events.next().await, Some(("hello".to_owned(), json!({"version": "abc123"}))));
        events
    }

    /// The next event, signs of life left out. None at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            if let (Some(event), Some(data)) = (field("event:"), field("data:"))
                && event != "alive"
            {
                return Some((event.to_owned(), serde_json::from_str(data).unwrap()));
            }
        }
    }

    /// The next event that is not about who is here.
    async fn news(&mut self) -> Option<(String, Value)> {
        loop {
            let event = self.next().await;
            if event.as_ref().is_none_or(|(name, _)| name != "presence") {
                return event;
            }
        }
    }

    /// What comes up to the next empty line. None at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let bytes = tokio::time::timeout(LONG, self.body.next()).await.expect("something comes in time")?;
            self.text.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
        }
    }
}

on_both_engines! {
    async fn everybody_hears_of_their_organization_and_texters_of_their_conversations(database: Database) {
        let served = Served::new(&database);
        let here = served.organization("ada@example.org").await;
        let there = served.organization("eve@example.org").await;
        let (_, texter) = served.member(here, "abby@example.org", Role::Texter).await;
        let mut ada = Events::open(&served, &served.sign_in("ada@example.org").await).await;
        let mut eve = Events::open(&served, &served.sign_in("eve@example.org").await).await;
        let mut abby = Events::open(&served, &served.sign_in("abby@example.org").await).await;
        let live = &served.site.services.live;
        live.changed(here.organization, CampaignId(7));
        live.changed(there.organization, CampaignId(8));
        live.changed(here.organization, CampaignId(9));
        let mut versions = Vec::new();
        for expected in [7, 9] {
            let (event, data) = ada.news().await.unwrap();
            assert_eq!((event.as_str(), &data["campaign"]), ("changed", &json!(expected)));
            versions.push(data["version"].as_u64().unwrap());
        }
        assert!(versions[0] <= versions[1]);
        assert_eq!(eve.news().await.unwrap().1["campaign"], 8);
        for expected in [7, 9] {
            let (event, data) = abby.news().await.unwrap();
            assert_eq!((event.as_str(), &data["campaign"]), ("changed", &json!(expected)));
        }
        // Of conversations, texters hear if they hold them or held them until now.
        let done = |conversation, before, assignee| Done {
            campaign: CampaignId(7),
            conversation: ConversationId(conversation),
            before,
            after: ConversationState { assignee, ..ConversationState::NEW },
        };
        let (somebody, mine) = (Some(MemberId(1)), Some(texter));
        for done in [done(1, somebody, None), done(2, somebody, mine), done(3, mine, None), done(4, None, None)] {
            live.conversation(here.organization, &done);
        }
        live.changed(here.organization, CampaignId(9));
        for expected in [1, 2, 3, 4] {
            let (event, data) = ada.news().await.unwrap();
            assert_eq!((event.as_str(), &data["conversation"]), ("changed", &json!(expected)));
            assert_eq!(data["campaign"], 7);
        }
        for expected in [json!(2), json!(3), json!(null)] {
            assert_eq!(abby.news().await.unwrap().1["conversation"], expected);
        }
        live.changed(there.organization, CampaignId(8));
        assert_eq!(eve.news().await.unwrap().1, json!({"campaign": 8, "version": live.version()}));
    }
}

on_both_engines! {
    async fn nobody_listens_without_a_session(database: Database) {
        let served = Served::new(&database);
        let open = async |headers: &[(&str, &str)]| served.get("/api/live", headers).await.status;
        assert_eq!(open(&[]).await, StatusCode::UNAUTHORIZED);
        assert_eq!(open(&[("cookie", "handoff=guess")]).await, StatusCode::UNAUTHORIZED);
        assert_eq!(open(&[("sec-fetch-site", "cross-site")]).await, StatusCode::FORBIDDEN);
    }
}

on_both_engines! {
    async fn a_connection_is_kept_awake_and_ends_with_its_session(database: Database) {
        let served = Served::new(&database);
        served.organization("ada@example.org").await;
        let (one, other) = (served.sign_in("ada@example.org").await, served.sign_in("ada@example.org").await);
        let (mut first, mut second) = (Events::open(&served, &one).await, Events::open(&served, &other).await);
        // A sign of life is an event: a page would not hear a comment.
        while first.block().await.unwrap() != "event: alive\ndata: {}" {}
        served.call("/api/session/sign-out", &one, json!({})).await;
        assert_eq!(first.news().await, None);
        // The same account on another browser goes on.
        served.site.services.live.changed(OrganizationId(0), CampaignId(0));
        assert!(second.block().await.is_some());
        // A session that another process ended is noticed by the next heartbeat.
        served.store.sign_out(other.split_once('=').unwrap().1).await.unwrap();
        assert_eq!(second.news().await, None);
    }
}

on_both_engines! {
    async fn a_session_ended_here_ends_its_connection_without_waiting(database: Database) {
        let hours = Duration::from_hours(1);
        let served = Served::with(&database, Settings { heartbeat: hours, ..settings() });
        served.organization("ada@example.org").await;
        let cookie = served.sign_in("ada@example.org").await;
        let mut events = Events::open(&served, &cookie).await;
        served.call("/api/session/sign-out", &cookie, json!({})).await;
        assert_eq!(events.news().await, None);
    }
}

on_both_engines! {
    async fn who_is_connected_is_here(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        let (_, abby) = served.member(admin, "abby@example.org", Role::Texter).await;
        let live = served.site.services.live.clone();
        let mut ada = Events::open(&served, &served.sign_in("ada@example.org").await).await;
        let texter = Events::open(&served, &served.sign_in("abby@example.org").await).await;
        assert!(live.online(admin.organization).contains(&abby));
        let presence = async |events: &mut Events, online: bool| {
            let expected = ("presence".to_owned(), json!({"member": abby, "online": online}));
            while events.next().await.unwrap() != expected {}
        };
        presence(&mut ada, true).await;
        served.clock.advance_seconds(30);
        drop(texter);
        presence(&mut ada, false).await;
        assert!(!live.online(admin.organization).contains(&abby));
        // When they left is noted, in time.
        let seen = async || -> i64 {
            sqlx::query("SELECT last_seen_at FROM member WHERE member_id = $1")
                .bind(abby.get())
                .fetch_one(served.store.reader())
                .await
                .unwrap()
                .get(0)
        };
        let noted = async { while seen().await != served.store.now().get() { tokio::task::yield_now().await } };
        tokio::time::timeout(LONG, noted).await.expect("it is noted");
    }
}

on_both_engines! {
    async fn what_another_process_changes_is_heard(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        let live = served.site.services.live.clone();
        let relay = tokio::spawn(live.clone().relay(served.store.clone(), database.address.clone()));
        let mut ada = Events::open(&served, &served.sign_in("ada@example.org").await).await;
        let elsewhere = Store::open(&database.address, Arc::clone(&database.clock) as _).await.unwrap();
        // The other process writes until it is heard: nobody says when this one has begun to listen.
        let telling = async {
            loop {
                elsewhere.touch_member(admin).await.unwrap();
                database.clock.advance_seconds(1);
                announce(&elsewhere, admin.organization, CampaignId(7)).await.unwrap();
                tokio::task::yield_now().await;
            }
        };
        let (event, data) = tokio::select! {
            () = telling => unreachable!(),
            news = ada.news() => news.unwrap(),
        };
        match served.store.engine() {
            handoff_server::store::engine::Engine::Sqlite => assert_eq!((event.as_str(), data), ("lagged", json!({}))),
            handoff_server::store::engine::Engine::Postgres => {
                assert_eq!((event.as_str(), &data["campaign"]), ("changed", &json!(7)));
            }
        }
        relay.abort();
    }
}

/// Ends the connection on which PostgreSQL tells changes, as a restart of it would.
const CUT: &str = "
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%' AND pid <> pg_backend_pid()";

#[tokio::test(flavor = "multi_thread")]
async fn after_postgresql_was_lost_everything_is_fetched_afresh_and_changes_are_heard_again() {
    let database = crate::database::fresh(handoff_server::store::engine::Engine::Postgres).await;
    let served = Served::new(&database);
    let admin = served.organization("ada@example.org").await;
    let live = served.site.services.live.clone();
    let relay = tokio::spawn(live.clone().relay(served.store.clone(), database.address.clone()));
    let mut ada = Events::open(&served, &served.sign_in("ada@example.org").await).await;
    let elsewhere = Store::open(&database.address, Arc::clone(&database.clock) as _).await.unwrap();
    let telling = async |campaign: i64| -> std::convert::Infallible {
        loop {
            announce(&elsewhere, admin.organization, CampaignId(campaign)).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        never = telling(7) => match never {},
        news = ada.news() => assert_eq!(news.unwrap().0, "changed"),
    }
    let cut: i64 = sqlx::query_scalar(CUT).fetch_one(elsewhere.reader()).await.unwrap();
    assert_eq!(cut, 1, "one connection listens");
    let until = async |ada: &mut Events, wanted: &dyn Fn(&(String, Value)) -> bool| {
        while !wanted(&ada.news().await.unwrap()) {}
    };
    tokio::select! {
        never = telling(8) => match never {},
        () = until(&mut ada, &|(event, _)| event == "lagged") => {}
    }
    tokio::select! {
        never = telling(9) => match never {},
        () = until(&mut ada, &|(event, data)| event == "changed" && data["campaign"] == 9) => {}
    }
    relay.abort();
}
