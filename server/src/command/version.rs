//! `handoff version`.

use super::common::{Failure, print};
use crate::http::files::Files;

pub fn run(app: &Files) -> Result<(), Failure> {
    print(format!("handoff {}", env!("CARGO_PKG_VERSION")))?;
    match app.version() {
        Some(version) => print(format!("pages {}", version.to_str().unwrap_or("unknown"))),
        None => print("pages none: this was built without them"),
    }
}
