//! Sessions: they slide, they end, and they are noted sparingly.

use handoff_server::model::ApiError;
use handoff_server::model::session::SessionError;
use handoff_server::store::session::{LASTS, TOUCHED_EVERY};
use sqlx::Row;

use crate::account::organization;
use crate::database::{Database, START, on_both_engines};
use crate::scene::run;

async fn column(database: &Database, statement: &'static str) -> i64 {
    sqlx::query(statement).fetch_one(database.store.reader()).await.unwrap().get(0)
}

on_both_engines! {
    async fn a_session_slides_and_ends_when_it_is_not_used(database: Database) {
        let store = &database.store;
        organization(store, "ada@example.org").await;
        let token = store.sign_in("ada@example.org", "correct horse".to_owned(), "curl").await.unwrap().token;
        for _ in 0..3 {
            database.clock.advance_seconds(LASTS - 1);
            assert!(store.session(&token).await.unwrap().is_some());
        }
        assert!(store.session(&token[1..]).await.unwrap().is_none());
        database.clock.advance_seconds(LASTS);
        assert!(store.session(&token).await.unwrap().is_none());
        assert_eq!(store.count_sessions().await, Ok(0));
        // The next one to sign in sweeps it away.
        store.sign_in("ada@example.org", "correct horse".to_owned(), "curl").await.unwrap();
        assert_eq!(column(&database, "SELECT count(*) FROM session").await, 1);
    }
}

on_both_engines! {
    async fn a_session_opens_nothing_for_whom_is_not_active_whatever_is_left_of_it(database: Database) {
        let store = &database.store;
        let ada = organization(store, "ada@example.org").await;
        let token = store.sign_in("ada@example.org", "correct horse".to_owned(), "curl").await.unwrap().token;
        for (change, opens) in [
            ("UPDATE member SET active = 0 WHERE organization_id = $1 AND member_id = $2", false),
            ("UPDATE member SET active = 1, invited = 1 WHERE organization_id = $1 AND member_id = $2", false),
            ("UPDATE member SET invited = 0 WHERE organization_id = $1 AND member_id = $2", true),
        ] {
            run(&database, change, ada.organization.get(), ada.member.get()).await;
            assert_eq!(store.session(&token).await.unwrap().is_some(), opens, "{change}");
        }
    }
}

on_both_engines! {
    async fn the_use_of_a_session_is_noted_at_most_once_a_minute(database: Database) {
        let store = &database.store;
        organization(store, "ada@example.org").await;
        let token = store.sign_in("ada@example.org", "correct horse".to_owned(), "curl").await.unwrap().token;
        let used = "SELECT last_used_at FROM session";
        let seen = "SELECT last_seen_at FROM member";
        database.clock.advance_seconds(TOUCHED_EVERY - 1);
        store.session(&token).await.unwrap().unwrap();
        assert_eq!(column(&database, used).await, START.get());
        assert_eq!(column(&database, seen).await, START.get());
        database.clock.advance_seconds(1);
        store.session(&token).await.unwrap().unwrap();
        assert_eq!(column(&database, used).await, START.plus_seconds(TOUCHED_EVERY).get());
        assert_eq!(column(&database, seen).await, START.plus_seconds(TOUCHED_EVERY).get());
    }
}

on_both_engines! {
    async fn neither_token_nor_password_is_in_the_database(database: Database) {
        let store = &database.store;
        organization(store, "ada@example.org").await;
        let token = store.sign_in("ada@example.org", "correct horse".to_owned(), "curl").await.unwrap().token;
        let row = sqlx::query("SELECT token_hash, password_hash FROM session CROSS JOIN account")
            .fetch_one(store.reader())
            .await
            .unwrap();
        let (hash, password): (String, String) = (row.get(0), row.get(1));
        assert_ne!(hash, token);
        assert!(password.starts_with("$argon2id$") && !password.contains("correct horse"));
        assert!(store.session(&hash).await.unwrap().is_none());
    }
}

on_both_engines! {
    async fn a_wrong_password_and_an_unknown_address_are_refused_alike(database: Database) {
        let store = &database.store;
        organization(store, "ada@example.org").await;
        for (email, password) in
            [("ada@example.org", "wrong horse"), ("nobody@example.org", "correct horse"), ("", ""), ("no address", "x")]
        {
            let refused = store.sign_in(email, password.to_owned(), "curl").await.map(|_| ());
            assert_eq!(refused, Err(ApiError::Session(SessionError::WrongPassword)), "{email}");
        }
        assert!(store.sign_in(" ADA@example.org", "correct horse".to_owned(), "curl").await.is_ok());
    }
}
