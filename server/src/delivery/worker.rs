//! The one in each process that hands messages over.
//!
//! It takes what is due by lease, hands it to the gateway, several at once, and keeps what became of it. If it dies in
//! between, the lease runs out, and whoever takes the message then hands it over under the same key.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesUnordered, StreamExt};
use handoff_core::message::Delivery;
use handoff_core::message::delivery::{Failure, Hindrance};
use handoff_core::message::outbox::pause_after;
use handoff_core::{Instant, OrganizationId};
use metrics::{counter, gauge, histogram};
use tokio::sync::watch;

use super::gateway::{Answer, Gateway, MessageKey, Outbound};
use crate::live::Live;
use crate::model::ApiError;
use crate::store::Store;
use crate::store::conversation::Done;
use crate::store::outbox::{Outcome, Settled, Taken};

/// Messages by what became of them when they were due.
pub const HANDED: &str = "handoff_messages_handed_total";
/// How long gateways take to answer.
pub const ANSWERED: &str = "handoff_gateway_answer_seconds";
/// Messages that are with the gateway now.
pub const UNDER_WAY: &str = "handoff_messages_under_way";

/// How messages are handed over.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How many are with the gateway at the same time.
    pub at_once: usize,
    /// How long the gateway may take to answer.
    pub patience: Duration,
    /// For how many seconds a message is ours alone: longer than the patience.
    pub lease_seconds: i64,
    /// How often the queue is looked at though nothing is due and nothing was heard: whoever wrote to it may have gone
    /// between the commit and telling of it. A request is dropped where its browser hangs up, a process may die.
    pub look: Duration,
    /// The least time between two looks.
    pub breath: Duration,
    /// After how many seconds it is looked at again whether hours are open for what waits for them.
    pub review_seconds: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            at_once: 32,
            patience: Duration::from_secs(30),
            lease_seconds: 120,
            look: Duration::from_secs(5),
            breath: Duration::from_millis(50),
            review_seconds: 900,
        }
    }
}

/// After the database failed.
const PAUSE_SECONDS: i64 = 2;

/// Hands messages over.
pub struct Worker {
    store: Store,
    live: Live,
    gateway: Arc<dyn Gateway>,
    pace: Pace,
    /// When it was last looked at what waits for hours to open, in microseconds since 1970.
    reviewed_at: AtomicI64,
}

type UnderWay<'a> = FuturesUnordered<BoxFuture<'a, Settled>>;

impl Worker {
    /// A worker that hands over to this gateway.
    pub fn new(store: Store, live: Live, gateway: Arc<dyn Gateway>, pace: Pace) -> Self {
        Self { store, live, gateway, pace, reviewed_at: AtomicI64::new(0) }
    }

