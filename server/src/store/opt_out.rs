//! Opting out and in: everywhere in the organization, by phone number.

use handoff_core::contact::Phone;
use handoff_core::message::Kind;
use handoff_core::permission::Act;
use handoff_core::{CampaignId, ConversationId, Instant, MemberId, OrganizationId};
use sqlx::{Any, Row, Transaction};

use super::conversation::{Done, find};
use super::row::check_id;
use super::send::{Outgoing, add, parse, same_as_first};
use super::state::{state, state_columns};
use super::{Actor, Store};
use crate::model::ApiError;
use crate::model::conversation::Confirmation;
use handoff_core::message::MessageKey;

const OPT_OUT: &str = "
    INSERT INTO opt_out (organization_id, phone, opted_out_at, opted_out_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT (organization_id, phone) DO NOTHING";

const OPT_IN: &str = "DELETE FROM opt_out WHERE organization_id = $1 AND phone = $2";

/// In every campaign.
const MARK: &str = concat!(
    "UPDATE conversation SET opted_out = $3, standing = CASE WHEN $3 = 1 THEN 6 ELSE status END
    WHERE organization_id = $1 AND opted_out <> $3 AND conversation_id IN (
        SELECT contact_number.conversation_id FROM contact_number
        WHERE contact_number.organization_id = $1 AND contact_number.phone = $2
    )
    RETURNING conversation.conversation_id, conversation.campaign_id, ",
    state_columns!()
);

/// The number that a message of ours went to.
const PHONE: &str = "
    SELECT contact.phone FROM message
    JOIN contact ON contact.organization_id = message.organization_id
        AND contact.conversation_id = message.conversation_id
    WHERE message.organization_id = $1 AND message.conversation_id = $2 AND message.message_id = $3
        AND message.direction = 2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 4] = [OPT_OUT, OPT_IN, MARK, PHONE];

impl Store {
    /// Keeps all conversations of a number as they are until the transaction ends.
    pub(crate) async fn hold_phone(
        &self,
        transaction: &mut Transaction<'static, Any>,
        organization: OrganizationId,
        phone: &str,
    ) -> Result<(), ApiError> {
        for lock in [self.engine.share_campaigns_of_phone(), self.engine.lock_phone()].into_iter().flatten() {
            sqlx::query(lock).bind(organization.get()).bind(phone).fetch_all(&mut **transaction).await?;
        }
        Ok(())
    }

    /// Opts a contact out, or in again, by hand. Answers all conversations that changed, and before them the one
    /// that was asked about. Where it is so already, nothing is sent.
    ///
    /// # Errors
    /// If the member may not write there, or the confirming message cannot be sent.
    pub async fn opt_out(
        &self,
        actor: Actor,
        conversation: ConversationId,
        confirmation: Option<Confirmation>,
        out: bool,
    ) -> Result<Vec<Done>, ApiError> {
        let confirmation = match confirmation {
            Some(Confirmation { message, text }) => {
                check_id("message", message.get())?;
                Some((message, parse(&text)?))
            }
            None => None,
        };
        let mut transaction = self.begin().await?;
        let phone = find(&mut transaction, actor, conversation).await?.phone;
        self.hold_phone(&mut transaction, actor.organization, &phone).await?;
        let found = find(&mut transaction, actor, conversation).await?;
        let now = self.now();
        found.check(Act::Write, now)?;
        let by = Some(actor.member);
        let changed = mark(&mut transaction, actor.organization, &phone, out, by, now).await?;
        // Who was faster, the contact perhaps by a word, has opted out or in already: there is nothing to confirm, and to
        // who has opted out nothing is sent. The same click again is as done as the first time.
        let already = (found.state.opted_out || found.number_opted_out) == out;
        if let Some((id, body)) = confirmation.filter(|_| !already) {
            let kind = if out { Kind::OptOutConfirmation } else { Kind::OptInConfirmation };
            found.may_leave(&body)?;
            let message = Outgoing { id, kind, follow_up: None, body: &body, by: actor };
            if add(&mut transaction, &found, &message, now).await?.is_none() {
                same_as_first(&mut transaction, found.id, &message, true).await?;
            }
        }
        transaction.commit().await?;
        let mut after = found.state;
        after.opted_out = out;
        let others = changed.into_iter().filter(|done| done.conversation != conversation);
        Ok(std::iter::once(found.done(after)).chain(others).collect())
    }
}

impl Store {
    /// Opts a number out, or in again, by hand, whether or not any conversation has it. Answers the conversations that
    /// changed.
    ///
    /// # Errors
    /// If the member may not.
    pub async fn opt_number(&self, actor: Actor, phone: Phone, out: bool) -> Result<Vec<Done>, ApiError> {
        let mut transaction = self.write(actor, Act::OptNumber).await?;
        let phone = phone.to_string();
        self.hold_phone(&mut transaction, actor.organization, &phone).await?;
        let changed = mark(&mut transaction, actor.organization, &phone, out, Some(actor.member), self.now()).await?;
        transaction.commit().await?;
        Ok(changed)
    }
}

/// The number that a message of ours went to, if there is such a message.
pub(super) async fn phone_of(
    transaction: &mut Transaction<'static, Any>,
    key: MessageKey,
) -> Result<Option<String>, ApiError> {
    let phone = sqlx::query_scalar(PHONE)
        .bind(key.organization.get())
        .bind(key.conversation.get())
        .bind(key.message.get())
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(phone)
}

/// Opts a number out, or in again, everywhere in the organization. Answers the conversations that changed.
///
/// Call [`Store::hold_phone`] first.
///
/// # Errors
/// If the database fails.
pub(crate) async fn mark(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    phone: &str,
    out: bool,
    by: Option<MemberId>,
    now: Instant,
) -> Result<Vec<Done>, ApiError> {
    let noted = sqlx::query(if out { OPT_OUT } else { OPT_IN }).bind(organization.get()).bind(phone);
    let noted = if out { noted.bind(now.get()).bind(by.map(MemberId::get)) } else { noted };
    noted.execute(&mut **transaction).await?;
    let rows = sqlx::query(MARK)
        .bind(organization.get())
        .bind(phone)
        .bind(i32::from(out))
        .fetch_all(&mut **transaction)
        .await?;
    rows.iter()
        .map(|row| {
            let after = state(row)?;
            Ok(Done {
                campaign: CampaignId(row.try_get("campaign_id")?),
                conversation: ConversationId(row.try_get("conversation_id")?),
                before: after.assignee,
                after,
            })
        })
        .collect()
}
