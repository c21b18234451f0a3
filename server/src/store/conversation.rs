//! One conversation: finding it with all that decides what may be done in it, and doing it.
//!
//! What becomes of it says [`handoff_core::conversation::apply`], and nothing else.

use handoff_core::contact::Template;
use handoff_core::contact::field::{FIRST_NAME, LAST_NAME, TEXTER_FIRST_NAME, TEXTER_LAST_NAME, texter_names};
use handoff_core::contact::template::filled;
use handoff_core::conversation::{ConversationState, Event, apply};
use handoff_core::message::{Body, Kind};
use handoff_core::note::Note;
use handoff_core::permission::{Act, Forbidden, Held, Role, Setting};
use handoff_core::plan::Owner;
use handoff_core::sending::{SendError, Sending, Whereabouts, may_send};
use handoff_core::{CampaignId, ConversationId, Instant, MemberId, OrganizationId};
use sqlx::{Any, Row, Transaction};

use super::failure::Sound;
use super::once_held::{note_held, once_held};
use super::row::setting;
use super::schedule::Schedule;
use super::state::{state, state_columns};
use super::{Actor, Store, membership};
use crate::model::conversation::ConversationError;
use crate::model::{ApiError, Thing};

/// Everything that decides, in one statement. An opt-out counts by the number: a contact that is being imported may
/// not be marked yet.
const FIND: &str = concat!(
    "SELECT ",
    state_columns!(),
    ", conversation.campaign_id, conversation.assigned_at, contact.phone, contact.first_name, contact.last_name,
        contact.fields, campaign.status AS campaign_status, campaign.time_zone, campaign.opens, campaign.closes,
        campaign.initial_from, campaign.initial_until, campaign.initial_message, campaign.custom_fields,
        organization.phones_visible, organization.send_all, member.role, member.active, member.invited,
        member.name AS member_name,
        holder.name AS owner_name,
        CASE WHEN opt_out.phone IS NULL THEN 0 ELSE 1 END AS number_opted_out
    FROM conversation
    JOIN contact ON contact.organization_id = conversation.organization_id
        AND contact.conversation_id = conversation.conversation_id
    JOIN campaign ON campaign.organization_id = conversation.organization_id
        AND campaign.campaign_id = conversation.campaign_id
    JOIN organization ON organization.organization_id = conversation.organization_id
    JOIN member ON member.organization_id = conversation.organization_id AND member.member_id = $3
    LEFT JOIN member AS holder ON holder.organization_id = conversation.organization_id
        AND holder.member_id = conversation.assignee_id
    LEFT JOIN opt_out ON opt_out.organization_id = contact.organization_id AND opt_out.phone = contact.phone
    WHERE conversation.organization_id = $1 AND conversation.conversation_id = $2"
);

/// What is given to somebody else here was moved by no operation that could take it back at once.
const STORE: &str = "
    UPDATE conversation SET moved_by = CASE WHEN assignee_id IS NOT DISTINCT FROM $3 THEN moved_by END,
        assignee_id = $3, status = $4, opted_out = $5, escalated = $6, waiting_since = $7,
        contact_wrote_at = $8, we_wrote_at = $9, assignee_wrote_at = $10, assigned_at = $11, standing = $12
    WHERE organization_id = $1 AND conversation_id = $2";

const CALL_ADMINS: &str = "
    INSERT INTO escalation (organization_id, conversation_id, note, escalated_at, escalated_by)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (organization_id, conversation_id) DO UPDATE
    SET note = excluded.note, escalated_at = excluded.escalated_at, escalated_by = excluded.escalated_by";

const TAKEN_UP: &str = "DELETE FROM escalation WHERE organization_id = $1 AND conversation_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 4] = [FIND, STORE, CALL_ADMINS, TAKEN_UP];

/// What was done to a conversation, for those who look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Its campaign.
    pub campaign: CampaignId,
    /// Which.
    pub conversation: ConversationId,
    /// Who held it before.
    pub before: Owner,
    /// How it stands now.
    pub after: ConversationState,
}

/// A conversation, with all that decides what a member may do in it.
pub(super) struct Found {
    pub(super) id: ConversationId,
    pub(super) campaign: CampaignId,
    pub(super) state: ConversationState,
    pub(super) assigned_at: Option<Instant>,
    pub(super) phone: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    /// A JSON object.
    pub(super) fields: String,
    pub(super) initial_message: String,
    /// A JSON array.
    pub(super) custom_fields: String,
    pub(super) schedule: Schedule,
    pub(super) phones_visible: Setting,
    pub(super) send_all: Setting,
    pub(super) role: Role,
    pub(super) held: Held,
    /// The name of the member who acts.
    pub(super) member_name: String,
    pub(super) owner_name: Option<String>,
    /// Whether the number has opted out, though this conversation may not show it yet.
    pub(super) number_opted_out: bool,
}

