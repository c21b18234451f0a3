//! Everything that is checked without running it.
use crate::summary::Summary;
use crate::workspace::Workspace;
use crate::{declared, layers, node, process, tools};
use std::process::Command;

/// Lints, package by package: the pages and the server must never be built together.
const LINTS: [(&str, &[&str]); 4] = [
    ("lints: rules and server", &["--package=handoff-core", "--package=handoff-server", "--all-targets"]),
    (
        "lints: what the browser sees of the server",
        &["--package=handoff-server", "--lib", "--no-default-features", "--target=wasm32-unknown-unknown"],
    ),
    ("lints: app", &["--package=handoff-app", "--bins", "--examples", "--target=wasm32-unknown-unknown"]),
    ("lints: xtask", &["--package=xtask", "--all-targets"]),
];

/// Adds every check to the summary.
pub fn all(workspace: &Workspace, summary: &mut Summary) {
    without_lints(workspace, summary);
    for (name, arguments) in LINTS {
        summary.plain(name, || {
            workspace.ensure_dist()?;
            process::run(cargo(workspace).arg("clippy").args(arguments).args(["--", "--deny=warnings"]))
        });
    }
}

/// Adds what is checked without compiling anything of this workspace.
pub fn without_lints(workspace: &Workspace, summary: &mut Summary) {
    summary.plain("tools", || tools::ensure(workspace).map(drop));
    summary.plain("format", || process::run(cargo(workspace).args(["fmt", "--all", "--check"])));
    summary.plain("layers", || layers::check(workspace));
    summary.plain("dependencies", || declared::check(workspace));
    summary.plain("types: end-to-end tests", || {
        let folder = workspace.root.join("end2end");
        node::install(&folder, "the end-to-end tests run on Playwright")?;
        process::run(Command::new("npm").args(["run", "--silent", "check"]).current_dir(folder))
    });
}

/// Cargo in this workspace.
pub fn cargo(workspace: &Workspace) -> Command {
    let mut command = process::cargo();
    command.current_dir(&workspace.root);
    command
}
