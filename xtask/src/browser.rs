//! The browsers that the end-to-end tests and the tour are run in.
use crate::workspace::Workspace;
use crate::{packages, process};
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use std::process::Command;

/// By name on the PATH, or where macOS has it.
const CHROMIUM: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const FIREFOX: [&str; 3] = ["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];
/// Its driver, and what gives it a screen.
const WEBKIT: [&str; 2] = ["WebKitWebDriver", "xvfb-run"];

/// The Chromium to use; none means the one that Playwright keeps itself. `HANDOFF_CHROMIUM` chooses another.
pub fn ensure(workspace: &Workspace) -> Result<Option<PathBuf>> {
    if let Some(chosen) = std::env::var_os("HANDOFF_CHROMIUM") {
        return Ok(Some(chosen.into()));
    }
    if let Some(found) = installed(&CHROMIUM) {
        return Ok(Some(found));
    }
    // The fonts: without any, every letter is a box, and as wide as one.
    if packages::install(&["chromium", "fonts-dejavu-core"], "the end-to-end tests drive a browser")?
        && let Some(found) = installed(&CHROMIUM)
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

/// The Firefox to use. `HANDOFF_FIREFOX` chooses another.
pub fn ensure_firefox() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("HANDOFF_FIREFOX") {
        return Ok(chosen.into());
    }
    if let Some(found) = installed(&FIREFOX) {
        return Ok(found);
    }
    let hint =
        "there is no Firefox here: install it (Debian: apt-get install firefox-esr), or set HANDOFF_FIREFOX to one";
    packages::install(&["firefox-esr", "fonts-dejavu-core"], "the tour is taken in it").context(hint)?;
    installed(&FIREFOX).context(hint)
}

/// The driver of GNOME's browser engine, which knows its browser, and a screen for it.
pub fn ensure_webkit() -> Result<()> {
    let there = || WEBKIT.iter().all(|name| process::on_path(&[name]).is_some());
    if there() {
        return Ok(());
    }
    let hint =
        "WebKitWebDriver or xvfb-run is not here: install them (Debian: apt-get install webkit2gtk-driver xvfb xauth)";
    packages::install(&["webkit2gtk-driver", "xvfb", "xauth", "fonts-dejavu-core"], "the tour is taken in WebKitGTK")
        .context(hint)?;
    ensure!(there(), hint);
    Ok(())
}

/// One that really starts: on some systems the name is only a signpost to another package.
fn installed(candidates: &[&str]) -> Option<PathBuf> {
    // A whole path is itself, whatever the PATH is.
    let mut found = candidates.iter().filter_map(|name| process::on_path(&[name]));
    found.find(|candidate| process::answer(candidate, &["--version"]).is_some())
}