/// Finds a conversation for a member.
///
/// # Errors
/// If the organization has no such conversation, or the member is not active any more.
pub(super) async fn find(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    conversation: ConversationId,
) -> Result<Found, ApiError> {
    let row = sqlx::query(FIND)
        .bind(actor.organization.get())
        .bind(conversation.get())
        .bind(actor.member.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::NotFound(Thing::Conversation))?;
    if !membership(&row)?.opens() {
        return Err(ApiError::SignedOut);
    }
    let (state, campaign) = (state(&row)?, CampaignId(row.try_get("campaign_id")?));
    let role = Role::from_number(row.try_get::<i32, _>("role")?.into()).sound("member", "role", actor.member)?;
    let held = match state.assignee {
        Some(member) if member == actor.member => Held::Own,
        Some(_) => Held::Others,
        None => Held::UnassignedHidden,
    };
    // Whoever may not see it learns where it went if they once held it, and else not even that it exists.
    if !role.may(Act::See(held)) && !once_held(transaction, actor, campaign, conversation).await? {
        return Err(ApiError::NotFound(Thing::Conversation));
    }
    Ok(Found {
        id: conversation,
        campaign,
        held,
        state,
        assigned_at: row.try_get::<Option<i64>, _>("assigned_at")?.map(Instant),
        phone: row.try_get("phone")?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        fields: row.try_get("fields")?,
        initial_message: row.try_get("initial_message")?,
        custom_fields: row.try_get("custom_fields")?,
        schedule: Schedule::of(&row)?,
        phones_visible: setting(&row, "phones_visible")?,
        send_all: setting(&row, "send_all")?,
        role,
        member_name: row.try_get("member_name")?,
        owner_name: row.try_get("owner_name")?,
        number_opted_out: row.try_get::<i32, _>("number_opted_out")? == 1,
    })
}

impl Found {
    /// All that decides whether a message may be sent here now.
    ///
    /// # Errors
    /// If this program knows the campaign's time zone no more.
    pub(super) fn sending(&self, kind: Kind, now: Instant) -> Result<Sending, ApiError> {
        Ok(Sending {
            kind,
            role: self.role,
            held: self.held,
            whereabouts: Whereabouts {
                owner: self.owner_name.clone(),
                assigned_at: self.assigned_at,
                escalated: self.state.escalated,
            },
            status: self.state.status,
            opted_out: self.state.opted_out || self.number_opted_out,
            campaign: self.schedule.status,
            hours: self.schedule.hours,
            window: self.schedule.window,
            minute: self.schedule.minute(now)?,
            now,
        })
    }

    /// Refuses what the member may not do here. Whoever lost the conversation learns where it went.
    ///
    /// # Errors
    /// If the member may not.
    pub(super) fn check(&self, act: impl Fn(Held) -> Act, now: Instant) -> Result<(), ApiError> {
        if self.role.may(act(self.held)) {
            return Ok(());
        }
        // A confirmation needs the right to write and nothing else.
        may_send(&self.sending(Kind::OptOutConfirmation, now)?)?;
        Err(Forbidden.into())
    }

    /// A prepared text, filled in for the contact and for who acts.
    ///
    /// # Errors
    /// If the text is not understood: it was saved before it would have been refused.
    pub(super) fn fill(&self, text: &str) -> Result<String, ApiError> {
        let custom_fields: Vec<String> = super::row::stored(&self.custom_fields)?;
        let template = Template::parse(text, &custom_fields).map_err(SendError::from)?;
        let fields: std::collections::BTreeMap<String, String> = super::row::stored(&self.fields)?;
        let (texter_first_name, texter_last_name) = texter_names(&self.member_name);
        Ok(template.fill(|name| match name {
            FIRST_NAME => Some(self.first_name.as_str()),
            LAST_NAME => Some(self.last_name.as_str()),
            TEXTER_FIRST_NAME => Some(texter_first_name),
            TEXTER_LAST_NAME => Some(texter_last_name),
            custom => fields.get(custom).map(String::as_str),
        }))
    }

    /// Refuses what would leave with a placeholder in it, whether somebody typed it or a contact file had it.
    ///
    /// # Errors
    /// If the name of a field stands in braces or in marks of another tool.
    pub(super) fn may_leave(&self, body: &Body) -> Result<(), ApiError> {
        let custom_fields: Vec<String> = super::row::stored(&self.custom_fields)?;
        filled(body.as_str(), &custom_fields).map_err(|error| ApiError::invalid("text", error))
    }

    /// The owner's name on screen.
    pub(super) fn owner_name(&self) -> String {
        self.owner_name.clone().unwrap_or_else(|| "Unassigned".to_owned())
    }

    pub(super) const fn done(&self, after: ConversationState) -> Done {
        Done { campaign: self.campaign, conversation: self.id, before: self.state.assignee, after }
    }
}

