//! Every route that is no server function, asked by everybody. That none is left out is read from the sources: a router
//! does not say what it has.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, header};
use handoff_core::permission::Role;
use handoff_server::model::ApiError;
use serde_json::json;

use crate::browser::Served;
use crate::database::on_both_engines;

const UPLOAD: &str = "/api/imports/upload";

/// A route as it stands in the sources, an address of it, and the statuses it answers to who is signed out, a texter, an
/// admin of another organization, and the admin whose campaign it is.
struct Case {
    route: &'static str,
    method: Method,
    address: String,
    expected: [u16; 4],
}

fn case(route: &'static str, method: Method, address: String, expected: [u16; 4]) -> Case {
    Case { route, method, address, expected }
}

fn cases(campaign: i64, import: i64) -> Vec<Case> {
    let of_a_campaign = [401, 403, 404, 200];
    let of_nobody = [404; 4];
    vec![
        case("get /api/live", Method::GET, "/api/live".to_owned(), [401, 200, 200, 200]),
        case("post UPLOAD", Method::POST, format!("{UPLOAD}?campaign={campaign}&name=a.csv"), of_a_campaign),
        case(
            "get /api/imports/{import}/bad-rows.csv",
            Method::GET,
            format!("/api/imports/{import}/bad-rows.csv"),
            of_a_campaign,
        ),
        case(
            "get /api/exports/{campaign}/{file}",
            Method::GET,
            format!("/api/exports/{campaign}/conversations.csv"),
            of_a_campaign,
        ),
        case(
            "get /api/exports/{campaign}/{file}",
            Method::GET,
            format!("/api/exports/{campaign}/other.csv"),
            [401, 404, 404, 404],
        ),
        case(
            "get /api/exports/opt-outs.csv",
            Method::GET,
            "/api/exports/opt-outs.csv".to_owned(),
            [401, 403, 200, 200],
        ),
        case("any /api/{*function}", Method::POST, "/api/nothing/at/all".to_owned(), of_nobody),
        case("any /api", Method::POST, "/api".to_owned(), of_nobody),
        case("any /api/", Method::POST, "/api/".to_owned(), of_nobody),
        case("get /health/live", Method::GET, "/health/live".to_owned(), [200; 4]),
        case("get /health/ready", Method::GET, "/health/ready".to_owned(), [200; 4]),
        // The page that says that there is no such page: figures have an address of their own, which operators alone reach.
        case("get /metrics", Method::GET, "/metrics".to_owned(), [200; 4]),
    ]
}

/// What stands between a bracket that is open and the one that closes it.
fn in_brackets(source: &str) -> &str {
    let mut depth = 1;
    let end = source.find(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    &source[..end.unwrap_or(source.len())]
}

/// Every `.route(address, method(…))`, as it is written: "method address".
fn written(folder: &Path) -> BTreeSet<String> {
    let mut routes = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            routes.extend(written(&path));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for call in text.split(".route(").skip(1) {
            let (address, methods) = in_brackets(call).split_once(',').unwrap();
            for method in METHODS {
                if methods.split(|character: char| !character.is_alphanumeric()).any(|word| word == method) {
                    routes.insert(format!("{method} {}", address.trim().trim_matches('"')));
                }
            }
        }
        for other in [".route_service(", ".nest(", ".nest_service(", ".fallback_service(", ".leptos_routes"] {
            assert!(!text.contains(other), "{}: {other} is in no matrix", path.display());
        }
    }
    routes
}

/// What a route may answer to.
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "any"];

on_both_engines! {
    async fn every_route_lets_in_whom_it_may(database: Database) {
        let served = Served::new(&database);
        let admin = served.organization("ada@example.org").await;
        served.member(admin, "abby@example.org", Role::Texter).await;
        served.organization("eve@example.org").await;
        let sign_in = served.sign_in("ada@example.org").await;
        let campaign = served.call("/api/campaigns/create", &sign_in, json!({"name": "Spring"})).await.json();
        let campaign = serde_json::from_value(campaign).unwrap();
        let file = b"first,phone\nLee,+12025550143\n".to_vec();
        let import = served.store.store_upload(admin, campaign, "contacts.csv", file).await.unwrap();
        let cookies = [
            String::new(),
            served.sign_in("abby@example.org").await,
            served.sign_in("eve@example.org").await,
            sign_in,
        ];
        let cases = cases(campaign.get(), import.get());
        let mut wrong = Vec::new();
        for Case { method, address, expected, .. } in &cases {
            let mut answered = [0; 4];
            for (cookie, status) in cookies.iter().zip(&mut answered) {
                let kind = if address.starts_with(UPLOAD) { "application/octet-stream" } else { "application/json" };
                let request = Request::builder()
                    .method(method)
                    .uri(address)
                    .header("sec-fetch-site", "same-origin")
                    .header(header::HOST, "handoff.example.org")
                    .header(header::CONTENT_TYPE, kind)
                    .header(header::COOKIE, cookie)
                    .body(Body::from("first,phone\nLee,+12025550143\n"))
                    .unwrap();
                let response = served.send(request).await;
                *status = response.status().as_u16();
                // A live connection has no end.
                if *status >= 400 {
                    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
                    serde_json::from_slice::<ApiError>(&body).unwrap();
                }
            }
            if answered != *expected {
                wrong.push(format!("{method} {address}: {answered:?} and not {expected:?}"));
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        let walked: BTreeSet<String> = cases.iter().map(|case| case.route.to_owned()).collect();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert_eq!(walked, written(&sources), "every route has its case");
    }
}
