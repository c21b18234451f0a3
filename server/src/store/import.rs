//! Contact files and their import: stored, checked, imported as a whole or not at all.

mod alone;
mod among_others;
mod arrival;
mod arriving;
mod aside;
mod batch;
mod ending;
mod fields;
mod known;
mod run;
pub(super) mod running;

use handoff_core::permission::Act;
use handoff_core::{CampaignId, ImportId, Instant, MemberId, OrganizationId};
use sqlx::{Any, Row, Transaction};
use tokio::sync::{SemaphorePermit, mpsc};

pub use run::Run;

use super::campaign::find;
use super::row::{fits, stored, to_store};
use super::{Actor, MOST_IDS, Store, no_free_id, turns};
use crate::contacts::mapping::Mapping;
use crate::contacts::phone::Country;
use crate::contacts::reading::Reading;
use crate::contacts::sheet::Sheet;
use crate::contacts::{LARGEST_BYTES, bad_rows, too_large};
use crate::model::import::{Choices, DryRun, ImportError, Progress, ReadAs, Upload};
use crate::model::{ApiError, Thing};
use aside::aside;
use fields::may_have_fields;

const COUNTRY: &str = "SELECT country FROM organization WHERE organization_id = $1";

const STORE: &str = "
INSERT INTO contact_import
    (organization_id, import_id, campaign_id, file_name, size, uploaded_at, uploaded_by, status)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
ON CONFLICT (organization_id, import_id) DO NOTHING";

const STORE_PART: &str = "
INSERT INTO contact_import_part (organization_id, import_id, part, bytes) VALUES ($1, $2, $3, $4)";

const READ_PART: &str = "
SELECT bytes FROM contact_import_part WHERE organization_id = $1 AND import_id = $2 AND part = $3";

/// Files that were never imported hold personal data for nothing.
const FORGET: &str = "
DELETE FROM contact_import
WHERE organization_id = $1 AND campaign_id = $2 AND status IN (1, 4) AND uploaded_at < $3";

const READ: &str = "
SELECT contact_import.campaign_id, contact_import.file_name, contact_import.size, contact_import.choices,
    organization.country
FROM contact_import
JOIN organization ON organization.organization_id = contact_import.organization_id
WHERE contact_import.organization_id = $1 AND contact_import.import_id = $2";

const STATE: &str = "
SELECT campaign_id, status, result, finished_at FROM contact_import WHERE organization_id = $1 AND import_id = $2";

const START: &str = "
UPDATE contact_import SET status = 2, choices = $3, result = $4, finished_at = NULL
WHERE organization_id = $1 AND import_id = $2 AND status IN (1, 4)";

/// What was decided is completed, and not marked.
const INTERRUPTED: &str = "
UPDATE contact_import SET status = 4, result = $1, finished_at = $2
WHERE status = 2 AND NOT EXISTS (
    SELECT 1 FROM arrival
    WHERE arrival.organization_id = contact_import.organization_id
        AND arrival.campaign_id = contact_import.campaign_id
        AND arrival.import_id = contact_import.import_id AND arrival.result IS NOT NULL
)";

/// 1 is admin.
const FIRST_ADMIN: &str = "
SELECT member_id FROM member WHERE organization_id = $1 AND role = 1 AND active = 1 AND invited = 0 ORDER BY member_id LIMIT 1";

/// The statements of this file, for the test that prepares each on both engines.
pub const STATEMENTS: [&str; 10] =
    [FIRST_ADMIN, COUNTRY, STORE, STORE_PART, READ_PART, FORGET, READ, STATE, START, INTERRUPTED];

/// The statements of the import and its dry run, in this engine's words.
pub fn statements(engine: super::engine::Engine) -> Vec<String> {
    run::statements(engine)
}

/// The sentence of an import that the server did not live to end.
const STOPPED: &str = "The server stopped in the middle: nothing was imported. Start it again.";

/// Seconds after which a file that was never imported is forgotten: a week.
const FORGOTTEN_AFTER: i64 = 7 * 24 * 60 * 60;

/// A stored file.
pub(super) struct Stored {
    campaign: CampaignId,
    file_name: String,
    file: Vec<u8>,
    choices: Option<String>,
    country: Country,
    /// Held while the file is.
    _turn: SemaphorePermit<'static>,
}

/// Bytes in one part of a file: of each, some copies are made on the way.
const PART: usize = 1_000_000;

