//! A gateway that does what a test tells it, and remembers what it was asked.

use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::BoxFuture;
use handoff_core::message::delivery::Failure;
use handoff_server::delivery::gateway::{Answer, MessageKey, Outbound};
use handoff_server::delivery::worker::{Pace, Worker};
use handoff_server::delivery::{Gateway, Intake};
use handoff_server::live::Live;
use handoff_server::store::Store;
use tokio::sync::{Notify, watch};

/// What the gateway does with the next message.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Takes it.
    Take,
    /// Takes it, and its answer never arrives.
    TakeAndHang,
    /// Takes it, and answers once the test lets it.
    TakeSlowly,
    /// Says that it cannot now.
    Later,
    /// Refuses it for good.
    Refuse(Failure),
    /// Breaks.
    Break,
    /// Takes it under the name of another message.
    TakeAs(&'static str),
}

/// Follows a script; when it is at its end, takes everything.
#[derive(Default)]
pub struct Scripted {
    script: Mutex<VecDeque<Step>>,
    asked: Mutex<Vec<(MessageKey, String)>>,
    taken: Mutex<HashMap<MessageKey, u32>>,
    /// Told each time the gateway was asked.
    pub heard: Notify,
    /// Lets a slow answer go.
    pub go: Notify,
}

impl Scripted {
    pub fn new(script: &[Step]) -> Arc<Self> {
        Arc::new(Self { script: Mutex::new(script.iter().copied().collect()), ..Self::default() })
    }

    /// What it was asked so far: message ids with texts.
    pub fn asked(&self) -> Vec<(i64, String)> {
        self.asked.lock().unwrap().iter().map(|(key, text)| (key.message.get(), text.clone())).collect()
    }

    /// How often it has taken each message: what a phone would show.
    pub fn taken(&self) -> Vec<(i64, u32)> {
        let mut taken: Vec<_> =
            self.taken.lock().unwrap().iter().map(|(key, times)| (key.message.get(), *times)).collect();
        taken.sort_unstable();
        taken
    }

    /// Takes a message unless its key was taken before, and answers the same as then.
    fn take(&self, key: MessageKey) -> Answer {
        self.taken.lock().unwrap().entry(key).or_insert(1);
        Answer::Accepted { gateway_id: format!("taken-{key}") }
    }
}

impl Gateway for Scripted {
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, Answer> {
        async move {
            self.asked.lock().unwrap().push((message.key, message.text.clone()));
            let step = self.script.lock().unwrap().pop_front().unwrap_or(Step::Take);
            let answer = match step {
                Step::Take | Step::TakeAndHang | Step::TakeSlowly => self.take(message.key),
                Step::Later => Answer::Later,
                Step::Refuse(failure) => Answer::Refused(failure),
                Step::Break => panic!("the gateway's part of the program breaks"),
                Step::TakeAs(gateway_id) => Answer::Accepted { gateway_id: gateway_id.to_owned() },
            };
            self.heard.notify_one();
            match step {
                Step::TakeAndHang => pending().await,
                Step::TakeSlowly => self.go.notified().await,
                _ => {}
            }
            answer
        }
        .boxed()
    }

    fn listen(&self, _: Intake) -> BoxFuture<'_, ()> {
        pending().boxed()
    }
}

/// A worker that hands over to this gateway.
pub fn worker(store: &Store, gateway: &Arc<Scripted>) -> Worker {
    worker_at(store, gateway, Pace::default())
}

pub fn worker_at(store: &Store, gateway: &Arc<Scripted>, pace: Pace) -> Worker {
    Worker::new(store.clone(), Live::default(), gateway.clone(), pace)
}

/// Has it hand over all that is due, and answers in how many seconds the next message is.
pub async fn deliver(store: &Store, worker: &Worker) -> Option<i64> {
    let (_stop, stopping) = watch::channel(false);
    let next = worker.deliver(&stopping).await;
    next.map(|due| (due.get() - store.now().get()) / 1_000_000)
}
