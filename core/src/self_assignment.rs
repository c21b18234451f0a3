//! Self assignment: texters who request conversations from the pool, which is what nobody holds.

mod batch;
mod curve;
mod joining;
mod taken;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::campaign::CampaignStatus;
use crate::status::Standing;
use crate::tally::Counts;
use crate::text::number;

pub use batch::{BatchSize, Ceiling, PeopleLimit, TermsError};
pub use curve::curve;
pub use joining::{LinkUse, NoPlace, join};
pub use taken::Taken;

/// What a campaign hands out. The numbers are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PoolKind {
    /// Conversations without an initial message.
    Initial = 1,
    /// Conversations whose initial message was sent.
    Replies = 2,
    /// Whatever nobody holds.
    #[default]
    Both = 3,
}

impl PoolKind {
    /// Every kind, in the order on screen.
    pub const ALL: [Self; 3] = [Self::Both, Self::Initial, Self::Replies];

    /// The kind with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == number)
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Initial => "Initial messages",
            Self::Replies => "Replies",
            Self::Both => "Both",
        }
    }

    /// What is handed out, from one standing to another, in this order; within a standing the longest waiting first,
    /// then by lowest id. Once initial messages may not be sent any more, nobody is given one to send.
    pub const fn ranges(self, initial: InitialMessages) -> &'static [(Standing, Standing)] {
        const STARTED: &[(Standing, Standing)] =
            &[(Standing::NeedsReply, Standing::NeedsReply), (Standing::Replied, Standing::Resolved)];
        match (self, initial) {
            (Self::Initial, InitialMessages::Over) => &[],
            (Self::Initial, _) => &[(Standing::NotStarted, Standing::NotStarted)],
            (Self::Both, InitialMessages::MaySend | InitialMessages::Later) => {
                &[(Standing::NeedsReply, Standing::Resolved)]
            }
            (Self::Replies, _) | (Self::Both, InitialMessages::Over) => STARTED,
        }
    }

    /// What a texter who holds this much is given, as [`Self::ranges`]. Whoever waits with initial messages for their
    /// window to open is given none besides: only what can be worked on meanwhile.
    pub const fn ranges_for(self, initial: InitialMessages, held: &Counts) -> &'static [(Standing, Standing)] {
        match initial {
            InitialMessages::Later if held.get(Standing::NotStarted) > 0 => self.ranges(InitialMessages::Over),
            _ => self.ranges(initial),
        }
    }

    /// How much of what nobody holds is handed out.
    pub fn left(self, initial: InitialMessages, unassigned: &Counts) -> u32 {
        let within =
            |standing: Standing| self.ranges(initial).iter().any(|(first, last)| (*first..=*last).contains(&standing));
        let handed_out = unassigned.iter().filter(|(standing, _)| within(*standing));
        handed_out.fold(0, |sum, (_, count)| sum.saturating_add(count))
    }
}

/// Whether a campaign's initial messages can be sent now, later, or never more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InitialMessages {
    /// They can be sent now, as far as their window is concerned.
    MaySend,
    /// Their window has not opened yet.
    Later,
    /// Their window has closed.
    Over,
}

/// How a campaign hands out conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Terms {
    /// How many with one request.
    pub batch: BatchSize,
    /// Which.
    pub kind: PoolKind,
    /// How many one texter may hold that are neither resolved nor opted out. None is as many as they want.
    pub ceiling: Option<Ceiling>,
}

/// All that decides whether a texter may request conversations of a campaign now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Situation {
    /// Where the campaign stands.
    pub status: CampaignStatus,
    /// How it hands out conversations. None is: not at all.
    pub terms: Option<Terms>,
    /// Whether its initial messages can be sent now or later.
    pub initial: InitialMessages,
    /// What the texter holds of it. None, if they are no texter of it.
    pub held: Option<Counts>,
    /// Whether another request of theirs was answered between their asking and now, in another tab for instance.
    pub answered_meanwhile: bool,
    /// How many conversations of it they held as far as they were shown when they asked. None: nobody says.
    pub shown: Option<u32>,
}

