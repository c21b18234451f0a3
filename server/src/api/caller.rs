//! Who is asking, for every server function.

use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use super::ApiError;
use crate::live::Live;
use crate::store::{Actor, Store};

/// What server functions work with. The HTTP layer provides it as leptos context.
#[derive(Clone)]
pub struct Services {
    /// The database.
    pub store: Store,
    /// Who is told of changes.
    pub live: Live,
}

/// The services of this process.
pub fn services() -> Services {
    expect_context()
}

/// The signed-in member who asks. The HTTP layer looks the session up and provides the [`Actor`].
///
/// # Errors
/// If nobody is signed in.
pub fn actor() -> Result<Actor, ApiError> {
    answer(use_context::<Actor>().ok_or(ApiError::SignedOut))
}

/// Passes an answer on, with the HTTP status that goes with an error.
///
/// # Errors
/// The error that it was given.
pub fn answer<T>(result: Result<T, ApiError>) -> Result<T, ApiError> {
    if let (Err(error), Some(options)) = (&result, use_context::<ResponseOptions>())
        && let Ok(status) = axum::http::StatusCode::from_u16(error.status())
    {
        options.set_status(status);
    }
    result
}
