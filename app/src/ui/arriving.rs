//! A part of the app whose piece of the program is fetched first.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::SplitLoaderError;

use super::{Button, Kind, SkeletonRows};
use crate::state::version::{is_newer, reload};

/// How to make what a piece holds. It is called where that belongs, within the context around it.
pub type Make = Arc<dyn Fn() -> AnyView + Send + Sync>;

/// What a piece brings, unless it cannot be fetched.
pub type Piece = Result<Make, SplitLoaderError>;

type Fetch = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Piece>>> + Send + Sync>;

#[derive(Clone)]
enum State {
    Coming,
    Here(Make),
    /// It cannot be fetched. `newer`: because the server has a newer version, whose pieces are others.
    Missing {
        newer: bool,
    },
}

/// Shows rows until a piece has come, then what it holds; or says that it cannot be fetched.
pub fn arriving<F: Future<Output = Piece> + 'static>(fetch: impl Fn() -> F + Send + Sync + 'static) -> AnyView {
    view! { <Arriving fetch=Arc::new(move || Box::pin(fetch())) /> }.into_any()
}

/// The same for a page that stands outside of the shell, and brings its own frame.
pub fn arriving_alone<F: Future<Output = Piece> + 'static>(fetch: impl Fn() -> F + Send + Sync + 'static) -> AnyView {
    view! { <Arriving fetch=Arc::new(move || Box::pin(fetch())) alone=true /> }.into_any()
}

#[component]
fn Arriving(fetch: Fetch, #[prop(optional)] alone: bool) -> impl IntoView {
    let state = RwSignal::new(State::Coming);
    let ask = Callback::new(move |()| {
        state.set(State::Coming);
        let coming = fetch();
        spawn_local(async move {
            let now = match coming.await {
                Ok(make) => State::Here(make),
                Err(_) => State::Missing { newer: is_newer().await },
            };
            // The person may have gone elsewhere meanwhile.
            state.try_set(now);
        });
    });
    ask.run(());
    let framed = move |view: AnyView| if alone { view! { <main class="page">{view}</main> }.into_any() } else { view };
    move || match state.get() {
        State::Coming => framed(view! { <SkeletonRows /> }.into_any()),
        State::Here(make) => make(),
        State::Missing { newer } => framed(view! { <Missing newer ask /> }.into_any()),
    }
}

#[component]
fn Missing(newer: bool, ask: Callback<()>) -> impl IntoView {
    let (sentence, words, press) = if newer {
        ("A new version of Handoff is ready. Reload to go on.", "Reload", Callback::new(|()| reload()))
    } else {
        ("This part of Handoff could not be fetched. Check your connection.", "Try again", ask)
    };
    view! {
        <div class="empty-state" role="alert">
            <h2 class="empty-title">{sentence}</h2>
            <Button kind=Kind::Primary on_press=press>{words}</Button>
        </div>
    }
    .into_any()
}
