//! Checks and tests, one after the other, and what came of them.
use crate::database::{Database, Purpose};
use crate::end_to_end::{self, Engine};
use crate::summary::{Count, Failed, Summary, Tests};
use crate::workspace::Workspace;
use crate::{checks, linted, process, room, server};
use anyhow::{Result, ensure};
use std::process::Command;

/// The files of end-to-end tests that run on PostgreSQL too: where people meet each other's acts, and where statements
/// sort, search or count. What a page does by itself was seen on SQLite; `cargo xtask e2e --engine postgres` runs all.
const ON_POSTGRES: [&str; 12] = [
    "campaigns.spec",
    "conflict.spec",
    "escalated.spec",
    "history.spec",
    "import.spec",
    "live.spec",
    "lost_answer.spec",
    "numbers.spec",
    "opt_out_lists.spec",
    "self_assignment.spec",
    "undo_in_messenger.spec",
    "whole_campaign.spec",
];

/// What everything that is built and tested takes on the disk, in gigabytes, and a little more.
const ROOM: u64 = 12;

/// Checks alone.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut summary = Summary::default();
    checks::all(workspace, &mut summary);
    summary.close()
}

/// Checks, then all tests. Lints come with the build of the tests.
pub fn test(workspace: &Workspace) -> Result<()> {
    room::ensure(&workspace.root, ROOM)?;
    room::ensure(&std::env::temp_dir(), ROOM)?;
    let mut summary = Summary::default();
    checks::without_lints(workspace, &mut summary);
    let mut database = None;
    let started = summary.plain("a private PostgreSQL", || {
        database = Some(Database::start(Purpose::Tests)?);
        Ok(())
    });
    for (name, packages) in linted::GROUPS {
        let built = summary.plain(&format!("lints and build: {name}"), || linted::build(workspace, packages));
        let tests = format!("tests: {name}");
        match &database {
            _ if !built => summary.skip(&tests, "they do not compile, or have warnings"),
            None => summary.skip(&tests, "there is no PostgreSQL"),
            Some(database) => {
                summary.step(&tests, || {
                    let mut cargo = linted::cargo(workspace)?;
                    cargo_tests(cargo.arg("test").args(packages).env("HANDOFF_TEST_POSTGRES", &database.url))
                });
            }
        }
    }
    let built = summary.plain("release build", || server::build(workspace).map(drop));
    for (engine, files) in [(Engine::Sqlite, [].as_slice()), (Engine::Postgres, ON_POSTGRES.as_slice())] {
        let name = format!("end to end on {engine}");
        if !built {
            summary.skip(&name, "there is no release build");
        } else if engine == Engine::Postgres && !started {
            summary.skip(&name, "there is no PostgreSQL");
        } else {
            let url = database.as_ref().map(|database| database.url.as_str());
            let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
            let program = server::program(workspace, "release");
            summary.step(&name, || end_to_end::tests(workspace, &program, engine, url, &files));
        }
    }
    drop(database);
    summary.close()
}

/// Runs tests under cargo and counts them by what they report.
fn cargo_tests(command: &mut Command) -> Result<Tests> {
    let mut tests = Tests::default();
    let succeeded = process::follow(command.arg("--no-fail-fast"), |line| {
        tests.count.add(counted(line));
        tests.failed.extend(failed(line));
    })?;
    ensure!(succeeded || tests.count.failed > 0, "the tests did not run to their end");
    Ok(tests)
}

/// The test that a line is about which says that it FAILED.
fn failed(line: &str) -> Option<Failed> {
    let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
    Some(Failed { name: name.to_owned(), lines: Vec::new() })
}

/// What a line like "test result: ok. 3 passed; 0 failed; 0 ignored; …" reports.
fn counted(line: &str) -> Count {
    let Some(result) = line.strip_prefix("test result: ") else {
        return Count::default();
    };
    let number = |what: &str| {
        let words: Vec<&str> = result.split([' ', ';', '.']).filter(|word| !word.is_empty()).collect();
        words.windows(2).find(|pair| pair[1] == what).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
    };
    Count { passed: number("passed"), failed: number("failed") }
}

#[cfg(test)]
mod tests {
    use super::{Count, counted, failed};

    #[test]
    fn tests_are_counted_as_cargo_reports_them() {
        let line = "test result: FAILED. 30 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.31s";
        assert_eq!(counted(line), Count { passed: 30, failed: 2 });
        assert_eq!(counted("test result: ok. 7 passed; 0 failed; 0 ignored"), Count { passed: 7, failed: 0 });
        assert_eq!(counted("test plan::shares ... ok"), Count::default());
    }

    #[test]
    fn failed_tests_are_known_by_name() {
        assert_eq!(failed("test plan::shares ... FAILED").map(|failed| failed.name).as_deref(), Some("plan::shares"));
        for other in ["test plan::shares ... ok", "test result: FAILED. 30 passed; 2 failed", "plan::shares ... FAILED"]
        {
            assert_eq!(failed(other), None, "{other}");
        }
    }
}
