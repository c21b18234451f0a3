//! Self assignment: a campaign's terms, its pool, and what came of requests.

use handoff_core::permission::Setting;
use handoff_core::self_assignment::{BatchSize, Ceiling, PeopleLimit, PoolKind, Taken};
use handoff_core::tally::Counts;
use handoff_core::{Instant, InviteLinkId, MemberId, OperationId};
use serde::{Deserialize, Serialize};

/// A campaign's self assignment, for its admins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfAssignment {
    /// Whether texters may request conversations.
    pub on: Setting,
    /// How many with one request. None is the organization's.
    pub batch: Option<BatchSize>,
    /// The organization's batch size.
    pub organization_batch: BatchSize,
    /// What is handed out.
    pub kind: PoolKind,
    /// How many unfinished conversations of the campaign one texter may hold. None is as many as they want.
    pub ceiling: Option<Ceiling>,
    /// What nobody holds and could be handed out, were it of the kind: neither opted out nor escalated.
    pub pool: Counts,
    /// How much of that is of the kind: what is left to be handed out.
    pub left: u32,
    /// The invite link, if one was ever made.
    pub invite: Option<Invite>,
    /// Everybody who joined by an invite link or requested conversations, the latest to join first.
    pub texters: Vec<PoolTexter>,
}

/// The invite link of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Which.
    pub id: InviteLinkId,
    /// Its path, to be put behind this server's address. None if it is disabled, or was made under another key of the
    /// server: then it works, and cannot be shown.
    pub link: Option<String>,
    /// When it was made.
    pub made_at: Instant,
    /// Who made it.
    pub made_by: String,
    /// When it was disabled. None is: it works, while self assignment is on.
    pub disabled_at: Option<Instant>,
    /// How many people may join by it. None is as many as want to.
    pub most: Option<PeopleLimit>,
    /// How many became texters of the campaign by it.
    pub joined: u32,
    /// How many of those in the minute before this was read.
    pub joined_lately: u32,
}

/// Somebody who joined by an invite link or requested conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolTexter {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// When they joined by an invite link. None: an admin added them.
    pub joined_at: Option<Instant>,
    /// How often they were given conversations that they requested.
    pub requests: u32,
    /// How many conversations that were in all, whatever became of them.
    pub requested: u32,
    /// How many of the campaign they hold now.
    pub holds: u32,
}

/// How the unassigned conversations of a campaign became fewer and more, from its first operation or import to now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolHistory {
    /// Instants, ascending, each with how many conversations nobody held from then on. At most 201; the last is now.
    pub points: Vec<(Instant, u32)>,
}

/// What came of a request for conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// The operation under which it stands in the history. Without conversations there is none.
    pub operation: Option<OperationId>,
    /// What was assigned. Its words are the answer to show.
    pub taken: Taken,
}

/// What became of giving back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GiveBackAnswer {
    /// Exactly what was previewed is back in the pool.
    Committed {
        /// The operation in the history.
        operation: OperationId,
        /// How many.
        moved: u32,
    },
    /// What the texter holds has changed meanwhile: nothing was moved.
    Conflict {
        /// What they hold now.
        counts: Box<Counts>,
    },
}
