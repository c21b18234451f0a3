//! What the admins of the demo prepared for a campaign: its survey, its replies, its follow-ups.

use handoff_core::status::Status;
use handoff_core::{CampaignId, ChoiceId, FollowUpId, Instant, OrganizationId, QuestionId};
use sqlx::{Any, Transaction};

use super::plan::{Meant, Plan};
use crate::model::ApiError;
use crate::store::Store;
use crate::store::failure::Sound;

/// What was prepared, by the places in the plan.
pub(super) struct Prepared {
    /// Questions with their choices.
    pub(super) survey: Vec<(QuestionId, Vec<ChoiceId>)>,
    pub(super) follow_ups: Vec<FollowUpId>,
}

/// Writes what a plan has prepared.
pub(super) async fn add(
    transaction: &mut Transaction<'static, Any>,
    store: &Store,
    organization: OrganizationId,
    campaign: CampaignId,
    plan: &Plan,
    created: Instant,
) -> Result<Prepared, ApiError> {
    let mut survey = Vec::new();
    for (place, question) in (0_i32..).zip(plan.survey) {
        let id = QuestionId(store.next_id());
        sqlx::query(
            "INSERT INTO survey_question (organization_id, question_id, campaign_id, place, text, chosen)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(organization.get())
        .bind(id.get())
        .bind(campaign.get())
        .bind(place)
        .bind(question.text)
        .bind(i32::from(!question.choices.is_empty()))
        .execute(&mut **transaction)
        .await?;
        let mut choices = Vec::new();
        for (place, text) in (0_i32..).zip(question.choices) {
            let choice = ChoiceId(store.next_id());
            sqlx::query(
                "INSERT INTO survey_choice (organization_id, question_id, choice_id, place, text)
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(organization.get())
            .bind(id.get())
            .bind(choice.get())
            .bind(place)
            .bind(*text)
            .execute(&mut **transaction)
            .await?;
            choices.push(choice);
        }
        survey.push((id, choices));
    }
    replies(transaction, store, organization, Some(campaign), plan.replies).await?;
    let mut follow_ups = Vec::new();
    for follow_up in plan.follow_ups {
        let id = FollowUpId(store.next_id());
        let (audience, status, answer) = match follow_up.meant {
            Meant::Silent => (2, Some(Status::Waiting as i32), None),
            Meant::Answer(question, choice) => {
                let answer = survey.get(question).and_then(|(id, choices)| Some((*id, *choices.get(choice)?)));
                (3, None, Some(answer.expected("an answer of the demo is there")?))
            }
        };
        let at = |hours: i64| created.plus_seconds(hours * 3_600);
        sqlx::query(
            "INSERT INTO follow_up (organization_id, follow_up_id, campaign_id, title, text, audience, status,
                 question_id, choice_id, expires_at, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(organization.get())
        .bind(id.get())
        .bind(campaign.get())
        .bind(follow_up.title)
        .bind(follow_up.text)
        .bind(audience)
        .bind(status)
        .bind(answer.map(|(question, _)| question.get()))
        .bind(answer.map(|(_, choice)| choice.get()))
        .bind(at(follow_up.until_hours).get())
        .bind(at(follow_up.from_hours).get())
        .execute(&mut **transaction)
        .await?;
        follow_ups.push(id);
    }
    Ok(Prepared { survey, follow_ups })
}

/// Writes recommended replies of a campaign, or of the organization.
pub(super) async fn replies(
    transaction: &mut Transaction<'static, Any>,
    store: &Store,
    organization: OrganizationId,
    campaign: Option<CampaignId>,
    replies: &[(&str, &str)],
) -> Result<(), ApiError> {
    for (place, (title, text)) in (0_i32..).zip(replies) {
        sqlx::query(
            "INSERT INTO recommended_reply (organization_id, reply_id, campaign_id, place, title, text)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(organization.get())
        .bind(store.next_id())
        .bind(campaign.map(CampaignId::get))
        .bind(place)
        .bind(*title)
        .bind(*text)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}
