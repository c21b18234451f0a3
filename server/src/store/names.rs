//! Taking the names of contacts in: as they are sorted and searched.
//!
//! What is imported is committed with a note that its names are due (`name_due`). They are taken in afterwards, some
//! thousands at a time, so that others write in between. Until then lists are read as a whole.

use handoff_core::contact::parts::Parts;
use handoff_core::contact::search::name_key;
use handoff_core::{CampaignId, ConversationId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::afresh::{self, Written};
use super::engine::Engine;
use super::row::to_store;
use super::{Store, turns};
use crate::model::ApiError;

/// Contacts that are taken in at a time. More make shorter lists of parts; fewer keep other writers waiting less.
const AT_ONCE: usize = 20_000;

const NEXT: &str = "
    SELECT organization_id, campaign_id, first_id, after_id, corrected FROM name_due
    ORDER BY organization_id, campaign_id, first_id LIMIT 1";

/// The sign keeps the engines from reading the campaign instead of these.
const READ: &str = "
    SELECT conversation_id, first_name, last_name FROM contact
    WHERE organization_id = $1 AND +campaign_id = $2 AND conversation_id >= $3 AND conversation_id < $4
    ORDER BY conversation_id LIMIT 20000";

const GO_ON: &str = "
    UPDATE name_due SET first_id = $5
    WHERE organization_id = $1 AND campaign_id = $2 AND first_id = $3 AND corrected = $4";

const DONE: &str = "
    DELETE FROM name_due WHERE organization_id = $1 AND campaign_id = $2 AND first_id = $3 AND corrected = $4";

/// Whoever has read the name and not written it yet reads it again.
const CORRECTED: &str = "
    UPDATE name_due SET corrected = corrected + 1
    WHERE organization_id = $1 AND campaign_id = $2 AND first_id <= $3 AND after_id > $3";

const NOTE: &str = "
    INSERT INTO name_due (organization_id, campaign_id, first_id, after_id) VALUES ($1, $2, $3, $4)";

const ANY_DUE: &str = "SELECT 1 FROM name_due WHERE organization_id = $1 AND campaign_id = $2 LIMIT 1";

/// `{rows}` are arrays of a name and of how much the conversation's id is more than the third number.
const ADD_NAMES: &str = "
    INSERT INTO contact_name (organization_id, campaign_id, name, conversation_id)
    SELECT $1, $2, given.value ->> 0, $3 + CAST(given.value ->> 1 AS BIGINT)
    FROM {rows} AS given
    WHERE true
    ON CONFLICT (organization_id, campaign_id, name, conversation_id) DO NOTHING";

/// `{rows}` are arrays of a part, of how many have it, and of its list. Of two servers' corrections, which may get one id,
/// both lists stay.
const ADD_PARTS: &str = "
    INSERT INTO name_part (organization_id, campaign_id, part, batch, held, conversations)
    SELECT $1, $2, given.value ->> 0, $3, CAST(given.value ->> 1 AS BIGINT), given.value ->> 2
    FROM {rows} AS given
    WHERE true
    ON CONFLICT (organization_id, campaign_id, part, batch) DO UPDATE
    SET held = name_part.held + excluded.held, conversations = name_part.conversations || ' ' || excluded.conversations";

const REMOVE_NAME: &str = "
    DELETE FROM contact_name
    WHERE organization_id = $1 AND campaign_id = $2 AND name = $3 AND conversation_id = $4";

/// The statements of this file, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let common = [NEXT, READ, GO_ON, DONE, CORRECTED, NOTE, ANY_DUE, REMOVE_NAME].map(str::to_owned);
    common.into_iter().chain([ADD_NAMES, ADD_PARTS].map(|statement| with_rows(statement, engine))).collect()
}

fn with_rows(statement: &str, engine: Engine) -> String {
    statement.replace("{rows}", engine.rows_of_json())
}

