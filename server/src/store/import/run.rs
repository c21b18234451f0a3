//! The import itself: contacts and conversations, in one transaction.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use handoff_core::contact::Phone;
use handoff_core::status::Status;
use handoff_core::{CampaignId, ImportId, OrganizationId};
use serde::Serialize;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use tokio::sync::mpsc;

use super::super::Store;
use super::super::campaign::{find, fits, to_store};
use super::super::engine::Engine;
use super::super::names;
use super::State;
use crate::api::ApiError;
use crate::api::imports::DryRun;
use crate::api::storage::StorageError;
use crate::contacts::mapping::Mapping;
use crate::contacts::phone::Country;
use crate::contacts::reading::{Contact, Outcome, Reading};
use crate::contacts::sheet::Sheet;
use crate::store::failure::Sound;

/// Contacts in one statement. More gain nothing, and take memory.
const BATCH: u32 = 5_000;

/// Bytes of contacts in one statement: those with many long fields come in smaller batches.
const BATCH_BYTES: usize = 2_000_000;

/// After which it is tried again to mark an import as failed.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest time until it is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Phone numbers that are looked up in one statement.
const LOOKED_UP: usize = 20_000;

/// Inserts contacts that the campaign does not have. `{rows}` are arrays of phone, first name, last name, fields.
const INSERT: &str = "
INSERT INTO contact (organization_id, conversation_id, campaign_id, phone, first_name, last_name, fields)
SELECT $1, $2 + given.place, $3, given.value ->> 0, given.value ->> 1, given.value ->> 2, given.value ->> 3
FROM {rows} AS given
WHERE true
ON CONFLICT (organization_id, phone, campaign_id) DO NOTHING";

/// One conversation for each contact of this import, whose ids are its own. 2 is not started.
const BEGIN_CONVERSATIONS: &str = "
INSERT INTO conversation (organization_id, conversation_id, campaign_id, status, opted_out, standing)
SELECT contact.organization_id, contact.conversation_id, contact.campaign_id, CAST($1 AS SMALLINT),
    CASE WHEN opt_out.phone IS NULL THEN 0 ELSE 1 END, CASE WHEN opt_out.phone IS NULL THEN CAST($1 AS SMALLINT) ELSE 6 END
FROM contact
LEFT JOIN opt_out ON opt_out.organization_id = contact.organization_id AND opt_out.phone = contact.phone
WHERE contact.organization_id = $2 AND contact.campaign_id = $3
    AND contact.conversation_id >= $4 AND contact.conversation_id < $5";

/// Those of this import who have opted out, 6, stand together in the index. The sign keeps SQLite from going through
/// all conversations of the import instead.
const OPTED_OUT: &str = "
SELECT count(*) AS opted_out FROM conversation
WHERE organization_id = $1 AND campaign_id = $2 AND assignee_id IS NULL AND standing = 6 AND waiting_since = 0
    AND +conversation_id >= $3 AND +conversation_id < $4";

const SET_FIELDS: &str = "UPDATE campaign SET custom_fields = $3 WHERE organization_id = $1 AND campaign_id = $2";

/// Ends the import, if nobody has marked it as failed meanwhile.
const END: &str = "
UPDATE contact_import SET status = $3, result = $4, finished_at = $5
WHERE organization_id = $1 AND import_id = $2 AND status = 2";

/// How many of these numbers the campaign has, and how many of the others have opted out.
const KNOWN: &str = "
SELECT count(contact.phone) AS present,
    count(CASE WHEN contact.phone IS NULL THEN opt_out.phone END) AS opted_out
FROM {texts} AS given
LEFT JOIN contact
    ON contact.organization_id = $1 AND contact.campaign_id = $2 AND contact.phone = given.value
LEFT JOIN opt_out ON opt_out.organization_id = $1 AND opt_out.phone = given.value";

fn insert(engine: Engine) -> String {
    INSERT.replace("{rows}", engine.rows_of_json())
}

pub(super) fn statements(engine: Engine) -> Vec<String> {
    let common = [BEGIN_CONVERSATIONS, OPTED_OUT, SET_FIELDS, END].map(str::to_owned);
    common.into_iter().chain([insert(engine), known_of(engine)]).collect()
}

fn known_of(engine: Engine) -> String {
    KNOWN.replace("{texts}", engine.texts_of_json())
}

/// What the database knows of some numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// Numbers that the campaign has.
    pub(super) present: u32,
    /// Others that have opted out.
    pub(super) opted_out: u32,
}

impl Known {
    /// Takes from the new contacts what the campaign has already.
    pub(super) const fn correct(self, tally: &mut DryRun) {
        tally.good = tally.good.saturating_sub(self.present);
        tally.present = self.present;
        tally.opted_out = self.opted_out;
    }
}

