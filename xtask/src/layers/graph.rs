//! Which file imports which, and the circles of them.
use super::modules::{Module, Modules, Written};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

/// For each file the files that it imports, with the names that it takes from them.
#[derive(Debug, Default)]
pub struct Graph(BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeSet<String>>>);

impl Graph {
    /// The graph of these modules.
    pub fn of(modules: &Modules) -> Self {
        let mut graph = Self::default();
        for (number, module) in modules.all.iter().enumerate() {
            for path in &module.paths {
                let Some(target) = find(modules, number, path, &mut BTreeSet::new()) else { continue };
                let target = &modules.all[target].file;
                if *target != module.file {
                    let taken = graph.0.entry(module.file.clone()).or_default().entry(target.clone()).or_default();
                    taken.extend(path.last().cloned());
                }
            }
        }
        graph
    }

    /// Every import: who, what file, which names.
    pub fn imports(&self) -> impl Iterator<Item = (&Path, &Path, &BTreeSet<String>)> {
        self.0.iter().flat_map(|(file, imports)| {
            imports.iter().map(move |(imported, names)| (file.as_path(), imported.as_path(), names))
        })
    }

    /// The names that a file takes from another.
    pub fn names(&self, file: &Path, imported: &Path) -> Option<&BTreeSet<String>> {
        self.0.get(file)?.get(imported)
    }

    /// The shortest circle through each file that is on one. Each circle once.
    pub fn circles(&self) -> BTreeSet<Vec<&Path>> {
        self.0.keys().filter_map(|file| self.circle(file)).collect()
    }

    /// The shortest way from a file back to itself, beginning with the first of its files by name.
    fn circle(&self, start: &Path) -> Option<Vec<&Path>> {
        let mut came_from: BTreeMap<&Path, &Path> = BTreeMap::new();
        let (start, _) = self.0.get_key_value(start)?;
        let mut waiting = VecDeque::from([start.as_path()]);
        while let Some(file) = waiting.pop_front() {
            for imported in self.0.get(file).into_iter().flat_map(BTreeMap::keys) {
                if !came_from.contains_key(imported.as_path()) {
                    came_from.insert(imported, file);
                    waiting.push_back(imported);
                }
            }
        }
        let mut circle = vec![*came_from.get(start.as_path())?];
        while let Some(last) = circle.last().filter(|last| **last != start.as_path()) {
            circle.push(came_from.get(last)?);
        }
        circle.reverse();
        let first = circle.iter().enumerate().min_by_key(|(_, file)| **file).map_or(0, |(first, _)| first);
        circle.rotate_left(first);
        Some(circle)
    }
}

/// The module that defines what a path names, if it is one of ours. `asked` keeps imports that name each other from being
/// followed for ever.
fn find(modules: &Modules, from: usize, path: &[String], asked: &mut BTreeSet<(usize, Written)>) -> Option<usize> {
    if !asked.insert((from, path.to_vec())) {
        return None;
    }
    let module = &modules.all[from];
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => inside(modules, root(modules, from), rest, asked),
        "self" => inside(modules, from, rest, asked),
        "super" => inside(modules, module.parent?, rest, asked),
        name => {
            if let Some(krate) = modules.crates.get(name) {
                return inside(modules, *krate, rest, asked);
            }
            let known = module.children.contains_key(name) || imported(module, name).is_some();
            if known { inside(modules, from, path, asked) } else { None }
        }
    }
}

/// The module that defines what a path names that begins inside a module.
fn inside(modules: &Modules, at: usize, path: &[String], asked: &mut BTreeSet<(usize, Written)>) -> Option<usize> {
    let module = &modules.all[at];
    let Some((name, rest)) = path.split_first() else { return Some(at) };
    if name == "super" {
        return inside(modules, module.parent?, rest, asked);
    }
    if let Some(child) = module.children.get(name) {
        return inside(modules, *child, rest, asked);
    }
    if module.items.contains(name) {
        return Some(at);
    }
    if let Some(import) = imported(module, name) {
        let whole: Written = import.iter().chain(rest).cloned().collect();
        return find(modules, at, &whole, asked);
    }
    let through = |glob: &Written, asked: &mut BTreeSet<(usize, Written)>| {
        let target = find(modules, at, glob, asked)?;
        let brings = &modules.all[target];
        let has = brings.children.contains_key(name) || brings.items.contains(name) || imported(brings, name).is_some();
        if has { inside(modules, target, path, asked) } else { None }
    };
    module.globs.iter().find_map(|glob| through(glob, asked)).or(Some(at))
}

fn imported<'a>(module: &'a Module, name: &str) -> Option<&'a Written> {
    // What has the name of its own crate, as a macro may, is of that crate: followed by its name, it would lead to itself.
    let leads_on = |as_name: &String, path: &Written| as_name == name && path.first() != Some(as_name);
    module.imports.iter().find(|(as_name, path)| leads_on(as_name, path)).map(|(_, path)| path)
}

fn root(modules: &Modules, mut module: usize) -> usize {
    while let Some(parent) = modules.all[module].parent {
        module = parent;
    }
    module
}
