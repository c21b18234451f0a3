//! Members of the organization, and which of them are texters of a campaign.

use handoff_core::membership::{LinkPassword, Membership};
use handoff_core::permission::Role;
use handoff_core::plan::Fingerprint;
use handoff_core::request::Target;
use handoff_core::{CampaignId, Instant, MemberId, OperationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::caller::{actor, answer, services};
use super::overview::CommitAnswer;
#[cfg(feature = "ssr")]
use crate::overviews::mark_online;

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

impl TexterError {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::EmailTaken | Self::LastAdmin => 409,
            Self::Yourself => 422,
        }
    }
}

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
