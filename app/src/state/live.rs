//! What the server says while a page is open: this campaign changed, fetch it afresh.

use std::collections::HashMap;

use futures::StreamExt;
use futures::future::{Either, select};
use futures::stream::select_all;
use gloo_net::eventsource::futures::EventSource;
use handoff_core::CampaignId;
use leptos::prelude::*;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use super::query::Query;
use super::session::{Who, session};
use super::wait::wait;

/// How often what is on screen went out of date.
///
/// A page compares two revisions and fetches when they differ; it never learns, and need not, what changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revisions {
    everything: u64,
    campaigns: HashMap<CampaignId, u64>,
    sum: u64,
}

impl Revisions {
    /// This campaign changed.
    pub fn changed(&mut self, campaign: CampaignId) {
        *self.campaigns.entry(campaign).or_default() += 1;
        self.sum += 1;
    }

    /// Changes may have been missed: everything is out of date.
    pub fn missed(&mut self) {
        self.everything += 1;
        self.sum += 1;
    }

    /// The revision of one campaign.
    pub fn of(&self, campaign: CampaignId) -> u64 {
        self.everything + self.campaigns.get(&campaign).copied().unwrap_or(0)
    }
}

/// At most one request on the way, and at most one waiting behind it, however many changes there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refresh {
    /// Nothing is on the way.
    #[default]
    Idle,
    /// A request is on the way.
    Running,
    /// A request is on the way, and it is out of date already.
    RunningAgain,
}

impl Refresh {
    /// Something changed. Answers whether to send a request now.
    pub fn wanted(&mut self) -> bool {
        let start = *self == Self::Idle;
        *self = if start { Self::Running } else { Self::RunningAgain };
        start
    }

    /// The request was answered. Answers whether to send another one now.
    pub fn answered(&mut self) -> bool {
        let again = *self == Self::RunningAgain;
        *self = if again { Self::Running } else { Self::Idle };
        again
    }
}

/// The pause before attempt number `failures` to listen again, in milliseconds.
pub fn pause(failures: u32) -> i32 {
    500_i32.saturating_mul(1_i32.checked_shl(failures.min(6)).unwrap_or(i32::MAX)).min(30_000)
}

/// A connection that is alive says so every fifteen seconds. After so many milliseconds without a word it is dead,
/// though nothing told the browser: a laptop slept, or a network went away.
const SILENCE: f64 = 40_000.0;

/// How often the silence is measured, in milliseconds.
const LOOK_EVERY: i32 = 5_000;

/// Whether a connection that was last heard then is dead now. A clock that was set back says nothing: it counts as dead.
fn is_dead(heard: f64, now: f64) -> bool {
    (now - heard).abs() > SILENCE
}

/// Listens to the server for as long as the app is open.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    revisions: RwSignal<Revisions>,
    greeted: StoredValue<bool>,
    listening: StoredValue<bool>,
    /// When the server was last heard, in milliseconds since 1970.
    heard: StoredValue<f64>,
}

#[derive(Deserialize)]
struct Changed {
    campaign: CampaignId,
}

impl Live {
    /// Makes it available to every page. Nothing is listened to before a page asks.
    pub fn provide() -> Self {
        let live = Self {
            revisions: RwSignal::new(Revisions::default()),
            greeted: StoredValue::new(false),
            listening: StoredValue::new(false),
            heard: StoredValue::new(0.0),
        };
        provide_context(live);
        live
    }

    /// The one that the app provides.
    pub fn expect() -> Self {
        let live: Self = expect_context();
        live.listen();
        live
    }

    /// Changes whenever the campaign may have changed.
    pub fn campaign(self, campaign: Signal<Option<CampaignId>>) -> Memo<u64> {
        Memo::new(move |_| campaign.get().map_or(0, |id| self.revisions.with(|revisions| revisions.of(id))))
    }

    /// Changes whenever any campaign may have changed.
    pub fn any(self) -> Memo<u64> {
        Memo::new(move |_| self.revisions.with(|revisions| revisions.sum))
    }

