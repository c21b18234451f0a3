//! Members of the organization, as the texters of a campaign.

use handoff_core::membership::{LinkPassword, Membership};
use handoff_core::permission::Role;
use handoff_core::{Instant, MemberId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A member of the organization, as the Texters tab shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// Who.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// What they are.
    pub role: Role,
    /// Whether they have come in, and may take conversations.
    pub membership: Membership,
    /// Whether they are a texter of this campaign.
    pub on_campaign: bool,
    /// How many conversations of this campaign they hold.
    pub holds: u32,
    /// When they were last seen.
    pub last_active: Option<Instant>,
}

/// A new member with the link to pass on. The link is shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMember {
    /// Who.
    pub id: MemberId,
    /// The path of the one-time sign-in link, to be put behind this server's address.
    pub link: String,
    /// Which password they give with it. `Own` if the address has an account already: the link alone lets nobody in.
    pub password: LinkPassword,
}

/// Why a member is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum TexterError {
    /// The e-mail address belongs to a member already.
    #[error("A member of this organization has this e-mail address already. Search for it in the list.")]
    EmailTaken,
    /// An admin cannot deactivate themself.
    #[error("You cannot deactivate yourself. Ask another admin.")]
    Yourself,
    /// The last admin cannot be deactivated.
    #[error("This is the organization's only admin. Make somebody else an admin first.")]
    LastAdmin,
}
