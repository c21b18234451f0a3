//! Invite links over HTTP: signing up, what is kept secret, and how guessing is slowed down.

use axum::http::StatusCode;
use handoff_server::model::ApiError;
use handoff_server::model::invite::InviteError;
use handoff_server::store::engine::Engine;
use serde_json::{Value, json};

use crate::browser::{PASSWORD, Served};
use crate::crash::Program;
use crate::database::on_both_engines;

/// An admin's campaign that runs and takes texters by link: their cookie, the campaign, the token.
async fn invite(served: &Served) -> (String, Value, String) {
    served.organization("ada@example.org").await;
    let admin = served.sign_in("ada@example.org").await;
    let campaign = served.call("/api/campaigns/create", &admin, json!({"name": "Spring"})).await.json();
    served.call("/api/campaigns/save-message", &admin, json!({"campaign": campaign, "message": "Hi"})).await;
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

/// The real program, with everything that it ever logs.
#[tokio::test]
async fn a_token_is_neither_logged_nor_told_to_other_sites() {
    let database = crate::database::fresh(Engine::Sqlite).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let program = Program::logging("demo", &database, "trace", file.reopen().unwrap().into());
    let admin = program.sign_in().await;
    let post = async |path: &str, cookie: &str, body: Value| program.post(path, cookie, &body).await.unwrap();
    let answer = |(_, body): (String, String)| serde_json::from_str::<Value>(&body).unwrap();
    let campaigns = answer(post("campaigns/list", &admin, json!({})).await);
    let is_active = |campaign: &&Value| campaign["status"] == "Active";
    let campaign = campaigns.as_array().unwrap().iter().find(is_active).unwrap()["id"].clone();
    let terms = json!({"campaign": campaign, "on": "On", "batch": 25, "kind": "Both", "ceiling": null});
    post("self-assignment/save", &admin, terms).await;
    let made = answer(post("invites/make", &admin, json!({"campaign": campaign})).await);
    let token = made["link"].as_str().unwrap().strip_prefix("/join/").unwrap().to_owned();
    let (head, _) = program.get(&format!("/join/{token}")).await.unwrap();
    assert!(head.contains("referrer-policy: no-referrer"), "{head}");
    post("invites/read", "", json!({"token": token})).await;
    let (head, body) = post("invites/sign-up", "", sign_up(&token, "tess@example.org", PASSWORD)).await;
    let cookie = head.lines().find_map(|line| line.split_once("set-cookie: ")?.1.split(';').next()).expect(&body);
    let (_, body) = post("invites/join", cookie, json!({"token": token, "confirmed": false})).await;
    assert!(body.contains("Assigned"), "{body}");
    let log = std::fs::read_to_string(file.path()).unwrap();
    for endpoint in ["invites/read", "invites/sign-up", "invites/join"] {
        assert!(log.contains(endpoint), "it logs: {log}");
    }
    for secret in [token.as_str(), PASSWORD, "tess@example.org"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

on_both_engines! {
    async fn from_one_address_twenty_sign_up_at_once_and_then_one_a_minute(database: Database) {
        let served = Served::new(&database);
        let (_, _, token) = invite(&served).await;
        let sign_up = async |number: usize| {
            let email = format!("tess{number}@example.org");
            served.call("/api/invites/sign-up", "", sign_up(&token, &email, PASSWORD)).await
        };
        // What is refused counts for nothing.
        for _ in 0..3 {
            let weak = json!({"token": token, "name": "Tess", "email": "tess@example.org", "password": "short"});
            assert_eq!(served.call("/api/invites/sign-up", "", weak).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        for number in 0..20 {
            assert_eq!(sign_up(number).await.status, StatusCode::OK, "{number}");
        }
        let held = sign_up(20).await;
        assert_eq!((held.status, held.error()), (StatusCode::TOO_MANY_REQUESTS, ApiError::TooMany { seconds: 60 }));
        served.clock.advance_seconds(60);
        assert_eq!(sign_up(20).await.status, StatusCode::OK);
        assert_eq!(sign_up(21).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
}
