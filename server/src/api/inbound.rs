//! What comes in beside conversations: unknown numbers, and all that is known of one number.

use handoff_core::MessageId;
use handoff_core::contact::Phone;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::inbound::{NumberPage, UnknownPage};
#[cfg(feature = "ssr")]
use crate::store::conversation::Done;

/// Reads what unknown numbers wrote, the newest first. `before` is the last message of the page before.
#[server(prefix = "/api", endpoint = "numbers/unknown", input = Json)]
pub async fn list_unknown(before: Option<MessageId>) -> Result<UnknownPage, ApiError> {
    answer(async { services().store.unknown_messages(actor()?, before).await }.await)
}

/// Reads all that the organization knows of a number.
#[server(prefix = "/api", endpoint = "numbers/get", input = Json)]
pub async fn read_number(phone: Phone) -> Result<NumberPage, ApiError> {
    answer(async { services().store.number(actor()?, phone).await }.await)
}

/// Opts a number out everywhere in the organization, whether or not any conversation has it. Nothing is sent.
#[server(prefix = "/api", endpoint = "numbers/opt-out", input = Json)]
pub async fn opt_out_number(phone: Phone) -> Result<(), ApiError> {
    answer(opted(services().store.opt_number(actor()?, phone, true).await))
}

/// Opts a number in again everywhere in the organization, whether or not any conversation has it. Nothing is sent.
#[server(prefix = "/api", endpoint = "numbers/opt-in", input = Json)]
pub async fn opt_in_number(phone: Phone) -> Result<(), ApiError> {
    answer(opted(services().store.opt_number(actor()?, phone, false).await))
}

/// Tells of each conversation that changed.
#[cfg(feature = "ssr")]
fn opted(result: Result<Vec<Done>, ApiError>) -> Result<(), ApiError> {
    let organization = actor()?.organization;
    for done in result? {
        services().live.conversation(organization, &done);
    }
    Ok(())
}
