//! Campaigns and opt-outs on their way out, as CSV files that are written while they are downloaded.

use std::borrow::Cow;

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
use handoff_core::csv::cell;

use super::{Refusal, SignedInMember, Site};
use crate::contacts::bad_rows::plain_file_name;
use crate::model::opt_out::OptOutRow;
use crate::model::{ApiError, Thing};
use crate::store::export::{Export, Part, time};
use crate::store::failure::Sound;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/api/exports/{campaign}/{file}", get(export))
        .route("/api/exports/opt-outs.csv", get(export_opt_outs))
}

/// Gives the numbers that have opted out.
async fn export_opt_outs(State(site): State<Site>, member: SignedInMember) -> Result<Response, Refusal> {
    let (store, actor) = (site.services.store, member.actor());
    // What refuses, refuses before the first byte.
    let first = store.export_opt_outs(actor, None).await?;
    let header = Bytes::from_static("\u{feff}phone,opted_out_at_utc,opted_out_by,opted_out_by_email\r\n".as_bytes());
    let rest = unfold(Some(first), move |page| {
        let store = store.clone();
        async move {
            let page = page.filter(|page| !page.is_empty())?;
            let last = page.last().map(|(row, _)| row.phone);
            let written = written(&page).expected("opt-outs are written as CSV");
            match (written, store.export_opt_outs(actor, last).await) {
                (Ok(written), Ok(next)) => Some((Ok(Bytes::from(written)), Some(next))),
                (Err(error), _) | (_, Err(error)) => Some((Err(error), None)),
            }
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"opt-outs.csv\"".to_owned()),
    ];
    Ok((headers, Body::from_stream(once(async { Ok::<_, ApiError>(header) }).chain(rest))).into_response())
}

fn written(page: &[(OptOutRow, String)]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for (row, address) in page {
        let (phone, at) = (row.phone.to_string(), time(Some(row.at)));
        let by = row.by.as_deref().unwrap_or_default();
        writer.write_record([cell(&phone), cell(&at), cell(by), cell(address)].map(Cow::into_owned))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
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