    /// Hands over whatever becomes due, until told to stop. What is with the gateway then is waited for.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            let next = self.deliver(&stop).await;
            let rest = self.rest(next);
            tokio::select! {
                // An error is that nobody can tell it to stop any more, which is a stop.
                _ = stop.wait_for(|stop| *stop) => return,
                () = self.live.stirred() => {}
                () = tokio::time::sleep(rest) => {}
            }
        }
    }

    /// How long to wait, if nothing is heard, until the queue is looked at again.
    fn rest(&self, next: Option<Instant>) -> Duration {
        let Some(due) = next else { return self.pace.look };
        let microseconds = due.get().saturating_sub(self.store.now().get());
        let rest = Duration::from_micros(u64::try_from(microseconds).unwrap_or(0));
        rest.clamp(self.pace.breath, self.pace.look)
    }

    /// Hands over all that is due, and keeps what becomes of it. Answers when the next message is due, if one waits.
    pub async fn deliver(&self, stop: &watch::Receiver<bool>) -> Option<Instant> {
        let mut stopping = stop.clone();
        let mut under_way = UnderWay::new();
        self.review().await;
        loop {
            let stopped = *stopping.borrow();
            let next = if stopped { None } else { self.take(&mut under_way).await };
            if under_way.is_empty() {
                return next;
            }
            #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
            gauge!(UNDER_WAY).set(under_way.len() as f64);
            let full = under_way.len() >= self.pace.at_once;
            let rest = self.rest(next);
            tokio::select! {
                Some(first) = under_way.next() => {
                    // Whatever else has been answered by now is kept with it.
                    let mut settled = vec![first];
                    while let Some(Some(more)) = under_way.next().now_or_never() {
                        settled.push(more);
                    }
                    self.keep(settled).await;
                }
                () = self.live.stirred(), if !stopped && !full => {}
                // What becomes due does not wait until the gateway has answered about something else.
                () = tokio::time::sleep(rest), if !stopped && !full => {}
                () = told(&mut stopping), if !stopped => {}
            }
            gauge!(UNDER_WAY).set(0.0);
        }
    }

    /// Looks from time to time whether hours are open for what waits for them.
    async fn review(&self) {
        let now = self.store.now();
        let last = Instant(self.reviewed_at.load(Ordering::Relaxed));
        // The log has why it failed: it is done again at the next look.
        if now >= last.plus_seconds(self.pace.review_seconds) && self.store.review_waiting().await.is_ok() {
            self.reviewed_at.store(now.get(), Ordering::Relaxed);
        }
    }

    /// Takes as much of what is due as there is room for, and begins to hand it over. Answers when the next is due.
    async fn take<'a>(&'a self, under_way: &mut UnderWay<'a>) -> Option<Instant> {
        loop {
            let room = self.pace.at_once.saturating_sub(under_way.len());
            if room == 0 {
                return None;
            }
            match self.take_some(room, under_way).await {
                Ok(Looked::Again) => {}
                Ok(Looked::Next(next)) => return next,
                // The log has it. What was taken is due again when its lease is over.
                Err(_) => return Some(self.store.now().plus_seconds(PAUSE_SECONDS)),
            }
        }
    }

    async fn take_some<'a>(&'a self, room: usize, under_way: &mut UnderWay<'a>) -> Result<Looked, ApiError> {
        let next = self.store.next_due().await?;
        if next.is_none_or(|due| due > self.store.now()) {
            return Ok(Looked::Next(next));
        }
        let batch = self.store.take_due(room, self.pace.lease_seconds).await?;
        if batch.is_empty() {
            // Somebody else is taking it just now.
            return Ok(Looked::Next(next));
        }
        count("cancelled", batch.cancelled);
        count("hour closed", batch.waiting);
        self.tell(batch.concerned);
        under_way.extend(batch.taken.into_iter().map(|taken| self.hand_over(taken).boxed()));
        Ok(Looked::Again)
    }

    async fn hand_over(&self, taken: Taken) -> Settled {
        let Taken { key, phone, body, kind, tries, lease } = taken;
        let message = Outbound { key, to: phone, text: body, kind };
        let begun = tokio::time::Instant::now();
        let asked = AssertUnwindSafe(self.gateway.send(&message)).catch_unwind();
        let answer = match tokio::time::timeout(self.pace.patience, asked).await {
            Ok(Ok(answer)) => answer,
            // The log has where the gateway's part of the program broke.
            Ok(Err(_)) => Answer::Later,
            Err(_) => {
                tracing::warn!(%key, tries, "the gateway does not answer in time");
                Answer::Later
            }
        };
        histogram!(ANSWERED).record(begun.elapsed());
        let outcome = match answer {
            Answer::Accepted { gateway_id } => Outcome::Accepted { gateway_id },
            Answer::Refused(failure) => Outcome::Over(Delivery::Failed(failure)),
            Answer::Later => match pause_after(tries) {
                Some(seconds) => Outcome::Again { due: self.store.now().plus_seconds(seconds), tries },
                None => Outcome::Over(Delivery::NotSent(Hindrance::NoGateway)),
            },
        };
        count(word(&outcome), 1);
        Settled { key, lease, outcome }
    }

    /// Keeps what became of messages. If that fails, it is tried for each alone, so that none holds up the others.
    async fn keep(&self, settled: Vec<Settled>) {
        let (refused, settled): (Vec<_>, Vec<_>) =
            settled.into_iter().partition(|one| one.outcome == Outcome::Over(Delivery::Failed(Failure::OptedOut)));
        for one in refused {
            // A report of the same says the same, and opts out with it.
            let told = self.store.report(one.key, Delivery::Failed(Failure::OptedOut)).await;
            self.kept(one.key, told.map(Option::unwrap_or_default));
        }
        if settled.is_empty() {
            return;
        }
        if let Ok(concerned) = self.store.settle(&settled).await {
            return self.tell(concerned);
        }
        for one in settled {
            self.kept(one.key, self.store.settle(std::slice::from_ref(&one)).await);
        }
    }

    fn kept(&self, key: MessageKey, kept: Result<Vec<(OrganizationId, Done)>, ApiError>) {
        if let Ok(concerned) = kept {
            self.tell(concerned);
        } else {
            tracing::error!(%key, "what became of a message is not kept: the gateway is asked again");
        }
    }

    fn tell(&self, concerned: Vec<(OrganizationId, Done)>) {
        for (organization, done) in concerned {
            self.live.conversation(organization, &done);
        }
    }
}

/// Waits until told to stop.
async fn told(stopping: &mut watch::Receiver<bool>) {
    if stopping.wait_for(|stop| *stop).await.is_err() {
        // Nobody is left who could.
        std::future::pending::<()>().await;
    }
}

/// What a look at the queue says.
enum Looked {
    /// Something was due: look again.
    Again,
    /// Nothing is to be taken before that instant.
    Next(Option<Instant>),
}

const fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::Over(Delivery::NotSent(_)) => "given up",
        Outcome::Over(_) => "refused",
        Outcome::Again { .. } => "later",
    }
}

fn count(outcome: &'static str, number: usize) {
    if number > 0 {
        counter!(HANDED, "outcome" => outcome).increment(number as u64);
    }
}
