//! Members of the organization, and which of them are texters of a campaign.

use handoff_core::permission::Role;
use handoff_core::plan::Fingerprint;
use handoff_core::request::Target;
use handoff_core::{CampaignId, MemberId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::member::{MemberRow, NewMember};
use crate::model::overview::CommitAnswer;
#[cfg(feature = "ssr")]
use crate::overviews::mark_online;

/// Lists all members of the organization, by name, with what they are in this campaign.
#[server(prefix = "/api", endpoint = "texters/list", input = Json)]
pub async fn list_members(campaign: CampaignId) -> Result<Vec<MemberRow>, ApiError> {
    answer(async { services().store.list_members(actor()?, campaign).await }.await)
}

/// Makes members texters of the campaign. Those who are already stay.
#[server(prefix = "/api", endpoint = "texters/add", input = Json)]
pub async fn add_texters(campaign: CampaignId, members: Vec<MemberId>) -> Result<u32, ApiError> {
    answer(
        async {
            let (actor, services) = (actor()?, services());
            let added = services.store.add_texters(actor, campaign, members).await?;
            if added > 0 {
                services.live.changed(actor.organization, campaign);
            }
            Ok(added)
        }
        .await,
    )
}

/// Removes a texter from the campaign; what they hold goes to the target, as it was previewed.
#[server(prefix = "/api", endpoint = "texters/remove", input = Json)]
pub async fn remove_texter(
    campaign: CampaignId,
    member: MemberId,
    to: Target,
    fingerprint: Fingerprint,
    operation: OperationId,
) -> Result<CommitAnswer, ApiError> {
    let (services, actor) = (services(), actor()?);
    let mut result = services.store.remove_texter(actor, campaign, member, to, fingerprint, operation).await;
    match &mut result {
        Ok(CommitAnswer::Committed { .. }) => services.live.changed(actor.organization, campaign),
        Ok(CommitAnswer::Conflict { overview }) => mark_online(overview, &services.live, actor.organization),
        Err(_) => {}
    }
    answer(result)
}

/// Creates a member of the organization, and makes them a texter of the campaign if one is given.
#[server(prefix = "/api", endpoint = "members/create", input = Json)]
pub async fn create_member(
    name: String,
    email: String,
    role: Role,
    campaign: Option<CampaignId>,
) -> Result<NewMember, ApiError> {
    answer(
        async {
            let (actor, services) = (actor()?, services());
            let created = services.store.create_member(actor, &name, &email, role, campaign).await?;
            if let Some(campaign) = campaign {
                services.live.changed(actor.organization, campaign);
            }
            Ok(created)
        }
        .await,
    )
}

/// Makes a new one-time sign-in link for a member. Earlier ones end.
#[server(prefix = "/api", endpoint = "members/link", input = Json)]
pub async fn new_sign_in_link(member: MemberId) -> Result<NewMember, ApiError> {
    answer(async { services().store.new_sign_in_link(actor()?, member).await }.await)
}

/// Deactivates a member, which ends their sessions, or activates them again.
#[server(prefix = "/api", endpoint = "members/activate", input = Json)]
pub async fn set_active(member: MemberId, active: bool) -> Result<(), ApiError> {
    answer(
        async {
            let (actor, services) = (actor()?, services());
            let changed = services.store.set_active(actor, member, active).await?;
            services.live.session_ended(changed.account);
            for campaign in changed.campaigns {
                services.live.changed(actor.organization, campaign);
            }
            Ok(())
        }
        .await,
    )
}
