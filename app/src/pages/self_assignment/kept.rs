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
    /// When the link was made that it replaced.
    replaced: Option<Instant>,
    /// When it was made itself, once the server has told.
    made_at: Option<Instant>,
}

impl KeptLink {
    /// A link that was made just now, when the campaign had this one.
    pub fn new(path: String, before: Option<&Invite>) -> Self {
        Self { path, replaced: before.map(|invite| invite.made_at), made_at: None }
    }

    /// The same after a look at what the campaign has now. None: it has been disabled, or renewed elsewhere.
    #[must_use]
    pub fn seen(self, now: Option<&Invite>) -> Option<Self> {
        let there = now.map(|invite| invite.made_at);
        match self.made_at {
            // The page has not read it yet.
            None if there == self.replaced => Some(self),
            None => now
                .filter(|invite| invite.disabled_at.is_none())
                .map(|invite| Self { made_at: Some(invite.made_at), ..self }),
            made => (made == there && now.is_some_and(|invite| invite.disabled_at.is_none())).then_some(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invite(made: i64, disabled: Option<i64>) -> Invite {
        Invite { made_at: Instant(made), made_by: "Maya".to_owned(), disabled_at: disabled.map(Instant) }
    }

    fn fresh(before: Option<&Invite>) -> KeptLink {
        KeptLink::new("/join/abc".to_owned(), before)
    }

    #[test]
    fn a_new_link_is_kept_until_the_page_has_read_it() {
        assert_eq!(fresh(None).seen(None), Some(fresh(None)));
        let old = invite(1, Some(2));
        assert_eq!(fresh(Some(&old)).seen(Some(&old)), Some(fresh(Some(&old))), "the one before was disabled, not it");
        let read = fresh(Some(&old)).seen(Some(&invite(3, None))).expect("kept");
        assert_eq!(read.clone().seen(Some(&invite(3, None))), Some(read));
    }

    #[test]
    fn a_link_that_does_not_work_any_more_is_forgotten() {
        let read = fresh(None).seen(Some(&invite(3, None))).expect("kept");
        assert_eq!(read.clone().seen(Some(&invite(3, Some(4)))), None, "disabled");
        assert_eq!(read.clone().seen(Some(&invite(5, None))), None, "renewed elsewhere");
        assert_eq!(read.seen(None), None);
        assert_eq!(fresh(None).seen(Some(&invite(3, Some(4)))), None, "disabled before it was read");
    }
}