/// Why a request for conversations is refused. Nothing is assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum RequestRefusal {
    /// The member is no texter of the campaign, or not any more.
    #[error("You are not a texter of this campaign now. Ask an admin to add you to it.")]
    NoTexter,
    /// Self assignment is off.
    #[error("Self assignment is switched off for this campaign. Ask an admin to assign conversations to you.")]
    Off,
    /// The campaign has not started.
    #[error("This campaign has not started yet. Request conversations as soon as an admin has started it.")]
    Draft,
    /// The campaign is paused.
    #[error("This campaign is paused. Request conversations as soon as an admin has resumed it.")]
    Paused,
    /// The campaign is archived.
    #[error("This campaign is over and archived. Go back to your assignments and choose another.")]
    Archived,
    /// The texter still has initial messages to send.
    #[error("You still have {} to send. Send {} first, then request more.", initial_messages(*.0),
        if *.0 == 1 { "it" } else { "them" })]
    InitialWaits(u32),
    /// The texter holds as many as one may.
    #[error("You hold {} of this campaign that are not finished, and one texter may hold {}. Resolve or give back some, or ask an admin.",
        number(*.held), number(*.ceiling))]
    Ceiling {
        /// How many they hold that are neither resolved nor opted out.
        held: u32,
        /// How many one texter may hold.
        ceiling: u32,
    },
    /// Only initial messages are handed out, and the time for them is over.
    #[error("The time for initial messages is over, and this campaign hands out nothing else. Ask an admin for work.")]
    InitialOver,
    /// The texter requested in two places at once, and the other request was answered.
    #[error(
        "Another request of yours was answered at the same moment, perhaps in another tab. Look at what it gave you; then you can request more."
    )]
    AnsweredMeanwhile,
    /// The texter holds more than they were shown when they asked: they requested in another tab before, for instance.
    #[error(
        "You already hold {} of this campaign, more than this page knew of, perhaps by a request in another tab. Look at what you have; then you can request more.",
        conversations(*.held)
    )]
    HoldsMore {
        /// How many they hold.
        held: u32,
    },
}

fn conversations(count: u32) -> String {
    format!("{} {}", number(count), if count == 1 { "conversation" } else { "conversations" })
}

fn initial_messages(count: u32) -> String {
    format!("{} initial {}", number(count), if count == 1 { "message" } else { "messages" })
}

/// How many conversations a texter may be given now: the batch, or what is left below the ceiling.
///
/// # Errors
/// If none, with the reason.
pub fn allowance(situation: &Situation) -> Result<u32, RequestRefusal> {
    let held = situation.held.ok_or(RequestRefusal::NoTexter)?;
    match situation.status {
        CampaignStatus::Archived => return Err(RequestRefusal::Archived),
        // Whoever has no self assignment waits for nothing.
        _ if situation.terms.is_none() => return Err(RequestRefusal::Off),
        CampaignStatus::Draft => return Err(RequestRefusal::Draft),
        CampaignStatus::Paused => return Err(RequestRefusal::Paused),
        CampaignStatus::Active => {}
    }
    let Terms { batch, kind, ceiling } = situation.terms.ok_or(RequestRefusal::Off)?;
    let waits = held.get(Standing::NotStarted);
    let ranges = kind.ranges_for(situation.initial, &held);
    let waiting = match situation.initial {
        InitialMessages::MaySend => waits > 0,
        // Until they can be sent, they stand in the way of further ones alone.
        InitialMessages::Later => waits > 0 && ranges.is_empty(),
        InitialMessages::Over => false,
    };
    if waiting {
        return Err(RequestRefusal::InitialWaits(waits));
    }
    if ranges.is_empty() {
        return Err(RequestRefusal::InitialOver);
    }
    let load = held.load();
    let room = match ceiling.map(Ceiling::get) {
        None => batch.get(),
        Some(ceiling) if load >= ceiling => return Err(RequestRefusal::Ceiling { held: load, ceiling }),
        Some(ceiling) => (ceiling - load).min(batch.get()),
    };
    if situation.answered_meanwhile {
        return Err(RequestRefusal::AnsweredMeanwhile);
    }
    let held = held.total();
    if situation.shown.is_some_and(|shown| held > shown) { Err(RequestRefusal::HoldsMore { held }) } else { Ok(room) }
}
