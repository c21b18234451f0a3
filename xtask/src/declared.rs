//! What the workspace depends on, held against `deny.toml` by cargo-deny.
use crate::process;
use crate::workspace::Workspace;
use anyhow::Result;

/// What needs no database of advisories.
const CHECKED: [&str; 3] = ["licenses", "bans", "sources"];

/// Checks licences, versions and sources of all dependencies, where cargo-deny is at hand. It is not installed for it: to
/// compile it takes longer than everything else that is checked.
pub fn check(workspace: &Workspace) -> Result<()> {
    let Some(cargo_deny) = process::on_path(&["cargo-deny"]) else {
        println!("cargo-deny is not here, so deny.toml is not checked: cargo install cargo-deny --locked");
        return Ok(());
    };
    let mut command = std::process::Command::new(cargo_deny);
    // Told apart from cargo's own arguments by its name, as cargo calls it.
    command.current_dir(&workspace.root).args(["--all-features", "check"]).args(CHECKED);
    process::run(&mut command)
}
