//! What contacts write: each message once, into the conversation that it answers.

use handoff_core::campaign::CampaignStatus;
use handoff_core::contact::Phone;
use handoff_core::conversation::{ConversationState, Event, answer_goes_by, apply};
use handoff_core::message::{Direction, segments};
use handoff_core::opt_out::Asks;
use handoff_core::permission::Act;
use handoff_core::{CampaignId, ConversationId, Instant, MessageId, OrganizationId};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::conversation::{Done, write};
use super::engine::Engine;
use super::failure::{Sound, ids};
use super::send::next_in_conversation;
use super::state::{state, state_columns};
use super::{Actor, MOST_IDS, Store, no_free_id, opt_out};
use crate::model::ApiError;
use crate::model::inbound::{UnknownMessage, UnknownPage};

/// Every conversation of a number, always in the same order, and none of them changes until the transaction ends.
macro_rules! of_number {
    ($lock:literal) => {
        concat!(
            "SELECT conversation.conversation_id, conversation.campaign_id, conversation.assigned_at,
                campaign.status AS campaign_status, ",
            state_columns!(),
            " FROM contact_number
            JOIN conversation ON conversation.organization_id = contact_number.organization_id
                AND conversation.conversation_id = contact_number.conversation_id
            JOIN campaign ON campaign.organization_id = contact_number.organization_id
                AND campaign.campaign_id = contact_number.campaign_id
            WHERE contact_number.organization_id = $1 AND contact_number.phone = $2
            ORDER BY conversation.conversation_id",
            $lock
        )
    };
}

const fn of_number(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => of_number!(""),
        Engine::Postgres => of_number!(" FOR UPDATE OF conversation"),
    }
}

/// What came before, even when its number was unknown, is not added again. It is known by the gateway's name alone: that
/// our own id is taken is no repeat.
const ADD: &str = concat!(
    "INSERT INTO message (organization_id, conversation_id, message_id, direction, asks, body, segments, written_at,
        gateway_id, sequence)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, ",
    next_in_conversation!(),
    " WHERE NOT EXISTS (SELECT 1 FROM unknown_inbound WHERE organization_id = $1 AND gateway_id = $9)
    ON CONFLICT (organization_id, gateway_id) WHERE gateway_id IS NOT NULL DO NOTHING"
);

const ADD_UNKNOWN: &str = "
    INSERT INTO unknown_inbound (organization_id, message_id, phone, body, received_at, gateway_id)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (organization_id, gateway_id) DO NOTHING";

const UNKNOWN: &str = "
    SELECT message_id, phone, body, received_at FROM unknown_inbound
    WHERE organization_id = $1 AND message_id < $2
    ORDER BY message_id DESC
    LIMIT $3";

/// Whoever restores the campaign has seen them.
const LATE_REPLY: &str =
    "UPDATE campaign SET late_replies = late_replies + 1 WHERE organization_id = $1 AND campaign_id = $2";

/// The statements of this file, for the test that prepares each on both engines.
pub const fn statements(engine: Engine) -> [&'static str; 5] {
    [of_number(engine), ADD, ADD_UNKNOWN, UNKNOWN, LATE_REPLY]
}

/// More is cut: no carrier passes on as much.
const LONGEST: usize = 5_000;

/// Messages on one page.
const PAGE: usize = 100;

/// A message that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// The organization whose number it was sent to.
    pub organization: OrganizationId,
    /// The gateway's own name of it: the same again is the same message.
    pub gateway_id: String,
    /// Who wrote.
    pub phone: Phone,
    /// What.
    pub body: String,
}

/// What became of a message that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// It is in the first of these conversations. The others changed with it, because the contact opted out or in.
    Conversation(Vec<Done>),
    /// No conversation has this number: it is kept for the admins.
    Unknown,
    /// It came before.
    Repeated,
}

impl Received {
    /// Every conversation that changed.
    pub fn changed(&self) -> &[Done] {
        match self {
            Self::Conversation(changed) => changed,
            Self::Unknown | Self::Repeated => &[],
        }
    }
}

/// A conversation of the number.
struct Candidate {
    id: ConversationId,
    campaign: CampaignId,
    archived: bool,
    assigned_at: Option<Instant>,
    state: ConversationState,
}

fn candidate(row: &AnyRow) -> Result<Candidate, ApiError> {
    let status = CampaignStatus::from_number(row.try_get::<i32, _>("campaign_status")?.into());
    Ok(Candidate {
        id: ConversationId(row.try_get("conversation_id")?),
        campaign: CampaignId(row.try_get("campaign_id")?),
        archived: status.sound("campaign", "status", ids(row))? == CampaignStatus::Archived,
        assigned_at: row.try_get::<Option<i64>, _>("assigned_at")?.map(Instant),
        state: state(row)?,
    })
}

/// The text as it is kept: neither engine takes the character 0 in a text.
fn kept(body: &str) -> String {
    body.chars().filter(|character| *character != '\0').take(LONGEST).collect()
}

