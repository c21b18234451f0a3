//! A gateway whose phones are made up: nothing leaves this machine.
//!
//! The same seed, clock and messages make the same reports and answers. What is planned is kept in memory alone: a
//! restart forgets what would have been answered.

mod contact;
pub mod prompt;
mod randomness;
mod repertoire;
pub mod texter;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use handoff_core::Instant;
use handoff_core::contact::Phone;
use handoff_core::message::delivery::Failure;
use tokio::sync::Notify;

use super::gateway::{Answer, Gateway, Inbound, MessageKey, Outbound};
use super::intake::Intake;
use super::report::Report;
use crate::clock::Clock;
use crate::model::ApiError;

pub use contact::{Contact, Temper};
use contact::{Happening, Reception};

/// Whether contacts do anything by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// They answer, or not, as they are.
    Lively,
    /// Every message is delivered, and nobody ever answers.
    Still,
}

/// Made-up phones.
pub struct Simulator {
    seed: u64,
    mood: Mood,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Something was planned.
    planned: Notify,
}

#[derive(Default)]
struct State {
    /// What was taken: the same again is not taken twice.
    taken: HashSet<MessageKey>,
    /// What was put off once.
    put_off: HashSet<MessageKey>,
    /// How many messages each number got.
    heard: HashMap<Phone, u32>,
    /// What will happen, in order.
    soon: BTreeMap<(Instant, u64), Event>,
    number: u64,
}

/// Something that the gateway will bring.
#[derive(Clone, Debug)]
enum Event {
    Report(Report),
    Inbound(Inbound),
}

/// How long to rest when nothing is planned, and before bringing again what was not taken.
const REST: Duration = Duration::from_hours(1);
const PAUSE_SECONDS: i64 = 2;

impl Simulator {
    /// Phones by a seed, on this clock.
    pub fn new(seed: u64, mood: Mood, clock: Arc<dyn Clock>) -> Self {
        Self { seed, mood, clock, state: Mutex::default(), planned: Notify::new() }
    }

    fn take(&self, message: &Outbound) -> Answer {
        let Ok(phone) = message.to.parse::<Phone>() else { return Answer::Refused(Failure::NoSuchNumber) };
        let key = message.key;
        let accepted = Answer::Accepted { gateway_id: format!("simulated-{key}") };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.taken.contains(&key) {
            return accepted;
        }
        let heard = state.heard.get(&phone).copied().unwrap_or(0);
        let contact = Contact::of(self.seed, phone);
        let happenings = match (self.mood, contact.reception(heard)) {
            (Mood::Still, _) => contact::delivered(),
            (_, Reception::Refused(failure)) => return Answer::Refused(failure),
            (_, Reception::Later) if state.put_off.insert(key) => return Answer::Later,
            _ => contact.react(message.kind, heard),
        };
        state.taken.insert(key);
        state.put_off.remove(&key);
        state.heard.insert(phone, heard + 1);
        let now = self.clock.now();
        for (number, (after, happening)) in happenings.into_iter().enumerate() {
            let event = match happening {
                Happening::Report(arrival) => Event::Report(Report { key, arrival }),
                Happening::Writes(body) => Event::Inbound(Inbound {
                    organization: key.organization,
                    // Made of the message's own name: if this program dies and is asked again, it is the same.
                    gateway_id: format!("simulated-{key}-{number}"),
                    phone,
                    body,
                }),
            };
            state.plan(Instant(now.get() + after), event);
        }
        drop(state);
        self.planned.notify_one();
        accepted
    }

    /// Lets a contact write something now.
    pub fn write(&self, inbound: Inbound) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.plan(self.clock.now(), Event::Inbound(inbound));
        drop(state);
        self.planned.notify_one();
    }

    /// Brings everything that has happened by now. Answers when the next thing will.
    pub async fn bring(&self, intake: &Intake) -> Option<Instant> {
        loop {
            let now = self.clock.now();
            let event = {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                let first = state.soon.first_entry()?;
                let (at, _) = *first.key();
                if at > now {
                    return Some(at);
                }
                first.remove()
            };
            if bring_one(intake, &event).await.is_err() {
                // The log has it.
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                state.plan(now.plus_seconds(PAUSE_SECONDS), event);
            }
        }
    }
}

impl State {
    fn plan(&mut self, at: Instant, event: Event) {
        self.number += 1;
        self.soon.insert((at, self.number), event);
    }
}

async fn bring_one(intake: &Intake, event: &Event) -> Result<(), ApiError> {
    match event {
        Event::Report(report) => intake.report(*report).await.map(drop),
        Event::Inbound(inbound) => intake.receive(inbound).await.map(drop),
    }
}

impl Gateway for Simulator {
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, Answer> {
        async { self.take(message) }.boxed()
    }

    fn listen(&self, intake: Intake) -> BoxFuture<'_, ()> {
        async move {
            loop {
                let next = self.bring(&intake).await;
                let rest = next.map_or(REST, |at| {
                    let microseconds = at.get().saturating_sub(self.clock.now().get());
                    Duration::from_micros(u64::try_from(microseconds).unwrap_or(0))
                });
                tokio::select! {
                    () = self.planned.notified() => {}
                    () = tokio::time::sleep(rest) => {}
                }
            }
        }
        .boxed()
    }
}
