//! Server functions: what they are given, and the status of what they answer.

use std::collections::HashSet;
use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::provide_context;
use tokio::time::timeout;

use super::body::is_too_slow;
use super::{Refusal, Site};
use crate::caller::Visit;
use crate::model::{ApiError, Thing};
use crate::store::failure::Sound;

/// The longest body of a server function.
pub const LONGEST_BODY: usize = 2 * 1024 * 1024;

/// The longest error that a server function answers: it may quote all that it was given, each character of which may
/// take six.
const LONGEST_ERROR: usize = 8 * LONGEST_BODY;

/// The addresses of all server functions.
static FUNCTIONS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect());

/// The server function at this address.
pub fn function(path: &str) -> Option<&'static str> {
    FUNCTIONS.get(path).copied()
}

/// Nothing is at this address.
pub async fn nothing() -> Refusal {
    ApiError::NotFound(Thing::Page).into()
}

/// Something is at this address, but not for this method.
pub async fn wrong_method() -> Refusal {
    let error = ApiError::Unreadable("this address does not take this method".to_owned());
    Refusal::with_status(error, StatusCode::METHOD_NOT_ALLOWED)
}

/// Runs the server function at this address.
pub async fn answer(State(site): State<Site>, request: Request) -> Response {
    if function(request.uri().path()).is_none() {
        return nothing().await.into_response();
    }
    match prepare(&site, request).await {
        Ok((request, visit)) => {
            let context = move || {
                provide_context(site.services.clone());
                if let Some(session) = visit.session {
                    provide_context(session.actor);
                }
                provide_context(visit.clone());
            };
            let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
            finish(response).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Reads the body, and takes away the headers by which leptos would answer with the redirect of a form.
async fn prepare(site: &Site, request: Request) -> Result<(Request, Visit), Refusal> {
    let (mut parts, body) = request.into_parts();
    let visit = parts.extensions.get::<Visit>().cloned().expected("who is asking was looked up")?;
    // However long it may take to answer, nobody sends arguments for longer than any request may take.
    let bytes = match timeout(site.settings.patience, to_bytes(body, LONGEST_BODY)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) if !is_too_slow(&error) => {
            let error = ApiError::Unreadable("it is larger than 2 MB, or was cut off".to_owned());
            return Err(Refusal::with_status(error, StatusCode::PAYLOAD_TOO_LARGE));
        }
        Ok(Err(_)) | Err(_) => {
            let error = ApiError::Unreadable("it came too slowly".to_owned());
            return Err(Refusal::with_status(error, StatusCode::REQUEST_TIMEOUT));
        }
    };
    parts.headers.remove(header::ACCEPT);
    parts.headers.remove(header::REFERER);
    Ok((Request::from_parts(parts, Body::from(bytes)), visit))
}

/// Gives errors that did not come from the function itself, but from reading its arguments, their status.
async fn finish(response: Response) -> Response {
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST_ERROR).await else {
        tracing::error!("an error is too long to be answered");
        return Refusal::from(ApiError::Broken).into_response();
    };
    let Ok(error) = serde_json::from_slice::<ApiError>(&bytes) else {
        tracing::error!(status = %parts.status, "an error is none of ours");
        return Refusal::from(ApiError::Broken).into_response();
    };
    let headers = std::mem::take(&mut parts.headers);
    let mut response = Refusal::from(error).into_response();
    // Signing out may fail, and the browser forgets its session all the same.
    for cookie in headers.get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::clone(cookie));
    }
    response
}
