//! Campaigns on their way out, as CSV files that are written while they are downloaded.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::stream::{once, unfold};
use futures::{Stream, StreamExt};
use handoff_core::CampaignId;

use super::{Refusal, SignedInMember, Site};
use crate::api::ApiError;
use crate::api::error::Thing;
use crate::contacts::bad_rows::plain_file_name;
use crate::store::export::{Export, Part};

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/api/exports/{campaign}/{file}", get(export))
}

/// Gives a part of a campaign.
async fn export(
    State(site): State<Site>,
    member: SignedInMember,
    path: Result<Path<(i64, String)>, PathRejection>,
) -> Result<Response, Refusal> {
    let missing = ApiError::NotFound(Thing::Page);
    let Path((campaign, file)) = path.map_err(|_| missing.clone())?;
    let part = Part::ALL.into_iter().find(|part| part.file_name() == file).ok_or(missing)?;
    let (name, mut export) = site.services.store.export(member.actor(), CampaignId(campaign), part).await?;
    // What refuses, refuses before the first byte.
    let first = export.page().await?.unwrap_or_default();
    let name = format!("{} - {}", plain_file_name(&name, "campaign"), part.file_name());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        // The name holds no quotes and no characters outside of ASCII.
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let pages = once(async { Ok(Bytes::from(first)) }).chain(rest(export));
    Ok((headers, Body::from_stream(pages)).into_response())
}

/// What comes after the first page. An error cuts the download off, so that nobody takes half a file for a whole one.
fn rest(export: Export) -> impl Stream<Item = Result<Bytes, ApiError>> {
    unfold(Some(export), |export| async move {
        let mut export = export?;
        match export.page().await {
            Ok(None) => None,
            Ok(Some(page)) => Some((Ok(Bytes::from(page)), Some(export))),
            Err(error) => Some((Err(error), None)),
        }
    })
}
