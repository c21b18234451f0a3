//! A private PostgreSQL: made for one task, thrown away after it, whatever happens.
use crate::{postgres, process};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// What the cluster is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Nothing has to outlive a power cut.
    Tests,
    /// As durable as in production: a figure measured without is a lie.
    Figures,
}

/// A running cluster. Dropped, it is stopped and removed.
pub struct Database {
    /// Where to connect to, as its superuser.
    pub url: String,
    child: Child,
    stop: Command,
    folder: Option<TempDir>,
}

impl Database {
    /// Makes a cluster in a temporary folder and waits until it answers.
    pub fn start(purpose: Purpose) -> Result<Self> {
        let programs = postgres::ensure()?;
        let user = if process::is_root() { Some(other_user()?) } else { None };
        let folder =
            tempfile::Builder::new().prefix("handoff-postgres-").tempdir().context("making a folder for PostgreSQL")?;
        give(folder.path(), user)?;
        let data = folder.path().join("data");
        let mut initdb = command(&programs.join("initdb"), folder.path(), user);
        initdb
            .args(["--username=handoff", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"])
            .arg(&data);
        process::run(initdb.stdout(Stdio::null()))?;
        let port = free_port()?;
        let mut server = command(&programs.join("postgres"), folder.path(), user);
        server.arg("-D").arg(&data).arg("-k").arg(folder.path()).arg("-p").arg(port.to_string());
        for setting in settings(purpose) {
            server.arg("-c").arg(setting);
        }
        let child = server.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().context("starting PostgreSQL")?;
        let mut stop = command(&programs.join("pg_ctl"), folder.path(), user);
        stop.args(["stop", "--silent", "--wait", "--mode=immediate", "--pgdata"])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let url = format!("postgres://handoff@127.0.0.1:{port}/postgres");
        let mut database = Self { url, child, stop, folder: Some(folder) };
        database.wait()?;
        Ok(database)
    }

    /// Reads the log until PostgreSQL says that it is ready.
    fn wait(&mut self) -> Result<()> {
        let mut log = BufReader::new(self.child.stderr.take().context("PostgreSQL has no log to read")?);
        let mut said = String::new();
        loop {
            let before = said.len();
            if log.read_line(&mut said).context("reading PostgreSQL's log")? == 0 {
                bail!("PostgreSQL ended before it was ready:\n{said}");
            }
            if said[before..].contains("ready to accept connections") {
                break;
            }
        }
        // Refused statements are part of the tests; nobody reads them, but a full pipe would stop PostgreSQL.
        std::thread::spawn(move || log.read_to_end(&mut Vec::new()));
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Asked, it also gives back its shared memory; killed, it would not. After Ctrl-C it is already gone.
        let asked = self.stop.status().is_ok_and(|status| status.success());
        let stopped = if asked { Ok(()) } else { self.child.kill() };
        if let Err(error) = stopped.and_then(|()| self.child.wait()) {
            eprintln!("PostgreSQL could not be stopped (process {}): {error}", self.child.id());
        }
        if let Some(Err(error)) = self.folder.take().map(TempDir::close) {
            eprintln!("PostgreSQL's folder could not be removed: {error}");
        }
    }
}

fn settings(purpose: Purpose) -> Vec<&'static str> {
    let mut settings =
        vec!["listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=256MB", "lc_messages=C"];
    match purpose {
        Purpose::Tests => settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]),
        Purpose::Figures => settings.extend(["max_wal_size=8GB", "checkpoint_timeout=30min"]),
    }
    settings
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("looking for a free port")?;
    Ok(listener.local_addr().context("looking for a free port")?.port())
}

/// Someone who is not root, since PostgreSQL refuses to run as root.
fn other_user() -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").context("looking for a user who may run PostgreSQL")?;
    let known = ["postgres", "nobody"].iter().find_map(|name| user_in(&users, name));
    known.context(
        "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody: run this as another user",
    )
}

fn user_in(users: &str, name: &str) -> Option<(u32, u32)> {
    let mut fields =
        users.lines().map(|line| line.split(':')).find(|fields| fields.clone().next() == Some(name))?.skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(unix)]
fn give(folder: &Path, user: Option<(u32, u32)>) -> Result<()> {
    let Some((user, group)) = user else {
        return Ok(());
    };
    std::os::unix::fs::chown(folder, Some(user), Some(group)).context("handing the folder to PostgreSQL's user")
}

#[cfg(unix)]
fn command(program: &Path, folder: &Path, user: Option<(u32, u32)>) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

#[cfg(not(unix))]
fn give(_folder: &Path, _user: Option<(u32, u32)>) -> Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn command(program: &Path, folder: &Path, _user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    command
}

#[cfg(test)]
mod tests {
    use super::user_in;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgresql:x:7:7::/:/bin/sh\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\n";
        assert_eq!(user_in(users, "postgres"), Some((101, 104)));
        assert_eq!(user_in(users, "nobody"), None);
    }
}
