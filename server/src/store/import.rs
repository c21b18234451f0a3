//! Contact files and their import: stored, checked, imported in one transaction.

mod run;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use handoff_core::contact::Phone;
use handoff_core::permission::Act;
use handoff_core::{CampaignId, ImportId, Instant, MemberId, OrganizationId};
use sqlx::{Any, Row, Transaction};

pub use run::Run;

use super::campaign::{find, fits, stored, to_store};
use super::{Actor, Store};
use crate::api::ApiError;
use crate::api::error::Thing;
use crate::api::imports::{Column, DryRun, ImportError, Progress, Upload};
use crate::contacts::mapping::Mapping;
use crate::contacts::phone::Country;
use crate::contacts::reading::{Outcome, Reading};
use crate::contacts::sheet::Sheet;
use crate::contacts::{LARGEST_BYTES, LARGEST_MEGABYTES, bad_rows};

const COUNTRY: &str = "SELECT country FROM organization WHERE organization_id = $1";

const STORE: &str = "
INSERT INTO contact_import
    (organization_id, import_id, campaign_id, file_name, file, uploaded_at, uploaded_by, status)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1)";

/// Files that were never imported hold personal data for nothing.
const FORGET: &str = "
DELETE FROM contact_import
WHERE organization_id = $1 AND campaign_id = $2 AND status IN (1, 4) AND uploaded_at < $3";

const READ: &str = "
SELECT contact_import.campaign_id, contact_import.file_name, contact_import.file, contact_import.columns,
    organization.country
FROM contact_import
JOIN organization ON organization.organization_id = contact_import.organization_id
WHERE contact_import.organization_id = $1 AND contact_import.import_id = $2";

const STATE: &str = "
SELECT campaign_id, status, result, finished_at FROM contact_import WHERE organization_id = $1 AND import_id = $2";

const START: &str = "
UPDATE contact_import SET status = 2, columns = $3, result = $4, finished_at = NULL
WHERE organization_id = $1 AND import_id = $2 AND status IN (1, 4)";

const INTERRUPTED: &str = "UPDATE contact_import SET status = 4, result = $1, finished_at = $2 WHERE status = 2";

/// 1 is admin.
const FIRST_ADMIN: &str = "
SELECT member_id FROM member WHERE organization_id = $1 AND role = 1 AND active = 1 AND invited = 0 ORDER BY member_id LIMIT 1";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 8] = [FIRST_ADMIN, COUNTRY, STORE, FORGET, READ, STATE, START, INTERRUPTED];

/// The statements of the import and its dry run, in this engine's words.
pub fn statements(engine: super::engine::Engine) -> Vec<String> {
    run::statements(engine)
}

/// The sentence of an import that the server did not live to end.
const STOPPED: &str = "The server stopped in the middle: nothing was imported. Start it again.";

/// Seconds after which a file that was never imported is forgotten: a week.
const FORGOTTEN_AFTER: i64 = 7 * 24 * 60 * 60;

/// The imports that run in this process.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<Table>>);

/// By organization and import.
type Table = HashMap<(i64, i64), Arc<State>>;

/// How far an import is.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Rows done.
    done: AtomicU32,
    /// Why it failed, until that is written down.
    failed: OnceLock<String>,
}

impl Running {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, key: (i64, i64)) -> Arc<State> {
        let state = Arc::<State>::default();
        self.table().insert(key, state.clone());
        state
    }

    fn end(&self, key: (i64, i64)) {
        self.table().remove(&key);
    }

    /// How it stands, if it runs in this process.
    fn progress(&self, key: (i64, i64), rows: u32) -> Progress {
        let state = self.table().get(&key).cloned().unwrap_or_default();
        match state.failed.get() {
            Some(reason) => Progress::Failed { reason: reason.clone() },
            None => Progress::Running { done: state.done.load(Ordering::Relaxed), rows },
        }
    }
}

/// A stored file.
pub(super) struct Stored {
    campaign: CampaignId,
    file_name: String,
    file: Vec<u8>,
    columns: Option<String>,
    country: Country,
}

async fn read(transaction: &mut Transaction<'static, Any>, actor: Actor, import: ImportId) -> Result<Stored, ApiError> {
    let row = sqlx::query(READ)
        .bind(actor.organization.get())
        .bind(import.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::NotFound(Thing::Import))?;
    Ok(Stored {
        campaign: CampaignId(row.try_get("campaign_id")?),
        file_name: row.try_get("file_name")?,
        file: row.try_get("file")?,
        columns: row.try_get("columns")?,
        country: Country::of_organization(&row.try_get::<String, _>("country")?),
    })
}

/// Counts the rows of a file, and collects its different numbers.
fn numbers(sheet: &Sheet<'_>, mapping: &Mapping, country: Country) -> (DryRun, Vec<Phone>) {
    let mut reading = Reading::of(sheet, mapping, country);
    let mut phones = Vec::new();
    while let Some(outcome) = reading.next_row() {
        if let Outcome::Good(contact) = outcome {
            phones.push(contact.phone);
        }
    }
    (reading.tally, phones)
}

