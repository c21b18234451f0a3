//! Figures for Prometheus, on an address of their own.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};

use crate::delivery::{intake, worker};
use crate::store::Store;

const REQUESTS: &str = "handoff_http_requests_total";
const DURATION: &str = "handoff_http_request_duration_seconds";
const LIVE: &str = "handoff_live_connections";
const SESSIONS: &str = "handoff_sessions";
const WAITING: &str = "handoff_messages_waiting";

/// Where durations are told apart, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0];

/// Counts an answered request.
pub fn count(method: &'static str, endpoint: &str, status: u16, took: Duration) {
    let labels = [("method", method.to_owned()), ("endpoint", endpoint.to_owned())];
    histogram!(DURATION, &labels).record(took);
    let [method, endpoint] = labels;
    counter!(REQUESTS, &[method, endpoint, ("status", status.to_string())]).increment(1);
}

/// A live connection, as long as this is kept.
#[derive(Debug)]
pub struct LiveConnection(());

impl LiveConnection {
    /// One more.
    pub fn open() -> Self {
        gauge!(LIVE).increment(1);
        Self(())
    }
}

impl Drop for LiveConnection {
    fn drop(&mut self) {
        gauge!(LIVE).decrement(1);
    }
}

/// Begins to collect. Until then, counting costs nothing.
///
/// # Errors
/// If something else collects already.
pub fn collect() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
    metrics::describe_counter!(REQUESTS, "Requests answered, by method, endpoint and status.");
    metrics::describe_histogram!(DURATION, "How long requests took, in seconds.");
    metrics::describe_gauge!(LIVE, "Live connections now.");
    metrics::describe_gauge!(SESSIONS, "Sessions that have not ended.");
    metrics::describe_gauge!(WAITING, "Messages that wait to be handed to the gateway.");
    metrics::describe_gauge!(worker::UNDER_WAY, "Messages that are with the gateway now.");
    metrics::describe_counter!(worker::HANDED, "Messages that were due, by what became of them.");
    metrics::describe_histogram!(worker::ANSWERED, "How long the gateway took to answer, in seconds.");
    metrics::describe_counter!(intake::REPORTS, "Delivery reports taken in, by state.");
    metrics::describe_counter!(intake::INBOUND, "Inbound messages taken in, by what became of them.");
    Ok(handle)
}

/// The one address with the figures.
pub fn router(handle: PrometheusHandle, store: Store) -> Router {
    Router::new().route("/metrics", get(render)).with_state((handle, store))
}

async fn render(State((handle, store)): State<(PrometheusHandle, Store)>) -> String {
    if let Ok(sessions) = store.count_sessions().await {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 sessions")]
        gauge!(SESSIONS).set(sessions as f64);
    }
    if let Ok(waiting) = store.count_waiting().await {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 messages")]
        gauge!(WAITING).set(waiting as f64);
    }
    handle.run_upkeep();
    handle.render()
}
