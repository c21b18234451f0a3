//! The app's program: compiled, split into pieces, joined to the browser, made small, and named after its contents.
//!
//! Trunk cannot split a program, so these steps are ours. They are those of cargo-leptos, with the libraries that it uses.
use crate::node::fingerprint;
use crate::workspace::Workspace;
use crate::{checks, process, tools, workspace};
use anyhow::{Context, Result, anyhow, ensure};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::{Bindgen, Output};

const NAME: &str = "handoff-app";
const TARGET: &str = "wasm32-unknown-unknown";
/// What wasm-bindgen calls the piece that it joins to the browser.
const MAIN: &str = "app_bg";

/// What travels is what counts, and that is compressed: functions beside those of the same name resemble each other, and
/// `-Oz` leaves less to compress away than it saves.
/// What it may take for granted: nothing of ours lies at the first addresses, and no access to memory is meant to trap.
const SMALL: [&str; 4] = ["--low-memory-unused", "--ignore-implicit-traps", "-Os", "--reorder-functions-by-name"];

/// What wasm-opt may use: what Rust itself does, and every browser of the last years has.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What the page has to load at once.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// The name of the script that starts it.
    pub script: String,
    /// The name of its main piece.
    pub main: String,
}

/// Builds the program into a folder.
pub fn build(workspace: &Workspace, npm: &Path, into: &Path) -> Result<Program> {
    let mut cargo = checks::cargo(workspace);
    cargo.args(["rustc", "--package", NAME, "--bin", NAME, "--profile=wasm-release", "--target", TARGET]);
    // The splitter must know what refers to what. In the last step only: it changes nothing that was built before.
    process::run(cargo.args(["--", "-C", "link-arg=--emit-relocs"]))?;

    // A new folder each time: pieces of the last build must not be taken for ours.
    let folder = tempfile::tempdir_in(&workspace.target).context("making a folder for the program")?;
    let (split, bound) = (folder.path().join("split"), folder.path().join("bound"));
    let compiled = workspace.target.join(TARGET).join("wasm-release").join(format!("{NAME}.wasm"));
    let compiled = fs::read(&compiled).with_context(|| format!("reading {}", compiled.display()))?;
    cut(&compiled, &split)?;
    let mut bindgen = Bindgen::new();
    // The pieces find each other by what the linker exported.
    bindgen.input_path(split.join("app.wasm")).web(true)?.typescript(false).keep_lld_exports(true).demangle(false);
    let mut joined = bindgen.out_name("app").generate_output().context("joining the program to the browser")?;
    let names = shorten(&mut joined);
    joined.emit(&bound).context("writing the program")?;
    let glue = bound.join("app.js");
    let script = fs::read_to_string(&glue).context("reading what joins the program to the browser")?;
    fs::write(&glue, with_short_names(&script, &names)).context("writing what joins the program to the browser")?;
    fs::remove_file(split.join("app.wasm")).context("removing the piece that wasm-bindgen has taken")?;
    for file in workspace::files(&split)? {
        let name = file.file_name().context("a piece has no name")?;
        fs::rename(&file, bound.join(name)).with_context(|| format!("moving {}", file.display()))?;
    }
    optimize(npm, &bound)?;
    place(npm, &bound, into)
}

/// Cuts the program into the pieces that `#[wasm_split]` marks.
fn cut(program: &[u8], into: &Path) -> Result<()> {
    let main = into.join("app.wasm");
    let mut options = wasm_split_cli_support::Options::new(program);
    options.output_dir = into;
    options.main_out_path = &main;
    options.main_module = "./app.js";
    options.target.web();
    wasm_split_cli_support::transform(options).map(drop).map_err(|error| anyhow!("splitting the program: {error:?}"))
}

/// Gives what the program imports from the browser short names, and returns them by the long ones. Each of the three hundred
/// long ones ends in sixteen digits that nothing can compress, and stands in the program and in the script.
fn shorten(joined: &mut Output) -> HashMap<String, String> {
    let imports = joined.wasm_mut().imports.iter_mut().filter(|import| import.name.starts_with("__wb"));
    imports
        .enumerate()
        .map(|(number, import)| {
            let short = short(number);
            (std::mem::replace(&mut import.name, short.clone()), short)
        })
        .collect()
}

/// a, b, … z, aa, ab, …
fn short(number: usize) -> String {
    let last = char::from(b'a'.saturating_add(u8::try_from(number % 26).unwrap_or_default()));
    let before = (number / 26).checked_sub(1).map(short).unwrap_or_default();
    format!("{before}{last}")
}

/// The script with the short names of what it hands to the program: there they are keys of an object.
fn with_short_names(script: &str, names: &HashMap<String, String>) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut result = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find("__wb") {
        let (before, found) = rest.split_at(start);
        let end = found.find(|letter| !is_part(letter)).unwrap_or(found.len());
        let (name, after) = found.split_at(end);
        let is_whole = !before.ends_with(is_part);
        result.extend([before, names.get(name).filter(|_| is_whole).map_or(name, String::as_str)]);
        rest = after;
    }
    result + rest
}

