//! Requests from other sites are refused before anything else looks at them.
//!
//! What changes something is a POST from our own origin with a content type that a form cannot send.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Refusal, Site};
use crate::model::ApiError;

/// Where a file is uploaded: its body is the file itself.
pub const UPLOAD: &str = "/api/imports/upload";

/// Lets through what our own pages, and programs that are no browsers, send.
pub async fn check(State(site): State<Site>, request: Request, next: Next) -> Response {
    match refuse(site.settings.public_url.as_deref(), &request) {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    }
}

fn refuse(public_url: Option<&str>, request: &Request) -> Option<Refusal> {
    let path = request.uri().path();
    let reading = request.method() == Method::GET && may_be_read(path);
    let refusal = |what: &str, status| Some(Refusal::with_status(ApiError::Unreadable(what.to_owned()), status));
    if request.method() != Method::POST && !reading {
        return refusal("this address takes POST only", StatusCode::METHOD_NOT_ALLOWED);
    }
    if !from_our_origin(public_url, request.headers(), reading) {
        return refusal("it comes from another site", StatusCode::FORBIDDEN);
    }
    let expected = if path == UPLOAD { "application/octet-stream" } else { "application/json" };
    if !reading && content_type(request.headers()) != Some(expected) {
        return refusal(&format!("its content type must be {expected}"), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    None
}

/// The addresses that are read: live events and downloads.
fn may_be_read(path: &str) -> bool {
    path == "/api/live"
        || path.starts_with("/api/exports/")
        || (path.starts_with("/api/imports/") && path.ends_with("/bad-rows.csv"))
}

/// Browsers say where a request comes from, and pages cannot make them lie. Programs say nothing.
fn from_our_origin(public_url: Option<&str>, headers: &HeaderMap, reading: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = text("sec-fetch-site") {
        // "none" is an address that a person typed: fine for a download.
        return site == "same-origin" || (reading && site == "none");
    }
    let Some(origin) = text("origin") else { return true };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let host = text("host");
    (authority.is_some() && authority == host) || public_url.is_some_and(|url| url.trim_end_matches('/') == origin)
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()?.split(';').next().map(str::trim)
}
