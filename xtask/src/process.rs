//! Starting other programs, and saying clearly when one of them fails.
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Leaves Ctrl-C to the programs we started: they end, we see it, and what we made is removed on the way out.
pub fn outlive_interrupts() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed)).context("listening for Ctrl-C")
}

/// Whether the person pressed Ctrl-C.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs to the end, in view of the person.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start {}", shown(command)))?;
    ensure!(!interrupted(), "interrupted");
    ensure!(status.success(), "{} failed ({status})", shown(command));
    Ok(())
}

/// Runs to the end, and shows what the program complains about only if it fails.
pub fn quietly(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("could not start {}", shown(command)))?;
    ensure!(!interrupted(), "interrupted");
    let complaints = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} failed ({}): {}", shown(command), output.status, complaints.trim());
    Ok(())
}

/// Runs to the end and returns what the program printed.
pub fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("could not start {}", shown(command)))?;
    ensure!(output.status.success(), "{} failed ({})", shown(command), output.status);
    String::from_utf8(output.stdout).with_context(|| format!("{} did not print text", shown(command)))
}

/// What the program prints, or nothing when it is missing or fails: for asking whether a tool is there.
pub fn answer(program: impl Into<OsString>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program.into()).args(arguments).stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Runs to the end, shows every line and hands it on. Returns whether the program succeeded.
pub fn follow(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("could not start {}", shown(command)))?;
    let Some(stdout) = child.stdout.take() else { bail!("{} has no output to read", shown(command)) };
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.with_context(|| format!("reading what {} prints", shown(command)))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        each(&line);
    }
    let status = child.wait().with_context(|| format!("waiting for {}", shown(command)))?;
    ensure!(!interrupted(), "interrupted");
    Ok(status.success())
}

/// The first program of these names on the PATH.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

/// Whether this user is root.
pub fn is_root() -> bool {
    cfg!(unix) && answer("id", &["-u"]).as_deref() == Some("0")
}

fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name).chain(words).collect::<Vec<_>>().join(" ")
}
