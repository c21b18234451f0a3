//! The modules of a crate, with what each defines, imports and names.
use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, UseTree, VisRestricted};

/// A path as it is written: `crate::store::Store` in three parts.
pub type Written = Vec<String>;

/// A module: a file, or a part of one.
#[derive(Debug)]
pub struct Module {
    /// Its file.
    pub file: PathBuf,
    /// The module that declares it.
    pub parent: Option<usize>,
    /// The modules that it declares.
    pub children: BTreeMap<String, usize>,
    /// What else it defines.
    pub items: BTreeSet<String>,
    /// What it imports, by the name that it has here.
    pub imports: Vec<(String, Written)>,
    /// The modules of which it imports everything.
    pub globs: Vec<Written>,
    /// The paths in its code, imports among them.
    pub paths: Vec<Written>,
}

/// Every module of the crates that were read.
#[derive(Debug, Default)]
pub struct Modules {
    /// The modules. Those that a module declares follow it.
    pub all: Vec<Module>,
    /// The root of each crate that others can import, by the name that they use.
    pub crates: BTreeMap<String, usize>,
}

impl Modules {
    /// Reads a crate from the file of its root, which is named as seen from the workspace, as all its files are then.
    pub fn read(&mut self, workspace: &Path, root: &Path) -> Result<usize> {
        let folder = root.parent().context("the root of a crate lies in a folder")?;
        self.read_file(workspace, root, folder, None)
    }

    fn read_file(&mut self, workspace: &Path, file: &Path, folder: &Path, parent: Option<usize>) -> Result<usize> {
        let text = fs::read_to_string(workspace.join(file)).with_context(|| format!("reading {}", file.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("parsing {}", file.display()))?;
        self.add(workspace, Place { file, folder, parent }, &parsed.items)
    }

    /// Adds a module with all below it.
    fn add(&mut self, workspace: &Path, place: Place<'_>, items: &[Item]) -> Result<usize> {
        let Place { file, folder, parent } = place;
        let module = self.all.len();
        self.all.push(Module {
            file: file.to_path_buf(),
            parent,
            children: BTreeMap::new(),
            items: BTreeSet::new(),
            imports: Vec::new(),
            globs: Vec::new(),
            paths: Vec::new(),
        });
        for item in items {
            match item {
                Item::Mod(child) if is_test(child) => {}
                Item::Mod(child) => {
                    let name = child.ident.to_string();
                    let below = folder.join(&name);
                    let added = if let Some((_, items)) = &child.content {
                        self.add(workspace, Place { file, folder: &below, parent: Some(module) }, items)?
                    } else {
                        let file = folder.join(format!("{name}.rs"));
                        self.read_file(workspace, &file, &below, Some(module))?
                    };
                    self.all[module].children.insert(name, added);
                }
                item => {
                    let this = &mut self.all[module];
                    this.items.extend(name(item));
                    Reader(this).visit_item(item);
                }
            }
        }
        Ok(module)
    }
}

/// Where a module is: its file, where its children's files lie, and who declares it.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a Path,
    folder: &'a Path,
    parent: Option<usize>,
}

/// Whether a module is there for tests alone: they may look at whatever they test.
fn is_test(module: &ItemMod) -> bool {
    module.attrs.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|flag| flag.is_ident("test"))
    })
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Notes the paths of what it visits.
struct Reader<'a>(&'a mut Module);

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        imports(&item.tree, &mut Vec::new(), self.0);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.paths.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        visit::visit_path(self, &called.path);
        in_tokens(called.tokens.clone(), &mut self.0.paths);
    }

    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}

/// Notes what a tree of imports brings.
fn imports(tree: &UseTree, before: &mut Written, module: &mut Module) {
    let mut bring = |as_name: String, last: Option<String>| {
        let path: Written = before.iter().cloned().chain(last).collect();
        module.paths.push(path.clone());
        module.imports.push((as_name, path));
    };
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            imports(&path.tree, before, module);
            before.pop();
        }
        UseTree::Name(name) if name.ident == "self" => bring(before.last().cloned().unwrap_or_default(), None),
        UseTree::Name(name) => bring(name.ident.to_string(), Some(name.ident.to_string())),
        UseTree::Rename(rename) if rename.ident == "self" => bring(rename.rename.to_string(), None),
        UseTree::Rename(rename) => bring(rename.rename.to_string(), Some(rename.ident.to_string())),
        UseTree::Glob(_) => {
            module.paths.push(before.clone());
            module.globs.push(before.clone());
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| imports(tree, before, module)),
    }
}

/// Finds what looks like a path among the tokens of a macro, whose grammar is its own.
fn in_tokens(tokens: TokenStream, found: &mut Vec<Written>) {
    let mut path = Written::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    found.push(std::mem::take(&mut path));
                }
                path.push(ident.to_string());
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                colons = 0;
                in_tokens(group.stream(), found);
            }
            _ => colons = 0,
        }
    }
    found.push(path);
    found.retain(|path| !path.is_empty());
}
