//! Answering with a file of the app, or with its page.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::files::{PAGE, VERSION};
use super::{Refusal, Site};
use crate::model::{ApiError, Thing};

/// Answers with a file, or with the page of the app for every address that a person can open.
pub async fn serve(State(site): State<Site>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let error = ApiError::Unreadable("this address is only for reading".to_owned());
        return Refusal::with_status(error, StatusCode::METHOD_NOT_ALLOWED).into_response();
    }
    let name = request.uri().path().trim_start_matches('/');
    let headers = request.headers();
    match site.files.files.get(name) {
        Some(file) if name == VERSION => file.answer(headers, "no-store"),
        Some(file) if file.hashed => file.answer(headers, "public, max-age=31536000, immutable"),
        Some(file) => file.answer(headers, "no-cache"),
        None if wants_page(name, headers) => page(&site, headers),
        None => Refusal::from(ApiError::NotFound(Thing::Page)).into_response(),
    }
}

fn page(site: &Site, headers: &HeaderMap) -> Response {
    if let Some(page) = site.files.files.get(PAGE) {
        return page.answer(headers, "no-cache");
    }
    let text = "This handoff was built without its pages. Build it with: cargo xtask build\n";
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}

/// Whether a person or a program opens an address, and no script or image is looked for: browsers ask for those, too,
/// with `*/*`, but their names have an ending.
fn wants_page(name: &str, headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let kinds: Vec<&str> =
        accepted.flat_map(|value| value.split(',')).filter_map(|kind| kind.split(';').next()).map(str::trim).collect();
    let is_file = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    kinds.contains(&"text/html")
        || (!is_file && (kinds.is_empty() || kinds.iter().any(|kind| *kind == "*/*" || *kind == "text/*")))
}
