//! What a request will do.

use serde::{Deserialize, Serialize};

use super::deal::Deal;
use super::fingerprint::Fingerprint;
use super::parts::{Change, Move, Reason, Share, Take};

/// What a request will do. Computed by [`plan`], drawn by the browser, committed by the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What is taken, in the order in which it is dealt: by standing, then Unassigned first, then by lowest id.
    pub takes: Vec<Take>,
    /// What each target gets, in the order in which they are dealt to: the largest share first.
    pub shares: Vec<Share>,
    /// Everyone whose conversations change, and every target: Unassigned first, then by lowest id.
    pub people: Vec<Change>,
    /// How many conversations match the request.
    pub matching: u32,
    /// How many of those move.
    pub moved: u32,
    /// What does not move though its owner was chosen, and why. No zeros.
    pub excluded: Vec<(Reason, u32)>,
    /// How many were asked for but are not there.
    pub missing: u32,
}

impl Plan {
    /// How the taken conversations are dealt to the targets.
    pub fn deal(&self) -> Deal {
        Deal::new(self.shares.iter().map(|share| share.count))
    }

    /// Every move: from, to, standing, count; in the order of dealing. No zeros.
    pub fn moves(&self) -> Vec<Move> {
        let deal = self.deal();
        let mut moves = Vec::new();
        let mut position = 0;
        let mut given = deal.given_before(position);
        for take in &self.takes {
            position += u64::from(take.count);
            let next = deal.given_before(position);
            for ((share, before), after) in self.shares.iter().zip(&given).zip(&next) {
                let count = after.saturating_sub(*before);
                if count > 0 {
                    moves.push(Move { from: take.from, to: share.to, standing: take.standing, count });
                }
            }
            given = next;
        }
        moves
    }

    /// The fingerprint of what moves. Two plans that move the same have the same.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.takes, &self.shares)
    }

    /// How many matching conversations are neither moved nor kept.
    pub fn left_over(&self) -> u32 {
        self.because(Reason::BeyondTheNumber)
    }

    /// How many matching conversations the targets already have and keep.
    pub fn kept(&self) -> u32 {
        self.because(Reason::AlreadyThere)
    }

    fn because(&self, reason: Reason) -> u32 {
        self.excluded.iter().filter(|(why, _)| *why == reason).map(|(_, count)| count).sum()
    }
}
