//! The log: to standard error, as text or JSON, and panics too.

use tracing_subscriber::EnvFilter;

use super::common::Failure;
use crate::config::{LogArguments, LogFormat};

/// Begins to log.
pub fn begin(arguments: &LogArguments) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&arguments.log)
        .map_err(|error| Failure::Other(format!("--log {}: {error}", arguments.log)))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match arguments.log_format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    begun.map_err(|error| Failure::Other(format!("the log cannot be written: {error}")))?;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        // A text that is part of the program. One made while it runs may hold what a person wrote.
        let text = panic.payload().downcast_ref::<&'static str>();
        tracing::error!(place, text, "the program has an error");
    }));
    Ok(())
}
