//! The files of the app, and what every answer carries.

use axum::http::StatusCode;
use handoff_server::http::Settings;
use handoff_server::model::{ApiError, Thing};
use serde_json::json;

use crate::browser::{Served, settings};
use crate::database::on_both_engines;

const SCRIPT: &str = "/handoff-app-1a2b3c4d5e6f7a8b.js";
const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml");

on_both_engines! {
    async fn files_come_compressed_as_the_browser_takes_them(database: Database) {
        let served = Served::new(&database);
        for (takes, encoding, body) in
            [("gzip, br", "br", "brotli script"), ("gzip", "gzip", "gzip script"), ("", "", "plain script")]
        {
            let answer = served.get(SCRIPT, &[("accept-encoding", takes)]).await;
            assert_eq!((answer.header("content-encoding"), &answer.body[..]), (encoding, body.as_bytes()));
            assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
            assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(answer.header("vary"), "accept-encoding");
        }
        let wasm = served.get("/handoff-app-1a2b3c4d5e6f7a8b_bg.wasm", &[("accept-encoding", "br")]).await;
        assert_eq!((wasm.header("content-type"), &wasm.body[..]), ("application/wasm", &b"plain wasm"[..]));
        assert_eq!(wasm.header("content-encoding"), "");
    }
}

on_both_engines! {
    async fn a_file_whose_name_stays_is_asked_for_again(database: Database) {
        let served = Served::new(&database);
        let icon = served.get("/icon.svg", &[]).await;
        let kept = icon.header("cache-control").to_owned();
        assert!(!kept.contains("immutable") && !kept.contains("31536000") && !kept.is_empty(), "{kept}");
        let etag = icon.header("etag").to_owned();
        let again = served.get("/icon.svg", &[("if-none-match", &etag)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    }
}

on_both_engines! {
    async fn the_page_is_asked_for_again_and_answered_briefly(database: Database) {
        let served = Served::new(&database);
        let page = served.get("/", &[HTML]).await;
        assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-cache"));
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let etag = page.header("etag").to_owned();
        let again = served.get("/campaigns/7", &[HTML, ("if-none-match", &etag)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        let changed = served.get("/", &[HTML, ("if-none-match", "\"other\"")]).await;
        assert_eq!(changed.status, StatusCode::OK);
        let version = served.get("/version.json", &[]).await;
        assert_eq!((version.header("cache-control"), version.json()), ("no-store", json!({"version": "abc123"})));
    }
}

on_both_engines! {
    async fn addresses_of_the_app_get_the_page_and_others_do_not_exist(database: Database) {
        let served = Served::new(&database);
        for path in ["/", "/sign-in", "/campaigns/7/overview?sort=name", "/link/abc", "/nothing.html"] {
            let answer = served.get(path, &[HTML]).await;
            assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
        }
        // Monitors and link checkers say that they take anything, or nothing at all.
        for (path, accept) in [("/", "*/*"), ("/campaigns/7", "*/*"), ("/", "text/*, */*;q=0.5"), ("/sign-in", "")] {
            let headers = [("accept", accept)];
            let answer = served.get(path, if accept.is_empty() { &[] } else { &headers }).await;
            assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
        }
        let image = served.get("/", &[("accept", "image/avif,image/webp")]).await;
        assert_eq!(image.status, StatusCode::NOT_FOUND);
        for path in ["/missing.js", "/../Cargo.toml", "/index.html.br", "/campaigns/7.png"] {
            let answer = served.get(path, &[("accept", "*/*")]).await;
            assert_eq!((answer.status, answer.error()), (StatusCode::NOT_FOUND, ApiError::NotFound(Thing::Page)));
        }
        for path in ["/api", "/api/", "/api/nothing", "/api/session/nothing"] {
            let answer = served.call(path, "", json!({})).await;
            assert_eq!((answer.status, answer.error()), (StatusCode::NOT_FOUND, ApiError::NotFound(Thing::Page)));
        }
        assert_eq!(served.call("/campaigns", "", json!({})).await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

on_both_engines! {
    async fn every_answer_protects_the_person(database: Database) {
        let public_url = Some("https://handoff.example.org".to_owned());
        for (secure, transport) in [(None, ""), (public_url, "max-age=63072000")] {
            let served = Served::with(&database, Settings { public_url: secure, ..settings() });
            let answers = [
                served.get("/", &[HTML]).await,
                served.get(SCRIPT, &[]).await,
                served.get("/missing.js", &[]).await,
                served.get("/health/live", &[]).await,
                served.call("/api/session/me", "", json!({})).await,
                served.call("/api/nothing", "", json!({})).await,
            ];
            for answer in answers {
                let policy = answer.header("content-security-policy");
                assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "), "{policy}");
                assert!(!policy.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"), "{policy}");
                assert_eq!(answer.header("x-content-type-options"), "nosniff");
                assert_eq!(answer.header("referrer-policy"), "no-referrer");
                assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
                assert!(answer.header("permissions-policy").contains("camera=()"));
                assert_eq!(answer.header("strict-transport-security"), transport);
                assert_eq!(answer.header("x-handoff-version"), "abc123");
                assert_ne!(answer.header("cache-control"), "");
                assert_ne!(answer.header("x-request-id"), "");
            }
        }
    }
}

on_both_engines! {
    async fn answers_of_the_api_are_not_kept(database: Database) {
        let served = Served::new(&database);
        let answer = served.call("/api/session/me", "", json!({})).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
    }
}
