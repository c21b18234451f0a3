//! All that an organization knows of one phone number.

use handoff_core::contact::Phone;
use handoff_core::permission::Act;
use handoff_core::{CampaignId, ConversationId, Instant};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::receive::unknown;
use super::state::{state, state_columns};
use super::tally::told_apart_name;
use super::{Actor, Store};
use crate::model::ApiError;
use crate::model::inbound::{NumberConversation, NumberPage};

const CONVERSATIONS: &str = concat!(
    "SELECT conversation.conversation_id, conversation.campaign_id, campaign.name AS campaign_name,
        contact.first_name, contact.last_name, coalesce(",
    told_apart_name!(),
    ", 'Unassigned') AS owner_name, ",
    state_columns!(),
    " FROM contact_number
    JOIN conversation ON conversation.organization_id = contact_number.organization_id
        AND conversation.conversation_id = contact_number.conversation_id
    JOIN contact ON contact.organization_id = contact_number.organization_id
        AND contact.conversation_id = contact_number.conversation_id
    JOIN campaign ON campaign.organization_id = contact_number.organization_id
        AND campaign.campaign_id = contact_number.campaign_id
    LEFT JOIN member ON member.organization_id = conversation.organization_id
        AND member.member_id = conversation.assignee_id
    WHERE contact_number.organization_id = $1 AND contact_number.phone = $2
    ORDER BY conversation.conversation_id DESC"
);

const OPT_OUT: &str = concat!(
    "SELECT opt_out.opted_out_at, ",
    told_apart_name!(),
    " AS name
    FROM opt_out
    LEFT JOIN member ON member.organization_id = opt_out.organization_id AND member.member_id = opt_out.opted_out_by
    WHERE opt_out.organization_id = $1 AND opt_out.phone = $2"
);

const UNKNOWN: &str = "
    SELECT message_id, phone, body, received_at FROM unknown_inbound
    WHERE organization_id = $1 AND phone = $2
    ORDER BY message_id DESC
    LIMIT 100";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 3] = [CONVERSATIONS, OPT_OUT, UNKNOWN];

fn conversation(row: &AnyRow) -> Result<NumberConversation, ApiError> {
    Ok(NumberConversation {
        id: ConversationId(row.try_get("conversation_id")?),
        campaign: CampaignId(row.try_get("campaign_id")?),
        campaign_name: row.try_get("campaign_name")?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        state: state(row)?,
        owner_name: row.try_get("owner_name")?,
    })
}

impl Store {
    /// Reads all that the organization knows of a number.
    ///
    /// # Errors
    /// If the member may not.
    pub async fn number(&self, actor: Actor, phone: Phone) -> Result<NumberPage, ApiError> {
        let mut transaction = self.read(actor, Act::LookUpPhone).await?;
        let (organization, number) = (actor.organization.get(), phone.to_string());
        let rows =
            sqlx::query(CONVERSATIONS).bind(organization).bind(number.as_str()).fetch_all(&mut *transaction).await?;
        let opt_out =
            sqlx::query(OPT_OUT).bind(organization).bind(number.as_str()).fetch_optional(&mut *transaction).await?;
        let others = sqlx::query(UNKNOWN).bind(organization).bind(number.as_str()).fetch_all(&mut *transaction).await?;
        let (opted_out_at, opted_out_by) = match &opt_out {
            Some(row) => (Some(Instant(row.try_get("opted_out_at")?)), row.try_get("name")?),
            None => (None, None),
        };
        Ok(NumberPage {
            phone,
            opted_out_at,
            opted_out_by,
            conversations: rows.iter().map(conversation).collect::<Result<_, _>>()?,
            unknown: others.iter().map(unknown).collect::<Result<_, _>>()?,
        })
    }
}
