//! Notices that the server has become newer than this page.

use std::time::Duration;

use gloo_net::http::Request;
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

#[derive(Deserialize)]
struct Version {
    version: String,
}

/// The version of this page. One that was built without a version cannot grow old.
fn own_version() -> Option<String> {
    let meta = document().query_selector("meta[name=handoff-version]").ok().flatten()?;
    meta.get_attribute("content")
}

/// Asks whether the server has another version than this page.
pub async fn is_newer() -> bool {
    let Some(own) = own_version() else { return false };
    // No answer is no news: the calls of the page itself say that the server is gone.
    let Ok(answer) = Request::get("/version.json").send().await else { return false };
    answer.json::<Version>().await.is_ok_and(|served| served.version != own)
}

/// Loads the page afresh, as the server has it now.
pub fn reload() {
    if let Err(error) = window().location().reload() {
        leptos::logging::error!("could not reload: {error:?}");
    }
}

/// Whether a newer version waits. Asks every five minutes, and when the window is looked at again.
pub fn newer_version() -> Signal<bool> {
    let newer = RwSignal::new(false);
    if own_version().is_none() {
        return newer.into();
    }
    let ask = move || {
        spawn_local(async move {
            newer.try_set(is_newer().await);
        });
    };
    ask();
    set_interval(ask, Duration::from_mins(5));
    let looked_at = window_event_listener(leptos::ev::focus, move |_| ask());
    on_cleanup(move || looked_at.remove());
    newer.into()
}
