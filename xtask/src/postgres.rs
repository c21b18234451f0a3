//! Finding PostgreSQL's own programs, or installing them.
use crate::{packages, process};
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

/// Folders whose entries are versions, and where the programs lie below each.
const VERSIONED: [(&str, &str, &str); 5] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// The folder with `initdb` and `postgres`. `HANDOFF_POSTGRES_BIN` chooses another.
pub fn ensure() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("HANDOFF_POSTGRES_BIN") {
        return Ok(chosen.into());
    }
    if let Some(found) = installed() {
        return Ok(found);
    }
    packages::install(&["postgresql"], "the tests run on SQLite and on a private PostgreSQL")?;
    installed().context(
        "there is no PostgreSQL here (looked for initdb): install its server (Debian: apt-get install postgresql; Fedora: dnf install \
         postgresql-server; macOS: brew install postgresql), or set HANDOFF_POSTGRES_BIN to the folder of its programs",
    )
}

fn installed() -> Option<PathBuf> {
    let on_path =
        process::on_path(&["initdb"]).and_then(|file| fs::canonicalize(file).ok()?.parent().map(PathBuf::from));
    on_path.or_else(newest)
}

fn newest() -> Option<PathBuf> {
    let mut found = Vec::new();
    for (folder, prefix, below) in VERSIONED {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(rest) = name.strip_prefix(prefix) else {
                continue;
            };
            let programs = entry.path().join(below);
            if programs.join("initdb").is_file() && programs.join("postgres").is_file() {
                found.push((version(rest), programs));
            }
        }
    }
    found.into_iter().max().map(|(_, programs)| programs)
}

/// The version in a folder's name: "16", "@17", "9.6".
fn version(name: &str) -> u32 {
    let digits: String = name.trim_start_matches('@').chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn folders_are_compared_by_number() {
        assert!(version("9.6") < version("15"));
        assert!(version("@15") < version("@16"));
        assert_eq!(version("latest"), 0);
    }
}
