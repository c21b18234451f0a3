//! The program `handoff`, with the app inside.
//!
//! The app is embedded here and not in the library, which then need not be compiled again for every change of a page.

use std::borrow::Cow;
use std::process::ExitCode;

use axum::body::Bytes;
use handoff_server::command;
use handoff_server::http::files::Files;
use rust_embed::RustEmbed;

/// What the build leaves: the page, scripts and styles, each with its compressed twins beside it.
#[derive(RustEmbed)]
#[folder = "../dist"]
struct Built;

/// Which app that is. Another one has cargo build the program again, and the program alone.
const _: Option<&str> = option_env!("HANDOFF_APP");

fn main() -> ExitCode {
    command::main(app)
}

fn app() -> Files {
    Files::of(Built::iter().filter_map(|name| {
        let bytes = match Built::get(&name)?.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Some((name.into_owned(), bytes))
    }))
}
