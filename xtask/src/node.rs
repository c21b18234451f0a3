//! Node, and packages from npm exactly as their lock files say.
use crate::process;
use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::process::Command;

const OLDEST: u32 = 20;

/// Says what to install when there is no Node, or one that is too old.
pub fn ensure() -> Result<()> {
    let hint =
        format!("install Node {OLDEST} or newer (https://nodejs.org): wasm-opt, esbuild and Playwright run on it");
    let version = process::answer("node", &["--version"]).with_context(|| format!("there is no Node here: {hint}"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    ensure!(major.is_some_and(|major| major >= OLDEST), "this is Node {version}: {hint}");
    Ok(())
}

/// Installs the packages of the lock file in this folder, unless exactly these are there already.
pub fn install(folder: &Path, why: &str) -> Result<()> {
    ensure()?;
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("reading the lock file in {}", folder.display()))?;
    let wanted = fingerprint(&lock);
    let stamp = folder.join("node_modules/.installed");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    println!("Installing npm packages in {}: {why}.", folder.display());
    process::run(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))?;
    fs::write(&stamp, wanted).context("noting which npm packages are installed")
}

/// A short name for exactly these bytes.
pub fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
