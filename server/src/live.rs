//! Telling everyone who looks at a campaign that it changed.

use handoff_core::{CampaignId, OrganizationId};
use tokio::sync::broadcast;

/// A campaign changed: fetch afresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// In which organization.
    pub organization: OrganizationId,
    /// Which campaign.
    pub campaign: CampaignId,
}

/// Changes of every campaign, as they are committed.
#[derive(Clone, Debug)]
pub struct Live {
    sender: broadcast::Sender<Changed>,
}

/// Changes that a slow listener may lag behind, before it is told to fetch everything afresh.
const BACKLOG: usize = 256;

impl Default for Live {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG) }
    }
}

impl Live {
    /// Says that a campaign changed. Call it after the commit.
    pub fn changed(&self, organization: OrganizationId, campaign: CampaignId) {
        // Nobody listening is fine.
        let _ = self.sender.send(Changed { organization, campaign });
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Changed> {
        self.sender.subscribe()
    }
}
