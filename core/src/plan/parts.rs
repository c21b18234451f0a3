//! What a plan is made of: what is taken, who gets it, and what it does to each.

use serde::{Deserialize, Serialize};

use crate::id::MemberId;
use crate::status::Standing;
use crate::tally::Counts;

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

/// What one owner has to do with a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    pub(super) owner: Owner,
    pub(super) counts: Counts,
    /// How many of theirs match the request; zero where they were not chosen.
    pub(super) matching: u32,
    /// Whether they are a target, or Unassigned is.
    pub(super) target: bool,
    /// How many of the matching are taken from them.
    pub(super) taken: u32,
}
