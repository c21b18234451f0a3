//! What the log and the figures say of a request: its id, where to, what came of it, how long it took.
//!
//! Nothing that it held: no body, no query, no name, and of the address only which route it is.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::cross_site::UPLOAD;
use super::{Refusal, Site, api};
use crate::clock;
use crate::model::ApiError;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a proxy.
const LONGEST_ID: usize = 64;

/// Addresses that may take longer than others: those that move or check a great many rows.
const SLOW: [&str; 6] = [
    "/api/overview/commit",
    "/api/history/undo",
    "/api/texters/remove",
    "/api/self-assignment/give-back",
    "/api/imports/dry-run",
    "/api/imports/get",
];

/// A request that takes longer is warned of, unless it may.
const SLOW_ANSWER: Duration = Duration::from_secs(2);

/// Whether it is expected that this address takes long.
fn may_take_long(path: &str) -> bool {
    path == "/api/live" || path == UPLOAD || SLOW.contains(&path)
}

/// How much longer.
const SLOWER: u32 = 10;

/// Gives the request an id, logs it and counts it.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = id(&request);
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = method(request.method());
    let endpoint = endpoint(&request);
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    let mut response = next.run(request).instrument(span.clone()).await;
    response.headers_mut().insert(REQUEST_ID, id);
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    super::metrics::count(method, &endpoint, status, took);
    span.in_scope(|| {
        let milliseconds = took.as_secs_f64() * 1_000.0;
        if endpoint.starts_with("/health") {
            tracing::debug!(method, endpoint, status, milliseconds, "answered");
        } else if took > SLOW_ANSWER && !may_take_long(&endpoint) {
            tracing::warn!(method, endpoint, status, milliseconds, "answered slowly");
        } else {
            tracing::info!(method, endpoint, status, milliseconds, "answered");
        }
    });
    response
}

/// Refuses to take longer than a person waits. What was begun in the database is undone.
pub async fn hurry(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let patience = site.settings.patience;
    let patience = match path {
        "/api/live" | UPLOAD => Duration::MAX,
        path if SLOW.contains(&path) => patience * SLOWER,
        _ => patience,
    };
    if let Ok(response) = tokio::time::timeout(patience, next.run(request)).await {
        return response;
    }
    tracing::warn!("took too long");
    Refusal::with_status(ApiError::Unreachable, StatusCode::SERVICE_UNAVAILABLE).into_response()
}

/// The id that a proxy gave, or a new one.
fn id(request: &Request) -> HeaderValue {
    let given = request.headers().get(&REQUEST_ID).filter(|value| {
        let bytes = value.as_bytes();
        (1..=LONGEST_ID).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    });
    if let Some(given) = given {
        return given.clone();
    }
    let made = clock::token().ok().and_then(|token| HeaderValue::from_str(&token[..16]).ok());
    made.unwrap_or_else(|| HeaderValue::from_static("none"))
}

/// Methods that anybody could make up are one.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// Which route it is: never what stands in its place holders.
fn endpoint(request: &Request) -> String {
    if let Some(function) = api::function(request.uri().path()) {
        return function.to_owned();
    }
    match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => "page or file".to_owned(),
    }
}
