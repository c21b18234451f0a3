//! Where everything lies.
use crate::process;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The checkout, and the folders beside it that tasks write to.
pub struct Workspace {
    /// The folder of the checkout.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target: PathBuf,
    /// Where tools are kept, once per user.
    pub cache: PathBuf,
    metadata: Value,
}

impl Workspace {
    /// Asks cargo, which knows of `CARGO_TARGET_DIR` and every configuration file.
    pub fn find() -> Result<Self> {
        // Asked for when it runs: built in, it would be another checkout's where two share a target folder.
        let here = std::env::var_os("CARGO_MANIFEST_DIR").context("run this through cargo: cargo xtask")?;
        let here = Path::new(&here);
        let root = here.parent().context("xtask lies in the workspace")?.to_path_buf();
        let mut command = process::cargo();
        command.args(["metadata", "--no-deps", "--format-version=1"]).current_dir(&root);
        let metadata: Value = serde_json::from_str(&process::output(&mut command)?)
            .context("reading what cargo says of the workspace")?;
        let target = metadata["target_directory"].as_str().context("cargo did not name its target folder")?.into();
        Ok(Self { root, target, cache: cache()?, metadata })
    }

    /// The built files of the app.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The server embeds `dist`, so that folder must exist before the server can be compiled.
    pub fn ensure_dist(&self) -> Result<()> {
        fs::create_dir_all(self.dist()).context("making the folder dist")
    }

    /// The names of a package's benches, in order.
    pub fn benches(&self, package: &str) -> Vec<String> {
        let every = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let packages = every(&self.metadata["packages"]);
        let targets =
            packages.iter().filter(|found| found["name"] == package).flat_map(|found| every(&found["targets"]));
        targets
            .filter(|target| every(&target["kind"]).iter().any(|kind| kind == "bench"))
            .filter_map(|target| target["name"].as_str().map(str::to_owned))
            .collect()
    }
}

fn cache() -> Result<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")));
    Ok(caches.context("neither XDG_CACHE_HOME nor HOME is set: tools have nowhere to go")?.join("handoff/tools"))
}

/// Every file in a folder and the folders in it.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))? {
        let path = entry.with_context(|| format!("listing {}", folder.display()))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort_unstable();
    Ok(found)
}
