//! Data that a page reads from the server, kept while it is fetched afresh.

use std::future::Future;
use std::rc::Rc;

use handoff_server::model::ApiError;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::session::call;
use super::task::{Finish, Work};
use super::wait::wait;

/// Data that a page reads from the server.
///
/// It is fetched at once, whenever a signal that `fetch` reads changes, and on [`refetch`](Self::refetch); and where the
/// server cannot be reached, again and again until it can.
/// The old data stays until the new has come. An error is shown only if there is no data yet
/// (see `ui::Load`), or by the page itself.
pub struct Query<T: Send + Sync + 'static> {
    /// The data, once it has come.
    pub data: RwSignal<Option<T>>,
    /// Why the last fetch failed.
    pub error: RwSignal<Option<ApiError>>,
    /// Whether it is being fetched.
    pub loading: RwSignal<bool>,
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Query<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Query<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Query<T> {
    /// Fetches with a server function: `Query::new(move || read_campaign(id.get()))`.
    pub fn new<F, Answer>(fetch: F) -> Self
    where
        F: Fn() -> Answer + 'static,
        Answer: Future<Output = Result<T, ApiError>> + 'static,
    {
        let query = Self {
            data: RwSignal::new(None),
            error: RwSignal::new(None),
            loading: RwSignal::new(true),
            again: RwSignal::new(0),
        };
        let fetch = move || -> Work {
            let answer = fetch();
            Box::pin(async move {
                let data = answer.await?;
                Ok(Box::new(move || query.keep(data)) as Finish)
            })
        };
        follow(query.again, query.loading, query.error, Rc::new(fetch));
        query
    }

    fn keep(&self, data: T) {
        if self.data.with_untracked(|old| old.as_ref() != Some(&data)) {
            self.data.set(Some(data));
        }
    }

    /// Fetches again.
    pub fn refetch(&self) {
        self.again.update(|again| *again = again.wrapping_add(1));
    }

    /// Puts data in place that came another way, such as in a conflict's answer.
    pub fn set(&self, data: T) {
        self.data.set(Some(data));
        self.error.set(None);
    }
}

/// After so many milliseconds it is asked again where the server was not reached …
const FIRST_PAUSE: i32 = 2_000;

/// … and at least as often as that.
const LONGEST_PAUSE: i32 = 30_000;

/// Fetches at once, and whenever `again` or a signal that `fetch` reads changes.
fn follow(
    again: RwSignal<u32>,
    loading: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    fetch: Rc<dyn Fn() -> Work>,
) {
    let latest = StoredValue::new(0_u32);
    Effect::new(move |_| {
        again.track();
        loading.set(true);
        let turn = latest.with_value(|turn| turn.wrapping_add(1));
        latest.set_value(turn);
        // The first call is made here, so that the signals it reads are followed.
        let first = fetch();
        let fetch = Rc::clone(&fetch);
        spawn_local(async move {
            let answer = match first.await {
                Err(ApiError::SignedOut) => call(|| untrack(|| fetch())).await,
                answer => answer,
            };
            let mut answer = answer;
            let mut pause = FIRST_PAUSE;
            loop {
                // The page may be gone, or have asked again meanwhile: then this answer is nobody's.
                if latest.try_with_value(|latest| *latest == turn) != Some(true) {
                    return;
                }
                loading.set(false);
                match answer {
                    Ok(finish) => {
                        error.set(None);
                        return finish();
                    }
                    Err(why) => {
                        let passes = why.is_lost();
                        error.set(Some(why));
                        if !passes {
                            return;
                        }
                    }
                }
                // The server, or its database, is away for a moment: nobody has to press anything.
                wait(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                if latest.try_with_value(|latest| *latest == turn) != Some(true) {
                    return;
                }
                answer = call(|| untrack(|| fetch())).await;
            }
        });
    });
}