/// Looks these numbers up, each of which is there once.
pub(super) async fn known(
    engine: Engine,
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    campaign: CampaignId,
    phones: &[Phone],
) -> Result<Known, ApiError> {
    let statement = known_of(engine);
    let mut all = Known::default();
    for phones in phones.chunks(LOOKED_UP) {
        let row = sqlx::query(AssertSqlSafe(statement.clone()))
            .bind(organization.get())
            .bind(campaign.get())
            .bind(to_store(&phones)?)
            .fetch_one(&mut **transaction)
            .await?;
        all.present += fits(row.try_get("present")?)?;
        all.opted_out += fits(row.try_get("opted_out")?)?;
    }
    Ok(all)
}

/// Some contacts on their way into the database.
struct Batch {
    /// How many contacts.
    count: u32,
    /// How many rows of the file were read until then.
    rows_read: u32,
    /// A JSON array of arrays.
    json: String,
}

/// Reads the file and sends batches. Answers what it found in all, `None` if nobody takes them any more.
fn read(
    sheet: &Sheet<'_>,
    mapping: &Mapping,
    country: Country,
    despite_consent: bool,
    batches: &mpsc::Sender<Batch>,
) -> Result<Option<DryRun>, serde_json::Error> {
    let mut reading = Reading::of(sheet, mapping, country, despite_consent);
    let mut json = vec![b'['];
    let mut count = 0;
    let mut fields = Vec::new();
    loop {
        let at_end = match reading.next_row() {
            None => true,
            Some(Outcome::Good(contact)) => {
                if count > 0 {
                    json.push(b',');
                }
                write(&contact, &mut fields, &mut json)?;
                count += 1;
                false
            }
            Some(Outcome::Merged | Outcome::NotAgreed | Outcome::Bad(_)) => false,
        };
        if count == BATCH || json.len() > BATCH_BYTES || at_end {
            json.push(b']');
            // What serde_json writes is UTF-8.
            let full = String::from_utf8(std::mem::replace(&mut json, vec![b'['])).unwrap_or_default();
            if batches.blocking_send(Batch { count, rows_read: reading.rows_read(), json: full }).is_err() {
                return Ok(None);
            }
            count = 0;
        }
        if at_end {
            return Ok(Some(reading.tally));
        }
    }
}

/// Writes a contact as an array of texts; its custom fields are JSON in the last of them, as they are stored.
fn write(contact: &Contact<'_>, fields: &mut Vec<u8>, json: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    fields.clear();
    fields.push(b'{');
    for (name, value) in contact.fields() {
        if fields.len() > 1 {
            fields.push(b',');
        }
        name.serialize(&mut serde_json::Serializer::new(&mut *fields))?;
        fields.push(b':');
        value.serialize(&mut serde_json::Serializer::new(&mut *fields))?;
    }
    fields.push(b'}');
    let fields = std::str::from_utf8(fields).unwrap_or("{}");
    let texts = (contact.phone, contact.first_name(), contact.last_name(), fields);
    texts.serialize(&mut serde_json::Serializer::new(json))
}

/// An import that was started.
#[must_use = "it is marked as running, and does nothing until it is run"]
pub struct Run {
    pub(super) store: Store,
    pub(super) organization: OrganizationId,
    pub(super) import: ImportId,
    pub(super) campaign: CampaignId,
    pub(super) country: Country,
    pub(super) sheet: Sheet<'static>,
    pub(super) mapping: Mapping,
    pub(super) despite_consent: bool,
    pub(super) state: Arc<State>,
}

impl Run {
    /// The campaign that it is for.
    pub const fn campaign(&self) -> CampaignId {
        self.campaign
    }

    /// Imports everything, or nothing, and writes down which.
    ///
    /// # Errors
    /// If nothing was imported.
    pub async fn run(self) -> Result<DryRun, ApiError> {
        let (store, organization, import) = (self.store.clone(), self.organization, self.import);
        let state = self.state.clone();
        // A panic ends the task, not the server, and is written down as any failure is.
        let result = match tokio::spawn(self.import()).await {
            Ok(result) => result,
            Err(error) => {
                tracing::error!(%error, "an import broke");
                Err(ApiError::Broken)
            }
        };
        match &result {
            Ok(_) => store.running.end((organization.get(), import.get())),
            Err(error) => store.fail_import(organization, import, &state, reason(error)).await,
        }
        result
    }

