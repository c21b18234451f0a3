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

/// What node is given to run tests.
const PLAYWRIGHT: [&str; 2] = ["node_modules/@playwright/test/cli.js", "test"];

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

/// The browsers that Playwright cannot drive as they are installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Other {
    /// The one that is installed.
    Firefox,
    /// That of GNOME, on a screen of its own.
    Webkit,
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
    /// Instead, take a short tour in another browser, on SQLite
    #[arg(long, value_enum, conflicts_with_all = ["only", "name", "engine"])]
    browser: Option<Other>,
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
    let Tests { count, failed } = match wanted.browser {
        Some(browser) => tour(workspace, &binary, browser)?,
        None => chosen(workspace, &binary, wanted)?,
    };
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

/// Runs the tests that were asked for.
fn chosen(workspace: &Workspace, binary: &Path, wanted: &EndToEnd) -> Result<Tests> {
    let database = if wanted.engine == Engine::Postgres { Some(Database::start(Purpose::Tests)?) } else { None };
    let mut arguments = wanted.only.clone();
    arguments.extend(wanted.name.iter().map(|pattern| format!("--grep={pattern}")));
    let postgres = database.as_ref().map(|database| database.url.as_str());
    tests(workspace, binary, wanted.engine, postgres, &arguments)
}

/// Runs Playwright against one server program on one engine, and counts by its report.
pub fn tests(
    workspace: &Workspace,
    binary: &Path,
    engine: Engine,
    postgres: Option<&str>,
    arguments: &[String],
) -> Result<Tests> {
    install(workspace)?;
    let mut command = Command::new("node");
    command.args(PLAYWRIGHT).args(arguments);
    match (engine, postgres) {
        (Engine::Sqlite, _) => command.env("HANDOFF_E2E_DATABASE", "sqlite:"),
        (Engine::Postgres, Some(url)) => command.env("HANDOFF_E2E_DATABASE", url),
        (Engine::Postgres, None) => bail!("there is no PostgreSQL to test on"),
    };
    if let Some(chromium) = browser::ensure(workspace)? {
        command.env("HANDOFF_CHROMIUM", chromium);
    }
    counted(workspace, binary, &engine.to_string(), &mut command)
}

/// Takes the tour: Playwright runs it, the browser's own driver drives.
fn tour(workspace: &Workspace, binary: &Path, browser: Other) -> Result<Tests> {
    install(workspace)?;
    let mut command = match browser {
        Other::Firefox => {
            let mut command = Command::new("node");
            command.env("HANDOFF_TOUR", "firefox").env("HANDOFF_FIREFOX", browser::ensure_firefox()?);
            command
        }
        Other::Webkit => {
            browser::ensure_webkit()?;
            let mut command = Command::new("xvfb-run");
            command.args(["--auto-servernum", "node"]).env("HANDOFF_TOUR", "webkit");
            command
        }
    };
    command.args(PLAYWRIGHT).arg("--config=tour/playwright.config.ts").env("HANDOFF_E2E_DATABASE", "sqlite:");
    counted(workspace, binary, "tour", &mut command)
}

fn install(workspace: &Workspace) -> Result<()> {
    node::install(&workspace.root.join("end2end"), "the end-to-end tests run on Playwright")
}

/// Runs Playwright to its end, and counts by its report.
fn counted(workspace: &Workspace, binary: &Path, name: &str, command: &mut Command) -> Result<Tests> {
    ensure!(binary.is_file(), "{} is not there: build it first", binary.display());
    let report = workspace.target.join("end2end").join(format!("{name}.json"));
    if report.exists() {
        fs::remove_file(&report).context("removing the last report")?;
    }
    command
        .current_dir(workspace.root.join("end2end"))
        .env("HANDOFF_BINARY", binary)
        .env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let succeeded = command.status().context("could not start Playwright")?.success();
    ensure!(!process::interrupted(), "interrupted");
    let written = fs::read_to_string(&report).context("Playwright did not get as far as a report")?;
    let tests = playwright_report::read(&serde_json::from_str(&written).context("reading Playwright's report")?);
    if !succeeded && tests.count.failed == 0 {
        bail!("Playwright failed outside of any test\n{}", failures(&tests.failed).join("\n"));
    }
    Ok(tests)
}
