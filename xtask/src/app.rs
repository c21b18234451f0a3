//! Building the app into `dist`.
use crate::workspace::Workspace;
use crate::{bundle, precompress, process, program, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Besides Rust files: everything that ends up in the app, or decides how it is built.
const SOURCES: [&str; 9] = [
    "app/index.html",
    "app/Cargo.toml",
    "core/Cargo.toml",
    "server/Cargo.toml",
    "style",
    "public",
    "Trunk.toml",
    "Cargo.lock",
    "xtask/src",
];

/// Builds the app, unless nothing that it is made of is newer than what was built.
pub fn build(workspace: &Workspace) -> Result<()> {
    if is_fresh(workspace) {
        return Ok(());
    }
    let folders = tools::ensure(workspace)?;
    println!("Building the app.");
    // Trunk makes the page with its public files; the program that it leaves out is put there next.
    let mut trunk = tools::command(&folders, "trunk")?;
    process::first_on_path(&mut trunk, &folders)?;
    // Trunk reads NO_COLOR as a yes or no of its own, and stops at the usual "1".
    trunk.args(["build", "--release"]).current_dir(&workspace.root).env_remove("NO_COLOR");
    process::run(&mut trunk)?;
    let dist = workspace.dist();
    let program = program::build(workspace, &folders)?;
    let stamp = bundle::finish(workspace, &folders, &program)?;
    precompress::folder(&dist)?;
    // Last: its presence says that everything else is there.
    fs::write(dist.join(bundle::STAMP), stamp).context("writing the version of the app")
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
