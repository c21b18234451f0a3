//! Building the server with the app inside, and running it.
use crate::workspace::Workspace;
use crate::{app, bundle, process};
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

/// Build the release, then serve a demo organization and print its address and sign-ins.
#[derive(clap::Args)]
pub struct Run {
    /// Where the demo lives, `sqlite:PATH` or `postgres://…`; else an SQLite file in the target folder, kept between runs
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    listen: String,
}

/// Builds app and server; cargo and the app's stamp know what is already there.
///
/// Linking the app and making it small takes minutes of one core. Meanwhile the others compile the server: only the
/// program itself has the app inside.
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    thread::scope(|scope| {
        let library = scope.spawn(|| process::run(&mut release(workspace, "--lib")));
        let app = app::build(workspace);
        let library = library.join().map_err(|_| anyhow!("building the server's library ended in a panic"))?;
        app.and(library)
    })?;
    let built = fs::read_to_string(workspace.dist().join(bundle::STAMP)).context("reading which app was built")?;
    process::run(release(workspace, "--bin=handoff").env("HANDOFF_APP", built))?;
    Ok(program(workspace, "release"))
}

fn release(workspace: &Workspace, what: &str) -> Command {
    let mut cargo = process::cargo();
    cargo.args(["build", "--release", "--package=handoff-server", what]).current_dir(&workspace.root);
    cargo
}

/// The development build, which reads `dist` from the disk: quick to make again after a change.
pub fn build_for_development(workspace: &Workspace) -> Result<PathBuf> {
    workspace.ensure_dist()?;
    process::run(
        process::cargo().args(["build", "--package=handoff-server", "--bin=handoff"]).current_dir(&workspace.root),
    )?;
    Ok(program(workspace, "debug"))
}

/// Where the server of a profile is, built or not.
pub fn program(workspace: &Workspace, profile: &str) -> PathBuf {
    workspace.target.join(profile).join(format!("handoff{}", std::env::consts::EXE_SUFFIX))
}

/// Serves the demo until Ctrl-C.
pub fn run(workspace: &Workspace, wanted: &Run) -> Result<()> {
    let binary = build(workspace)?;
    let database = if let Some(database) = &wanted.database {
        database.clone()
    } else {
        let folder = workspace.target.join("demo");
        fs::create_dir_all(&folder).context("making a folder for the demo")?;
        format!("sqlite:{}", folder.join("handoff.db").display())
    };
    let mut demo = Command::new(binary);
    demo.args(["demo", "--database", &database, "--listen", &wanted.listen]);
    // Ctrl-C is how it ends.
    process::run(&mut demo).or_else(|error| if process::interrupted() { Ok(()) } else { Err(error) })
}
