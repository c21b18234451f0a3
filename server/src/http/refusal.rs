//! Refusals as HTTP answers: the error as JSON, with its status.

use std::any::Any;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Value, json};
use tower_http::catch_panic::ResponseForPanic;

use crate::model::ApiError;
use crate::model::error::shortened;

/// The longest text in an error, in characters: longer than any sentence of ours.
const LONGEST_TEXT: usize = 600;

/// After how many seconds to ask again where the database is away for a moment.
const SOON: u32 = 2;

/// After how many seconds to ask again where somebody has to make room first.
const LATER: u32 = 60;

/// An error on its way to who asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    error: ApiError,
    status: StatusCode,
}

impl Refusal {
    /// An error with another status than its own.
    pub const fn with_status(error: ApiError, status: StatusCode) -> Self {
        Self { error, status }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { error, status }
    }
}

/// The error as JSON. What it says again of a request, which may be of any length, is shortened.
fn said(error: &ApiError) -> Value {
    fn shorten(value: &mut Value) {
        match value {
            Value::String(text) => *text = shortened(text, LONGEST_TEXT),
            Value::Array(values) => values.iter_mut().for_each(shorten),
            Value::Object(fields) => fields.values_mut().for_each(shorten),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    // An error is made of texts and numbers, which can always be written.
    let mut said = serde_json::to_value(error).unwrap_or_else(|_| json!("Broken"));
    shorten(&mut said);
    said
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let mut response = (self.status, axum::Json(said(&self.error))).into_response();
        let wait = match self.error {
            ApiError::TooMany { seconds } => Some(seconds),
            ApiError::Storage(error) if error.passes() => Some(SOON),
            ApiError::Storage(_) => Some(LATER),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What is answered after a panic, which the log has.
#[derive(Clone, Copy, Debug)]
pub struct Panicked;

impl ResponseForPanic for Panicked {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, _panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
        Refusal::from(ApiError::Broken).into_response()
    }
}
