//! Running an import that was started, and saying what became of it.
//!
//! How the contacts come in depends on the engine: see [`alone`] and [`among_others`].

use std::sync::Arc;
use std::time::Duration;

use handoff_core::{CampaignId, ImportId, OrganizationId};

use super::super::Store;
use super::super::engine::Engine;
use super::arriving::{Arriving, RUNS, SET_FIELDS};
use super::batch::Batches;
use super::ending::{END, Ended, end};
use super::known::known_of;
use super::running::State;
use super::{alone, among_others, arrival};
use crate::contacts::mapping::Mapping;
use crate::contacts::phone::Country;
use crate::contacts::sheet::Sheet;
use crate::model::ApiError;
use crate::model::import::DryRun;
use crate::model::storage::StorageError;
use crate::store::row::to_store;

/// After which it is tried again to mark an import as failed.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// The longest time until it is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

pub(super) fn statements(engine: Engine) -> Vec<String> {
    let of_engine = match engine {
        Engine::Sqlite => alone::statements().to_vec(),
        Engine::Postgres => among_others::statements(),
    };
    let common = [SET_FIELDS, RUNS, END].into_iter().chain(arrival::STATEMENTS).map(str::to_owned);
    common.chain(of_engine).chain([known_of(engine)]).collect()
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
