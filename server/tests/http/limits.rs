//! Requests that cannot be read, are too large or take too long; health; ids of requests.

use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use handoff_server::http::Settings;
use handoff_server::model::ApiError;
use handoff_server::model::storage::StorageError;
use serde_json::json;

use crate::browser::{Served, call, settings};
use crate::database::on_both_engines;

on_both_engines! {
    async fn what_cannot_be_read_is_refused_in_a_sentence(database: Database) {
        let served = Served::new(&database);
        for body in ["", "{", "[]", "{\"email\": 7, \"password\": \"x\"}", "{\"email\": \"ada@example.org\"}"] {
            let mut request = call("/api/session/sign-in", "", json!({}));
            *request.body_mut() = Body::from(body);
            let answer = served.ask(request).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
            assert!(matches!(answer.error(), ApiError::Unreadable(_)), "{answer:?}");
        }
        // Unknown fields are no error: an older page may send them.
        let more = json!({"email": "ada@example.org", "password": "a wrong guess", "more": 1});
        assert_eq!(served.call("/api/session/sign-in", "", more).await.status, StatusCode::UNAUTHORIZED);
    }
}

on_both_engines! {
    async fn what_cannot_be_meant_is_refused_in_words_for_people(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        let cookie = served.sign_in("ada@example.org").await;
        let campaign = served.store.create_campaign(admin, "Test").await.unwrap();
        let hours = |zone: &str, hours: [u32; 2], window: [Option<i64>; 2]| {
            ("/api/campaigns/save-hours", json!({"campaign": campaign, "time_zone": zone, "hours": hours, "window": window}))
        };
        let batch = |size: u32| {
            let settings = json!({"phones_visible": "On", "send_all": "Off", "time_zone": "UTC", "batch_size": size});
            ("/api/organization/save-settings", json!({"settings": settings}))
        };
        for (path, arguments) in [
            hours("Mars/X", [540, 1_260], [None, None]),
            hours("", [540, 1_260], [None, None]),
            hours("UTC", [540, 540], [None, None]),
            hours("UTC", [540, 2_000], [None, None]),
            hours("UTC", [540, 1_260], [Some(2), Some(1)]),
            batch(0),
        ] {
            let answer = served.call(path, &cookie, arguments.clone()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{arguments}: {answer:?}");
            let ApiError::Invalid { sentence, .. } = answer.error() else { panic!("{answer:?}") };
            assert!(sentence.ends_with('.') && !sentence.contains(" column "), "{sentence}");
        }
    }
}

on_both_engines! {
    async fn of_what_cannot_be_read_a_hundred_characters_are_said_again(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        let cookie = served.sign_in("ada@example.org").await;
        let long = "x".repeat(1_000_000);
        for (path, arguments) in [
            // A text where a number is wanted, and a name that no kind of thing has.
            ("/api/overview/get", json!({"campaign": long})),
            ("/api/messenger/thread", json!({"conversation": {"a": long}})),
            ("/api/campaigns/act", json!({"campaign": 1, "action": long})),
            ("/api/imports/start", json!({"import": 1, "columns": [{long.as_str(): 1}]})),
        ] {
            let answer = served.call(path, &cookie, arguments).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            let said = answer.error().to_string();
            assert!(said.chars().count() < 400, "{path}: {said}");
        }
        // Long texts that can be read are refused for what they are.
        let campaign = served.store.create_campaign(admin, "Test").await.unwrap();
        for (path, arguments) in [
            ("/api/campaigns/create", json!({"name": long})),
            ("/api/campaigns/save-message", json!({"campaign": campaign, "message": format!("{{{long}}}")})),
            ("/api/campaigns/save-message", json!({"campaign": campaign, "message": "{a".repeat(100_000)})),
            ("/api/members/create", json!({"name": long, "email": long, "role": "Texter", "campaign": null})),
            ("/api/replies/save", json!({"campaign": campaign, "reply": 1, "title": long, "text": format!("{{{long}}}")})),
        ] {
            let answer = served.call(path, &cookie, arguments).await;
            assert!(answer.status.is_client_error(), "{path}: {answer:?}");
            assert!(answer.body.len() < 2_000, "{path}: {} bytes", answer.body.len());
        }
    }
}

on_both_engines! {
    async fn a_body_of_more_than_2_megabytes_is_refused(database: Database) {
        let served = Served::new(&database);
        let with = async |length: usize| {
            let arguments = json!({"email": "x".repeat(length), "password": ""});
            served.call("/api/session/sign-in", "", arguments).await
        };
        assert_eq!(with(2_000_000).await.status, StatusCode::UNAUTHORIZED);
        let answer = with(2_200_000).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.error().to_string().contains("larger than 2 MB"));
    }
}

on_both_engines! {
    async fn what_takes_too_long_is_given_up(database: Database) {
        let served = Served::with(&database, Settings { patience: Duration::ZERO, ..settings() });
        let arguments = json!({"email": "ada@example.org", "password": "a wrong guess"});
        let answer = served.call("/api/session/sign-in", "", arguments).await;
        assert_eq!((answer.status, answer.error()), (StatusCode::SERVICE_UNAVAILABLE, ApiError::Unreachable));
    }
}

on_both_engines! {
    async fn health_asks_the_database(database: Database) {
        let served = Served::with(&database, Settings { readiness: Duration::ZERO, ..settings() });
        assert_eq!(served.get("/health/live", &[]).await.status, StatusCode::OK);
        assert_eq!(served.get("/health/ready", &[]).await.status, StatusCode::OK);
        served.store.reader().close().await;
        assert_eq!(served.get("/health/live", &[]).await.status, StatusCode::OK);
        assert_eq!(served.get("/health/ready", &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
        let broken = served.call("/api/session/me", "handoff=x", json!({})).await;
        let away = ApiError::Storage(StorageError::Away);
        assert_eq!((broken.status, broken.error()), (StatusCode::SERVICE_UNAVAILABLE, away));
    }
}

on_both_engines! {
    async fn requests_have_ids_and_those_of_a_proxy_are_kept(database: Database) {
        let served = Served::new(&database);
        let id = async |given: &str| {
            served.get("/health/live", &[("x-request-id", given)]).await.header("x-request-id").to_owned()
        };
        assert_eq!(id("abc-123_4.5").await, "abc-123_4.5");
        for bad in ["", "a b", "<script>", &"x".repeat(65)] {
            let made = id(bad).await;
            assert_eq!(made.len(), 16, "{made}");
            assert_ne!(made, id(bad).await);
        }
    }
}