/// Notes that the names of these conversations are due, from the first to before another.
pub(crate) async fn due(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    first: i64,
    after: i64,
) -> Result<(), ApiError> {
    sqlx::query(NOTE)
        .bind(organization.get())
        .bind(campaign.get())
        .bind(first)
        .bind(after)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Whether all names of a campaign are taken in.
pub(super) async fn are_in(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
) -> Result<bool, ApiError> {
    let due =
        sqlx::query(ANY_DUE).bind(organization.get()).bind(campaign.get()).fetch_optional(&mut **transaction).await?;
    Ok(due.is_none())
}

/// Names that are to be taken in together.
struct Batch {
    organization: OrganizationId,
    campaign: CampaignId,
    /// What its lists of parts are kept under.
    id: i64,
    names: Vec<(String, i64)>,
    parts: Parts,
}

impl Batch {
    fn new(organization: OrganizationId, campaign: CampaignId, id: i64) -> Self {
        Self { organization, campaign, id, names: Vec::new(), parts: Parts::default() }
    }

    fn add(&mut self, conversation: ConversationId, first_name: &str, last_name: &str) {
        let name = name_key(first_name, last_name);
        self.parts.add(conversation, &name);
        self.names.push((name, conversation.get() - self.id));
    }

    async fn store(mut self, engine: Engine, transaction: &mut Transaction<'static, Any>) -> Result<(), ApiError> {
        // In their order, they go into the table fastest.
        self.names.sort_unstable();
        let parts: Vec<_> = self.parts.lists().collect();
        for (statement, json) in [(ADD_NAMES, to_store(&self.names)?), (ADD_PARTS, to_store(&parts)?)] {
            sqlx::query(AssertSqlSafe(with_rows(statement, engine)))
                .bind(self.organization.get())
                .bind(self.campaign.get())
                .bind(self.id)
                .bind(json)
                .execute(&mut **transaction)
                .await?;
        }
        Ok(())
    }
}

impl Store {
    /// Takes in all names that are due. Answers how many.
    ///
    /// # Errors
    /// If the database cannot be reached. What was taken in until then stays.
    pub async fn take_in_names(&self) -> Result<u64, ApiError> {
        let _alone = self.taking_in.lock().await;
        let mut taken = 0;
        let mut patience = turns::Patience::default();
        loop {
            let _turn = patience.beside_no_file().await;
            let Some(count) = self.take_in_some().await? else { break };
            taken += count;
        }
        if taken > 0 {
            let mut transaction = self.begin().await?;
            afresh::count(self.engine, &mut transaction, Written::Names, taken).await?;
            transaction.commit().await?;
        }
        Ok(taken)
    }

    /// The same, aside, unless that is being done already.
    pub fn take_in_names_aside(&self) {
        if self.taking_in.try_lock().is_err() {
            return;
        }
        let store = self.clone();
        tokio::spawn(async move {
            if let Err(error) = store.take_in_names().await {
                tracing::warn!(%error, "names of contacts wait to be taken in");
            }
        });
    }

    /// Takes in the next names that are due. `None` if there are none.
    async fn take_in_some(&self) -> Result<Option<u64>, ApiError> {
        let mut reading = self.begin_reading().await?;
        let Some(row) = sqlx::query(NEXT).fetch_optional(&mut *reading).await? else { return Ok(None) };
        let organization = OrganizationId(row.try_get("organization_id")?);
        let campaign = CampaignId(row.try_get("campaign_id")?);
        let (first, after): (i64, i64) = (row.try_get("first_id")?, row.try_get("after_id")?);
        let corrected: i64 = row.try_get("corrected")?;
        let rows = sqlx::query(READ)
            .bind(organization.get())
            .bind(campaign.get())
            .bind(first)
            .bind(after)
            .fetch_all(&mut *reading)
            .await?;
        reading.commit().await?;
        let count = rows.len();
        let next = match rows.last() {
            Some(last) if count == AT_ONCE => Some(last.try_get::<i64, _>("conversation_id")? + 1),
            _ => None,
        };
        let mut batch = Batch::new(organization, campaign, first);
        for row in &rows {
            let conversation = ConversationId(row.try_get("conversation_id")?);
            let (first_name, last_name): (String, String) = (row.try_get("first_name")?, row.try_get("last_name")?);
            batch.add(conversation, &first_name, &last_name);
        }
        drop(rows);
        let mut transaction = self.begin().await?;
        // Of several processes one takes them in, and none by a name that was corrected meanwhile.
        let claim = match next {
            Some(next) => {
                sqlx::query(GO_ON)
                    .bind(organization.get())
                    .bind(campaign.get())
                    .bind(first)
                    .bind(corrected)
                    .bind(next)
                    .execute(&mut *transaction)
                    .await?
            }
            None => {
                sqlx::query(DONE)
                    .bind(organization.get())
                    .bind(campaign.get())
                    .bind(first)
                    .bind(corrected)
                    .execute(&mut *transaction)
                    .await?
            }
        };
        if claim.rows_affected() == 1 {
            batch.store(self.engine, &mut transaction).await?;
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(Some(u64::try_from(count).unwrap_or(u64::MAX)))
    }

    /// Takes in the corrected name of a contact, within the transaction that corrects it.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub async fn renamed(
        &self,
        transaction: &mut Transaction<'static, Any>,
        (organization, campaign, conversation): (OrganizationId, CampaignId, ConversationId),
        (first_name, last_name): (&str, &str),
        (new_first_name, new_last_name): (&str, &str),
    ) -> Result<(), ApiError> {
        sqlx::query(CORRECTED)
            .bind(organization.get())
            .bind(campaign.get())
            .bind(conversation.get())
            .execute(&mut **transaction)
            .await?;
        sqlx::query(REMOVE_NAME)
            .bind(organization.get())
            .bind(campaign.get())
            .bind(name_key(first_name, last_name))
            .bind(conversation.get())
            .execute(&mut **transaction)
            .await?;
        let mut batch = Batch::new(organization, campaign, self.ids.next());
        batch.add(conversation, new_first_name, new_last_name);
        batch.store(self.engine, transaction).await
    }
}
