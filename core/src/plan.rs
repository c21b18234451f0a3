//! What a bulk move will do: computed from counts alone, the same in the browser and on the server.

mod deal;
mod fingerprint;
mod headline;
mod share;
mod take;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::id::MemberId;
use crate::request::{Filter, HowMany, Request, RequestError, Sharing};
use crate::status::Standing;
use crate::tally::{Counts, Tally};

pub use deal::{Deal, Phase};
pub use fingerprint::Fingerprint;
pub(crate) use fingerprint::owner as owner_bytes;
pub use headline::{headline, number, separated, share_list};

/// An owner: a member, or `None` for Unassigned.
pub type Owner = Option<MemberId>;

/// What is taken from one owner, of one standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Take {
    /// Whose.
    pub from: Owner,
    /// Of which standing.
    pub standing: Standing,
    /// How many: the longest waiting first, then by lowest id.
    pub count: u32,
}

/// What one target gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Share {
    /// Who gets it.
    pub to: Owner,
    /// How many.
    pub count: u32,
}

/// So many conversations of one standing go from one owner to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Move {
    /// Whose they were.
    pub from: Owner,
    /// Whose they become.
    pub to: Owner,
    /// Their standing.
    pub standing: Standing,
    /// How many.
    pub count: u32,
}

/// What a plan does to one owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Change {
    /// Who.
    pub owner: Owner,
    /// What they hold before.
    pub before: Counts,
    /// What goes.
    pub goes: Counts,
    /// What comes.
    pub comes: Counts,
    /// How many of the matching conversations a target already has and keeps.
    pub kept: u32,
}

impl Change {
    /// What they hold afterwards.
    pub fn after(&self) -> Counts {
        Standing::ALL
            .into_iter()
            .map(|standing| {
                let stays = self.before.get(standing).saturating_sub(self.goes.get(standing));
                (standing, stays.saturating_add(self.comes.get(standing)))
            })
            .collect()
    }
}

/// Why conversations of the chosen owners do not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// They have another status than the one chosen.
    OtherStatus,
    /// The contact opted out: only Any moves those.
    OptedOut,
    /// A target has them already.
    AlreadyThere,
    /// More matched than were asked for.
    BeyondTheNumber,
}

impl Reason {
    /// The words on screen, behind a number.
    pub const fn label(self) -> &'static str {
        match self {
            Self::OtherStatus => "have another status",
            Self::OptedOut => "opted out (only Any moves those)",
            Self::AlreadyThere => "are already there and are kept",
            Self::BeyondTheNumber => "match, but are more than the number chosen",
        }
    }
}

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

/// What one owner has to do with a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    owner: Owner,
    counts: Counts,
    /// How many of theirs match the request; zero where they were not chosen.
    matching: u32,
    /// Whether they are a target, or Unassigned is.
    target: bool,
    /// How many of the matching are taken from them.
    taken: u32,
}

/// Computes what a request will do.
///
/// Total and deterministic: the same tally and request give the same plan everywhere.
///
/// # Errors
/// If the request cannot be followed at all: no target, no source, zero, or a target who cannot take.
pub fn plan(tally: &Tally, request: &Request) -> Result<Plan, RequestError> {
    let targets = request.targets(tally)?;
    let is_target: HashSet<Owner> =
        if targets.is_empty() { HashSet::from([None]) } else { targets.iter().copied().map(Some).collect() };
    let mut sources: Vec<Source> = tally
        .owners()
        .map(|(owner, counts)| Source {
            owner,
            counts: *counts,
            matching: if request.from.includes(owner) { matching(counts, request.status) } else { 0 },
            target: is_target.contains(&owner),
            taken: 0,
        })
        .collect();

    let mut shares = if targets.is_empty() {
        take::apart_from_targets(&mut sources, request.how_many);
        vec![Share { to: None, count: total_taken(&sources) }]
    } else if request.how_many == HowMany::All && request.sharing == Sharing::Equal {
        share::divide(&mut sources, &targets)
    } else {
        take::apart_from_targets(&mut sources, request.how_many);
        let loads: Vec<u32> = targets.iter().map(|member| tally.counts(Some(*member)).load()).collect();
        let counts = match request.sharing {
            Sharing::Equal => share::equal(total_taken(&sources), &loads),
            Sharing::Level => share::level(total_taken(&sources), &loads),
        };
        targets.iter().zip(counts).map(|(member, count)| Share { to: Some(*member), count }).collect()
    };
    // The largest share first, so that those who still have room are always the first ones; stable, so
    // that equal shares stay in the order chosen.
    shares.sort_by_key(|share| std::cmp::Reverse(share.count));

    let takes = take::by_standing(&sources, request.status);
    Ok(assemble(&sources, takes, shares, request))
}