impl Store {
    /// Takes a message that came in. What opts out or in does so everywhere in the organization.
    ///
    /// It goes to the conversation in which we wrote last, as [`answer_goes_by`] says.
    ///
    /// # Errors
    /// If the database fails: then nothing happened, and the gateway may bring it again.
    pub async fn receive(&self, inbound: &Inbound) -> Result<Received, ApiError> {
        for _ in 0..MOST_IDS {
            if let Some(received) = self.receive_as(inbound, MessageId(self.next_id())).await? {
                return Ok(received);
            }
        }
        Err(no_free_id("a message that came in"))
    }

    /// Takes a message that came in under this id. `None` if the id is taken, and nothing happened.
    async fn receive_as(&self, inbound: &Inbound, message: MessageId) -> Result<Option<Received>, ApiError> {
        let Inbound { organization, gateway_id, phone, body } = inbound;
        let (organization, number, body) = (*organization, phone.to_string(), kept(body));
        let (asks, now) = (Asks::of(&body), self.now());
        let mut transaction = self.begin().await?;
        if let Some(share) = self.engine.share_campaigns_of_phone() {
            sqlx::query(share).bind(organization.get()).bind(number.as_str()).fetch_all(&mut *transaction).await?;
        }
        let rows = sqlx::query(of_number(self.engine))
            .bind(organization.get())
            .bind(number.as_str())
            .fetch_all(&mut *transaction)
            .await?;
        let candidates = rows.iter().map(candidate).collect::<Result<Vec<_>, _>>()?;
        let latest = candidates.iter().max_by_key(|one| answer_goes_by(one.archived, one.state.we_wrote_at, one.id));
        let added = match latest {
            Some(latest) => {
                sqlx::query(ADD)
                    .bind(organization.get())
                    .bind(latest.id.get())
                    .bind(message.get())
                    .bind(Direction::Inbound as i32)
                    .bind(asks as i32)
                    .bind(body.as_str())
                    .bind(i64::try_from(segments::count(&body).segments).unwrap_or(i64::MAX))
                    .bind(now.get())
                    .bind(gateway_id.as_str())
                    .execute(&mut *transaction)
                    .await
            }
            None => {
                sqlx::query(ADD_UNKNOWN)
                    .bind(organization.get())
                    .bind(message.get())
                    .bind(number.as_str())
                    .bind(body.as_str())
                    .bind(now.get())
                    .bind(gateway_id.as_str())
                    .execute(&mut *transaction)
                    .await
            }
        };
        let added = match added {
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(None),
            added => added?,
        };
        if added.rows_affected() == 0 {
            return Ok(Some(Received::Repeated));
        }
        let mut changed = Vec::new();
        if let Some(latest) = latest {
            changed.push(answered(&mut transaction, organization, latest, asks, now).await?);
            if latest.archived && !matches!(asks, Asks::OptOut | Asks::Reaction) {
                let noted = sqlx::query(LATE_REPLY).bind(organization.get()).bind(latest.campaign.get());
                noted.execute(&mut *transaction).await?;
            }
        }
        if matches!(asks, Asks::OptOut | Asks::OptIn) {
            let out = asks == Asks::OptOut;
            changed.extend(opt_out::mark(&mut transaction, organization, &number, out, None, now).await?);
        }
        transaction.commit().await?;
        Ok(Some(if latest.is_some() { Received::Conversation(changed) } else { Received::Unknown }))
    }

    /// Reads a page of what unknown numbers wrote, the newest first.
    ///
    /// # Errors
    /// If the member may not.
    pub async fn unknown_messages(&self, actor: Actor, before: Option<MessageId>) -> Result<UnknownPage, ApiError> {
        let mut transaction = self.read(actor, Act::SeeUnknownNumbers).await?;
        let rows = sqlx::query(UNKNOWN)
            .bind(actor.organization.get())
            .bind(before.map_or(i64::MAX, MessageId::get))
            // One more than shown tells whether there is a next page.
            .bind(i64::try_from(PAGE + 1).unwrap_or(i64::MAX))
            .fetch_all(&mut *transaction)
            .await?;
        let messages = rows.iter().take(PAGE).map(unknown).collect::<Result<Vec<_>, _>>()?;
        Ok(UnknownPage { messages, more: rows.len() > PAGE })
    }
}

pub(super) fn unknown(row: &AnyRow) -> Result<UnknownMessage, ApiError> {
    Ok(UnknownMessage {
        id: MessageId(row.try_get("message_id")?),
        phone: row.try_get::<String, _>("phone")?.parse().sound("unmatched_inbound", "phone", ids(row))?,
        body: row.try_get("body")?,
        at: Instant(row.try_get("received_at")?),
    })
}

/// The conversation after its contact has written.
async fn answered(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    one: &Candidate,
    asks: Asks,
    now: Instant,
) -> Result<Done, ApiError> {
    let after = apply(one.state, Event::Received(asks), now, None).expected("whatever is received can be taken in")?;
    write(transaction, organization, one.id, after, one.assigned_at).await?;
    Ok(Done { campaign: one.campaign, conversation: one.id, before: one.state.assignee, after })
}
