//! The escalated conversations of a campaign. There are few of them among all others, so that they are found from the
//! escalations.

use handoff_core::permission::Act;
use handoff_core::{CampaignId, ConversationId, Instant};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::inbox::last_words_of;
use super::state::{state, state_columns};
use super::tally::told_apart_name;
use super::{Actor, Store, tally};
use crate::model::ApiError;
use crate::model::escalation::{Escalated, EscalatedPage};
use crate::model::messenger::Escalation;

/// `CROSS JOIN` keeps SQLite from beginning with the conversations.
const LIST: &str = concat!(
    "SELECT escalation.conversation_id, escalation.note, escalation.escalated_at, contact.first_name,
        contact.last_name, coalesce(",
    told_apart_name!("caller"),
    ", '') AS escalated_by, coalesce(",
    told_apart_name!("owner"),
    ", 'Unassigned') AS owner_name, ",
    state_columns!(),
    " FROM escalation
    CROSS JOIN conversation
    CROSS JOIN contact
    LEFT JOIN member AS caller ON caller.organization_id = escalation.organization_id
        AND caller.member_id = escalation.escalated_by
    LEFT JOIN member AS owner ON owner.organization_id = conversation.organization_id
        AND owner.member_id = conversation.assignee_id
    WHERE escalation.organization_id = $1
        AND (escalation.escalated_at > $3
            OR (escalation.escalated_at = $3 AND escalation.conversation_id > $4))
        AND conversation.organization_id = escalation.organization_id
        AND conversation.conversation_id = escalation.conversation_id
        AND conversation.campaign_id = $2 AND conversation.escalated = 1
        AND contact.organization_id = escalation.organization_id
        AND contact.conversation_id = escalation.conversation_id
    ORDER BY escalation.escalated_at, escalation.conversation_id
    LIMIT 101"
);

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 1] = [LIST];

/// Conversations on one page.
const PAGE: usize = 100;

fn escalated(row: &AnyRow) -> Result<Escalated, ApiError> {
    Ok(Escalated {
        id: ConversationId(row.try_get("conversation_id")?),
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        state: state(row)?,
        owner_name: row.try_get("owner_name")?,
        last_words: String::new(),
        escalation: Escalation {
            note: row.try_get("note")?,
            at: Instant(row.try_get("escalated_at")?),
            by: row.try_get("escalated_by")?,
        },
    })
}

impl Store {
    /// Reads a page of the escalated conversations of a campaign, after one of them.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn escalated(
        &self,
        actor: Actor,
        campaign: CampaignId,
        after: Option<(Instant, ConversationId)>,
    ) -> Result<EscalatedPage, ApiError> {
        let mut transaction = self.read(actor, Act::ViewAs).await?;
        tally::campaign(&mut transaction, actor.organization, campaign).await?;
        let (at, id) = after.unwrap_or((Instant(i64::MIN), ConversationId(0)));
        let rows = sqlx::query(LIST)
            .bind(actor.organization.get())
            .bind(campaign.get())
            .bind(at.get())
            .bind(id.get())
            .fetch_all(&mut *transaction)
            .await?;
        let more = rows.len() > PAGE;
        let mut rows: Vec<Escalated> = rows.iter().take(PAGE).map(escalated).collect::<Result<_, _>>()?;
        let wrote = |row: &&Escalated| row.state.contact_wrote_at.is_some();
        let wanted: Vec<ConversationId> = rows.iter().filter(wrote).map(|row| row.id).collect();
        let mut said = last_words_of(&mut transaction, self.engine, actor.organization, &wanted).await?;
        for row in &mut rows {
            row.last_words = said.remove(&row.id).unwrap_or_default();
        }
        Ok(EscalatedPage { rows, more })
    }
}
