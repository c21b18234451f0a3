//! What texters called the admins to.

use handoff_core::{CampaignId, ConversationId, Instant};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::escalation::EscalatedPage;

/// Lists the escalated conversations of a campaign, whoever holds them, the longest escalated first. `after` is when
/// the last one of the page before was escalated, and its id.
#[server(prefix = "/api", endpoint = "messenger/escalated", input = Json)]
pub async fn list_escalated(
    campaign: CampaignId,
    after: Option<(Instant, ConversationId)>,
) -> Result<EscalatedPage, ApiError> {
    answer(async { services().store.escalated(actor()?, campaign, after).await }.await)
}
