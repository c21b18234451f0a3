//! Invite links: what they invite to, and what becomes of them.

use handoff_core::self_assignment::{NoPlace, RequestRefusal, Taken};
use handoff_core::{CampaignId, Instant, InviteLinkId, MemberId, OperationId};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::model::overview::Overview;
use crate::model::session::Me;

/// A new invite link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvite {
    /// Its path, to be put behind this server's address.
    pub link: String,
    /// When it was made: by this it is told from later ones.
    pub made_at: Instant,
}

/// What an invite link invites to, and who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// The name of its organization.
    pub organization_name: String,
    /// Who asks, as far as the campaign's organization knows them.
    pub visitor: Visitor,
}

/// Who opened an invite link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visitor {
    /// Nobody is signed in.
    SignedOut,
    /// An active member of the campaign's organization, who can join at once.
    Member,
    /// An admin of it who is no texter of the campaign: they are asked before they are given conversations to write to.
    Admin,
    /// Somebody who belongs to other organizations, and is asked before they join this one.
    Elsewhere {
        /// Their name where they are signed in.
        name: String,
        /// Their e-mail address.
        email: String,
        /// The organization where they are signed in.
        organization_name: String,
    },
}

/// Somebody has joined a campaign by its invite link, now or earlier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Who they are in the campaign's organization.
    pub me: Me,
    /// The campaign.
    pub campaign: CampaignId,
    /// What came of the first request, which is made by itself, once.
    pub first: FirstBatch,
}

/// What came of the first request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstBatch {
    /// This was assigned now.
    Assigned(Taken),
    /// The link was opened before: nothing was requested now.
    Earlier,
    /// Nothing could be assigned.
    Refused(RequestRefusal),
}

/// All that the browser needs to preview the end of an invite link, with `handoff_core::plan::plan` of
/// [`handoff_core::request::Request::revocation`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// The link.
    pub link: InviteLinkId,
    /// Whoever became a texter by it and is one still, by ascending id.
    pub members: Vec<MemberId>,
    /// The campaign now.
    pub overview: Overview,
}

/// What became of ending an invite link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RevokeAnswer {
    /// Exactly what was previewed was done.
    Committed {
        /// The operation in the history, which can be undone.
        operation: OperationId,
        /// How many conversations were taken back.
        moved: u32,
        /// What it did, in words.
        headline: String,
    },
    /// Others joined meanwhile, or hold something else: nothing was done, and the link works as before.
    Conflict {
        /// The preview now.
        now: Box<Revocation>,
    },
}

/// Why an invite link does not let somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
pub enum InviteError {
    /// There is no such link.
    #[error("This invite link is not known here. Check that it was copied whole, or ask who sent it for a new one.")]
    Unknown,
    /// As many people have joined by it as may, or too many do at once.
    #[error(transparent)]
    NoPlace(#[from] NoPlace),
    /// It was disabled or renewed.
    #[error("This invite link does not work any more. Ask who sent it for the new one.")]
    Disabled,
    /// The campaign does not hand out conversations.
    #[error("This campaign does not take texters by link at the moment. Ask who sent you the link.")]
    Off,
    /// The campaign is archived.
    #[error("This campaign is over. Thank you for offering help; ask who sent you the link for another campaign.")]
    Archived,
    /// The member is deactivated in the campaign's organization.
    #[error("Your account was deactivated in this organization. Ask one of its admins to activate it again.")]
    Deactivated,
    /// An admin has added them, and their own one-time link was not used yet.
    #[error(
        "An admin has added you to this organization already. Open the sign-in link that they made for you first, or ask them for a new one."
    )]
    Invited,
    /// An admin took the member off the campaign.
    #[error("An admin took you off this campaign. Ask one of them to add you again: the link does not do that.")]
    Removed,
    /// Somebody who is asked first has not said yet that they want to join.
    #[error("Confirm that you want to join this campaign as a texter: you were not asked yet.")]
    NotConfirmed,
    /// Signing up does not work with this e-mail address. Whether it has an account is not said.
    #[error(
        "Signing up with this e-mail address and password did not work. If you have used it here before, sign in instead; if you forgot the password, ask an admin for a sign-in link."
    )]
    SignIn,
}
