//! What was read, shared among everyone who asks for it: fifty viewers cost the database as much as one.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use handoff_core::Instant;

use crate::live::Live;
use crate::model::ApiError;
use crate::store::Store;

/// How long something may be shared, in microseconds, though nothing was told: another process may have changed it
/// without anybody here listening.
const LONGEST: i64 = 1_000_000;

/// How long it is good enough, in microseconds, while nothing but single conversations change: in a lively campaign that
/// is many times a second. A page that asks sooner waits for the rest of it.
const PAUSE: i64 = 400_000;

/// What takes long to read is good enough for longer: so many times as long. That is how much of its time the database
/// has for others.
const SPARE: i64 = 4;

/// The latest of each that somebody looked at.
#[derive(Debug)]
pub struct Shared<K, T> {
    slots: Arc<Mutex<HashMap<K, Slot<T>>>>,
    reads: Arc<AtomicU64>,
}

/// Whoever finds it stale reads while it is locked; the others wait, and share what was read.
type Slot<T> = Arc<tokio::sync::Mutex<Option<Latest<T>>>>;

#[derive(Debug)]
struct Latest<T> {
    read: T,
    /// The number of changes told before it was read, and how many of them were of whole campaigns.
    version: u64,
    whole: u64,
    /// When it began to be read, and how long that took, in microseconds.
    at: Instant,
    took: i64,
}

impl<T> Latest<T> {
    /// How long it is good enough while single conversations change.
    fn pause(&self) -> i64 {
        PAUSE.max(self.took.saturating_mul(SPARE))
    }
}

impl<K, T> Clone for Shared<K, T> {
    fn clone(&self) -> Self {
        Self { slots: self.slots.clone(), reads: self.reads.clone() }
    }
}

impl<K, T> Default for Shared<K, T> {
    fn default() -> Self {
        Self { slots: Arc::default(), reads: Arc::default() }
    }
}

impl<K: Copy + Eq + Hash, T: Clone> Shared<K, T> {
    /// Reads it by `read`, or shares what somebody just read of the same state. Whether the caller may see it was
    /// checked before.
    ///
    /// # Errors
    /// What reading fails with.
    pub async fn read(
        &self,
        store: &Store,
        live: &Live,
        key: K,
        read: impl AsyncFnOnce() -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let slot = self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone();
        // What is told from now on, this answer need not know.
        let (asked, wanted) = (store.now(), live.version());
        let mut latest = slot.lock().await;
        let age = |latest: &Latest<T>| store.now().get() - latest.at.get();
        let fresh = latest
            .as_ref()
            .filter(|latest| latest.version >= wanted && (latest.at >= asked || (0..LONGEST).contains(&age(latest))));
        if let Some(latest) = fresh {
            return Ok(latest.read.clone());
        }
        if let Some(latest) = latest.as_ref().filter(|latest| latest.whole == live.whole_version()) {
            let (age, pause) = (age(latest), latest.pause());
            if (0..pause).contains(&age) {
                tokio::time::sleep(Duration::from_micros((pause - age).unsigned_abs())).await;
            }
        }
        // Noted before reading: what is told meanwhile makes this one stale.
        let (version, whole, at) = (live.version(), live.whole_version(), store.now());
        self.reads.fetch_add(1, Ordering::Relaxed);
        let read = read().await;
        if read.is_err() {
            self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        }
        let read = read?;
        let took = store.now().get() - at.get();
        *latest = Some(Latest { read: read.clone(), version, whole, at, took });
        Ok(read)
    }

    /// How often the database was asked.
    pub fn database_reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use handoff_core::{CampaignId, OrganizationId};

    /// A store, its clock, and the folder that it is in.
    async fn begin() -> (Store, Arc<FixedClock>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("handoff.db").display());
        let clock = Arc::new(FixedClock::at(Instant(1_793_534_400_000_000)));
        (Store::open(&address, clock.clone()).await.unwrap(), clock, folder)
    }

    #[tokio::test]
    async fn what_changes_while_it_is_read_is_read_again_and_a_bulk_move_at_once() {
        let (store, clock, _folder) = begin().await;
        let (live, shared) = (Live::default(), Shared::<u64, u32>::default());
        let changed = || live.changed(OrganizationId(1), CampaignId(1));
        let slowly = async || {
            clock.advance_seconds(60);
            changed();
            Ok(1)
        };
        assert_eq!(shared.read(&store, &live, 1, slowly).await, Ok(1));
        // What took a minute is good enough for four, while nothing but single conversations change.
        let again = shared.read(&store, &live, 1, async || Ok(2));
        let again = tokio::time::timeout(Duration::from_secs(20), again).await;
        assert_eq!(again.expect("it does not wait"), Ok(2));
        let quickly = async || {
            changed();
            Ok(3)
        };
        assert_eq!(shared.read(&store, &live, 2, quickly).await, Ok(3));
        assert_eq!(shared.read(&store, &live, 2, async || Ok(4)).await, Ok(4), "what was told meanwhile is not in it");
    }

    #[tokio::test]
    async fn of_what_cannot_be_read_nothing_is_kept() {
        let (store, _, _folder) = begin().await;
        let (live, shared) = (Live::default(), Shared::<u64, u32>::default());
        for key in 0..10 {
            assert_eq!(shared.read(&store, &live, key, async || Err(ApiError::Broken)).await, Err(ApiError::Broken));
        }
        assert_eq!(shared.slots.lock().unwrap().len(), 0, "whoever asks for what there is not fills no memory");
        assert_eq!(shared.read(&store, &live, 1, async || Ok(7)).await, Ok(7));
        assert_eq!(shared.slots.lock().unwrap().len(), 1);
    }
}