    async fn import(self) -> Result<DryRun, ApiError> {
        let Self { store, organization, import, campaign, country, sheet, mapping, despite_consent, state } = self;
        let fields: Vec<String> = mapping.custom.iter().map(|(_, name)| name.clone()).collect();
        let (sender, mut batches) = mpsc::channel(2);
        let (first_said, first_heard) = tokio::sync::oneshot::channel();
        let reader = tokio::task::spawn_blocking(move || {
            let _ = first_said.send(sheet.most_rows());
            read(&sheet, &mapping, country, despite_consent, &sender).map_err(|error| {
                tracing::error!(%error, "contacts cannot be written as JSON");
                ApiError::Broken
            })
        });
        let most = first_heard.await.expected("the reader of a file says how many rows it has")?;
        let first = store.ids.block(most);
        let after = first + i64::from(most);

        let statement = insert(store.engine);
        let mut transaction = store.begin().await?;
        let (mut next, mut inserted) = (first, 0_u64);
        while let Some(batch) = batches.recv().await {
            let result = sqlx::query(AssertSqlSafe(statement.clone()))
                .bind(organization.get())
                .bind(next)
                .bind(campaign.get())
                .bind(batch.json)
                .execute(&mut *transaction)
                .await?;
            inserted += result.rows_affected();
            next += i64::from(batch.count);
            state.done.store(batch.rows_read, Ordering::Relaxed);
        }
        let mut tally = reader.await.expected("the reader of a file ends")??.expected("all contacts are taken")?;

        // From here on the campaign has more conversations: no bulk move is committed meanwhile.
        if let Some(lock) = store.engine.lock_campaign() {
            sqlx::query(lock).bind(campaign.get()).execute(&mut *transaction).await?;
        }
        let found = find(&mut transaction, organization, campaign).await?;
        found.status.may_move()?;
        let begun = sqlx::query(BEGIN_CONVERSATIONS)
            .bind(Status::NotStarted as i32)
            .bind(organization.get())
            .bind(campaign.get())
            .bind(first)
            .bind(after)
            .execute(&mut *transaction)
            .await?;
        if begun.rows_affected() != inserted {
            tracing::error!(begun = begun.rows_affected(), inserted, "contacts and conversations differ");
            return Err(ApiError::Broken);
        }
        if inserted > 0 {
            names::due(&mut transaction, organization, campaign, first, after).await?;
        }
        let row = sqlx::query(OPTED_OUT)
            .bind(organization.get())
            .bind(campaign.get())
            .bind(first)
            .bind(after)
            .fetch_one(&mut *transaction)
            .await?;
        tally.opted_out = fits(row.try_get("opted_out")?)?;
        let inserted = u32::try_from(inserted).expected("contacts are no more than four billion")?;
        tally.present = tally.good.checked_sub(inserted).expected("no more is added than was read")?;
        tally.good = inserted;

        super::may_have_fields_named(&found.custom_fields, fields.iter().map(String::as_str))?;
        let mut all = found.custom_fields;
        let new: Vec<String> = fields.into_iter().filter(|name| !all.contains(name)).collect();
        if !new.is_empty() {
            all.extend(new);
            sqlx::query(SET_FIELDS)
                .bind(organization.get())
                .bind(campaign.get())
                .bind(to_store(&all)?)
                .execute(&mut *transaction)
                .await?;
        }
        let now = store.now().get();
        let ended = end(&mut transaction, organization, import, Ended::Done, to_store(&tally)?, now).await?;
        if ended != 1 {
            tracing::error!(%import, "an import was marked as failed while it ran");
            return Err(ApiError::Broken);
        }
        transaction.commit().await?;
        Ok(tally)
    }
}

/// What is said of an import that failed.
fn reason(error: &ApiError) -> String {
    match error {
        ApiError::Broken => "Something broke on our side: nothing was imported. Start it again; if it goes on, tell \
             whoever runs this server."
            .to_owned(),
        ApiError::Storage(StorageError::Full) => {
            "The server has no room left on its disk: nothing was imported. Start it \
             again once whoever runs this server has made room."
                .to_owned()
        }
        ApiError::Storage(StorageError::Failing | StorageError::Away) => {
            "The server could not use its database: nothing \
             was imported. Start it again in a few minutes."
                .to_owned()
        }
        other => format!("{other} Nothing was imported."),
    }
}

impl Store {
    /// Marks an import as failed that was marked as running. If that fails too, it is tried aside until it is done:
    /// nothing says that it runs for ever.
    pub(super) async fn fail_import(
        &self,
        organization: OrganizationId,
        import: ImportId,
        state: &Arc<State>,
        reason: String,
    ) {
        // Whoever asks from now on hears it, written down or not.
        let reason = state.failed.get_or_init(|| reason).clone();
        if self.try_fail(organization, import, &reason).await.is_ok() {
            return;
        }
        let store = self.clone();
        tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            loop {
                tokio::time::sleep(pause).await;
                if store.try_fail(organization, import, &reason).await.is_ok() {
                    return;
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        });
    }

    async fn try_fail(&self, organization: OrganizationId, import: ImportId, reason: &str) -> Result<(), ApiError> {
        let mut transaction = self.begin().await?;
        // If it is done, or marked as failed already, it stays so.
        end(&mut transaction, organization, import, Ended::Failed, to_store(&reason)?, self.now().get()).await?;
        transaction.commit().await?;
        self.running.end((organization.get(), import.get()));
        Ok(())
    }
}

/// How an import ends. The numbers are stored.
#[derive(Clone, Copy)]
enum Ended {
    Done = 3,
    Failed = 4,
}

async fn end(
    transaction: &mut Transaction<'static, Any>,
    organization: OrganizationId,
    import: ImportId,
    ended: Ended,
    result: String,
    now: i64,
) -> Result<u64, ApiError> {
    let done = sqlx::query(END)
        .bind(organization.get())
        .bind(import.get())
        .bind(ended as i32)
        .bind(result)
        .bind(now)
        .execute(&mut **transaction)
        .await?;
    Ok(done.rows_affected())
}
