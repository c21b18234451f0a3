//! Whether a message may be sent, and why not.

mod error;

pub use error::SendError;

use serde::{Deserialize, Serialize};

use crate::campaign::CampaignStatus;
use crate::campaign::hours::{Hours, Minute};
use crate::campaign::window::{InitialWindow, Phase};
use crate::instant::Instant;
use crate::message::Kind;
use crate::permission::{Act, Held, Role};
use crate::status::Status;

/// All that decides whether a message may be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    /// What the message is for.
    pub kind: Kind,
    /// Who writes.
    pub role: Role,
    /// Whose the conversation is, seen from who writes.
    pub held: Held,
    /// Who holds it and since when, as far as who writes may know.
    pub whereabouts: Whereabouts,
    /// Where it stands.
    pub status: Status,
    /// Whether the contact has opted out.
    pub opted_out: bool,
    /// Where the campaign stands.
    pub campaign: CampaignStatus,
    /// When the campaign may send.
    pub hours: Hours,
    /// When it may send initial messages.
    pub window: InitialWindow,
    /// What time of the day it is where the campaign is.
    pub minute: Minute,
    /// Now.
    pub now: Instant,
}

/// Where a conversation is, for somebody who wants to write in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The owner's name; `None` is Unassigned.
    pub owner: Option<String>,
    /// When it was last assigned or unassigned, if it ever was.
    pub assigned_at: Option<Instant>,
    /// Whether it is with the admins.
    pub escalated: bool,
}

/// Whether this message may be sent now.
///
/// The reasons against it are looked for in this order, and the first one is given: whose the conversation is, the
/// opt-out, the campaign, the hour, the window for initial messages, and what was sent already. Whoever lost a
/// conversation thus learns where it went, and nothing else of it.
///
/// A confirmation of an opt-out or opt-in needs the right to write and nothing else. Whether a follow-up is due, the
/// [follow-up](crate::follow_up) says.
///
/// # Errors
/// If it may not be sent, with the first reason.
pub fn may_send(sending: &Sending) -> Result<(), SendError> {
    if !sending.role.may(Act::Write(sending.held)) {
        return Err(not_theirs(sending));
    }
    if sending.kind.confirms() {
        return Ok(());
    }
    if sending.opted_out {
        return Err(SendError::OptedOut);
    }
    if sending.campaign != CampaignStatus::Active {
        return Err(SendError::Campaign(sending.campaign));
    }
    if let Some(opens) = sending.hours.opens(sending.minute) {
        return Err(SendError::Closed(opens));
    }
    match (sending.kind, sending.window.phase(sending.now), sending.status) {
        (Kind::Initial, Phase::Before(start), _) => Err(SendError::BeforeWindow(start)),
        (Kind::Initial, Phase::After(end), _) => Err(SendError::AfterWindow(end)),
        (Kind::Initial, Phase::Open, Status::NotStarted) => Ok(()),
        (Kind::Initial, Phase::Open, _) => Err(SendError::Started),
        (_, _, Status::NotStarted) => Err(SendError::NotStarted),
        _ => Ok(()),
    }
}

fn not_theirs(sending: &Sending) -> SendError {
    let Whereabouts { owner, assigned_at, escalated } = &sending.whereabouts;
    match (sending.held, owner) {
        (Held::UnassignedVisible, _) => SendError::Free,
        (_, Some(to)) => SendError::Reassigned { to: to.clone(), at: *assigned_at },
        (_, None) if *escalated => SendError::Escalated { at: *assigned_at },
        (_, None) => SendError::Unassigned { at: *assigned_at },
    }
}

#[cfg(test)]
mod tests;
