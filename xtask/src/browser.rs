//! The browser that drives the end-to-end tests.
use crate::workspace::Workspace;
use crate::{packages, process};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MACOS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// The Chromium to use; none means the one that Playwright keeps itself. `HANDOFF_CHROMIUM` chooses another.
pub fn ensure(workspace: &Workspace) -> Result<Option<PathBuf>> {
    if let Some(chosen) = std::env::var_os("HANDOFF_CHROMIUM") {
        return Ok(Some(chosen.into()));
    }
    if let Some(found) = installed() {
        return Ok(Some(found));
    }
    // The fonts: without any, every letter is a box, and as wide as one.
    if packages::install(&["chromium", "fonts-dejavu-core"], "the end-to-end tests drive a browser")?
        && let Some(found) = installed()
    {
        return Ok(Some(found));
    }
    let mut command = Command::new("node");
    command
        .args(["node_modules/@playwright/test/cli.js", "install", "chromium"])
        .current_dir(workspace.root.join("end2end"));
    let hint = "there is no Chromium here and Playwright could not fetch one: install Chromium or Google Chrome, or set HANDOFF_CHROMIUM to one";
    process::run(&mut command).context(hint)?;
    Ok(None)
}

/// One that really starts: on some systems the name is only a signpost to another package.
fn installed() -> Option<PathBuf> {
    let named = NAMES.iter().filter_map(|name| process::on_path(&[name]));
    let mut candidates = named.chain(MACOS.iter().map(PathBuf::from));
    candidates.find(|candidate| process::answer(candidate, &["--version"]).is_some())
}
