//! How a refusal gets to the page, and what becomes of requests that never got an answer.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::model::ApiError;
use crate::model::error::{LONGEST_UNREADABLE, shortened};

/// The sentence of a value that refused what was read for it. The parser adds the place; its own words begin small.
fn own_sentence(what: &str) -> Option<&str> {
    let (sentence, place) = what.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
    let ours = sentence.starts_with(char::is_uppercase) && sentence.ends_with('.');
    (digits(line) && digits(column) && ours).then_some(sentence)
}

impl ApiError {
    /// Why arguments could not be read. What ours say of a value is for people, whoever read it; what the parser says is
    /// for who wrote the request.
    fn unread(what: &str) -> Self {
        match own_sentence(what) {
            // The parser does not say which field it was.
            Some(sentence) => Self::invalid("", shortened(sentence, LONGEST_UNREADABLE)),
            None => Self::Unreadable(shortened(what, LONGEST_UNREADABLE)),
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(what)
            | ServerFnErrorErr::MissingArg(what)
            | ServerFnErrorErr::Deserialization(what) => Self::unread(&what),
            _ => Self::Broken,
        }
    }
}
