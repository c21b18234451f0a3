//! The command line.

mod demo;
mod import;
mod log;
mod migrate;
mod serve;
mod user;
mod version;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use sqlx::migrate::MigrateError;
use tokio::signal::unix::{SignalKind, signal};

use crate::clock::SystemClock;
use crate::config::LogArguments;
use crate::model::ApiError;
use crate::store::Store;

/// Handoff shows who holds which conversation of a text-message campaign, and moves many of them at once: what was
/// previewed is what happens, and it can be undone.
///
/// Begin with `handoff demo` to look around, or with `handoff serve` and the link that it prints.
#[derive(Debug, Parser)]
#[command(name = "handoff", version, max_term_width = 100)]
pub struct CommandLine {
    #[command(flatten)]
    log: LogArguments,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site.
    ///
    /// On an empty database it prints a link that sets up the first admin. Stop it with Ctrl-C or SIGTERM: requests
    /// under way are finished first, for at most ten seconds.
    Serve(serve::Arguments),
    /// Serve a made-up organization, to look around in.
    ///
    /// An empty database is filled first. It prints who can sign in.
    Demo(demo::Arguments),
    /// Bring the database up to date, and do nothing else.
    ///
    /// Serving does that too. Use this to migrate before new servers start.
    Migrate(migrate::Arguments),
    /// Add people and make sign-in links, without signing in.
    User(user::Arguments),
    /// Import contacts from a file into a campaign.
    Import(import::Arguments),
    /// Print the version.
    Version,
}

/// Why a command failed: a sentence for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database cannot be opened.
    #[error("the database cannot be opened: {}", reason(.0))]
    Database(#[from] sqlx::Error),
    /// The rules refuse it.
    #[error("{0}")]
    Refused(#[from] ApiError),
    /// The network or a file.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
    /// Anything else, in a sentence.
    #[error("{0}")]
    Other(String),
}

/// Why a database cannot be opened, and what to do where this program knows.
fn reason(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Migrate(why) => match &**why {
            MigrateError::VersionMissing(_) => {
                "a newer version of Handoff has changed its tables. Use that version, or a backup from before"
                    .to_owned()
            }
            MigrateError::VersionMismatch(_) => "a version of Handoff that was never released has made its tables. \
                 Begin with a new one: the demo's is made again once its folder is deleted"
                .to_owned(),
            other => other.to_string(),
        },
        other => other.to_string(),
    }
}

impl Failure {
    /// Says what was being done when it failed.
    pub fn io(what: impl std::fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self::Io(what.to_string(), error)
    }
}

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    let CommandLine { log, command } = CommandLine::parse();
    let done = log::begin(&log).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime.map_err(Failure::io("threads cannot be started"))?.block_on(run(command))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("handoff: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Migrate(arguments) => migrate::run(arguments).await,
        Command::User(arguments) => user::run(arguments).await,
        Command::Import(arguments) => import::run(arguments).await,
        Command::Version => version::run(),
    }
}

/// The number of SIGXFSZ, on Linux and macOS alike.
const XFSZ: i32 = 25;

/// Opens the database with the machine's own clock.
async fn open(address: &str) -> Result<Store, Failure> {
    // Where a limit on the size of files is reached, writing fails as on a full disk. If nobody listened to this signal,
    // it would end the program instead.
    let _ = signal(SignalKind::from_raw(XFSZ)).map_err(Failure::io("signals are not heard"))?;
    Ok(Store::open(address, Arc::new(SystemClock)).await?)
}

/// Prints a line to standard output, which may be closed.
///
/// # Errors
/// If it is closed.
fn print(line: impl std::fmt::Display) -> Result<(), Failure> {
    use std::io::Write;
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}").and_then(|()| output.flush()).map_err(Failure::io("standard output is closed"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use sqlx::migrate::MigrateError;

    #[test]
    fn tables_of_another_version_are_told_apart() {
        let said = |error: MigrateError| super::Failure::from(sqlx::Error::from(error)).to_string();
        assert!(said(MigrateError::VersionMissing(7)).contains("a newer version"));
        assert!(said(MigrateError::VersionMismatch(1)).contains("Begin with a new one"));
    }

    #[test]
    fn the_command_line_is_consistent() {
        super::CommandLine::command().debug_assert();
    }

    #[test]
    fn every_flag_of_serving_is_an_environment_variable_too() {
        let command = super::CommandLine::command();
        for name in ["serve", "demo", "migrate"] {
            let command = command.find_subcommand(name).unwrap();
            for argument in command.get_arguments().filter(|argument| argument.get_long().is_some()) {
                let long = argument.get_long().unwrap();
                if ["help", "version"].contains(&long) {
                    continue;
                }
                let expected = format!("HANDOFF_{}", long.replace('-', "_").to_uppercase());
                assert_eq!(argument.get_env().and_then(|name| name.to_str()), Some(&*expected), "{name} --{long}");
            }
        }
    }
}
