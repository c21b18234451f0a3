//! What a campaign lacks that is to be started.

use serde::{Deserialize, Serialize};

use super::CampaignAction;

/// Something that a campaign lacks. Without the first nothing at all could be sent; the others may still come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Missing {
    /// It has no initial message.
    Message,
    /// It has no contacts.
    Contacts,
    /// It has no texters.
    Texters,
}

/// What of a campaign is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Whether it has an initial message.
    pub message: bool,
    /// Whether it has contacts.
    pub contacts: bool,
    /// Whether it has texters.
    pub texters: bool,
}

impl Missing {
    /// Everything, in the order on screen.
    pub const ALL: [Self; 3] = [Self::Message, Self::Contacts, Self::Texters];

    /// What it means, and where to get it.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Message => "It has no initial message: there is nothing to send. Write one on the Messages tab.",
            Self::Contacts => "It has no contacts: there is nobody to write to. Import some on the Contacts tab.",
            Self::Texters => "It has no texters: nobody writes. Add some on the Texters tab.",
        }
    }

    /// Whether the campaign cannot be started without it.
    pub const fn prevents(self) -> bool {
        matches!(self, Self::Message)
    }

    /// What is said of this before an action is taken: all of it before a start, and before a campaign goes on what
    /// prevents that. Nothing else asks for anything.
    pub fn before(action: CampaignAction, missing: &[Self]) -> Vec<Self> {
        match action {
            CampaignAction::Start => missing.to_vec(),
            CampaignAction::Resume => missing.iter().copied().filter(|one| one.prevents()).collect(),
            CampaignAction::Pause | CampaignAction::Archive | CampaignAction::Restore => Vec::new(),
        }
    }
}

impl Readiness {
    /// What is missing, in the order on screen.
    pub fn missing(self) -> Vec<Missing> {
        let there = |missing: Missing| match missing {
            Missing::Message => self.message,
            Missing::Contacts => self.contacts,
            Missing::Texters => self.texters,
        };
        Missing::ALL.into_iter().filter(|missing| !there(*missing)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_missing() {
        let missing = |message, contacts, texters| Readiness { message, contacts, texters }.missing();
        assert_eq!(missing(false, false, false), Missing::ALL);
        assert_eq!(missing(true, false, true), [Missing::Contacts]);
        assert!(missing(true, true, true).is_empty());
        let preventing: Vec<_> = Missing::ALL.into_iter().filter(|one| one.prevents()).collect();
        assert_eq!(preventing, [Missing::Message]);
        let said = CampaignAction::ALL.map(|action| Missing::before(action, &Missing::ALL).len());
        assert_eq!(said, [3, 0, 1, 0, 0]);
    }
}
