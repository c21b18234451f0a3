//! Something that a person does, which the server answers.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use handoff_server::model::ApiError;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::session::call;

/// What is left to do with an answer. Behind it, tasks and queries of every kind are the same code.
pub type Finish = Box<dyn FnOnce()>;

/// An answer on its way.
pub type Work = Pin<Box<dyn Future<Output = Result<Finish, ApiError>>>>;

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
        Answer: Future<Output = Result<T, ApiError>> + 'static,
    {
        let done = Rc::new(Cell::new(Some(done)));
        let ask = move || -> Work {
            let (answer, done) = (function(), Rc::clone(&done));
            Box::pin(async move {
                let answer = answer.await?;
                let finish = move || {
                    if let Some(done) = done.take() {
                        done(answer);
                    }
                };
                Ok(Box::new(finish) as Finish)
            })
        };
        self.work(Box::pin(call::<Finish, Box<dyn Fn() -> Work>, Work>(Box::new(ask))));
    }

    /// The same for a call that must not ask to sign in: signing in itself.
    pub fn run_plain<T: 'static>(
        self,
        answer: impl Future<Output = Result<T, ApiError>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.work(Box::pin(async move {
            let answer = answer.await?;
            Ok(Box::new(move || done(answer)) as Finish)
        }));
    }

    fn work(self, work: Work) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = work.await;
            if self.busy.try_set(false).is_some() {
                return; // The page is gone.
            }
            match answer {
                Ok(finish) => finish(),
                Err(error) => self.error.set(Some(error)),
            }
        });
    }
}
