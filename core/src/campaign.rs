//! A campaign: its status and what changes it, its hours and its window for initial messages.

pub mod hours;
pub mod readiness;
pub mod time_zone;
pub mod window;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The status of a campaign. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CampaignStatus {
    /// Being prepared: conversations can be assigned, nothing is sent.
    Draft = 1,
    /// Running.
    Active = 2,
    /// Stopped for a while: moves work, sending does not.
    Paused = 3,
    /// Over: it can be read, and nothing moves.
    Archived = 4,
}

/// What an admin does with a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CampaignAction {
    /// Starts a draft.
    Start,
    /// Stops for a while.
    Pause,
    /// Goes on after a pause.
    Resume,
    /// Ends it.
    Archive,
    /// Brings an archived campaign back, paused.
    Restore,
}

/// Why something cannot be done with a campaign in its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
pub enum CampaignError {
    /// Nothing moves in an archived campaign.
    #[error("This campaign is archived: nothing moves in it any more. Restore it first, then try again.")]
    Archived,
    /// The action does not fit the status.
    #[error("A campaign that is {} cannot be {}. Reload the page to see where it stands.", .0.label().to_lowercase(), .1.participle())]
    Transition(CampaignStatus, CampaignAction),
    /// There is nothing to send.
    #[error(
        "This campaign has no initial message: there is nothing to send. Write one on the Messages tab, then start it."
    )]
    NoMessage,
}

impl CampaignStatus {
    /// Every status, in the order on screen.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Active, Self::Paused, Self::Archived];

    /// The status with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|status| *status as i64 == number)
    }

    /// The status after an action.
    ///
    /// # Errors
    /// If the action does not fit the status.
    pub const fn after(self, action: CampaignAction) -> Result<Self, CampaignError> {
        match (self, action) {
            (Self::Draft, CampaignAction::Start) | (Self::Paused, CampaignAction::Resume) => Ok(Self::Active),
            (Self::Active, CampaignAction::Pause) | (Self::Archived, CampaignAction::Restore) => Ok(Self::Paused),
            (Self::Draft | Self::Active | Self::Paused, CampaignAction::Archive) => Ok(Self::Archived),
            _ => Err(CampaignError::Transition(self, action)),
        }
    }

    /// Whether a campaign may have this status with an initial message, or without.
    ///
    /// # Errors
    /// If it would be active and had nothing to send.
    pub const fn may_have(self, message: bool) -> Result<(), CampaignError> {
        match self {
            Self::Active if !message => Err(CampaignError::NoMessage),
            _ => Ok(()),
        }
    }

    /// Whether conversations may be moved.
    ///
    /// # Errors
    /// If the campaign is archived.
    pub const fn may_move(self) -> Result<(), CampaignError> {
        match self {
            Self::Archived => Err(CampaignError::Archived),
            Self::Draft | Self::Active | Self::Paused => Ok(()),
        }
    }

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Active => "Active",
            Self::Paused => "Paused",
            Self::Archived => "Archived",
        }
    }
}

impl CampaignAction {
    /// Every action, in the order on screen.
    pub const ALL: [Self; 5] = [Self::Start, Self::Pause, Self::Resume, Self::Archive, Self::Restore];

    /// The words on its button.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Pause => "Pause",
            Self::Resume => "Resume",
            Self::Archive => "Archive",
            Self::Restore => "Restore",
        }
    }

    const fn participle(self) -> &'static str {
        match self {
            Self::Start => "started",
            Self::Pause => "paused",
            Self::Resume => "resumed",
            Self::Archive => "archived",
            Self::Restore => "restored",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition_is_as_written() {
        let table: Vec<String> = CampaignStatus::ALL
            .into_iter()
            .flat_map(|status| CampaignAction::ALL.map(move |action| (status, action)))
            .filter_map(|(status, action)| Some(format!("{status:?} {action:?} {:?}", status.after(action).ok()?)))
            .collect();
        assert_eq!(
            table,
            [
                "Draft Start Active",
                "Draft Archive Archived",
                "Active Pause Paused",
                "Active Archive Archived",
                "Paused Resume Active",
                "Paused Archive Archived",
                "Archived Restore Paused",
            ]
        );
    }

    #[test]
    fn only_an_active_campaign_needs_a_message() {
        let without: Vec<_> = CampaignStatus::ALL.into_iter().filter(|status| status.may_have(false).is_ok()).collect();
        assert_eq!(without, [CampaignStatus::Draft, CampaignStatus::Paused, CampaignStatus::Archived]);
        assert!(CampaignStatus::ALL.into_iter().all(|status| status.may_have(true).is_ok()));
    }

    #[test]
    fn only_an_archived_campaign_stands_still() {
        let moving: Vec<_> = CampaignStatus::ALL.into_iter().filter(|status| status.may_move().is_ok()).collect();
        assert_eq!(moving, [CampaignStatus::Draft, CampaignStatus::Active, CampaignStatus::Paused]);
    }
}