/// Keeps the conversation as it stands after an event.
pub(super) async fn store(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    found: &Found,
    after: ConversationState,
    now: Instant,
) -> Result<Done, ApiError> {
    let before = found.state.assignee.filter(|_| after.assignee != found.state.assignee);
    if let Some(member) = before {
        note_held(transaction, organization, found.id, member).await?;
    }
    let assigned_at = if after.assignee == found.state.assignee { found.assigned_at } else { Some(now) };
    write(transaction, organization, found.id, after, assigned_at).await?;
    Ok(found.done(after))
}

/// Writes all of a conversation that decides anything.
pub(super) async fn write(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    conversation: ConversationId,
    after: ConversationState,
    assigned_at: Option<Instant>,
) -> Result<(), ApiError> {
    let stored = sqlx::query(STORE)
        .bind(organization.get())
        .bind(conversation.get())
        .bind(after.assignee.map(MemberId::get))
        .bind(after.status as i32)
        .bind(i32::from(after.opted_out))
        .bind(i32::from(after.escalated))
        .bind(after.waiting_since.get())
        .bind(after.contact_wrote_at.map(Instant::get))
        .bind(after.we_wrote_at.map(Instant::get))
        .bind(after.assignee_wrote_at.map(Instant::get))
        .bind(assigned_at.map(Instant::get))
        .bind(after.standing() as i32)
        .execute(&mut **transaction)
        .await?;
    super::moving::exactly(stored.rows_affected(), 1)
}

/// Forgets why the admins were called.
async fn taken_up(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    conversation: ConversationId,
) -> Result<(), ApiError> {
    let taken_up = sqlx::query(TAKEN_UP).bind(actor.organization.get()).bind(conversation.get());
    taken_up.execute(&mut **transaction).await?;
    Ok(())
}

impl Store {
    /// Begins an act that changes one conversation, and finds it as it stands until the act ends.
    pub(super) async fn hold(
        &self,
        actor: Actor,
        conversation: ConversationId,
    ) -> Result<(Transaction<'static, Any>, Found), ApiError> {
        let mut transaction = self.begin().await?;
        if let Some(lock) = self.engine.lock_conversation() {
            sqlx::query(lock)
                .bind(actor.organization.get())
                .bind(conversation.get())
                .fetch_optional(&mut *transaction)
                .await?;
        }
        let found = find(&mut transaction, actor, conversation).await?;
        Ok((transaction, found))
    }

    /// Does to a conversation what an event says. `act` is what it needs.
    async fn happen(
        &self,
        actor: Actor,
        conversation: ConversationId,
        act: impl Fn(Held) -> Act,
        event: Event,
    ) -> Result<(Transaction<'static, Any>, Done), ApiError> {
        let (mut transaction, found) = self.hold(actor, conversation).await?;
        let now = self.now();
        found.check(act, now)?;
        let after = apply(found.state, event, now, Some(actor.member)).ok_or(ConversationError::Changed)?;
        let done = store(&mut transaction, actor.organization, &found, after, now).await?;
        if found.state.escalated && !after.escalated {
            taken_up(&mut transaction, actor, conversation).await?;
        }
        Ok((transaction, done))
    }

    /// Closes a conversation.
    ///
    /// # Errors
    /// If the member may not, or it cannot be closed as it stands.
    pub async fn resolve(&self, actor: Actor, conversation: ConversationId) -> Result<Done, ApiError> {
        let (transaction, done) = self.happen(actor, conversation, Act::Resolve, Event::Resolve).await?;
        transaction.commit().await?;
        Ok(done)
    }

    /// Opens a conversation again.
    ///
    /// # Errors
    /// If the member may not, or it is not closed.
    pub async fn reopen(&self, actor: Actor, conversation: ConversationId) -> Result<Done, ApiError> {
        let (transaction, done) = self.happen(actor, conversation, Act::Resolve, Event::Reopen).await?;
        transaction.commit().await?;
        Ok(done)
    }

    /// Calls the admins to a conversation.
    ///
    /// # Errors
    /// If the member may not, the note is empty or too long, or the conversation is closed or called already.
    pub async fn escalate(&self, actor: Actor, conversation: ConversationId, note: &str) -> Result<Done, ApiError> {
        let note = Note::parse(note).map_err(|error| ApiError::invalid("note", error))?;
        let (mut transaction, done) = self.happen(actor, conversation, Act::Escalate, Event::Escalate).await?;
        sqlx::query(CALL_ADMINS)
            .bind(actor.organization.get())
            .bind(conversation.get())
            .bind(note.as_str())
            .bind(self.now().get())
            .bind(actor.member.get())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done)
    }

    /// Says that an escalated conversation is taken up.
    ///
    /// # Errors
    /// If the member may not, or it is not escalated.
    pub async fn end_escalation(&self, actor: Actor, conversation: ConversationId) -> Result<Done, ApiError> {
        let act = |_: Held| Act::EndEscalation;
        let (transaction, done) = self.happen(actor, conversation, act, Event::EndEscalation).await?;
        transaction.commit().await?;
        Ok(done)
    }
}
