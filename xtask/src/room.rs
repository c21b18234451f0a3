//! Room on the disk. Where it runs out in the middle, PostgreSQL crashes, compilers fail, and nothing says why.
use anyhow::{Result, ensure};
use std::path::Path;

/// Fails if a folder's disk has less free than this.
#[cfg(unix)]
pub fn ensure(folder: &Path, gigabytes: u64) -> Result<()> {
    use anyhow::Context;
    const GIGABYTE: u64 = 1_000_000_000;
    let disk = rustix::fs::statvfs(folder).with_context(|| format!("asking how much room {} has", folder.display()))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) / GIGABYTE;
    ensure!(
        free >= gigabytes,
        "the disk of {} has {free} GB free, and this needs {gigabytes}: make room first (cargo clean, say)",
        folder.display()
    );
    Ok(())
}

#[cfg(not(unix))]
pub fn ensure(_folder: &Path, _gigabytes: u64) -> Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::ensure;
    use std::path::Path;

    #[test]
    fn a_full_disk_is_said_before_anything_begins() {
        assert!(ensure(Path::new("."), 0).is_ok());
        let refused = ensure(Path::new("."), u64::MAX).unwrap_err().to_string();
        assert!(refused.contains("GB free, and this needs"), "{refused}");
        assert!(ensure(Path::new("/nowhere/at/all"), 0).is_err());
    }
}
