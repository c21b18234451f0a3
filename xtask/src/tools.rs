//! The tools that build the app: the wasm target, wasm-bindgen, the splitter, Trunk, wasm-opt and esbuild.
use crate::workspace::Workspace;
use crate::{browser, node, postgres, process};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that splits the app into pieces.
pub const SPLITTER: &str = "wasm-split-cli";

const TRUNK: &str = "0.21.14";
// Of the same minor version as wasm_split_helpers, which marks where to split.
const SPLIT: &str = "0.2.4";
const WASM: &str = "wasm32-unknown-unknown";

/// Installs what is missing to build the app. Returns the folders that go first on Trunk's PATH.
pub fn ensure(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    ensure_c_compiler()?;
    ensure_wasm_target()?;
    let bindgen = locked_version(&workspace.root, "wasm-bindgen")?;
    let why = "it joins the app to the browser and must be as new as the library";
    ensure_program(&workspace.cache, "wasm-bindgen", "wasm-bindgen-cli", &bindgen, why)?;
    let why = "it splits the app into pieces, so that a page is fetched when it is opened";
    ensure_program(&workspace.cache, SPLITTER, "wasm_split_cli_support", SPLIT, why)?;
    ensure_program(&workspace.cache, "trunk", "trunk", TRUNK, "it makes the page")?;
    Ok(vec![workspace.cache.join("bin"), from_npm(workspace)?])
}

/// Installs everything and says where it is.
pub fn report(workspace: &Workspace) -> Result<()> {
    let folders = ensure(workspace)?;
    node::install(&workspace.root.join("end2end"), "the end-to-end tests run on Playwright")?;
    let chromium = browser::ensure(workspace)?.map_or("Playwright's own".to_owned(), |path| path.display().to_string());
    let postgres = postgres::ensure()?;
    println!("\nEverything is there:");
    for name in ["wasm-bindgen", SPLITTER, "trunk", "wasm-opt", "esbuild"] {
        let found = find(&folders, name)?;
        // The splitter has no version to say.
        let (ask, said) = if name == SPLITTER { ("--help", Some(SPLIT.to_owned())) } else { ("--version", None) };
        let answer = process::answer(&found, &[ask]).with_context(|| format!("{} does not run", found.display()))?;
        println!("  {name:<14}  {}  ({})", said.unwrap_or(answer), found.display());
    }
    println!("  {:<14}  {chromium}", "Chromium");
    println!("  {:<14}  {}", "PostgreSQL", postgres.display());
    Ok(())
}

/// A tool, ready to be given its arguments.
pub fn command(folders: &[PathBuf], name: &str) -> Result<Command> {
    Ok(Command::new(find(folders, name)?))
}

fn find(folders: &[PathBuf], name: &str) -> Result<PathBuf> {
    let found = folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file());
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

fn ensure_program(cache: &Path, program: &str, package: &str, version: &str, why: &str) -> Result<()> {
    let runs = process::answer(cache.join("bin").join(program), &["--help"]).is_some();
    if runs && fs::read_to_string(cache.join(".crates.toml")).is_ok_and(|note| is_noted(&note, package, version)) {
        return Ok(());
    }
    println!("Building {package} {version} into {}: {why}. This takes some minutes, once.", cache.display());
    let mut command = process::cargo();
    // Without its features it fetches nothing from the network, which we never let it do, and builds much faster.
    command.args(["install", package, "--version", version, "--no-default-features", "--force", "--root"]).arg(cache);
    // A tool that runs for a second is not worth minutes of optimising; Trunk itself only copies files.
    let optimising = if package == "trunk" { "0" } else { "1" };
    if program != "wasm-bindgen" {
        command.arg("--locked");
    }
    if program == SPLITTER {
        command.args(["--features", "build-binary"]);
    }
    command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", optimising).env("CARGO_PROFILE_RELEASE_LTO", "off");
    command.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16").env_remove("CARGO_TARGET_DIR");
    process::run(&mut command)
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

/// Whether cargo noted that it installed this here: not every program says its version.
fn is_noted(note: &str, package: &str, version: &str) -> bool {
    note.lines().any(|line| line.starts_with(&format!("\"{package} {version} (")))
}

fn locked_version(root: &Path, package: &str) -> Result<String> {
    let lock = fs::read_to_string(root.join("Cargo.lock")).context("reading Cargo.lock")?;
    version_in(&lock, package).with_context(|| format!("Cargo.lock does not name {package}"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    Some(lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{is_noted, version_in};

    #[test]
    fn what_cargo_installed_is_known_by_its_note() {
        let note = "[v1]\n\"trunk 0.21.14 (registry+https://github.com/rust-lang/crates.io-index)\" = [\"trunk\"]\n";
        assert!(is_noted(note, "trunk", "0.21.14"));
        assert!(!is_noted(note, "trunk", "0.21.1"));
        assert!(!is_noted(note, "wasm-bindgen-cli", "0.21.14"));
    }

    #[test]
    fn a_version_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "trunk"), None);
    }
}
