//! How what an operation moved is laid out, place by place.

use std::collections::BTreeMap;

use handoff_core::OperationId;
use handoff_core::plan::{Owner, Plan, Take};
use handoff_core::status::Standing;
use handoff_core::undo::{Fate, Moved, Return, UndoPlan};
use serde::{Deserialize, Serialize};

use crate::model::ApiError;

/// How what moves is laid out, place by place: whose it was, and who is served in turn.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Layout {
    pub(super) takes: Vec<Take>,
    pub(super) turns: Vec<Turn>,
    pub(super) targets: Vec<Owner>,
    /// Whose lists say which conversations: its own, unless another's say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shares: Option<SharedLists>,
}

/// An undo that gives everything back moves what another operation moved, the other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SharedLists {
    /// The operation that has the lists.
    pub(super) with: OperationId,
    /// Whether they are to be read the other way: from whoever got them there, to whoever had them.
    pub(super) reversed: bool,
}

/// From one place to another, the targets from a rank on are served in turn.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Turn {
    pub(super) start: u64,
    pub(super) finish: u64,
    pub(super) rank: u64,
    pub(super) open: u32,
}

impl Layout {
    pub(super) fn of_plan(plan: &Plan) -> Self {
        let deal = plan.deal();
        let ends = deal.phases().iter().skip(1).map(|phase| phase.start).chain([u64::from(plan.moved)]);
        let turns = deal.phases().iter().zip(ends);
        Self {
            takes: plan.takes.clone(),
            turns: turns
                .map(|(phase, finish)| Turn { start: phase.start, finish, rank: 0, open: phase.open })
                .collect(),
            targets: plan.shares.iter().map(|share| share.to).collect(),
            shares: None,
        }
    }

    /// Each group of an undo goes to one owner.
    pub(super) fn of_undo(plan: &UndoPlan) -> Self {
        let mut start = 0;
        let turn = |(part, rank): (&Return, u64)| {
            let turn = Turn { start, finish: start + u64::from(part.count), rank, open: 1 };
            start = turn.finish;
            turn
        };
        Self {
            turns: plan.returns.iter().zip(0..).map(turn).collect(),
            takes: plan
                .returns
                .iter()
                .map(|part| Take { from: part.from, standing: part.standing, count: part.count })
                .collect(),
            targets: plan.returns.iter().map(|part| part.to).collect(),
            shares: None,
        }
    }

    /// An undo of all that `undone` moved, which keeps no lists of its own.
    pub(super) fn of_full_undo(plan: &UndoPlan, undone: OperationId, layout: &Self) -> Self {
        let shares = match layout.shares {
            Some(lists) => SharedLists { reversed: !lists.reversed, ..lists },
            None => SharedLists { with: undone, reversed: true },
        };
        Self { shares: Some(shares), ..Self::of_undo(plan) }
    }

    /// What was moved, as if nothing had happened to it since.
    pub(super) fn untouched(&self) -> Vec<Moved> {
        let mut counts: BTreeMap<(Owner, Owner, Standing), u32> = BTreeMap::new();
        let mut start = 0;
        for take in &self.takes {
            let finish = start + u64::from(take.count);
            for turn in self.turns.iter().filter(|turn| turn.start < finish && turn.finish > start) {
                let open = u64::from(turn.open.max(1));
                let served = |place: u64, seat: u64| {
                    let (round, rest) = (place / open, place % open);
                    round + u64::from(rest > seat)
                };
                let first = start.max(turn.start) - turn.start;
                let last = finish.min(turn.finish) - turn.start;
                for (seat, to) in
                    (0..open).zip(self.targets.iter().skip(usize::try_from(turn.rank).unwrap_or(usize::MAX)))
                {
                    let count = served(last, seat) - served(first, seat);
                    let sum = counts.entry((take.from, *to, take.standing)).or_default();
                    *sum = sum.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
                }
            }
            start = finish;
        }
        let moved = |((from, to, standing), count)| Moved { from, to, standing, fate: Fate::Untouched, count };
        counts.into_iter().map(moved).filter(|moved| moved.count > 0).collect()
    }

    pub(super) fn to_json(&self) -> Result<String, ApiError> {
        serde_json::to_string(self).expected("a layout is written as JSON")
    }

    pub(super) fn from_json(text: &str) -> Result<Self, ApiError> {
        serde_json::from_str(text).map_err(|error| {
            tracing::error!(%error, "the layout of an operation cannot be read");
            ApiError::Broken
        })
    }
}
use super::failure::Sound;
