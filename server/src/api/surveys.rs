//! The survey questions of a campaign.

use handoff_core::survey::Draft;
use handoff_core::{CampaignId, QuestionId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::survey::{AnswerCount, SurveyQuestion};

/// Lists the survey questions of a campaign, in their order.
#[server(prefix = "/api", endpoint = "surveys/list", input = Json)]
pub async fn list_questions(campaign: CampaignId) -> Result<Vec<SurveyQuestion>, ApiError> {
    answer(async { services().store.questions(actor()?, campaign).await }.await)
}

/// Counts what was recorded with the questions of a campaign. An answer that was never given is left out.
#[server(prefix = "/api", endpoint = "surveys/count", input = Json)]
pub async fn count_answers(campaign: CampaignId) -> Result<Vec<AnswerCount>, ApiError> {
    answer(async { services().store.count_answers(actor()?, campaign).await }.await)
}

/// Writes a question: a new one if the campaign has none of this id, which the page makes, as it makes those of
/// the choices. A choice that keeps its id keeps what was recorded with it.
#[server(prefix = "/api", endpoint = "surveys/save", input = Json)]
pub async fn save_question(campaign: CampaignId, id: QuestionId, question: Draft) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.save_question(actor, campaign, id, &question).await;
    answer(result.inspect(|()| services.live.changed(actor.organization, campaign)))
}

/// Puts the questions of a campaign into this order.
#[server(prefix = "/api", endpoint = "surveys/order", input = Json)]
pub async fn order_questions(campaign: CampaignId, order: Vec<QuestionId>) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.order_questions(actor, campaign, &order).await;
    answer(result.inspect(|()| services.live.changed(actor.organization, campaign)))
}

/// Deletes a question. What was recorded with it stays in exports.
#[server(prefix = "/api", endpoint = "surveys/delete", input = Json)]
pub async fn delete_question(campaign: CampaignId, id: QuestionId) -> Result<(), ApiError> {
    let (services, actor) = (services(), actor()?);
    let result = services.store.delete_question(actor, campaign, id).await;
    answer(result.inspect(|()| services.live.changed(actor.organization, campaign)))
}
