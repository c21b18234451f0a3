//! What was answered last about readiness.

use std::sync::Arc;

use axum::http::StatusCode;
use tokio::sync::Mutex;
use tokio::time::Instant;

pub(super) type Answer = (StatusCode, &'static str);

/// What was answered last, and when: whoever asks at the same time, or soon after, gets the same. Asking writes, and
/// anybody may ask.
#[derive(Clone, Debug, Default)]
pub struct LastAnswer(pub(super) Arc<Mutex<Option<(Instant, Answer)>>>);
