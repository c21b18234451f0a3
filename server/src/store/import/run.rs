//! Running an import that was started, and saying what became of it.
//!
//! How the contacts come in depends on the engine: see [`alone`] and [`among_others`].

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use handoff_core::contact::Phone;
use handoff_core::{CampaignId, ImportId, OrganizationId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::super::Store;
use super::super::campaign::{fits, to_store};
use super::super::engine::Engine;
use super::super::names;
use super::State;
use super::arrival::{self, Arrival};
use super::batch::Batches;
use super::{alone, among_others};
use crate::api::ApiError;
use crate::api::imports::DryRun;
use crate::api::storage::StorageError;
use crate::contacts::mapping::Mapping;
use crate::contacts::phone::Country;
use crate::contacts::sheet::Sheet;
use crate::store::failure::Sound;

/// After which it is tried again to mark an import as failed.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest time until it is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Phone numbers that are looked up in one statement.
const LOOKED_UP: usize = 20_000;

const SET_FIELDS: &str = "UPDATE campaign SET custom_fields = $3 WHERE organization_id = $1 AND campaign_id = $2";

/// 2 is running.
const RUNS: &str = "SELECT count(*) FROM contact_import WHERE organization_id = $1 AND import_id = $2 AND status = 2";

/// Ends the import, if nobody has marked it as failed meanwhile.
const END: &str = "
UPDATE contact_import SET status = $3, result = $4, finished_at = $5
WHERE organization_id = $1 AND import_id = $2 AND status = 2";

/// How many of these numbers the campaign has, and how many of the others have opted out.
///
/// Each number is looked up by its key: joined, PostgreSQL would walk through the campaign for each of them if it
/// believes that the campaign is empty.
const KNOWN: &str = "
WITH looked_up AS MATERIALIZED (
    SELECT (
        SELECT contact_number.phone FROM contact_number
        WHERE contact_number.organization_id = $1 AND contact_number.campaign_id = $2
            AND contact_number.phone = given.value
    ) AS present, (
        SELECT opt_out.phone FROM opt_out WHERE opt_out.organization_id = $1 AND opt_out.phone = given.value
    ) AS opted_out
    FROM {texts} AS given
)
SELECT count(present) AS present, count(CASE WHEN present IS NULL THEN opted_out END) AS opted_out FROM looked_up";

pub(super) fn statements(engine: Engine) -> Vec<String> {
    let of_engine = match engine {
        Engine::Sqlite => alone::statements().to_vec(),
        Engine::Postgres => among_others::statements(),
    };
    let common = [SET_FIELDS, RUNS, END].into_iter().chain(arrival::STATEMENTS).map(str::to_owned);
    common.chain(of_engine).chain([known_of(engine)]).collect()
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
            .persistent(false)
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
        let (store, organization, campaign, import) =
            (self.store.clone(), self.organization, self.campaign, self.import);
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
            Err(error) => {
                if let Err(error) = arrival::remove_undecided(&store, organization, campaign, import).await {
                    tracing::error!(%error, "what came in of an import that failed is removed by the next one, or the next start");
                }
                store.fail_import(organization, import, &state, reason(error)).await;
            }
        }
        result
    }

    async fn import(self) -> Result<DryRun, ApiError> {
        let Self { store, organization, import, campaign, country, sheet, mapping, despite_consent, state } = self;
        let fields = mapping.custom.iter().map(|(_, name)| name.clone()).collect();
        let size = match store.engine {
            Engine::Sqlite => alone::SIZE,
            Engine::Postgres => among_others::SIZE,
        };
        let (batches, most) = Batches::read(sheet, mapping, country, despite_consent, size).await?;
        let first = store.ids.block(most);
        let after = first + i64::from(most);
        let engine = store.engine;
        let on = Arriving { store, organization, import, campaign, first, after, fields, state };
        match engine {
            Engine::Sqlite => alone::import(&on, batches).await,
            Engine::Postgres => among_others::import(&on, batches).await,
        }
    }
}

/// Says of the good rows how many came in, and that the others were there before.
pub(super) fn settle(tally: &mut DryRun, inserted: u64) -> Result<(), ApiError> {
    let inserted = u32::try_from(inserted).expected("contacts are no more than four billion")?;
    tally.present = tally.good.checked_sub(inserted).expected("no more is added than was read")?;
    tally.good = inserted;
    Ok(())
}

/// An import on its way into the database.
pub(super) struct Arriving {
    pub(super) store: Store,
    pub(super) organization: OrganizationId,
    pub(super) import: ImportId,
    pub(super) campaign: CampaignId,
    /// The first id of its contacts, and the one behind the last.
    pub(super) first: i64,
    pub(super) after: i64,
    /// The names of the custom fields of its file.
    fields: Vec<String>,
    state: Arc<State>,
}

impl Arriving {
    pub(super) const fn arrival(&self) -> Arrival {
        let Self { organization, campaign, import, first, after, .. } = *self;
        Arrival { organization, campaign, import, first, after }
    }

    /// Says how many rows of the file were read.
    pub(super) fn read_so_far(&self, rows: u32) {
        self.state.done.store(rows, Ordering::Relaxed);
    }

    /// Adds the custom fields that the campaign does not have.
    pub(super) async fn name_fields(
        &self,
        transaction: &mut Transaction<'static, Any>,
        mut all: Vec<String>,
    ) -> Result<(), ApiError> {
        super::may_have_fields_named(&all, self.fields.iter().map(String::as_str))?;
        let before = all.len();
        for name in &self.fields {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        if all.len() > before {
            let set = sqlx::query(SET_FIELDS).bind(self.organization.get()).bind(self.campaign.get());
            set.bind(to_store(&all)?).execute(&mut **transaction).await?;
        }
        Ok(())
    }

    /// Notes that the names of what came in are due to be taken in.
    pub(super) async fn note_names(
        &self,
        transaction: &mut Transaction<'static, Any>,
        inserted: u64,
    ) -> Result<(), ApiError> {
        if inserted > 0 {
            names::due(transaction, self.organization, self.campaign, self.first, self.after).await?;
        }
        Ok(())
    }

    /// Whether it was marked as failed.
    pub(super) async fn is_lost(&self) -> Result<bool, ApiError> {
        let runs = sqlx::query_scalar(RUNS).bind(self.organization.get()).bind(self.import.get());
        let runs: i64 = runs.fetch_one(&mut *self.store.reading().await?).await?;
        Ok(runs == 0)
    }

    /// Notes that it was marked as failed.
    pub(super) fn lost(&self) -> ApiError {
        tracing::error!(import = %self.import, "an import was marked as failed while it ran");
        ApiError::Broken
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
pub(super) enum Ended {
    Done = 3,
    Failed = 4,
}

pub(super) async fn end(
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
