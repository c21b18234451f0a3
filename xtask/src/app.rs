//! Building the app into `dist`.
use crate::workspace::Workspace;
use crate::{bundle, precompress, program, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Besides Rust files: everything that ends up in the app, or decides how it is built.
const SOURCES: [&str; 8] = [
    "app/index.html",
    "app/Cargo.toml",
    "core/Cargo.toml",
    "server/Cargo.toml",
    "style",
    "public",
    "Cargo.lock",
    "xtask/src",
];

/// Builds the app, unless nothing that it is made of is newer than what was built.
pub fn build(workspace: &Workspace) -> Result<()> {
    if is_fresh(workspace) {
        return Ok(());
    }
    let npm = tools::ensure(workspace)?;
    println!("Building the app.");
    let dist = workspace.dist();
    bundle::begin(workspace)?;
    let program = program::build(workspace, &npm, &dist)?;
    bundle::finish(workspace, &npm, &program, &dist)?;
    let stamp = bundle::stamp(&dist)?;
    precompress::folder(&dist)?;
    // Last: its presence says that everything else is there.
    fs::write(dist.join(bundle::STAMP), stamp).context("writing the version of the app")
}

/// Puts program and style sheet into the page that Trunk is building, which starts this and names its folder.
pub fn finish_for_trunk(workspace: &Workspace) -> Result<()> {
    let folder = std::env::var_os("TRUNK_STAGING_DIR").context("Trunk starts this while it builds: trunk serve")?;
    let npm = tools::ensure(workspace)?;
    let program = program::build(workspace, &npm, Path::new(&folder))?;
    bundle::finish(workspace, &npm, &program, Path::new(&folder))
}

fn is_fresh(workspace: &Workspace) -> bool {
    let Some(built) = changed(&workspace.dist().join(bundle::STAMP)) else {
        return false;
    };
    let Some(rust) = rust_files(&workspace.target) else {
        return false;
    };
    let others = SOURCES.iter().map(|name| newest(&workspace.root.join(name)));
    // Several checkouts may share a target folder: what another one built says nothing about ours.
    let rust = rust.iter().map(|file| changed(file).filter(|_| file.starts_with(&workspace.root)));
    others.chain(rust).all(|time| time.is_some_and(|time| time <= built))
}

/// The Rust files that the app was last built from, as cargo noted them.
fn rust_files(target: &Path) -> Option<Vec<PathBuf>> {
    let note = fs::read_to_string(target.join("wasm32-unknown-unknown/wasm-release/handoff-app.d")).ok()?;
    let (_, files) = note.lines().next()?.split_once(".wasm: ")?;
    Some(listed(files))
}

/// Files are parted by spaces; a space in a name is escaped.
fn listed(files: &str) -> Vec<PathBuf> {
    files.replace("\\ ", "\0").split_whitespace().map(|name| name.replace('\0', " ").into()).collect()
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// When a file, or anything in a folder, last changed. A removed file changes its folder.
fn newest(path: &Path) -> Option<SystemTime> {
    let own = changed(path);
    let Ok(entries) = fs::read_dir(path) else {
        return own;
    };
    entries.flatten().map(|entry| newest(&entry.path())).chain([own]).flatten().max()
}

#[cfg(test)]
mod tests {
    use super::listed;
    use std::path::PathBuf;

    #[test]
    fn names_with_spaces_stay_whole() {
        assert_eq!(listed("/a/b.rs /my\\ code/c.rs"), [PathBuf::from("/a/b.rs"), PathBuf::from("/my code/c.rs")]);
    }
}
