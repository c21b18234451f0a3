//! Sends an act until its outcome is known, and never twice.

use std::pin::Pin;
use std::sync::Arc;

use handoff_core::OperationId;
use handoff_server::model::ApiError;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::outcome::{Next, Sent, Stage};
use crate::state::wait::wait;
use crate::ui::new_number;

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;
type Ask<A, T> = Arc<dyn Fn(OperationId, A) -> Answer<T> + Send + Sync>;

/// An act that is sent until its outcome is known. It outlives the dialog that it was pressed in.
pub struct Committer<A: 'static, T: 'static> {
    /// Where it stands.
    pub stage: RwSignal<Stage<A>>,
    /// Why it was refused.
    pub refused: RwSignal<Option<Refusal>>,
    /// Seconds until it is sent again by itself.
    pub pause: RwSignal<Option<u32>>,
    ask: StoredValue<Ask<A, T>>,
    done: Callback<(T, bool)>,
}

impl<A, T> Clone for Committer<A, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A, T> Copy for Committer<A, T> {}

/// Why an act was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The server's sentence.
    pub error: ApiError,
    /// Whether an answer had been lost before.
    pub again: bool,
}

impl<A, T> Committer<A, T>
where
    A: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    /// A committer that asks with `ask` and tells `done` the answer, and whether an earlier one was lost.
    pub fn new<F>(ask: impl Fn(OperationId, A) -> F + Send + Sync + 'static, done: Callback<(T, bool)>) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + 'static,
    {
        let ask: Ask<A, T> = Arc::new(move |operation, act| Box::pin(ask(operation, act)));
        Self {
            stage: RwSignal::new(Stage::Choosing),
            refused: RwSignal::new(None),
            pause: RwSignal::new(None),
            ask: StoredValue::new(ask),
            done,
        }
    }

    /// Sends the act; or, while the outcome of an earlier one is not known, that one again.
    pub fn press(self, act: Option<A>) {
        let sent = self.stage.get_untracked().send(|| Some((OperationId(new_number()?), act?)));
        if let Some(sent) = sent {
            self.send(sent);
        }
    }

    /// Whether an act is under way or its outcome is not known.
    pub fn is_locked(self) -> bool {
        self.stage.with(Stage::is_locked)
    }

    /// Whether an answer is awaited at this moment.
    pub fn is_sending(self) -> bool {
        self.stage.with(|stage| matches!(stage, Stage::Sending(_)))
    }

    fn send(self, sent: Sent<A>) {
        self.refused.set(None);
        self.pause.set(None);
        self.stage.set(Stage::Sending(sent.clone()));
        let ask = self.ask.get_value();
        spawn_local(async move {
            let answer = ask(sent.operation, sent.act.clone()).await;
            let (stage, next) = Stage::answered(sent, answer);
            // The page may be gone: then nobody wants to know.
            if self.stage.try_set(stage.clone()).is_some() {
                return;
            }
            match next {
                Next::Done { answer, again } => self.done.run((answer, again)),
                Next::Refused { error, again } => self.refused.set(Some(Refusal { error, again })),
                Next::Retry { seconds } => self.retry(seconds, &stage).await,
                Next::Offer => {}
            }
        });
    }

    /// Counts down, and sends the same act again unless somebody already did.
    async fn retry(self, seconds: u32, lost: &Stage<A>) {
        for left in (1..=seconds).rev() {
            self.pause.try_set(Some(left));
            wait(1_000).await;
            if self.stage.try_with_untracked(|stage| stage == lost) != Some(true) {
                return;
            }
        }
        if let Stage::Lost(sent) = lost.clone() {
            self.send(sent);
        }
    }
}

/// A new operation id. `None` if the browser has no randomness.
pub fn new_operation() -> Option<OperationId> {
    new_number().map(OperationId)
}

/// What to say while an act is under way or its outcome is not known. Nothing while choices are made.
pub fn sentence<A>(stage: &Stage<A>, pause: Option<u32>, what: &str) -> Option<String> {
    match stage {
        Stage::Choosing => None,
        Stage::Sending(sent) if sent.lost == 0 => None,
        Stage::Sending(_) => Some(format!("Asking the server again whether {what} happened. It cannot happen twice.")),
        Stage::Lost(_) => Some(match pause {
            Some(seconds) => format!(
                "The server cannot be reached, so nobody knows yet whether {what} happened. Asking again in {seconds} s. It cannot happen twice."
            ),
            None => format!(
                "The server cannot be reached, so nobody knows yet whether {what} happened. Ask again: it cannot happen twice."
            ),
        }),
        Stage::Broken(_) => Some(format!(
            "The server’s answer could not be read, so nobody knows yet whether {what} happened. Ask again: it cannot happen twice."
        )),
    }
}

impl Refusal {
    /// The truth about what happened, and why.
    pub fn sentence(&self) -> String {
        match (&self.error, self.again) {
            // What was sent before may have happened.
            (ApiError::SignedOut | ApiError::TooMany { .. } | ApiError::Storage(_), true) => self.error.to_string(),
            (error, true) => format!("The server is back. Nothing was moved. {error}"),
            (error, false) => format!("Nothing was moved. {error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_claims_to_know_what_became_of_a_lost_act() {
        let sent = |lost| Sent { operation: OperationId(1), act: (), lost };
        assert_eq!(sentence(&Stage::<()>::Choosing, None, "this move"), None);
        assert_eq!(sentence(&Stage::Sending(sent(0)), None, "this move"), None);
        let lost = sentence(&Stage::Lost(sent(1)), Some(4), "this move").unwrap_or_default();
        assert!(lost.contains("nobody knows yet whether this move happened"), "{lost}");
        assert!(lost.contains("in 4 s"), "{lost}");
        let again = sentence(&Stage::Sending(sent(1)), None, "this move").unwrap_or_default();
        assert!(again.contains("again"), "{again}");
    }

    #[test]
    fn a_refusal_says_first_that_nothing_was_moved() {
        let refusal = |again| Refusal { error: ApiError::OperationReused, again }.sentence();
        assert!(refusal(false).starts_with("Nothing was moved. "));
        assert!(refusal(true).starts_with("The server is back. Nothing was moved. "));
        let error = ApiError::TooMany { seconds: 3 };
        assert!(!Refusal { error, again: true }.sentence().contains("Nothing was moved"));
    }
}
