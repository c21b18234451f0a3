//! No files import each other in a circle, and the server is built in layers.
mod graph;
mod modules;
#[cfg(test)]
mod tests;

use crate::workspace::Workspace;
use anyhow::{Result, bail};
use graph::Graph;
use modules::Modules;
use std::collections::BTreeSet;
use std::path::Path;

/// The root of each crate, and the name by which others import it.
const CRATES: [(&str, Option<&str>); 5] = [
    ("core/src/lib.rs", Some("handoff_core")),
    ("server/src/lib.rs", Some("handoff_server")),
    ("server/src/bin/handoff.rs", None),
    ("app/src/main.rs", None),
    ("xtask/src/main.rs", None),
];

/// The layers of the server, from the top down. What is in one knows what is below, and neither its neighbours nor what is
/// above.
const SERVER: [&[&str]; 12] = [
    &["bin"],
    &["command"],
    &["api", "http", "demo"],
    &["caller", "delivery"],
    &["overviews"],
    &["shared"],
    &["live"],
    &["store"],
    &["contacts", "config"],
    &["secret", "key"],
    &["clock"],
    &["model"],
];

/// What the pages see of the server.
const SEEN_BY_PAGES: [&str; 2] = ["api", "model"];

/// Checks the whole workspace.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut modules = Modules::default();
    for (root, name) in CRATES {
        let number = modules.read(&workspace.root, Path::new(root))?;
        modules.crates.extend(name.map(|name| (name.to_owned(), number)));
    }
    let faults = faults(&modules);
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}

/// Every circle and every import that a layer must not have, in words.
fn faults(modules: &Modules) -> Vec<String> {
    let graph = Graph::of(modules);
    let mut faults: Vec<String> = unknown(modules).collect();
    for circle in graph.circles() {
        faults.push(format!("{} files import each other in a circle:", circle.len()));
        for (file, imported) in circle.iter().zip(circle.iter().cycle().skip(1)) {
            faults.push(format!("  {}", taken(file, imported, graph.names(file, imported))));
        }
    }
    for (file, imported, names) in graph.imports() {
        if let Some(why) = forbidden(file, imported) {
            faults.push(format!("{}: {why}", taken(file, imported, Some(names))));
        }
    }
    faults
}

fn taken(file: &Path, imported: &Path, names: Option<&BTreeSet<String>>) -> String {
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    format!("{} takes {} from {}", file.display(), names.join(", "), imported.display())
}

/// Why a file must not import another one, if it must not.
fn forbidden(file: &Path, imported: &Path) -> Option<String> {
    let ((package, module), (other, below)) = (place(file)?, place(imported)?);
    match (package, other) {
        ("server", "server") if module != below => {
            let lower = layer(module)? < layer(below)?;
            (!lower).then(|| format!("{module} does not stand above {below}"))
        }
        ("app", "server") => {
            (!SEEN_BY_PAGES.contains(&below)).then(|| format!("pages see {} alone", SEEN_BY_PAGES.join(" and ")))
        }
        ("core", other) if other != "core" => Some("core knows nobody".to_owned()),
        _ => None,
    }
}

/// The package of a file, and its module below the root of that.
fn place(file: &Path) -> Option<(&str, &str)> {
    let mut parts = file.iter().filter_map(|part| part.to_str());
    let (package, _src, module) = (parts.next()?, parts.next()?, parts.next()?);
    Some((package, module.strip_suffix(".rs").unwrap_or(module)))
}

fn layer(module: &str) -> Option<usize> {
    SERVER.iter().position(|layer| layer.contains(&module))
}

/// Modules of the server that are in no layer.
fn unknown(modules: &Modules) -> impl Iterator<Item = String> {
    let places = modules.all.iter().filter_map(|module| place(&module.file));
    let known = |module: &str| module == "lib" || layer(module).is_some();
    let unknown: BTreeSet<&str> =
        places.filter(|(package, module)| *package == "server" && !known(module)).map(|(_, module)| module).collect();
    unknown.into_iter().map(|module| format!("{module} is in no layer of the server"))
}
