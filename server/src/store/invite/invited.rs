//! An invite link that works.

use handoff_core::{CampaignId, InviteLinkId, OrganizationId};

/// What a link invites to.
pub(in crate::store) struct Invited {
    pub(in crate::store) organization: OrganizationId,
    pub(in crate::store) campaign: CampaignId,
    pub(in crate::store) link: InviteLinkId,
    pub(super) token_hash: String,
    pub(super) name: String,
    pub(super) organization_name: String,
}