    /// Fetches a query afresh whenever the campaign may have changed: one request at a time.
    pub fn follow<T: Clone + PartialEq + Send + Sync + 'static>(self, campaign: CampaignId, query: Query<T>) {
        Self::refresh(self.campaign(Signal::stored(Some(campaign))), query);
    }

    /// The same whenever any campaign may have changed.
    pub fn follow_all<T: Clone + PartialEq + Send + Sync + 'static>(self, query: Query<T>) {
        Self::refresh(self.any(), query);
    }

    fn refresh<T: Clone + PartialEq + Send + Sync + 'static>(revision: Memo<u64>, query: Query<T>) {
        // The query has sent its first request already.
        let refresh = StoredValue::new(Refresh::Running);
        let ask = move |step: fn(&mut Refresh) -> bool| {
            let mut state = refresh.get_value();
            let send = step(&mut state);
            refresh.set_value(state);
            if send {
                query.refetch();
            }
        };
        Effect::new(move |before: Option<u64>| {
            let now = revision.get();
            if before.is_some_and(|before| before != now) {
                ask(Refresh::wanted);
            }
            now
        });
        Effect::new(move |before: Option<bool>| {
            let loading = query.loading.get();
            if before == Some(true) && !loading {
                ask(Refresh::answered);
            }
            loading
        });
    }

    /// Begins to listen, if nobody has yet.
    fn listen(self) {
        if self.listening.try_get_value() != Some(false) {
            return;
        }
        self.listening.set_value(true);
        // A browser puts hidden tabs to sleep, and what happened meanwhile is lost.
        let visible = move |_| {
            if document().visibility_state() == web_sys::VisibilityState::Visible {
                self.revisions.try_update(Revisions::missed);
            }
        };
        let _ = window_event_listener_untyped("visibilitychange", visible);
        let session = session();
        spawn_local(async move {
            let mut failures = 0;
            loop {
                // Whoever has signed out is told nothing, and asks for nothing.
                if !session.who.with_untracked(|who| matches!(who, Who::Member(_))) || self.listen_once().await {
                    failures = 0;
                }
                wait(pause(failures)).await;
                failures += 1;
            }
        });
    }

    /// Listens until the connection is closed for good, or silent for too long. Answers whether it was ever open.
    async fn listen_once(self) -> bool {
        let mut opened = false;
        let Ok(mut source) = EventSource::new("/api/live") else { return opened };
        let Ok(events) = EVENTS.into_iter().map(|kind| source.subscribe(kind)).collect() else {
            return opened;
        };
        let events: Vec<_> = events;
        let mut events = select_all(events);
        self.heard.set_value(js_sys::Date::now());
        let mut dead = Box::pin(self.dead());
        // The browser connects again by itself after a network error, and says hello then.
        while let Either::Left((Some(Ok((kind, message))), _)) = select(events.next(), &mut dead).await {
            opened = true;
            self.heard.set_value(js_sys::Date::now());
            let data = message.data().as_string().unwrap_or_default();
            self.hear(&kind, &data);
        }
        opened
    }

    /// Waits until the connection is dead.
    async fn dead(self) {
        while !is_dead(self.heard.get_value(), js_sys::Date::now()) {
            wait(LOOK_EVERY).await;
        }
    }

    fn hear(self, kind: &str, data: &str) {
        match kind {
            "hello" => {
                // Whatever changed while nobody listened was missed.
                if self.greeted.get_value() {
                    self.revisions.update(Revisions::missed);
                }
                self.greeted.set_value(true);
            }
            "changed" => match serde_json::from_str(data) {
                Ok(Changed { campaign }) => self.revisions.update(|revisions| revisions.changed(campaign)),
                // A newer server may say it differently: fetch, rather than miss it.
                Err(_) => self.revisions.update(Revisions::missed),
            },
            "alive" => {}
            _ => self.revisions.update(Revisions::missed),
        }
    }
}

/// What the server says. Who came and who went shows in what is fetched afresh, like everything else.
const EVENTS: [&str; 5] = ["hello", "changed", "presence", "lagged", "alive"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_hears_of_its_campaign_and_of_no_other() {
        let mut revisions = Revisions::default();
        let (mine, other) = (CampaignId(1), CampaignId(2));
        revisions.changed(other);
        assert_eq!((revisions.of(mine), revisions.of(other), revisions.sum), (0, 1, 1));
        revisions.changed(mine);
        assert_eq!((revisions.of(mine), revisions.of(other), revisions.sum), (1, 1, 2));
    }

    #[test]
    fn after_a_gap_everything_is_out_of_date() {
        let mut revisions = Revisions::default();
        revisions.changed(CampaignId(1));
        let before = revisions.clone();
        revisions.missed();
        for campaign in [CampaignId(1), CampaignId(2)] {
            assert_ne!(revisions.of(campaign), before.of(campaign));
        }
        assert_ne!(revisions.sum, before.sum);
    }

    #[test]
    fn a_hundred_changes_are_two_requests() {
        let mut refresh = Refresh::default();
        let sent = (0..100).filter(|_| refresh.wanted()).count();
        assert_eq!(sent, 1);
        assert!(refresh.answered(), "what was answered is out of date");
        assert!(!refresh.answered());
        assert_eq!(refresh, Refresh::Idle);
    }

    #[test]
    fn a_connection_without_a_word_is_dead_after_a_while() {
        assert!(!is_dead(1_000_000.0, 1_015_000.0));
        assert!(is_dead(1_000_000.0, 1_041_000.0));
        assert!(is_dead(9_000_000.0, 1_000_000.0), "the clock was set back");
    }

    #[test]
    fn a_lost_connection_is_tried_again_soon_and_then_calmly() {
        let pauses: Vec<i32> = (0..9).map(pause).collect();
        assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
    }
}