fn matching(counts: &Counts, status: Filter) -> u32 {
    counts
        .iter()
        .filter(|(standing, _)| status.includes(*standing))
        .fold(0, |sum, (_, count)| sum.saturating_add(count))
}

fn total_taken(sources: &[Source]) -> u32 {
    sources.iter().fold(0, |sum, source| sum.saturating_add(source.taken))
}

fn assemble(sources: &[Source], takes: Vec<Take>, shares: Vec<Share>, request: &Request) -> Plan {
    let moved = total_taken(sources);
    let sum = |of: &dyn Fn(&Source) -> u32| sources.iter().fold(0_u32, |sum, source| sum.saturating_add(of(source)));
    let matching = sum(&|source| source.matching);
    let kept = sum(&|source| if source.target { source.matching.saturating_sub(source.taken) } else { 0 });
    let chosen = |source: &Source| request.from.includes(source.owner);
    let opted_out = sum(&|source| {
        if chosen(source) && request.status != Filter::Any { source.counts.get(Standing::OptedOut) } else { 0 }
    });
    let unmatched =
        sum(&|source| if chosen(source) { source.counts.total().saturating_sub(source.matching) } else { 0 });
    let excluded = [
        (Reason::AlreadyThere, kept),
        (Reason::BeyondTheNumber, matching.saturating_sub(kept).saturating_sub(moved)),
        (Reason::OtherStatus, unmatched.saturating_sub(opted_out)),
        (Reason::OptedOut, opted_out),
    ];
    let missing = match request.how_many {
        HowMany::All => 0,
        HowMany::Some(asked) => asked.saturating_sub(moved),
    };
    Plan {
        people: changes(sources, &takes, &shares),
        takes,
        shares: shares.into_iter().filter(|share| share.count > 0).collect(),
        matching,
        moved,
        excluded: excluded.into_iter().filter(|(_, count)| *count > 0).collect(),
        missing,
    }
}

/// Before and after of everyone whose conversations change, and of every target.
fn changes(sources: &[Source], takes: &[Take], shares: &[Share]) -> Vec<Change> {
    let mut changes: Vec<Change> = sources
        .iter()
        .map(|source| Change {
            owner: source.owner,
            before: source.counts,
            goes: Counts::default(),
            comes: Counts::default(),
            kept: if source.target { source.matching.saturating_sub(source.taken) } else { 0 },
        })
        .collect();
    // Sources come Unassigned first, then by ascending id: `None` sorts before every member.
    let at = |owner: Owner| sources.binary_search_by_key(&owner, |source| source.owner).ok();
    for take in takes {
        if let Some(change) = at(take.from).and_then(|index| changes.get_mut(index)) {
            change.goes.add(take.standing, take.count);
        }
    }
    let deal = Deal::new(shares.iter().map(|share| share.count));
    let mut position = 0;
    let mut given = deal.given_before(position);
    for standing in Standing::ALL {
        let of_standing = takes.iter().filter(|take| take.standing == standing);
        position += of_standing.map(|take| u64::from(take.count)).sum::<u64>();
        let next = deal.given_before(position);
        for ((share, before), after) in shares.iter().zip(&given).zip(&next) {
            if let Some(change) = at(share.to).and_then(|index| changes.get_mut(index)) {
                change.comes.add(standing, after.saturating_sub(*before));
            }
        }
        given = next;
    }
    let targets: HashSet<Owner> = sources.iter().filter(|source| source.target).map(|source| source.owner).collect();
    changes.retain(|change| change.goes.total() > 0 || change.comes.total() > 0 || targets.contains(&change.owner));
    changes
}
