//! Refusals as HTTP answers: the error as JSON, with its status.

use std::any::Any;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use tower_http::catch_panic::ResponseForPanic;

use crate::api::ApiError;

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

impl IntoResponse for Refusal {
    fn into_response(self) -> Response<Body> {
        let mut response = (self.status, axum::Json(&self.error)).into_response();
        if let ApiError::TooMany { seconds } = self.error {
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
