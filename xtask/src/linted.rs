//! Tests that are linted while they are compiled.
//!
//! `cargo clippy` checks, `cargo test` builds, and neither uses what the other left: from nothing, that compiles all
//! dependencies twice. Clippy's driver is a whole compiler, so the packages of this workspace are built by it.
use crate::checks;
use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Packages that are built together, and what they are called. The pages and the server must never be built together.
pub const GROUPS: [(&str, &[&str]); 3] = [
    ("rules and server", &["--package=handoff-core", "--package=handoff-server"]),
    ("app", &["--package=handoff-app"]),
    ("xtask", &["--package=xtask"]),
];

/// As in `cargo clippy -- --deny=warnings`, in the form in which it hands on its arguments.
const ARGUMENTS: &str = "--deny=warnings__CLIPPY_HACKERY__";

/// Cargo that lints what it builds of this workspace.
pub fn cargo(workspace: &Workspace) -> Result<Command> {
    let mut cargo = checks::cargo(workspace);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", driver()?).env("CLIPPY_ARGS", ARGUMENTS);
    Ok(cargo)
}

/// Lints and builds everything of a group: programs, tests, examples and benchmarks.
pub fn build(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    workspace.ensure_dist()?;
    process::run(cargo(workspace)?.args(["test", "--no-run", "--all-targets"]).args(packages))
}

/// Clippy's driver, beside the compiler that cargo uses.
fn driver() -> Result<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot =
        process::answer(rustc, &["--print", "sysroot"]).context("rustc does not say where it is installed")?;
    let driver = Path::new(&sysroot).join("bin").join(format!("clippy-driver{}", std::env::consts::EXE_SUFFIX));
    ensure!(driver.is_file(), "clippy is not installed ({}): rustup component add clippy", driver.display());
    Ok(driver)
}
