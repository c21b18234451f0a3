//! The imports that run in this process, and how far each is.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::model::import::Progress;

/// The imports that run in this process.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<Table>>);

/// By organization and import.
type Table = HashMap<(i64, i64), Arc<State>>;

/// How far an import is.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Rows done.
    pub(super) done: AtomicU32,
    /// Why it failed, until that is written down.
    pub(super) failed: OnceLock<String>,
}

impl Running {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, key: (i64, i64)) -> Arc<State> {
        let state = Arc::<State>::default();
        self.table().insert(key, state.clone());
        state
    }

    pub(super) fn end(&self, key: (i64, i64)) {
        self.table().remove(&key);
    }

    /// How it stands, if it runs in this process.
    pub(super) fn progress(&self, key: (i64, i64), rows: u32) -> Progress {
        let state = self.table().get(&key).cloned().unwrap_or_default();
        match state.failed.get() {
            Some(reason) => Progress::Failed { reason: reason.clone() },
            None => Progress::Running { done: state.done.load(Ordering::Relaxed), rows },
        }
    }
}
