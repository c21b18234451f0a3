//! Who may read SQLite's file: its owner alone.
//!
//! SQLite makes a file that everybody on the machine can read, and gives its log the rights of the file.

use std::fs::{OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::str::FromStr;

use sqlx::sqlite::SqliteConnectOptions;

/// What everybody on the machine may do with a file.
const EVERYBODY: u32 = 0o007;

/// What its owner may do.
const OWNER: u32 = 0o700;

/// Makes the file of a database, for its owner alone, if it is to be made; and closes one that everybody
/// can read. One that its group can read was somebody's decision.
///
/// # Errors
/// If the address is wrong, or the file can neither be made nor found.
pub(super) fn close_to_others(address: &str) -> Result<(), sqlx::Error> {
    if address.contains(":memory:") || address.contains("mode=memory") {
        return Ok(());
    }
    let options = SqliteConnectOptions::from_str(address)?;
    let file = options.get_filename();
    if address.contains("mode=rwc") {
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(sqlx::Error::Configuration(format!("{}: {error}", file.display()).into())),
        }
    }
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        close(Path::new(&name));
    }
    Ok(())
}

/// Whether it works or not is said in the log: an operator may have to do it.
fn close(file: &Path) {
    // A log is there only while somebody has the database open.
    let Ok(found) = std::fs::metadata(file) else { return };
    let mode = found.permissions().mode() & 0o777;
    if mode & EVERYBODY == 0 {
        return;
    }
    match std::fs::set_permissions(file, Permissions::from_mode(mode & OWNER)) {
        Ok(()) => {
            tracing::warn!(file = %file.display(), "could be read by everybody on this machine, and is closed now");
        }
        Err(error) => {
            tracing::warn!(file = %file.display(), %error, "can be read by everybody on this machine: close it with chmod");
        }
    }
}
