//! Dealing: round-robin over the targets that still have room.

use serde::{Deserialize, Serialize};

/// How a pile of conversations, numbered from 0, is dealt to targets, numbered from 0 by descending share.
///
/// Because the shares descend, those who still have room are always the first so many, and a deal is a
/// few phases in which the same number of targets is served in turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    shares: Vec<u32>,
    phases: Vec<Phase>,
}

/// From a position on, so many targets are served in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// The first position of the phase.
    pub start: u64,
    /// How many targets still have room, at least one: position `p` goes to target `(p - start) % open`.
    pub open: u32,
    /// How many each of them has got before.
    pub round: u32,
}

impl Deal {
    /// A deal of these shares, which descend.
    pub fn new(shares: impl IntoIterator<Item = u32>) -> Self {
        let shares: Vec<u32> = shares.into_iter().filter(|share| *share > 0).collect();
        let mut phases = Vec::new();
        let (mut start, mut round) = (0_u64, 0_u32);
        // From the smallest share up: each time one or several targets are full, a phase ends.
        for (index, share) in shares.iter().enumerate().rev() {
            if *share > round {
                let open = u32::try_from(index + 1).unwrap_or(u32::MAX);
                phases.push(Phase { start, open, round });
                start += u64::from(share - round) * u64::from(open);
                round = *share;
            }
        }
        Self { shares, phases }
    }

    /// The phases, by position.
    pub fn phases(&self) -> &[Phase] {
        &self.phases
    }

    /// Which target gets the conversation at this position.
    pub fn target(&self, position: u64) -> Option<usize> {
        let phase = self.phase(position)?;
        let target = usize::try_from((position - phase.start) % u64::from(phase.open)).ok()?;
        let end: u64 = self.shares.iter().map(|share| u64::from(*share)).sum();
        (position < end).then_some(target)
    }

    /// How many of the positions before this one each target gets.
    pub fn given_before(&self, position: u64) -> Vec<u32> {
        let Some(phase) = self.phase(position) else { return vec![0; self.shares.len()] };
        let (open, done) = (u64::from(phase.open), position - phase.start);
        let rounds = u32::try_from(done / open).unwrap_or(u32::MAX).saturating_add(phase.round);
        let begun = done % open;
        self.shares
            .iter()
            .zip(0_u64..)
            .map(|(share, index)| rounds.saturating_add(u32::from(index < begun)).min(*share))
            .collect()
    }

    fn phase(&self, position: u64) -> Option<Phase> {
        let after = self.phases.partition_point(|phase| phase.start <= position);
        self.phases.get(after.checked_sub(1)?).copied()
    }
}
