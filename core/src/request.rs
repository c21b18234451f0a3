//! What an admin asks to be moved.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::id::MemberId;
use crate::naming::isolated;
use crate::status::Standing;
use crate::tally::Tally;

/// A bulk move, as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Request {
    /// Whose conversations may be taken.
    pub from: From,
    /// Which of them.
    pub status: Filter,
    /// How many of them.
    pub how_many: HowMany,
    /// Who gets them.
    pub to: Target,
    /// How they are shared among several texters.
    #[serde(default)]
    pub sharing: Sharing,
}

/// Whose conversations may be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum From {
    /// Anybody's, and those that nobody holds.
    #[default]
    Everyone,
    /// Only those that nobody holds.
    Unassigned,
    /// Only those of these members, who need not be active any more.
    Members(Vec<MemberId>),
}

impl From {
    /// Whether conversations of this owner may be taken.
    pub fn includes(&self, owner: Option<MemberId>) -> bool {
        match (self, owner) {
            (Self::Everyone, _) | (Self::Unassigned, None) => true,
            (Self::Unassigned, Some(_)) | (Self::Members(_), None) => false,
            (Self::Members(members), Some(member)) => members.contains(&member),
        }
    }
}

/// Which conversations are meant, by status. Opted-out ones only by [`Filter::Any`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Filter {
    /// Whatever the status.
    #[default]
    Any,
    /// Those whose contact wrote last.
    NeedsReply,
    /// Those without an initial message.
    NotStarted,
    /// Those whose contact is silent.
    Waiting,
}

impl Filter {
    /// Every filter, in the order on screen.
    pub const ALL: [Self; 4] = [Self::Any, Self::NeedsReply, Self::NotStarted, Self::Waiting];

    /// Whether conversations of this standing are meant.
    pub const fn includes(self, standing: Standing) -> bool {
        match self {
            Self::Any => true,
            Self::NeedsReply => matches!(standing, Standing::NeedsReply),
            Self::NotStarted => matches!(standing, Standing::NotStarted),
            Self::Waiting => matches!(standing, Standing::Waiting),
        }
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Any => "Any",
            Self::NeedsReply => "Needs reply",
            Self::NotStarted => "Not started",
            Self::Waiting => "Waiting",
        }
    }
}

/// How many conversations are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum HowMany {
    /// All that match.
    #[default]
    All,
    /// So many, at least one; what there is, if there are fewer.
    Some(u32),
}

/// Who gets the conversations.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    /// Nobody: they become Unassigned.
    Unassigned,
    /// These texters, in the order chosen.
    Texters(Vec<MemberId>),
    /// Every active texter of the campaign, other than those named in [`From::Members`].
    Everyone,
}

/// How conversations are shared among several texters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sharing {
    /// Everybody gets the same share.
    #[default]
    Equal,
    /// Who holds least gets first, until the loads are level.
    Level,
}

/// Why a request is refused. Nothing moves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum RequestError {
    /// No target was chosen.
    #[error("Choose who gets the conversations: nobody is chosen yet.")]
    NoTarget,
    /// Everyone is the target, and the campaign has no active texter.
    #[error("This campaign has no other active texters. Add one on the Texters tab, or move to Unassigned.")]
    NoTexters,
    /// Nobody was chosen to take from.
    #[error("Choose whose conversations to move: nobody is chosen yet.")]
    NoSource,
    /// The number is zero.
    #[error("Choose how many to move: at least 1.")]
    Zero,
    /// Nothing would move. The page says why; a commit of it is refused.
    #[error("Nothing to move: no conversation matches, or everything is there already. Choose differently.")]
    Nothing,
    /// A target is not, or not any more, an active texter of the campaign.
    #[error("{} of the chosen texters left this campaign or cannot take conversations now. Choose again.", .0.len())]
    NotActive(Vec<MemberId>),
}

impl Request {
    /// What removing a texter asks for: everything they hold goes to the target.
    pub fn removal(member: MemberId, to: Target) -> Self {
        let (status, how_many, sharing) = (Filter::Any, HowMany::All, Sharing::Equal);
        Self { from: From::Members(vec![member]), status, how_many, to, sharing }
    }

    /// What ending an invite link asks for: everything that those hold who joined by it becomes nobody's.
    pub const fn revocation(members: Vec<MemberId>) -> Self {
        let (status, how_many, sharing) = (Filter::Any, HowMany::All, Sharing::Equal);
        Self { from: From::Members(members), status, how_many, to: Target::Unassigned, sharing }
    }

    /// What a texter asks for who gives back what they hold, of this status.
    pub fn giving_back(member: MemberId, status: Filter) -> Self {
        let (how_many, sharing) = (HowMany::All, Sharing::Equal);
        Self { from: From::Members(vec![member]), status, how_many, to: Target::Unassigned, sharing }
    }

    /// The request in words: "Some (6), Needs reply, from everyone, to Abby and Lindsey".
    ///
    /// `name` gives the name of a member.
    pub fn words(&self, name: impl Fn(MemberId) -> String) -> String {
        let name = |member: MemberId| isolated(&name(member)).into_owned();
        let list = |members: &[MemberId]| match members {
            [] => "nobody".to_owned(),
            [only] => name(*only),
            [first, second] => format!("{} and {}", name(*first), name(*second)),
            [first, rest @ ..] => format!("{} and {} others", name(*first), rest.len()),
        };
        let how_many = match self.how_many {
            HowMany::All => "All".to_owned(),
            HowMany::Some(number) => format!("Some ({})", crate::text::number(number)),
        };
        let from = match &self.from {
            From::Everyone => "everyone".to_owned(),
            From::Unassigned => "Unassigned".to_owned(),
            From::Members(members) => list(members),
        };
        let to = match &self.to {
            Target::Unassigned => "Unassigned".to_owned(),
            Target::Everyone => "everyone on this campaign".to_owned(),
            Target::Texters(texters) => list(texters),
        };
        let sharing = match self.sharing {
            Sharing::Equal => "",
            Sharing::Level => ", levelling the totals",
        };
        format!("{how_many}, {}, from {from}, to {to}{sharing}", self.status.label())
    }

    /// The texters who get conversations, each once, in the order chosen; empty for Unassigned.
    ///
    /// # Errors
    /// If the request can be refused at first sight, whatever anybody holds.
    pub fn targets(&self, tally: &Tally) -> Result<Vec<MemberId>, RequestError> {
        if self.how_many == HowMany::Some(0) {
            return Err(RequestError::Zero);
        }
        if matches!(&self.from, From::Members(members) if members.is_empty()) {
            return Err(RequestError::NoSource);
        }
        match &self.to {
            Target::Unassigned => Ok(Vec::new()),
            Target::Everyone => {
                // Those who are named as the source are not meant by "everyone": it says "everyone else" there.
                let named = |member: &MemberId| matches!(&self.from, From::Members(list) if list.contains(member));
                let everyone: Vec<_> = tally.active().filter(|member| !named(member)).collect();
                if everyone.is_empty() { Err(RequestError::NoTexters) } else { Ok(everyone) }
            }
            Target::Texters(chosen) => {
                let mut seen = std::collections::HashSet::with_capacity(chosen.len());
                let once: Vec<_> = chosen.iter().copied().filter(|member| seen.insert(*member)).collect();
                if once.is_empty() {
                    return Err(RequestError::NoTarget);
                }
                let absent: Vec<_> = once
                    .iter()
                    .copied()
                    .filter(|member| !tally.holder(*member).is_some_and(|holder| holder.active))
                    .collect();
                if absent.is_empty() { Ok(once) } else { Err(RequestError::NotActive(absent)) }
            }
        }
    }
}
