//! Invite links: by them texters join a campaign themselves.

use handoff_core::plan::Fingerprint;
use handoff_core::self_assignment::{NoPlace, RequestRefusal, Taken};

use handoff_core::{CampaignId, Instant, InviteLinkId, MemberId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services, visit};
use super::overview::Overview;
use super::session::Me;
#[cfg(feature = "ssr")]
use crate::store::revoke::Revoke;

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

impl InviteError {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::Unknown => 404,
            Self::Disabled => 410,
            Self::Off | Self::Archived | Self::NotConfirmed | Self::NoPlace(NoPlace::Full) => 409,
            Self::NoPlace(NoPlace::TooMany { .. }) => 429,
            Self::Deactivated | Self::Invited | Self::Removed => 403,
            Self::SignIn => 422,
        }
    }
}

/// Makes an invite link of a campaign. An earlier one stops working.
#[server(prefix = "/api", endpoint = "invites/make", input = Json)]
pub async fn make_invite(campaign: CampaignId) -> Result<NewInvite, ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.make_invite(actor, campaign).await;
    answer(result.inspect(|_| services.live.changed(actor.organization, campaign)))
}

/// Disables the invite link of a campaign.
#[server(prefix = "/api", endpoint = "invites/disable", input = Json)]
pub async fn disable_invite(campaign: CampaignId) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.disable_invite(actor, campaign).await;
    answer(result.inspect(|()| services.live.changed(actor.organization, campaign)))
}

/// Says how many people may join by a campaign's invite link. Without a number as many as want to.
#[server(prefix = "/api", endpoint = "invites/limit", input = Json)]
pub async fn limit_invite(campaign: CampaignId, most: Option<u32>) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.limit_invite(actor, campaign, most).await;
    answer(result.inspect(|()| services.live.changed(actor.organization, campaign)))
}

/// Says what ending an invite link would do: who would be removed, and what they hold.
#[server(prefix = "/api", endpoint = "invites/revocation", input = Json)]
pub async fn preview_revocation(campaign: CampaignId, link: InviteLinkId) -> Result<Revocation, ApiError> {
    let (services, actor) = (services(), actor()?);
    answer(services.store.revocation(actor, campaign, link).await)
}

/// Ends an invite link: disables it, removes whoever became a texter by it from the campaign, and takes back what they
/// hold. Exactly as it was previewed, or nothing.
///
/// `members` and `fingerprint` are those of the preview. `operation` is made by the caller; sent again, it answers what
/// it did the first time.
#[server(prefix = "/api", endpoint = "invites/revoke", input = Json)]
pub async fn revoke_invite(
    campaign: CampaignId,
    link: InviteLinkId,
    members: Vec<MemberId>,
    fingerprint: Fingerprint,
    operation: OperationId,
) -> Result<RevokeAnswer, ApiError> {
    let (services, actor) = (services(), actor()?);
    let revoke = Revoke { campaign, link, members, fingerprint, operation };
    let result = services.store.revoke_invite(actor, &revoke).await;
    if matches!(result, Ok(RevokeAnswer::Committed { .. })) {
        services.live.changed(actor.organization, campaign);
    }
    answer(result)
}

/// Says what an invite link invites to, and who asks.
#[server(prefix = "/api", endpoint = "invites/read", input = Json)]
pub async fn read_invite(token: String) -> Result<Invitation, ApiError> {
    answer(
        async {
            let visit = visit();
            let attempt = visit.attempt_link()?;
            let invitation = services().store.read_invite(&token, visit.session.as_ref()).await?;
            attempt.succeeded();
            Ok(invitation)
        }
        .await,
    )
}

/// Signs somebody up who has an invite link: makes them a texter of its organization, and signs them in.
///
/// Whoever has an account with this e-mail address and password is signed in with it.
#[server(prefix = "/api", endpoint = "invites/sign-up", input = Json)]
pub async fn sign_up(token: String, name: String, email: String, password: String) -> Result<Me, ApiError> {
    answer(
        async {
            let visit = visit();
            let services = services();
            let attempt = visit.attempt_password(&email)?;
            let signing_up = visit.attempt_sign_up()?;
            let result = services.store.sign_up(&token, &name, &email, password, &visit.browser).await;
            let joined = result.as_ref().ok().and_then(|signed_in| signed_in.joined);
            if joined.is_none() {
                // Nobody signed up: they were refused, or had an account.
                signing_up.give_back();
            }
            let signed_in = result?;
            attempt.succeeded();
            if let Some(campaign) = joined {
                services.live.changed(signed_in.me.organization, campaign);
            }
            Ok(visit.keep(signed_in))
        }
        .await,
    )
}

/// Joins the campaign of an invite link, and requests the first batch if that never happened.
///
/// `confirmed` says that somebody who is asked first, of another organization or an admin, wants to join. Whoever was of
/// another organization is then signed in to this one.
#[server(prefix = "/api", endpoint = "invites/join", input = Json)]
pub async fn join(token: String, confirmed: bool) -> Result<Joined, ApiError> {
    answer(
        async {
            let (visit, services) = (visit(), services());
            let session = visit.session.ok_or(ApiError::SignedOut)?;
            let attempt = visit.attempt_link()?;
            let (joined, signed_in) = services.store.join(&token, &session, confirmed, &visit.browser).await?;
            attempt.succeeded();
            services.live.changed(joined.me.organization, joined.campaign);
            if let Some(signed_in) = signed_in {
                visit.keep(signed_in);
            }
            Ok(joined)
        }
        .await,
    )
}
