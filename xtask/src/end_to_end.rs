//! The end-to-end tests: Playwright drives a browser against the built server.
use crate::database::{Database, Purpose};
use crate::summary::{Tests, failures};
use crate::workspace::Workspace;
use crate::{browser, node, playwright_report, process, server};
use anyhow::{Context, Result, bail, ensure};
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The databases that everything runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// The embedded one.
    Sqlite,
    /// A private PostgreSQL.
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if *self == Self::Sqlite { "SQLite" } else { "PostgreSQL" })
    }
}

/// Run the end-to-end tests alone, or one file of them.
///
/// After a change of the server only, --debug is quick: the development build is kept up incrementally and serves the app in dist.
#[derive(clap::Args)]
pub struct EndToEnd {
    /// Only the files whose path contains this; several times for several
    #[arg(long, value_name = "FILE")]
    only: Vec<String>,
    /// Only the tests whose name matches this
    #[arg(long, value_name = "PATTERN")]
    name: Option<String>,
    /// The database beneath
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    /// Take the server and the app as they were last built
    #[arg(long)]
    no_build: bool,
    /// Use the server's development build; the app must have been built once
    #[arg(long)]
    debug: bool,
}

/// Builds what is tested, then tests it.
pub fn run(workspace: &Workspace, wanted: &EndToEnd) -> Result<()> {
    let binary = match (wanted.no_build, wanted.debug) {
        (false, false) => server::build(workspace)?,
        (false, true) => server::build_for_development(workspace)?,
        (true, debug) => server::program(workspace, if debug { "debug" } else { "release" }),
    };
    let database = if wanted.engine == Engine::Postgres { Some(Database::start(Purpose::Tests)?) } else { None };
    let mut arguments = wanted.only.clone();
    arguments.extend(wanted.name.iter().map(|pattern| format!("--grep={pattern}")));
    let postgres = database.as_ref().map(|database| database.url.as_str());
    let Tests { count, failed } = tests(workspace, &binary, wanted.engine, postgres, &arguments)?;
    println!();
    for line in failures(&failed) {
        println!("{line}");
    }
    println!("{} passed, {} failed", count.passed, count.failed);
    if count.failed > 0 {
        bail!("end-to-end tests failed; to look at one: npx playwright show-trace end2end/test-results/…/trace.zip");
    }
    Ok(())
}

/// Runs Playwright against one server program on one engine, and counts by its report.
pub fn tests(
    workspace: &Workspace,
    binary: &Path,
    engine: Engine,
    postgres: Option<&str>,
    arguments: &[String],
) -> Result<Tests> {
    ensure!(binary.is_file(), "{} is not there: build it first", binary.display());
    let folder = workspace.root.join("end2end");
    node::install(&folder, "the end-to-end tests run on Playwright")?;
    let report = workspace.target.join("end2end").join(format!("{engine}.json"));
    if report.exists() {
        fs::remove_file(&report).context("removing the last report")?;
    }
    let mut command = Command::new("node");
    command.args(["node_modules/@playwright/test/cli.js", "test"]).args(arguments).current_dir(&folder);
    command.env("HANDOFF_BINARY", binary).env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    match (engine, postgres) {
        (Engine::Sqlite, _) => command.env("HANDOFF_E2E_DATABASE", "sqlite:"),
        (Engine::Postgres, Some(url)) => command.env("HANDOFF_E2E_DATABASE", url),
        (Engine::Postgres, None) => bail!("there is no PostgreSQL to test on"),
    };
    if let Some(chromium) = browser::ensure(workspace)? {
        command.env("HANDOFF_CHROMIUM", chromium);
    }
    let succeeded = command.status().context("could not start Playwright")?.success();
    ensure!(!process::interrupted(), "interrupted");
    let written = fs::read_to_string(&report).context("Playwright did not get as far as a report")?;
    let tests = playwright_report::read(&serde_json::from_str(&written).context("reading Playwright's report")?);
    if !succeeded && tests.count.failed == 0 {
        bail!("Playwright failed outside of any test\n{}", failures(&tests.failed).join("\n"));
    }
    Ok(tests)
}
