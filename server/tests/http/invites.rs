//! Invite links over HTTP: signing up, what is kept secret, and how guessing is slowed down.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use handoff_server::api::ApiError;
use handoff_server::api::invites::InviteError;
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::browser::{PASSWORD, Served};
use crate::database::on_both_engines;

/// An admin's campaign that runs and takes texters by link: their cookie, the campaign, the token.
async fn invite(served: &Served) -> (String, Value, String) {
    served.organization("ada@example.org").await;
    let admin = served.sign_in("ada@example.org").await;
    let campaign = served.call("/api/campaigns/create", &admin, json!({"name": "Spring"})).await.json();
    served.call("/api/campaigns/act", &admin, json!({"campaign": campaign, "action": "Start"})).await;
    let terms = json!({"campaign": campaign, "on": "On", "batch": 25, "kind": "Both", "ceiling": null});
    assert_eq!(served.call("/api/self-assignment/save", &admin, terms).await.status, StatusCode::OK);
    let made = served.call("/api/invites/make", &admin, json!({"campaign": campaign})).await.json();
    let token = made["link"].as_str().unwrap().strip_prefix("/join/").unwrap().to_owned();
    (admin, campaign, token)
}

fn sign_up(token: &str, email: &str, password: &str) -> Value {
    json!({"token": token, "name": "Tess", "email": email, "password": password})
}

on_both_engines! {
    async fn a_stranger_signs_up_and_has_a_session(database: Database) {
        let served = Served::new(&database);
        let (_, campaign, token) = invite(&served).await;
        assert_eq!(token.len(), 64, "256 bits in hexadecimal");
        let read = served.call("/api/invites/read", "", json!({"token": token})).await.json();
        assert_eq!((&read["campaign"], &read["visitor"]), (&campaign, &json!("SignedOut")));
        let signed_up = served.call("/api/invites/sign-up", "", sign_up(&token, "tess@example.org", PASSWORD)).await;
        let cookie = signed_up.cookie();
        let joined = served.call("/api/invites/join", &cookie, json!({"token": token, "confirmed": false})).await.json();
        assert_eq!(joined["first"]["Assigned"]["counts"], json!([0, 0, 0, 0, 0, 0]));
        // A stranger learns no more than that it did not work.
        let refused = served.call("/api/invites/sign-up", "", sign_up(&token, "tess@example.org", "a wrong guess")).await;
        assert_eq!((refused.status, refused.error()), (StatusCode::UNPROCESSABLE_ENTITY, ApiError::Invite(InviteError::SignIn)));
        let sentence = refused.error().to_string();
        assert!(sentence.contains("sign in instead") && !sentence.contains("exists"), "{sentence}");
    }
}

on_both_engines! {
    async fn guessing_links_is_slowed_down_for_each_address(database: Database) {
        let served = Served::new(&database);
        let (_, _, token) = invite(&served).await;
        let guess = async |number: usize| {
            served.call("/api/invites/read", "", json!({"token": format!("guess {number}")})).await.status
        };
        for number in 0..100 {
            assert_eq!(guess(number).await, StatusCode::NOT_FOUND);
        }
        assert_eq!(guess(100).await, StatusCode::TOO_MANY_REQUESTS);
        let held = served.call("/api/invites/sign-up", "", sign_up("guess", "tess@example.org", PASSWORD)).await;
        assert_eq!(held.status, StatusCode::TOO_MANY_REQUESTS);
        served.clock.advance_seconds(3);
        let right = served.call("/api/invites/read", "", json!({"token": token})).await;
        assert_eq!(right.status, StatusCode::OK);
        // Who is right does not use anything up.
        for _ in 0..300 {
            assert_eq!(served.call("/api/invites/read", "", json!({"token": token})).await.status, StatusCode::OK);
        }
    }
}

/// What the program logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'writer> MakeWriter<'writer> for Log {
    type Writer = Self;

    fn make_writer(&'writer self) -> Self {
        self.clone()
    }
}

/// On one thread, whose log is read, with everything that is ever logged.
#[tokio::test]
async fn a_token_is_neither_logged_nor_told_to_other_sites() {
    let database = crate::database::fresh(handoff_server::store::engine::Engine::Sqlite).await;
    let served = Served::new(&database);
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let (admin, campaign, token) = invite(&served).await;
    let page = served.get(&format!("/join/{token}"), &[]).await;
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    served.call("/api/invites/read", "", json!({"token": token})).await;
    let signed_up = served.call("/api/invites/sign-up", "", sign_up(&token, "tess@example.org", PASSWORD)).await;
    let cookie = signed_up.cookie();
    served.call("/api/invites/join", &cookie, json!({"token": token, "confirmed": false})).await;
    served.call("/api/invites/disable", &admin, json!({"campaign": campaign})).await;
    let late = served.call("/api/invites/read", "", json!({"token": token})).await;
    assert_eq!((late.status, late.error()), (StatusCode::GONE, ApiError::Invite(InviteError::Disabled)));
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for endpoint in ["invites/read", "invites/sign-up", "invites/join"] {
        assert!(log.contains(endpoint), "it logs: {log}");
    }
    for secret in [token.as_str(), PASSWORD, "tess@example.org"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