/// Makes every piece smaller, several at a time.
fn optimize(npm: &Path, bound: &Path) -> Result<()> {
    let pieces = pieces(bound)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = |piece: &PathBuf| {
        let mut smaller = tools::command(npm, "wasm-opt")?;
        // It warns of names that it does not know, and drops them with all the others.
        process::quietly(smaller.args(SMALL).args(FEATURES).arg(piece).arg("-o").arg(piece))
    };
    std::thread::scope(|scope| {
        let share = |offset| pieces.iter().skip(offset).step_by(threads).try_for_each(each);
        let running: Vec<_> = (0..threads).map(|offset| scope.spawn(move || share(offset))).collect();
        running.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("wasm-opt was left")))
    })
}

fn pieces(folder: &Path) -> Result<Vec<PathBuf>> {
    let all = workspace::files(folder)?;
    Ok(all.into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "wasm")).collect())
}

/// Puts the pieces into `dist` under names that hold their fingerprint, with one script that knows these names.
fn place(npm: &Path, bound: &Path, into: &Path) -> Result<Program> {
    let link = bound.join("__wasm_split.js");
    let mut links = fs::read_to_string(&link).context("reading what the splitter says of its pieces")?;
    let mut main = None;
    for piece in pieces(bound)? {
        let stem = piece.file_stem().context("a piece has no name")?.to_string_lossy();
        let bytes = fs::read(&piece).with_context(|| format!("reading {stem}"))?;
        let name = named(&stem, &bytes);
        fs::write(into.join(&name), bytes).with_context(|| format!("writing {name}"))?;
        if stem == MAIN {
            main = Some(name);
        } else {
            links = with_name(&links, &stem, &name)?;
        }
    }
    fs::write(&link, links).context("writing the names of the pieces")?;
    let main = main.context("wasm-bindgen left no main piece")?;
    let start = bound.join("start.js");
    fs::write(&start, format!("import start from './app.js';\nstart({{ module_or_path: '/{main}' }});\n"))
        .context("writing the script that starts the app")?;
    let mut esbuild = tools::command(npm, "esbuild")?;
    esbuild.arg(&start).args(["--bundle", "--format=esm", "--target=es2022", "--minify", "--log-level=warning"]);
    let script = process::output(&mut esbuild)?;
    let name = format!("{NAME}-{}.js", fingerprint(script.as_bytes()));
    fs::write(into.join(&name), script).with_context(|| format!("writing {name}"))?;
    Ok(Program { script: name, main })
}

fn named(stem: &str, bytes: &[u8]) -> String {
    let short = if stem == MAIN { "main".to_owned() } else { stem.trim_start_matches("split_").replace('_', "-") };
    format!("{NAME}-{short}-{}.wasm", fingerprint(bytes))
}

/// The links with the name of one piece in place of the one that the splitter gave it.
fn with_name(links: &str, stem: &str, name: &str) -> Result<String> {
    let given = format!("\"./{stem}.wasm\"");
    ensure!(links.contains(&given), "nothing links the piece {stem}");
    Ok(links.replace(&given, &format!("\"./{name}\"")))
}

#[cfg(test)]
mod tests {
    use super::{named, short, with_name, with_short_names};
    use std::collections::HashMap;

    #[test]
    fn short_names_are_all_different() {
        assert_eq!([0, 25, 26, 27, 51, 52, 701, 702].map(short), ["a", "z", "aa", "ab", "az", "ba", "zz", "aaa"]);
    }

    #[test]
    fn whole_names_alone_become_short() {
        let names = HashMap::from([("__wbg_get_12".to_owned(), "a".to_owned())]);
        let script = "{__wbg_get_12: get, __wbg_get_123: other, own__wbg_get_12: x, __wbindgen_throw: y}";
        let expected = "{a: get, __wbg_get_123: other, own__wbg_get_12: x, __wbindgen_throw: y}";
        assert_eq!(with_short_names(script, &names), expected);
    }

    #[test]
    fn a_piece_is_named_after_its_contents() {
        assert_eq!(named("split_account", b"one"), named("split_account", b"one"));
        assert_ne!(named("split_account", b"one"), named("split_account", b"two"));
        assert!(named("split_set_up", b"one").starts_with("handoff-app-set-up-"));
        assert!(named(super::MAIN, b"one").starts_with("handoff-app-main-"));
    }

    #[test]
    fn links_get_the_names_of_just_that_piece() {
        let links = "fetch(\"./chunk_1.wasm\"), fetch(\"./chunk_11.wasm\")";
        assert_eq!(with_name(links, "chunk_1", "a.wasm").unwrap(), "fetch(\"./a.wasm\"), fetch(\"./chunk_11.wasm\")");
        assert!(with_name(links, "chunk_2", "a.wasm").is_err(), "a piece that nothing links would never load");
    }
}
