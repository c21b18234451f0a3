//! Everything that has to be done to Handoff: `cargo xtask --help`.
mod app;
mod bench;
mod bench_browser;
mod browser;
mod bundle;
mod checks;
mod database;
mod declared;
mod end_to_end;
mod layers;
mod linted;
mod node;
mod packages;
mod playwright_report;
mod postgres;
mod precompress;
mod process;
mod program;
mod room;
mod server;
mod summary;
mod test;
mod tools;
mod workspace;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use workspace::Workspace;

/// Builds, runs, tests and measures Handoff.
///
/// Every task first installs what it needs and this machine lacks, says what and why, and never does so twice. It starts
/// from git, Rust (rustup), Node 20 or newer and a C compiler.
///
/// Tools go to ~/.cache/handoff/tools, or below the folder in `XDG_CACHE_HOME`. As root on Debian or Ubuntu, Chromium and
/// PostgreSQL are installed for the tests; elsewhere you are told what to install, and `HANDOFF_CHROMIUM`,
/// `HANDOFF_FIREFOX` and `HANDOFF_POSTGRES_BIN` name others than those that are found.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 120)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the release, then serve a demo organization and print its address and sign-ins
    Run(server::Run),
    /// Build `target/release/handoff`: one file with the whole app inside
    Build,
    /// Put the program into the page that Trunk builds; `trunk serve` starts this
    #[command(hide = true)]
    FinishForTrunk,
    /// Check the format, the layers, the lints of every package and the types of the end-to-end tests
    Check,
    /// Check, then run every test: rules, server on SQLite and PostgreSQL, and end to end in a browser on both
    Test,
    /// Run the end-to-end tests alone, one file of them, or a short tour in another browser
    E2e(end_to_end::EndToEnd),
    /// Measure, print one tab-separated line per figure, and write them to `target/bench.tsv`
    Bench(bench::Bench),
    /// Install everything that the other tasks need, but for the browsers of `e2e --browser`, and say where each tool is
    Tools,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match process::outlive_interrupts().and_then(|()| perform(arguments.task)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Run(run) => server::run(&workspace, &run),
        Task::Build => server::build(&workspace).map(|binary| println!("Built {}", binary.display())),
        Task::FinishForTrunk => app::finish_for_trunk(&workspace),
        Task::Check => test::check(&workspace),
        Task::Test => test::test(&workspace),
        Task::E2e(wanted) => end_to_end::run(&workspace, &wanted),
        Task::Bench(wanted) => bench::run(&workspace, &wanted),
        Task::Tools => tools::report(&workspace),
    }
}
