//! What gateways bring: reports and inbound messages, committed before they count as brought.

use handoff_core::message::Delivery;
use metrics::counter;

use super::gateway::Inbound;
use super::report::Report;
use crate::live::Live;
use crate::model::ApiError;
use crate::store::Store;
use crate::store::receive::Received;

/// Reports taken in.
pub const REPORTS: &str = "handoff_delivery_reports_total";
/// Inbound messages taken in.
pub const INBOUND: &str = "handoff_inbound_messages_total";

/// Where gateways bring what they are told.
#[derive(Clone)]
pub struct Intake {
    store: Store,
    live: Live,
}

impl Intake {
    /// The intake of a database, telling everyone who looks.
    pub const fn new(store: Store, live: Live) -> Self {
        Self { store, live }
    }

    /// Takes in a report. Answers whether it is about a message of ours: one about nothing changes nothing, and is no
    /// reason to bring it again.
    ///
    /// # Errors
    /// If the database fails. Bring it again then.
    pub async fn report(&self, report: Report) -> Result<bool, ApiError> {
        let delivery = Delivery::from(report.arrival);
        let concerned = self.store.report(report.key, delivery).await?;
        let state = match (&concerned, delivery) {
            (None, _) => "unknown",
            (_, Delivery::Failed(_)) => "failed",
            (_, Delivery::Delivered) => "delivered",
            _ => "sent",
        };
        counter!(REPORTS, "state" => state).increment(1);
        let Some(concerned) = concerned else {
            tracing::warn!(key = %report.key, "a report about no message of ours");
            return Ok(false);
        };
        for (organization, done) in concerned {
            self.live.conversation(organization, &done);
        }
        Ok(true)
    }

    /// Takes in what somebody wrote.
    ///
    /// # Errors
    /// If the database fails. Bring it again then.
    pub async fn receive(&self, inbound: &Inbound) -> Result<Received, ApiError> {
        let received = self.store.receive(inbound).await?;
        let came = match &received {
            Received::Conversation(_) => "added",
            Received::Unknown => "unknown number",
            Received::Repeated => "repeated",
        };
        counter!(INBOUND, "outcome" => came).increment(1);
        for done in received.changed() {
            self.live.conversation(inbound.organization, done);
        }
        Ok(received)
    }
}
