//! The command line.

mod common;
mod demo;
mod import;
mod log;
mod migrate;
mod serve;
mod user;
mod version;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::LogArguments;
use crate::http::files::Files;
use common::Failure;

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

/// Runs the command that was typed. The program hands in the app that was built into it.
pub fn main(app: fn() -> Files) -> ExitCode {
    let CommandLine { log, command } = CommandLine::parse();
    let done = log::begin(&log).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime.map_err(Failure::io("threads cannot be started"))?.block_on(run(command, app))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("handoff: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command, app: fn() -> Files) -> Result<(), Failure> {
    match command {
        Command::Serve(arguments) => serve::run(arguments, app()).await,
        Command::Demo(arguments) => demo::run(arguments, app()).await,
        Command::Migrate(arguments) => migrate::run(arguments).await,
        Command::User(arguments) => user::run(arguments).await,
        Command::Import(arguments) => import::run(arguments).await,
        Command::Version => version::run(&app()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
