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

/// Whether a newer version waits. Asks every five minutes, and when the window is looked at again.
pub fn newer_version() -> Signal<bool> {
    let newer = RwSignal::new(false);
    let own = document()
        .query_selector("meta[name=handoff-version]")
        .ok()
        .flatten()
        .and_then(|meta| meta.get_attribute("content"));
    // A page that was built without a version cannot grow old.
    let Some(own) = own else { return newer.into() };
    let own = StoredValue::new(own);
    let ask = move || {
        spawn_local(async move {
            // No answer is no news: the calls of the page itself say that the server is gone.
            let Ok(answer) = Request::get("/version.json").send().await else { return };
            let Ok(Version { version }) = answer.json::<Version>().await else { return };
            newer.try_set(own.try_get_value().is_some_and(|own| own != version));
        });
    };
    ask();
    set_interval(ask, Duration::from_mins(5));
    let looked_at = window_event_listener(leptos::ev::focus, move |_| ask());
    on_cleanup(move || looked_at.remove());
    newer.into()
}
