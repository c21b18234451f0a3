//! Sending a file to the server, with progress: `fetch` cannot tell how much has gone.

use handoff_core::{CampaignId, ImportId};
use handoff_server::model::ApiError;
use handoff_server::model::import::{ImportError, LARGEST_MEGABYTES};
use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ProgressEvent, XmlHttpRequest};

/// Why a file of so many bytes is not sent at all. A server that refuses it by its size would end the connection before
/// the page has heard why.
fn too_large(bytes: f64) -> Option<ImportError> {
    let given = (1..=MOST_TOLD).find(|megabytes| f64::from(*megabytes) * 1e6 >= bytes).unwrap_or(MOST_TOLD);
    (given > LARGEST_MEGABYTES).then_some(ImportError::TooLarge { megabytes: LARGEST_MEGABYTES, given })
}

/// Megabytes beyond which nobody needs to know how many there are: a terabyte.
const MOST_TOLD: u32 = 1_000_000;

/// Sends a file. `sent` follows how much of it has gone, from 0 to 1.
///
/// # Errors
/// What the server answers, or that it cannot be reached.
pub async fn upload(campaign: CampaignId, file: File, sent: RwSignal<f64>) -> Result<ImportId, ApiError> {
    if let Some(error) = too_large(file.size()) {
        return Err(error.into());
    }
    let request = send(campaign, &file, sent).await.map_err(|error| {
        leptos::logging::error!("could not send the file: {error:?}");
        ApiError::Unreachable
    })?;
    let status = request.status().unwrap_or(0);
    let answer = request.response_text().ok().flatten().unwrap_or_default();
    match status {
        0 => Err(ApiError::Unreachable),
        200..=299 => serde_json::from_str(&answer).map_err(|_| ApiError::Broken),
        401 => Err(ApiError::SignedOut),
        _ => Err(serde_json::from_str(&answer).unwrap_or(ApiError::Broken)),
    }
}

async fn send(campaign: CampaignId, file: &File, sent: RwSignal<f64>) -> Result<XmlHttpRequest, wasm_bindgen::JsValue> {
    let request = XmlHttpRequest::new()?;
    let name = String::from(js_sys::encode_uri_component(&file.name()));
    request.open_with_async("POST", &format!("/api/imports/upload?campaign={campaign}&name={name}"), true)?;
    request.set_request_header("content-type", "application/octet-stream")?;
    request.set_request_header("accept", "application/json")?;
    let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() && event.total() > 0.0 {
            sent.try_set(event.loaded() / event.total());
        }
    });
    request.upload()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    // Answered, aborted or lost: the status tells.
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request.send_with_opt_blob(Some(file))?;
    JsFuture::from(ended).await?;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_would_be_refused_is_not_sent() {
        assert_eq!((too_large(0.0), too_large(64e6)), (None, None));
        let refused = |given| Some(ImportError::TooLarge { megabytes: 64, given });
        assert_eq!(
            (too_large(64e6 + 1.0), too_large(199.5e6), too_large(1e18)),
            (refused(65), refused(200), refused(1_000_000))
        );
    }
}
