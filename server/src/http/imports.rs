//! Contact files on their way in, and the rows of them that could not be imported on their way out.

use axum::body::{Body, Bytes};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::StreamExt;
use futures::stream::unfold;
use handoff_core::{CampaignId, ImportId};
use serde::Deserialize;

use super::body::is_too_slow;
use super::cross_site::UPLOAD;
use super::{Refusal, SignedInMember, Site};
use crate::contacts::{LARGEST_BYTES, too_large};
use crate::model::{ApiError, Thing};
use crate::store::{Actor, Store};

pub(super) fn routes() -> Router<Site> {
    Router::new().route(UPLOAD, post(upload)).route("/api/imports/{import}/bad-rows.csv", get(bad_rows))
}

#[derive(Debug, Deserialize)]
struct Upload {
    campaign: i64,
    name: String,
}

/// Takes a file: its bytes are the body. Of a body that is refused, the rest is thrown away by `body.rs`.
async fn upload(
    State(site): State<Site>,
    member: SignedInMember,
    query: Result<Query<Upload>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ImportId>, Refusal> {
    let (actor, Upload { campaign, name }, expected) =
        allowed(&site.services.store, member.actor(), query, &headers).await?;
    let file = take(body, expected).await?;
    Ok(Json(site.services.store.store_upload(actor, CampaignId(campaign), &name, file).await?))
}

/// Refuses before the first byte is taken what can be refused then. Answers how many bytes are to come.
async fn allowed(
    store: &Store,
    actor: Actor,
    query: Result<Query<Upload>, QueryRejection>,
    headers: &HeaderMap,
) -> Result<(Actor, Upload, usize), ApiError> {
    let Query(upload) = query.map_err(|rejection| ApiError::Unreadable(rejection.body_text()))?;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or(0);
    if length > LARGEST_BYTES {
        return Err(too_large(length).into());
    }
    store.may_upload(actor, CampaignId(upload.campaign)).await?;
    Ok((actor, upload, length))
}

/// Takes the body, as long as it is not too large.
async fn take(body: Body, expected: usize) -> Result<Vec<u8>, Refusal> {
    let mut file = Vec::with_capacity(expected);
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part: Bytes = part.map_err(|error| cut_off(&error))?;
        if file.len() + part.len() > LARGEST_BYTES {
            return Err(ApiError::from(too_large(file.len() + part.len())).into());
        }
        file.extend_from_slice(&part);
    }
    Ok(file)
}

fn cut_off(error: &axum::Error) -> Refusal {
    tracing::info!(%error, "an upload was cut off");
    if is_too_slow(error) {
        let error =
            ApiError::Unreadable("the file came too slowly. Upload it again over a better connection".to_owned());
        return Refusal::with_status(error, StatusCode::REQUEST_TIMEOUT);
    }
    ApiError::Unreadable("the file was cut off on its way. Upload it again".to_owned()).into()
}

/// Gives the bad rows of a file back.
async fn bad_rows(
    State(site): State<Site>,
    member: SignedInMember,
    import: Result<Path<i64>, PathRejection>,
) -> Result<Response, Refusal> {
    let Path(import) = import.map_err(|_| ApiError::NotFound(Thing::Import))?;
    let (name, rows) = site.services.store.bad_rows(member.actor(), ImportId(import)).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        // The name holds no quotes and no characters outside of ASCII.
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let pieces = unfold(rows, async |mut rows| rows.recv().await.map(|piece| (piece, rows)));
    Ok((headers, Body::from_stream(pieces)).into_response())
}
