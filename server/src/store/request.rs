//! Requests: a texter is given conversations that nobody holds, and nobody else is given the same.
//!
//! On PostgreSQL many request at once, see [`among_others`]. On SQLite one writes at a time, see [`alone`].

mod alone;
mod among_others;
mod answered;
mod decision;
mod expected;
mod past;

pub(super) use self::answered::Answered;
pub(super) use expected::Expected;

use handoff_core::status::Standing;
use handoff_core::{CampaignId, OperationId};

use super::engine::Engine;
use super::{Actor, Store, history};
use crate::model::ApiError;
use crate::model::self_assignment::Requested;

pub(crate) use self::past::PastRequest;
use decision::{Asked, GROUND, of};

/// The statements of these files, for the test that prepares each on both engines.
pub fn statements(engine: Engine) -> Vec<String> {
    let range = (Standing::NeedsReply, Standing::Resolved);
    let of_engine = match engine {
        Engine::Sqlite => alone::STATEMENTS.map(|statement| of(statement, range, 25)).to_vec(),
        Engine::Postgres => among_others::STATEMENTS.map(|statement| of(statement, range, 25)).to_vec(),
    };
    let numbered = |statement: String| statement.replace("{part}", "0").replace("{place}", "0");
    of_engine.into_iter().map(numbered).chain([GROUND.to_owned()]).collect()
}

impl Store {
    /// Gives a texter a batch of conversations that nobody holds, on the campaign's terms. `shown` is how many they held
    /// as far as they were shown when they asked: who holds more by now is told so, and is given nothing.
    ///
    /// # Errors
    /// If the member may not, is no texter of the campaign, still has initial messages to send, or the campaign hands
    /// out nothing now.
    pub async fn request_conversations(
        &self,
        actor: Actor,
        campaign: CampaignId,
        operation: OperationId,
        shown: Option<u32>,
    ) -> Result<Requested, ApiError> {
        history::check_id(operation)?;
        let asked = Asked { actor, campaign, operation, shown, at: self.now(), answered_meanwhile: false };
        match self.engine {
            Engine::Sqlite => self.request_alone(asked).await,
            Engine::Postgres => self.request_among_others(asked).await,
        }
    }
}
