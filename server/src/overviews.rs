//! Overviews shared among those who look: fifty viewers cost the database as much as one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use handoff_core::permission::Act;
use handoff_core::{CampaignId, Instant, OrganizationId};

use crate::api::ApiError;
use crate::api::overview::Overview;
use crate::live::Live;
use crate::store::{Actor, Store};

/// How long an overview may be shared, in microseconds, though nothing was told: another process may have changed
/// the campaign without anybody here listening.
const LONGEST: i64 = 1_000_000;

/// How long an overview is good enough, in microseconds, while nothing but single conversations change: in a lively
/// campaign that is many times a second. A page that asks sooner waits for the rest of it.
const PAUSE: i64 = 400_000;

/// The latest overview of each campaign that somebody looked at.
#[derive(Clone, Debug, Default)]
pub struct Overviews {
    slots: Arc<Mutex<HashMap<(OrganizationId, CampaignId), Slot>>>,
    reads: Arc<AtomicU64>,
}

/// Whoever finds it stale reads while it is locked; the others wait, and share what was read.
type Slot = Arc<tokio::sync::Mutex<Option<Latest>>>;

#[derive(Debug)]
struct Latest {
    overview: Overview,
    /// The number of changes told before it was read, and how many of them were of whole campaigns.
    version: u64,
    whole: u64,
    at: Instant,
}

impl Overviews {
    /// Reads the overview of a campaign, or shares what somebody just read of the same state.
    ///
    /// # Errors
    /// If the member may not, or the campaign does not exist.
    pub async fn read(
        &self,
        store: &Store,
        live: &Live,
        actor: Actor,
        campaign: CampaignId,
    ) -> Result<Overview, ApiError> {
        store.may(actor, Act::MoveInBulk).await?;
        let key = (actor.organization, campaign);
        let slot = self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone();
        // What is told from now on, this answer need not know.
        let wanted = live.version();
        let mut latest = slot.lock().await;
        let age = |latest: &Latest| store.now().get() - latest.at.get();
        let fresh = latest.as_ref().filter(|latest| latest.version >= wanted && (0..LONGEST).contains(&age(latest)));
        let mut overview = if let Some(latest) = fresh {
            latest.overview.clone()
        } else {
            let soon = latest.as_ref().filter(|latest| latest.whole == live.whole_version());
            if let Some(age) = soon.map(age).filter(|age| (0..PAUSE).contains(age)) {
                tokio::time::sleep(Duration::from_micros((PAUSE - age).unsigned_abs())).await;
            }
            // Noted before reading: what is told meanwhile makes this one stale.
            let (version, whole, at) = (live.version(), live.whole_version(), store.now());
            self.reads.fetch_add(1, Ordering::Relaxed);
            let read = store.overview(actor, campaign).await;
            if read.is_err() {
                self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
            }
            let overview = read?;
            *latest = Some(Latest { overview: overview.clone(), version, whole, at });
            overview
        };
        mark_online(&mut overview, live, actor.organization);
        Ok(overview)
    }

    /// How often the database was asked.
    pub fn database_reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }
}

/// Says of everybody in an overview whether they are here now.
pub fn mark_online(overview: &mut Overview, live: &Live, organization: OrganizationId) {
    let online = live.online(organization);
    for person in &mut overview.people {
        person.online = online.contains(&person.id);
    }
}