async fn read(
    transaction: &mut Transaction<'static, Any>,
    actor: Actor,
    import: ImportId,
    turn: SemaphorePermit<'static>,
) -> Result<Stored, ApiError> {
    let row = sqlx::query(READ)
        .bind(actor.organization.get())
        .bind(import.get())
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(ApiError::NotFound(Thing::Import))?;
    let size: i64 = row.try_get("size")?;
    let mut file = Vec::with_capacity(usize::try_from(size).unwrap_or(0).min(LARGEST_BYTES));
    for part in 0_i64.. {
        let part = sqlx::query(READ_PART)
            .bind(actor.organization.get())
            .bind(import.get())
            .bind(part)
            .fetch_optional(&mut **transaction)
            .await?;
        let Some(part) = part else { break };
        file.extend_from_slice(part.try_get("bytes")?);
    }
    if i64::try_from(file.len()) != Ok(size) {
        tracing::error!(%import, size, read = file.len(), "parts of a contact file are missing");
        return Err(ApiError::Broken);
    }
    Ok(Stored {
        campaign: CampaignId(row.try_get("campaign_id")?),
        file_name: row.try_get("file_name")?,
        file,
        choices: row.try_get("choices")?,
        _turn: turn,
        country: Country::of_organization(&row.try_get::<String, _>("country")?),
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
            return Err(too_large(file.len()).into());
        }
        let organization = actor.organization.get();
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        find(&mut transaction, actor.organization, campaign).await?.status.may_move()?;
        let row = sqlx::query(COUNTRY).bind(organization).fetch_one(&mut *transaction).await?;
        let country = Country::of_organization(&row.try_get::<String, _>("country")?);
        transaction.commit().await?;
        let turn = turns::to_read_a_file().await?;
        let (file, understood) = aside(move || {
            let understood = Sheet::read(&file, ReadAs::default(), country).map(|_| ());
            (file, understood)
        })
        .await?;
        drop(turn);
        understood?;
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        find(&mut transaction, actor.organization, campaign).await?.status.may_move()?;
        sqlx::query(FORGET)
            .bind(organization)
            .bind(campaign.get())
            .bind(self.now().plus_seconds(-FORGOTTEN_AFTER).get())
            .execute(&mut *transaction)
            .await?;
        let mut made = None;
        for _ in 0..MOST_IDS {
            let import = ImportId(self.next_id());
            let stored = sqlx::query(STORE)
                .bind(organization)
                .bind(import.get())
                .bind(campaign.get())
                .bind(plain_file_name(file_name))
                .bind(i64::try_from(file.len()).unwrap_or(i64::MAX))
                .bind(self.now().get())
                .bind(actor.member.get())
                .execute(&mut *transaction)
                .await?;
            if stored.rows_affected() == 1 {
                made = Some(import);
                break;
            }
        }
        let import = made.ok_or_else(|| no_free_id("an import"))?;
        for (number, part) in (0_i64..).zip(file.chunks(PART)) {
            sqlx::query(STORE_PART)
                .bind(organization)
                .bind(import.get())
                .bind(number)
                .bind(part.to_vec())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(import)
    }

    async fn stored_file(&self, actor: Actor, import: ImportId) -> Result<Stored, ApiError> {
        // Before a connection is taken, so that nobody waits while holding one.
        let turn = turns::to_read_a_file().await?;
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let stored = read(&mut transaction, actor, import, turn).await?;
        transaction.commit().await?;
        Ok(stored)
    }

    /// Reads what an uploaded file holds.
    ///
    /// # Errors
    /// If it does not exist in this organization.
    pub async fn read_upload(&self, actor: Actor, import: ImportId) -> Result<Upload, ApiError> {
        self.read_upload_as(actor, import, ReadAs::default()).await
    }

    /// Reads what an uploaded file holds, read as was chosen.
    ///
    /// # Errors
    /// If it does not exist in this organization, or holds nothing when it is read so.
    pub async fn read_upload_as(&self, actor: Actor, import: ImportId, read_as: ReadAs) -> Result<Upload, ApiError> {
        let Stored { campaign, file_name, file, country, _turn, .. } = self.stored_file(actor, import).await?;
        aside(move || {
            let sheet = Sheet::read(file, read_as, country)?;
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
                charset: sheet.charset,
                sheets: sheet.sheets,
                sheet: sheet.sheet,
                header: sheet.header,
                top: sheet.top,
            })
        })
        .await?
    }

    /// Says what an import as it was chosen would do, and does nothing.
    ///
    /// # Errors
    /// If the columns will not do, or the campaign would have too many custom fields.
    pub async fn check_import(
        &self,
        actor: Actor,
        import: ImportId,
        choices: impl Into<Choices>,
    ) -> Result<DryRun, ApiError> {
        let Choices { columns, read_as, despite_consent } = choices.into();
        let Stored { campaign, file, country, _turn, .. } = self.stored_file(actor, import).await?;
        let (mapping, mut tally, phones) = aside(move || {
            let sheet = Sheet::read(file, read_as, country)?;
            let mapping = Mapping::of(&columns, &sheet.headers)?;
            let (tally, doubles) = Reading::of(&sheet, &mapping, country, despite_consent).into_parts();
            // The text and the list of numbers at once would be too much.
            drop(sheet);
            Ok::<_, ApiError>((mapping, tally, doubles.into_phones(!despite_consent)))
        })
        .await??;
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let found = find(&mut transaction, actor.organization, campaign).await?;
        may_have_fields(&found.custom_fields, &mapping)?;
        let known = known::known(self.engine, &mut transaction, actor.organization, campaign, &phones).await?;
        transaction.commit().await?;
        known.correct(&mut tally);
        Ok(tally)
    }

    /// Starts an import: marks it as running and answers the work, to be run aside.
    ///
    /// # Errors
    /// If the columns will not do, the campaign is archived or would have too many custom fields, or it runs or is done
    /// already.
    pub async fn start_import(
        &self,
        actor: Actor,
        import: ImportId,
        choices: impl Into<Choices>,
    ) -> Result<Run, ApiError> {
        let choices = choices.into();
        let Stored { campaign, file, country, _turn, .. } = self.stored_file(actor, import).await?;
        let stored_choices = to_store(&choices)?;
        let Choices { columns, read_as, despite_consent } = choices;
        let (sheet, mapping, rows) = aside(move || {
            let sheet = Sheet::read(file, read_as, country)?;
            let mapping = Mapping::of(&columns, &sheet.headers)?;
            let rows = sheet.count_rows();
            Ok::<_, ApiError>((sheet, mapping, rows))
        })
        .await??;
        let mut transaction = self.write(actor, Act::ManageCampaigns).await?;
        let found = find(&mut transaction, actor.organization, campaign).await?;
        found.status.may_move()?;
        may_have_fields(&found.custom_fields, &mapping)?;
        let started = sqlx::query(START)
            .bind(actor.organization.get())
            .bind(import.get())
            .bind(stored_choices)
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
        Ok(Run { store: self.clone(), organization, import, campaign, country, sheet, mapping, despite_consent, state })
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

    /// Writes the rows that were not or would not be imported, with the reason: the file's name, and its bytes as they
    /// are fetched.
    ///
    /// # Errors
    /// If the file does not exist in this organization, or the columns will not do.
    pub async fn bad_rows(&self, actor: Actor, import: ImportId) -> Result<(String, Pieces), ApiError> {
        let Stored { file_name, file, choices, country, _turn: turn, .. } = self.stored_file(actor, import).await?;
        let choices: Option<Choices> = choices.as_deref().map(stored).transpose()?;
        let (sheet, mapping) = aside(move || {
            let read_as = choices.as_ref().map_or_else(ReadAs::default, |choices| choices.read_as);
            let sheet = Sheet::read(file, read_as, country)?;
            // Before the import, the columns are those that were guessed.
            let columns = choices.map_or_else(|| sheet.summary(country).guess, |choices| choices.columns);
            let mapping = Mapping::of(&columns, &sheet.headers)?;
            Ok::<_, ApiError>((sheet, mapping))
        })
        .await??;
        let (sender, pieces) = mpsc::channel(2);
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let to = std::io::BufWriter::with_capacity(PIECE, Sending(sender.clone()));
            // Whoever hangs up wants no more of it.
            if let Err(error) = bad_rows::write(&sheet, &mapping, country, to)
                && !sender.is_closed()
            {
                tracing::error!(%error, "bad rows cannot be written");
                let _ = sender.blocking_send(Err(std::io::Error::other(error)));
            }
        });
        Ok((bad_rows::file_name(&file_name), pieces))
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
        choices: &Choices,
    ) -> Result<DryRun, ApiError> {
        let country = self.country(actor.organization).await?;
        let mapping = Mapping::of(&choices.columns, &sheet.headers)?;
        let (mut tally, phones) = Reading::of(sheet, &mapping, country, choices.despite_consent).into_phones();
        let mut transaction = self.read(actor, Act::ManageCampaigns).await?;
        let mut fields = Vec::new();
        if let Some(campaign) = campaign {
            let found = find(&mut transaction, actor.organization, campaign).await?;
            found.status.may_move()?;
            fields = found.custom_fields;
        }
        may_have_fields(&fields, &mapping)?;
        // No campaign has the number 0.
        let campaign = campaign.unwrap_or(CampaignId(0));
        let known = known::known(self.engine, &mut transaction, actor.organization, campaign, &phones).await?;
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

/// The bytes of a file that is written while it is fetched.
pub type Pieces = mpsc::Receiver<std::io::Result<Vec<u8>>>;

/// Bytes that are sent at once.
const PIECE: usize = 65_536;

/// Sends what is written, and waits while nobody takes it.
struct Sending(mpsc::Sender<std::io::Result<Vec<u8>>>);

impl std::io::Write for Sending {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.blocking_send(Ok(bytes.to_vec())).map_err(|_| std::io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The last part of the path, without control characters.
fn plain_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = handoff_core::contact::name::clean(last, 200);
    if name.is_empty() { "contacts.csv".to_owned() } else { name.into_owned() }
}
