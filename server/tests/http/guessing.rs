//! Guessing a password: wherever it is asked for counts on the same account, and nobody elsewhere is locked out by it.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use handoff_core::permission::Role;
use handoff_server::http::Settings;
use serde_json::{Value, json};

use crate::browser::{Answer, PASSWORD, Served, call, settings};
use crate::database::{Database, on_both_engines};

/// A request that a proxy took from an address.
fn from(address: &str, path: &str, cookie: &str, arguments: Value) -> Request<Body> {
    let mut request = call(path, cookie, arguments);
    request.headers_mut().insert("x-forwarded-for", address.parse().unwrap());
    request
}

fn behind_proxy(database: &Database) -> Served {
    Served::with(database, Settings { behind_proxy: true, ..settings() })
}

async fn sign_in(served: &Served, address: &str, password: &str) -> Answer {
    let arguments = json!({"email": "abby@example.org", "password": password});
    served.ask(from(address, "/api/session/sign-in", "", arguments)).await
}

on_both_engines! {
    async fn every_place_that_asks_for_a_password_counts_on_the_same_account(database: Database) {
        let served = behind_proxy(&database);
        let here = served.organization("ada@example.org").await;
        served.member(here, "abby@example.org", Role::Texter).await;
        served.organization("eve@example.org").await;
        let abby = served.sign_in("abby@example.org").await;
        let eve = served.sign_in("eve@example.org").await;
        let campaign = served.call("/api/campaigns/create", &eve, json!({"name": "Spring"})).await.json();
        let terms = json!({"campaign": campaign, "on": "On", "batch": 25, "kind": "Both", "ceiling": null});
        served.call("/api/self-assignment/save", &eve, terms).await;
        let invite = served.call("/api/invites/make", &eve, json!({"campaign": campaign})).await.json();
        let invite = invite["link"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
        let added = json!({"name": "Abby", "email": "abby@example.org", "role": "Texter", "campaign": null});
        let link = served.call("/api/members/create", &eve, added).await.json();
        let link = link["link"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();

        // Each place alone tries twice, all of them ten times from one address.
        let guess = "a wrong guess";
        let places = [
            ("/api/session/sign-in", "", json!({"email": "Abby@example.org ", "password": guess})),
            ("/api/session/use-link", "", json!({"token": link, "password": guess})),
            ("/api/session/change-password", abby.as_str(), json!({"current": guess, "new": "battery staple"})),
            ("/api/invites/sign-up", "", json!({"token": invite, "name": "A", "email": "abby@example.org", "password": guess})),
            ("/api/session/sign-in", "", json!({"email": "abby@example.org", "password": guess})),
        ];
        for (path, cookie, arguments) in places.iter().chain(&places) {
            let answer = served.ask(from("2.2.2.2", path, cookie, arguments.clone())).await;
            assert!([401, 422].contains(&answer.status.as_u16()), "{path}: {answer:?}");
        }
        for (path, cookie, arguments) in &places {
            let answer = served.ask(from("2.2.2.2", path, cookie, arguments.clone())).await;
            assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{path}: {answer:?}");
        }
        // Abby herself is somewhere else.
        assert_eq!(sign_in(&served, "3.3.3.3", PASSWORD).await.status, StatusCode::OK);
        // A password that is too short to be one is no guess.
        for _ in 0..20 {
            let weak = json!({"current": PASSWORD, "new": "short"});
            let answer = served.ask(from("3.3.3.3", "/api/session/change-password", &abby, weak)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
}

on_both_engines! {
    async fn each_address_that_a_proxy_names_has_its_own_limit(database: Database) {
        let served = behind_proxy(&database);
        let here = served.organization("ada@example.org").await;
        served.member(here, "abby@example.org", Role::Texter).await;
        // With a port that is another one each time, as some proxies write it, it is the same address.
        for port in 0..10 {
            let answer = sign_in(&served, &format!("9.9.9.9, 2.2.2.2:{}", 40_000 + port), "a wrong guess").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
        for again in ["2.2.2.2", "2.2.2.2:1", "1.2.3.4, 2.2.2.2"] {
            assert_eq!(sign_in(&served, again, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS, "{again}");
        }
        for other in ["2.2.2.3:40000", "[2001:db8::1]:443", "2001:db8:0:1::1", "2.2.2.2, 2.2.2.4"] {
            assert_eq!(sign_in(&served, other, "a wrong guess").await.status, StatusCode::UNAUTHORIZED, "{other}");
        }
    }
}
