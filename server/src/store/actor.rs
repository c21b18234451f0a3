//! Who acts.

use handoff_core::{MemberId, OrganizationId};

/// Who acts, as the session says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The organization.
    pub organization: OrganizationId,
    /// The member of it.
    pub member: MemberId,
}
