//! How a refusal gets to the page, and what becomes of requests that never got an answer.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::model::ApiError;
use crate::model::error::{LONGEST_UNREADABLE, shortened};

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(what)
            | ServerFnErrorErr::MissingArg(what)
            | ServerFnErrorErr::Deserialization(what) => Self::Unreadable(shortened(&what, LONGEST_UNREADABLE)),
            _ => Self::Broken,
        }
    }
}
