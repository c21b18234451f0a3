//! Invite links: by them texters join a campaign themselves.

use handoff_core::plan::Fingerprint;
use handoff_core::{CampaignId, InviteLinkId, MemberId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services, visit};
use crate::model::ApiError;
use crate::model::invite::{Invitation, Joined, NewInvite, Revocation, RevokeAnswer};
use crate::model::session::Me;
#[cfg(feature = "ssr")]
use crate::store::revoke::Revoke;

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