/// Runs what takes the processor for a while beside the threads that answer requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "reading a contact file broke");
        ApiError::Broken
    })
}

impl Store {
    /// Says whether a file may be uploaded to this campaign, before its bytes are taken.
    ///
    /// # Errors
    /// If the member may not, or the campaign is archived or does not exist in this organization.
    pub async fn may_upload(&self, actor: Actor, campaign: CampaignId) -> Result<(), ApiError> {
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        find(&mut transaction, actor.organization, campaign).await?.status.may_move()?;
        Ok(transaction.commit().await?)
    }

    /// Stores an uploaded file, if contacts can be read from it.
    ///
    /// # Errors
    /// If it is too large, empty, not text, or has no rows.
    pub async fn store_upload(
        &self,
        actor: Actor,
        campaign: CampaignId,
        file_name: &str,
        file: Vec<u8>,
    ) -> Result<ImportId, ApiError> {
        if file.len() > LARGEST_BYTES {
            return Err(ImportError::TooLarge { megabytes: LARGEST_MEGABYTES }.into());
        }
        let organization = actor.organization.get();
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        find(&mut transaction, actor.organization, campaign).await?.status.may_move()?;
        let row = sqlx::query(COUNTRY).bind(organization).fetch_one(&mut *transaction).await?;
        let country = Country::of_organization(&row.try_get::<String, _>("country")?);
        transaction.commit().await?;
        let (file, understood) = aside(move || {
            let understood = Sheet::read(&file, country).map(|_| ());
            (file, understood)
        })
        .await?;
        understood?;
        let import = ImportId(self.next_id());
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        find(&mut transaction, actor.organization, campaign).await?.status.may_move()?;
        sqlx::query(FORGET)
            .bind(organization)
            .bind(campaign.get())
            .bind(self.now().plus_seconds(-FORGOTTEN_AFTER).get())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(STORE)
            .bind(organization)
            .bind(import.get())
            .bind(campaign.get())
            .bind(plain_file_name(file_name))
            .bind(file)
            .bind(self.now().get())
            .bind(actor.member.get())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(import)
    }

    async fn stored_file(&self, actor: Actor, import: ImportId) -> Result<Stored, ApiError> {
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let stored = read(&mut transaction, actor, import).await?;
        transaction.commit().await?;
        Ok(stored)
    }

    /// Reads what an uploaded file holds.
    ///
    /// # Errors
    /// If it does not exist in this organization.
    pub async fn read_upload(&self, actor: Actor, import: ImportId) -> Result<Upload, ApiError> {
        let Stored { campaign, file_name, file, country, .. } = self.stored_file(actor, import).await?;
        aside(move || {
            let sheet = Sheet::read(&file, country)?;
            let summary = sheet.summary(country);
            Ok(Upload {
                id: import,
                campaign,
                file_name,
                format: summary.format,
                headers: sheet.headers,
                sample: summary.sample,
                guess: summary.guess,
                rows: summary.rows,
            })
        })
        .await?
    }

    /// Says what an import with these columns would do, and does nothing.
    ///
    /// # Errors
    /// If the columns will not do.
    pub async fn check_import(&self, actor: Actor, import: ImportId, columns: Vec<Column>) -> Result<DryRun, ApiError> {
        let Stored { campaign, file, country, .. } = self.stored_file(actor, import).await?;
        let (mut tally, phones) = aside(move || {
            let sheet = Sheet::read(&file, country)?;
            let mapping = Mapping::of(&columns, &sheet.headers)?;
            Ok::<_, ApiError>(numbers(&sheet, &mapping, country))
        })
        .await??;
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let known = run::known(self.engine, &mut transaction, actor.organization, campaign, &phones).await?;
        transaction.commit().await?;
        known.correct(&mut tally);
        Ok(tally)
    }

    /// Starts an import: marks it as running and answers the work, to be run aside.
    ///
    /// # Errors
    /// If the columns will not do, the campaign is archived, or it runs or is done already.
    pub async fn start_import(&self, actor: Actor, import: ImportId, columns: Vec<Column>) -> Result<Run, ApiError> {
        let Stored { campaign, file, country, .. } = self.stored_file(actor, import).await?;
        let stored_columns = to_store(&columns)?;
        let (file, mapping, rows) = aside(move || {
            let sheet = Sheet::read(&file, country)?;
            let mapping = Mapping::of(&columns, &sheet.headers)?;
            let rows = sheet.count_rows();
            drop(sheet);
            Ok::<_, ApiError>((file, mapping, rows))
        })
        .await??;
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        find(&mut transaction, actor.organization, campaign).await?.status.may_move()?;
        let started = sqlx::query(START)
            .bind(actor.organization.get())
            .bind(import.get())
            .bind(stored_columns)
            .bind(to_store(&rows)?)
            .execute(&mut *transaction)
            .await?;
        if started.rows_affected() != 1 {
            return Err(ImportError::AlreadyStarted.into());
        }
        let organization = actor.organization;
        let state = self.running.begin((organization.get(), import.get()));
        if let Err(error) = transaction.commit().await {
            // It may be marked as running all the same, and nobody runs it.
            self.fail_import(organization, import, &state, STOPPED.to_owned()).await;
            return Err(error.into());
        }
        Ok(Run { store: self.clone(), organization, import, campaign, country, file, mapping, state })
    }

