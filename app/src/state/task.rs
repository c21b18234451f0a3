//! Something that a person does, which the server answers.

use std::future::Future;

use handoff_server::api::ApiError;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::session::call;

/// Something that a person does: whether it is going on, and why it failed.
///
/// ```ignore
/// let saving = Task::new();
/// let save = move |()| saving.run(move || rename_campaign(id, name.get_untracked()), move |()| done());
/// view! { <ErrorNote error=saving.error/> <Button busy=saving.busy on_press=save>"Save"</Button> }
/// ```
#[derive(Clone, Copy)]
pub struct Task {
    /// Whether it is going on. While it is, `run` does nothing.
    pub busy: RwSignal<bool>,
    /// Why it failed the last time.
    pub error: RwSignal<Option<ApiError>>,
}

impl Task {
    /// Nothing going on yet.
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), error: RwSignal::new(None) }
    }

    /// Calls a server function, through a sign-in if need be, and hands its answer on.
    pub fn run<T, F, Answer>(self, function: F, done: impl FnOnce(T) + 'static)
    where
        T: 'static,
        F: Fn() -> Answer + 'static,
        Answer: Future<Output = Result<T, ApiError>>,
    {
        self.run_plain(async move { call(function).await }, done);
    }

    /// The same for a call that must not ask to sign in: signing in itself.
    pub fn run_plain<T: 'static>(
        self,
        answer: impl Future<Output = Result<T, ApiError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = answer.await;
            if self.busy.try_set(false).is_some() {
                return; // The page is gone.
            }
            match answer {
                Ok(answer) => done(answer),
                Err(error) => self.error.set(Some(error)),
            }
        });
    }
}
