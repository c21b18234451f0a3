//! Requests from other sites, and from forms, get nowhere.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use handoff_server::http::Settings;
use serde_json::json;

use crate::browser::{Served, get, settings};
use crate::database::on_both_engines;

const ME: &str = "/api/session/me";
const JSON: (&str, &str) = ("content-type", "application/json");
const HOST: (&str, &str) = ("host", "handoff.example.org");

fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = get(path, headers);
    *request.method_mut() = method;
    *request.body_mut() = Body::from("{}");
    request
}

on_both_engines! {
    async fn only_our_own_origin_gets_in(database: Database) {
        let served = Served::new(&database);
        // 401 is how far a request comes that got in.
        let (inside, outside) = (StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN);
        let table: [(&[(&str, &str)], StatusCode); 11] = [
            (&[JSON], inside),
            (&[JSON, HOST, ("sec-fetch-site", "same-origin")], inside),
            (&[JSON, HOST, ("origin", "https://handoff.example.org")], inside),
            (&[JSON, HOST, ("sec-fetch-site", "cross-site")], outside),
            (&[JSON, HOST, ("sec-fetch-site", "same-site")], outside),
            (&[JSON, HOST, ("sec-fetch-site", "none")], outside),
            (&[JSON, HOST, ("sec-fetch-site", "cross-site"), ("origin", "https://handoff.example.org")], outside),
            (&[JSON, HOST, ("origin", "https://evil.example")], outside),
            (&[JSON, HOST, ("origin", "https://handoff.example.org.evil.example")], outside),
            (&[JSON, HOST, ("origin", "null")], outside),
            (&[JSON, ("origin", "https://evil.example")], outside),
        ];
        for (headers, expected) in table {
            let answer = served.ask(request(Method::POST, ME, headers)).await;
            assert_eq!(answer.status, expected, "{headers:?}");
            answer.error();
        }
    }
}

on_both_engines! {
    async fn the_public_address_is_our_own_though_a_proxy_changes_the_host(database: Database) {
        let public_url = Some("https://handoff.example.org".to_owned());
        let served = Served::with(&database, Settings { public_url, ..settings() });
        let from = async |origin| {
            let headers = [JSON, ("host", "10.0.0.7:3000"), ("origin", origin)];
            served.ask(request(Method::POST, ME, &headers)).await.status
        };
        assert_eq!(from("https://handoff.example.org").await, StatusCode::UNAUTHORIZED);
        assert_eq!(from("http://handoff.example.org").await, StatusCode::FORBIDDEN);
        assert_eq!(from("https://evil.example").await, StatusCode::FORBIDDEN);
    }
}

on_both_engines! {
    async fn what_a_form_can_send_is_refused(database: Database) {
        let served = Served::new(&database);
        let kinds =
            ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/jsonx"];
        for kind in kinds {
            let answer = served.ask(request(Method::POST, ME, &[("content-type", kind)])).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        }
        assert_eq!(served.ask(request(Method::POST, ME, &[])).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let spoken = ("content-type", "application/json; charset=utf-8");
        assert_eq!(served.ask(request(Method::POST, ME, &[spoken])).await.status, StatusCode::UNAUTHORIZED);
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::HEAD] {
            let answer = served.ask(request(method.clone(), ME, &[JSON])).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        }
    }
}

on_both_engines! {
    async fn nobody_is_sent_elsewhere_as_a_form_would_be(database: Database) {
        let served = Served::new(&database);
        served.organization("ada@example.org").await;
        let cookie = served.sign_in("ada@example.org").await;
        for arguments in ["{}", "no json"] {
            let mut request = crate::browser::call(ME, &cookie, json!({}));
            *request.body_mut() = Body::from(arguments);
            request.headers_mut().insert("accept", "text/html".parse().unwrap());
            request.headers_mut().insert("referer", "https://evil.example/".parse().unwrap());
            let answer = served.ask(request).await;
            assert!(!answer.status.is_redirection(), "{answer:?}");
            assert_eq!(answer.header("location"), "");
        }
    }
}
