//! Why a message is not sent, with its sentence.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::campaign::CampaignStatus;
use crate::campaign::hours::Opens;
use crate::contact::template::TemplateError;
use crate::follow_up::FollowUpError;
use crate::instant::Instant;

/// Why a message is not sent. The draft stays where it was written.
///
/// Its text leaves out points in time, which only the page can write as its reader does: [`SendError::sentence`] has
/// them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error("{}", self.words(None))]
pub enum SendError {
    /// Somebody else holds the conversation.
    Reassigned {
        /// Their name.
        to: String,
        /// Since when.
        at: Option<Instant>,
    },
    /// Nobody holds it, and who writes cannot see it any more.
    Unassigned {
        /// Since when.
        at: Option<Instant>,
    },
    /// It is with the admins.
    Escalated {
        /// Since when.
        at: Option<Instant>,
    },
    /// Nobody holds it, and who writes can take it.
    Free,
    /// The contact has opted out.
    OptedOut,
    /// The campaign is not active.
    Campaign(CampaignStatus),
    /// The hour is closed.
    Closed(Opens),
    /// The window for initial messages is not open yet.
    BeforeWindow(Instant),
    /// The window for initial messages has closed.
    AfterWindow(Instant),
    /// An initial message, and the conversation has begun already.
    Started,
    /// Anything else, and the initial message is not sent yet.
    NotStarted,
    /// The follow-up is not due.
    FollowUp(#[from] FollowUpError),
    /// The initial message or the follow-up is not understood as it is written.
    Text(#[from] TemplateError),
    /// The server has no gateway: nothing at all can be sent.
    NoGateway,
}

impl SendError {
    /// The point in time that its sentence tells, if it knows one.
    pub const fn instant(&self) -> Option<Instant> {
        match self {
            Self::Reassigned { at, .. } | Self::Unassigned { at } | Self::Escalated { at } => *at,
            Self::BeforeWindow(at) | Self::AfterWindow(at) => Some(*at),
            Self::FollowUp(error) => error.instant(),
            Self::Free
            | Self::OptedOut
            | Self::Campaign(_)
            | Self::Closed(_)
            | Self::Started
            | Self::NotStarted
            | Self::Text(_)
            | Self::NoGateway => None,
        }
    }

    /// What happened and what to do, with points in time as the page writes them: "14:02", or "3 March, 14:02".
    pub fn sentence(&self, time: impl Fn(Instant) -> String) -> String {
        self.words(self.instant().map(time).as_deref())
    }

    fn words(&self, time: Option<&str>) -> String {
        let at = time.map(|time| format!(" at {time}")).unwrap_or_default();
        match self {
            Self::Reassigned { to, .. } => format!("Reassigned to {to}{at}. Your draft is kept."),
            Self::Unassigned { .. } => {
                format!("Unassigned{at}: you no longer hold this conversation. Your draft is kept.")
            }
            Self::Escalated { .. } => {
                format!("Escalated{at}: the admins take care of this conversation. Your draft is kept.")
            }
            Self::Free => "Nobody holds this conversation. Assign it to yourself first. Your draft is kept.".to_owned(),
            Self::OptedOut => {
                "The contact has opted out: nothing can be sent. If they ask for it, opt them in again.".to_owned()
            }
            Self::Campaign(CampaignStatus::Active) => "The campaign is active again. Send once more.".to_owned(),
            Self::Campaign(CampaignStatus::Draft) => {
                "This campaign has not started yet. An admin can start it. Your draft is kept.".to_owned()
            }
            Self::Campaign(CampaignStatus::Paused) => {
                "This campaign is paused. An admin can resume it. Your draft is kept.".to_owned()
            }
            Self::Campaign(CampaignStatus::Archived) => {
                "This campaign is archived: nothing is sent any more. Your draft is kept.".to_owned()
            }
            Self::Closed(opens) => {
                format!("Outside the campaign's hours. They open {opens}, the campaign's time. Your draft is kept.")
            }
            Self::BeforeWindow(_) => match time {
                Some(time) => format!("Initial messages can be sent from {time} on. Your draft is kept."),
                None => "Initial messages cannot be sent yet. Your draft is kept.".to_owned(),
            },
            Self::AfterWindow(_) => match time {
                Some(time) => {
                    format!("Initial messages could be sent until {time}. Ask an admin if more should go out.")
                }
                None => "The time for initial messages is over. Ask an admin if more should go out.".to_owned(),
            },
            Self::Started => "This conversation has begun already: the initial message is not sent again.".to_owned(),
            Self::NotStarted => {
                "The initial message comes first. Send it, then this one. Your draft is kept.".to_owned()
            }
            Self::FollowUp(error) => error.sentence(time),
            Self::Text(error) => format!("{error} Ask an admin to correct the message. Nothing was sent."),
            Self::NoGateway => {
                "This server is connected to no carrier, so nothing can be sent. Tell whoever runs it. Your draft is kept."
                    .to_owned()
            }
        }
    }
}