    /// Says how far an import is.
    ///
    /// # Errors
    /// If it does not exist in this organization.
    pub async fn import_progress(&self, actor: Actor, import: ImportId) -> Result<Progress, ApiError> {
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let row = sqlx::query(STATE)
            .bind(actor.organization.get())
            .bind(import.get())
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(ApiError::NotFound(Thing::Import))?;
        transaction.commit().await?;
        let result = row.try_get::<Option<String>, _>("result")?.unwrap_or_default();
        Ok(match row.try_get::<i32, _>("status")? {
            1 => Progress::Ready,
            2 => self.running.progress((actor.organization.get(), import.get()), stored(&result)?),
            3 => Progress::Done { result: stored(&result)?, at: Instant(row.try_get("finished_at")?) },
            _ => Progress::Failed { reason: stored(&result)? },
        })
    }

    /// Writes the rows that were not or would not be imported, with the reason: the file's name and its bytes.
    ///
    /// # Errors
    /// If the file does not exist in this organization, or the columns will not do.
    pub async fn bad_rows(&self, actor: Actor, import: ImportId) -> Result<(String, Vec<u8>), ApiError> {
        let Stored { file_name, file, columns, country, .. } = self.stored_file(actor, import).await?;
        let columns: Option<Vec<Column>> = columns.as_deref().map(stored).transpose()?;
        let bytes = aside(move || {
            let sheet = Sheet::read(&file, country)?;
            // Before the import, the columns are those that were guessed.
            let columns = columns.unwrap_or_else(|| sheet.summary(country).guess);
            let mapping = Mapping::of(&columns, &sheet.headers)?;
            bad_rows::write(&sheet, &mapping, country).map_err(|error| {
                tracing::error!(%error, "bad rows cannot be written");
                ApiError::Broken
            })
        })
        .await??;
        Ok((bad_rows::file_name(&file_name), bytes))
    }

    /// The admin in whose name the command line imports: the one who came first.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn first_admin(&self, organization: OrganizationId) -> Result<Option<Actor>, ApiError> {
        let row = sqlx::query(FIRST_ADMIN).bind(organization.get()).fetch_optional(&mut *self.reading().await?).await?;
        row.map(|row| Ok(Actor { organization, member: MemberId(row.try_get("member_id")?) })).transpose()
    }

    /// The country of an organization, for its phone numbers.
    ///
    /// # Errors
    /// If there is no such organization.
    pub async fn country(&self, organization: OrganizationId) -> Result<Country, ApiError> {
        let row = sqlx::query(COUNTRY).bind(organization.get()).fetch_one(&mut *self.reading().await?).await?;
        Ok(Country::of_organization(&row.try_get::<String, _>("country")?))
    }

    /// Says what an import of a file that is not stored would do. Without a campaign: into a new one.
    ///
    /// # Errors
    /// If the columns will not do, or the campaign does not exist in this organization.
    pub async fn check_file(
        &self,
        actor: Actor,
        campaign: Option<CampaignId>,
        sheet: &Sheet<'_>,
        columns: &[Column],
    ) -> Result<DryRun, ApiError> {
        let country = self.country(actor.organization).await?;
        let mapping = Mapping::of(columns, &sheet.headers)?;
        let (mut tally, phones) = numbers(sheet, &mapping, country);
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        if let Some(campaign) = campaign {
            find(&mut transaction, actor.organization, campaign).await?.status.may_move()?;
        }
        // No campaign has the number 0.
        let campaign = campaign.unwrap_or(CampaignId(0));
        let known = run::known(self.engine, &mut transaction, actor.organization, campaign, &phones).await?;
        transaction.commit().await?;
        known.correct(&mut tally);
        Ok(tally)
    }

    /// Marks the imports that the server did not live to end: nothing of them was imported. For start-up.
    ///
    /// An import that still runs on another server finds itself marked when it ends, and takes everything back.
    ///
    /// # Errors
    /// If the database refuses.
    pub async fn mark_interrupted_imports(&self) -> Result<u32, ApiError> {
        let mut transaction = self.begin().await?;
        let marked = sqlx::query(INTERRUPTED)
            .bind(to_store(&STOPPED)?)
            .bind(self.now().get())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        fits(marked.rows_affected().try_into().unwrap_or(i64::MAX))
    }
}

/// The last part of the path, without control characters.
fn plain_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = handoff_core::contact::name::clean(last, 200);
    if name.is_empty() { "contacts.csv".to_owned() } else { name.into_owned() }
}
