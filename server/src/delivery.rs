//! Between the database and the carriers: messages are handed over, reports and answers are taken in.

pub mod gateway;
pub mod intake;
pub mod report;
pub mod simulator;
pub mod worker;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use gateway::Gateway;
pub use intake::Intake;
pub use worker::Worker;

use crate::live::Live;
use crate::store::Store;
use worker::Pace;

/// Before a gateway whose listening broke listens again.
const PAUSE: Duration = Duration::from_secs(5);

/// Handing over and taking in, for as long as the server runs.
pub struct Running {
    worker: JoinHandle<()>,
    listening: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Running {
    /// Begins.
    pub fn start(store: &Store, live: &Live, gateway: Arc<dyn Gateway>) -> Self {
        let (stop, stopping) = watch::channel(false);
        let worker = Worker::new(store.clone(), live.clone(), gateway.clone(), Pace::default());
        let intake = Intake::new(store.clone(), live.clone());
        Self { worker: tokio::spawn(worker.run(stopping)), listening: tokio::spawn(listen(gateway, intake)), stop }
    }

    /// Takes nothing more, and waits for what is with the gateway, for so long at most. What is cut off then is asked
    /// again under its key by whoever runs next.
    pub async fn end(mut self, farewell: Duration) {
        self.stop.send_replace(true);
        if tokio::time::timeout(farewell, &mut self.worker).await.is_err() {
            tracing::warn!("the gateway did not answer in time: it is asked again later");
            self.worker.abort();
        }
        self.listening.abort();
    }
}

async fn listen(gateway: Arc<dyn Gateway>, intake: Intake) {
    // The log has where it broke.
    while AssertUnwindSafe(gateway.listen(intake.clone())).catch_unwind().await.is_err() {
        tokio::time::sleep(PAUSE).await;
    }
}
