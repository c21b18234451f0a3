//! The tools that build the app: the wasm target, wasm-opt and esbuild. All else is a library of this program.
use crate::workspace::Workspace;
use crate::{browser, node, postgres, process};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const WASM: &str = "wasm32-unknown-unknown";

/// Installs what is missing to build the app. Returns the folder of the programs from npm.
pub fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    ensure_c_compiler()?;
    ensure_wasm_target()?;
    from_npm(workspace)
}

/// Installs everything and says where it is.
pub fn report(workspace: &Workspace) -> Result<()> {
    let npm = ensure(workspace)?;
    node::install(&workspace.root.join("end2end"), "the end-to-end tests run on Playwright")?;
    let chromium = browser::ensure(workspace)?.map_or("Playwright's own".to_owned(), |path| path.display().to_string());
    let postgres = postgres::ensure()?;
    println!("\nEverything is there:");
    for name in ["wasm-opt", "esbuild"] {
        let found = find(&npm, name)?;
        let answer =
            process::answer(&found, &["--version"]).with_context(|| format!("{} does not run", found.display()))?;
        println!("  {name:<14}  {answer}  ({})", found.display());
    }
    println!("  {:<14}  {chromium}", "Chromium");
    println!("  {:<14}  {}", "PostgreSQL", postgres.display());
    Ok(())
}

/// A tool, ready to be given its arguments.
pub fn command(npm: &Path, name: &str) -> Result<Command> {
    Ok(Command::new(find(npm, name)?))
}

fn find(npm: &Path, name: &str) -> Result<PathBuf> {
    let found = Some(npm.join(name)).filter(|file| file.is_file());
    found.with_context(|| format!("{name} was installed but is not there"))
}

fn ensure_c_compiler() -> Result<()> {
    let compiler = std::env::var_os("CC").map(PathBuf::from).or_else(|| process::on_path(&["cc", "gcc", "clang"]));
    compiler.map(drop).context(
        "there is no C compiler here: install one (Debian: apt-get install gcc libc6-dev), SQLite is written in C",
    )
}

fn ensure_wasm_target() -> Result<()> {
    let library = process::output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    let there = fs::read_dir(library.trim()).is_ok_and(|mut files| files.next().is_some());
    if there {
        return Ok(());
    }
    println!("Adding Rust's target {WASM} with rustup: the app runs in the browser.");
    let hint = format!("Rust has no target {WASM} here: install it (with rustup: rustup target add {WASM})");
    process::run(Command::new("rustup").args(["target", "add", WASM])).context(hint)
}

/// The packages of `xtask/tools`, installed once per lock file in the cache.
fn from_npm(workspace: &Workspace) -> Result<PathBuf> {
    let source = workspace.root.join("xtask/tools");
    let lock = fs::read(source.join("package-lock.json")).context("reading xtask/tools/package-lock.json")?;
    let folder = workspace.cache.join(format!("npm-{}", node::fingerprint(&lock)));
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(source.join(name), folder.join(name)).with_context(|| format!("copying xtask/tools/{name}"))?;
    }
    node::install(&folder, "wasm-opt makes the app smaller, esbuild joins its style sheets")?;
    Ok(folder.join("node_modules/.bin"))
}
