//! An invite link that was made in this tab: the server tells it once, so the tab keeps it.

use handoff_core::{CampaignId, Instant};
use handoff_server::api::self_assignment::Invite;
use serde::{Deserialize, Serialize};

use crate::state::draft::SECRET;

/// The name under which a tab keeps the invite link of a campaign.
pub fn name(campaign: CampaignId) -> String {
    format!("{SECRET}invite-{campaign}")
}

/// An invite link that was made in this tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLink {
    /// Its path.
    pub path: String,
    /// When it was made.
    pub made_at: Instant,
}

impl KeptLink {
    /// The same after a look at what the campaign has now. None: it has been disabled, or renewed elsewhere.
    #[must_use]
    pub fn seen(self, now: Option<&Invite>) -> Option<Self> {
        let works = match now {
            // The page has not read it yet.
            None => true,
            Some(invite) if invite.made_at < self.made_at => true,
            Some(invite) => invite.made_at == self.made_at && invite.disabled_at.is_none(),
        };
        works.then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invite(made: i64, disabled: Option<i64>) -> Invite {
        Invite { made_at: Instant(made), made_by: "Maya".to_owned(), disabled_at: disabled.map(Instant) }
    }

    fn kept() -> KeptLink {
        KeptLink { path: "/join/abc".to_owned(), made_at: Instant(3) }
    }

    #[test]
    fn a_link_is_kept_as_long_as_it_is_the_latest_and_works() {
        assert_eq!(kept().seen(None), Some(kept()), "the page has not read it");
        assert_eq!(kept().seen(Some(&invite(1, Some(2)))), Some(kept()), "the one before was disabled, not it");
        assert_eq!(kept().seen(Some(&invite(3, None))), Some(kept()));
    }

    #[test]
    fn a_link_that_does_not_work_any_more_is_forgotten() {
        assert_eq!(kept().seen(Some(&invite(3, Some(4)))), None, "disabled");
        assert_eq!(kept().seen(Some(&invite(5, None))), None, "renewed elsewhere");
    }
}
