//! A preview that follows the choices and the campaign, and marks what the campaign changed.

use std::sync::Arc;

use handoff_core::plan::{Plan, headline, plan};
use handoff_core::request::{HowMany, Request};
use handoff_core::tally::Tally;
use handoff_server::model::overview::Overview;
use leptos::prelude::*;

use super::choices::ChoiceError;
use super::figures::figures;
use super::people::Names;
use super::preview::{Said, notes};

/// Why the preview is another one than the reader saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Changed {
    /// It is not.
    #[default]
    No,
    /// The campaign changed while the dialog was open.
    Meanwhile,
    /// The campaign changed before the commit, which moved nothing.
    Conflict,
}

/// A preview of a request.
#[derive(Clone, Copy)]
pub struct Planner {
    /// The campaign as it is previewed.
    pub tally: RwSignal<Arc<Tally>>,
    /// What would happen.
    pub plan: Memo<Result<Plan, ChoiceError>>,
    /// What is said of it.
    pub said: Memo<Said>,
    /// Why it changed.
    pub changed: RwSignal<Changed>,
    /// Whether it changed a moment ago, too short to have been read.
    pub fresh: RwSignal<bool>,
    seen: RwSignal<Option<Arc<Tally>>>,
}

/// How long a changed preview stands before it can be committed, in milliseconds.
const READING: i32 = 1_000;

/// What would happen, if the choices can be followed.
fn planned(tally: &Tally, request: &Result<Request, ChoiceError>) -> Result<Plan, ChoiceError> {
    plan(tally, request.as_ref().map_err(Clone::clone)?).map_err(ChoiceError::from)
}

impl Planner {
    /// A preview of `request` on the campaign. While `locked`, it stays as it was sent.
    pub fn new(
        overview: Signal<Overview>,
        request: Signal<Result<Request, ChoiceError>>,
        locked: Signal<bool>,
        names: Signal<Names>,
    ) -> Self {
        Self::of(Memo::new(move |_| overview.with(|overview| Arc::new(overview.tally.clone()))), request, locked, names)
    }

    /// The same on who holds how much.
    pub fn of(
        now: Memo<Arc<Tally>>,
        request: Signal<Result<Request, ChoiceError>>,
        locked: Signal<bool>,
        names: Signal<Names>,
    ) -> Self {
        let tally = RwSignal::new(now.get_untracked());
        let seen = RwSignal::new(None::<Arc<Tally>>);
        let changed = RwSignal::new(Changed::No);
        let fresh = RwSignal::new(false);
        let plan = Memo::new(move |_| tally.with(|tally| request.with(|request| planned(tally, request))));
        let said = Memo::new(move |_| {
            let names = names.get();
            plan.with(|plan| match plan {
                Err(_) => Said { headline: "The preview appears here.".to_owned(), pending: true, ..Said::default() },
                Ok(plan) => {
                    let before = seen.with(|seen| {
                        seen.as_ref().and_then(|seen| request.with(|request| planned(seen, request).ok()))
                    });
                    let asked = request.with(|request| match request {
                        Ok(Request { how_many: HowMany::Some(asked), .. }) => Some(*asked),
                        _ => None,
                    });
                    Said {
                        pending: false,
                        headline: headline(plan, |owner| names.of(owner)),
                        figures: figures(&plan.people, before.as_ref().map(|before| before.people.as_slice())),
                        notes: notes(plan, asked),
                    }
                }
            })
        });
        let planner = Self { tally, plan, said, changed, fresh, seen };
        // A choice made on the new figures means that they were seen.
        Effect::new(move |before: Option<Result<Request, ChoiceError>>| {
            let now = request.get();
            if before.is_some_and(|before| before != now) {
                planner.acknowledge();
            }
            now
        });
        Effect::new(move |_| {
            let now = now.get();
            if locked.get() || tally.with_untracked(|shown| *shown == now) {
                return;
            }
            planner.replace(now);
        });
        planner
    }

    /// The reader has seen the figures: nothing is marked any more.
    fn acknowledge(self) {
        self.seen.set(None);
        self.changed.set(Changed::No);
    }

    fn replace(self, now: Arc<Tally>) {
        let fingerprint = || self.plan.with_untracked(|plan| plan.as_ref().ok().map(Plan::fingerprint));
        let (before, shown) = (fingerprint(), self.tally.get_untracked());
        let people = self.said.with_untracked(|said| said.figures.clone());
        self.seen.update(|seen| {
            seen.get_or_insert(shown);
        });
        self.tally.set(now);
        let marked = self.said.with_untracked(|said| said.figures.is_marked());
        if self.changed.get_untracked() == Changed::No {
            if !marked && self.said.with_untracked(|said| said.figures == people) {
                // Nothing that this preview shows has changed.
                self.seen.set(None);
                return;
            }
            self.changed.set(Changed::Meanwhile);
        }
        // A click that was on its way to the old figures must not commit the new ones unread.
        if before != fingerprint() {
            self.fresh.set(true);
            leptos::task::spawn_local(async move {
                crate::state::wait::wait(READING).await;
                self.fresh.try_set(false);
            });
        }
    }

    /// The commit found the campaign changed, and moved nothing.
    pub fn conflict(self) {
        self.changed.set(Changed::Conflict);
    }
}
