//! Who once held a conversation: they learn where it went, and nobody else does.

use handoff_core::{CampaignId, ConversationId, MemberId, OrganizationId};
use sqlx::{Any, Row, Transaction};

use super::Actor;
use crate::model::ApiError;

/// Whoever wrote in it held it.
const KNOWN: &str = "
    SELECT CASE WHEN EXISTS (SELECT 1 FROM once_held
            WHERE organization_id = $1 AND conversation_id = $2 AND member_id = $3)
        OR EXISTS (SELECT 1 FROM message
            WHERE organization_id = $1 AND conversation_id = $2 AND written_by = $3)
        OR EXISTS (SELECT 1 FROM conversation
            WHERE organization_id = $1 AND conversation_id = $2 AND previous_id = $3)
        THEN 1 ELSE 0 END AS held";

/// What was taken from a member in a campaign, list by list.
const TAKEN: &str = "
    SELECT operation_move.first_id, operation_move.conversations
    FROM operation_move
    JOIN operation ON operation.organization_id = operation_move.organization_id
        AND operation.operation_id = operation_move.operation_id
    WHERE operation_move.organization_id = $1 AND operation_move.from_id = $2 AND operation.campaign_id = $3";

const NOTE: &str = "
    INSERT INTO once_held (organization_id, conversation_id, member_id) VALUES ($1, $2, $3)
    ON CONFLICT (organization_id, conversation_id, member_id) DO NOTHING";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 3] = [KNOWN, TAKEN, NOTE];

/// Notes that a member held a conversation, which changes hands now by itself.
pub(super) async fn note_held(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    conversation: ConversationId,
    member: MemberId,
) -> Result<(), ApiError> {
    let note = sqlx::query(NOTE).bind(organization.get()).bind(conversation.get()).bind(member.get());
    note.execute(&mut **transaction).await?;
    Ok(())
}

/// Whether the member who acts held a conversation of the campaign before.
pub(super) async fn once_held(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    campaign: CampaignId,
    conversation: ConversationId,
) -> Result<bool, ApiError> {
    let (organization, member) = (actor.organization.get(), actor.member.get());
    let known: i32 = sqlx::query_scalar(KNOWN)
        .bind(organization)
        .bind(conversation.get())
        .bind(member)
        .fetch_one(&mut **transaction)
        .await?;
    if known == 1 {
        return Ok(true);
    }
    let taken = sqlx::query(TAKEN).bind(organization).bind(member).bind(campaign.get());
    for list in taken.fetch_all(&mut **transaction).await? {
        let first: i64 = list.try_get("first_id")?;
        let mut others = list.try_get::<&str, _>("conversations")?.split(',');
        if others.any(|apart| apart.parse::<i64>().is_ok_and(|apart| first + apart == conversation.get())) {
            return Ok(true);
        }
    }
    Ok(false)
}
