//! Recommended replies, of a campaign and of the organization.

use handoff_core::{CampaignId, ReplyId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::reply::Reply;

/// Lists the recommended replies of a campaign, or those of the organization, in their order.
#[server(prefix = "/api", endpoint = "replies/list", input = Json)]
pub async fn list_replies(campaign: Option<CampaignId>) -> Result<Vec<Reply>, ApiError> {
    answer(async { services().store.replies(actor()?, campaign).await }.await)
}

/// Writes a reply: a new one, the last in the order, if there is none of this id, which the page makes.
#[server(prefix = "/api", endpoint = "replies/save", input = Json)]
pub async fn save_reply(
    campaign: Option<CampaignId>,
    id: ReplyId,
    title: String,
    text: String,
) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.save_reply(actor, campaign, id, &title, &text).await;
    answer(result.inspect(|()| tell(campaign)))
}

/// Puts the replies of a campaign, or those of the organization, into this order.
#[server(prefix = "/api", endpoint = "replies/order", input = Json)]
pub async fn order_replies(campaign: Option<CampaignId>, order: Vec<ReplyId>) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.order_replies(actor, campaign, &order).await;
    answer(result.inspect(|()| tell(campaign)))
}

/// Deletes a reply.
#[server(prefix = "/api", endpoint = "replies/delete", input = Json)]
pub async fn delete_reply(campaign: Option<CampaignId>, id: ReplyId) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.delete_reply(actor, campaign, id).await;
    answer(result.inspect(|()| tell(campaign)))
}

/// Replies of the organization are read when a messenger opens; nobody is told of them.
#[cfg(feature = "ssr")]
fn tell(campaign: Option<CampaignId>) {
    if let (Some(campaign), Ok(actor)) = (campaign, actor()) {
        services().live.changed(actor.organization, campaign);
    }
}
