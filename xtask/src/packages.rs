//! Packages of the operating system, where we may install them.
use crate::process;
use anyhow::Result;
use std::process::Command;

/// Installs Debian packages when this is Debian or Ubuntu and we are root. False: it is for the person to do.
pub fn install(packages: &[&str], why: &str) -> Result<bool> {
    let Some(apt) = process::on_path(&["apt-get"]) else {
        return Ok(false);
    };
    if !process::is_root() {
        return Ok(false);
    }
    println!("Installing {} with apt-get: {why}.", packages.join(", "));
    let apt_get = || {
        let mut command = Command::new(&apt);
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet=2");
        command
    };
    process::run(apt_get().arg("update"))?;
    process::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(packages))?;
    Ok(true)
}
