//! What is done to Trunk's output: the program, one style sheet, and a version.
use crate::node::fingerprint;
use crate::program::Program;
use crate::workspace::{Workspace, files};
use crate::{process, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// The file that holds the version of the app.
pub const STAMP: &str = "version.json";

const NO_PLACE: &str = "the page has no place for the program";

/// Finishes `dist`. Returns what belongs into the stamp.
pub fn finish(workspace: &Workspace, folders: &[PathBuf], program: &Program) -> Result<String> {
    let dist = workspace.dist();
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).context("reading the page that Trunk made")?;
    let html = with_program(&html, program)?;
    let html = with_one_style_sheet(workspace, folders, &html)?;
    fs::write(&page, &html).context("writing the page")?;
    let version = version(&dist)?;
    let marked = html.replacen("</head>", &format!("<meta name=\"handoff-version\" content=\"{version}\"></head>"), 1);
    fs::write(&page, marked).context("writing the page")?;
    Ok(format!("{{\"version\": \"{version}\"}}\n"))
}

/// Puts the program where the page says that it belongs: its script, and its main piece, fetched at the same time.
fn with_program(html: &str, program: &Program) -> Result<String> {
    let start = html.find("<link data-trunk=").or_else(|| html.find("<link data-trunk ")).context(NO_PLACE)?;
    let length = html[start..].find('>').context(NO_PLACE)? + 1;
    let (main, script) = (&program.main, &program.script);
    Ok(format!(
        "{}<link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"/{main}\">\
         <script type=\"module\" src=\"/{script}\"></script>{}",
        &html[..start],
        &html[start + length..]
    ))
}

/// Joins `style/main.css` and all that it imports into one small file, named after what it holds.
fn with_one_style_sheet(workspace: &Workspace, folders: &[PathBuf], html: &str) -> Result<String> {
    let start = html.find("<link rel=\"stylesheet\"").context("the page links no style sheet")?;
    let length = html[start..].find('>').context("the link to the style sheet does not end")? + 1;
    let copied =
        attribute(&html[start..start + length], "href").context("the link to the style sheet has no address")?;
    fs::remove_file(workspace.dist().join(copied.trim_start_matches('/'))).context("removing Trunk's style sheet")?;
    let mut esbuild = tools::command(folders, "esbuild")?;
    esbuild.current_dir(&workspace.root).args(["style/main.css", "--bundle", "--minify", "--log-level=warning"]);
    // Addresses of public files stay as they are; one of a file that is not there is an error.
    let public = workspace.root.join("public");
    for file in files(&public)? {
        esbuild.arg(format!("--external:/{}", file.strip_prefix(&public).unwrap_or(&file).display()));
    }
    let css = process::output(&mut esbuild)?;
    let name = format!("style-{}.css", fingerprint(css.as_bytes()));
    fs::write(workspace.dist().join(&name), css).context("writing the style sheet")?;
    Ok(format!("{}<link rel=\"stylesheet\" href=\"/{name}\">{}", &html[..start], &html[start + length..]))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next()
}

/// The addresses that a page links to in this app, in order.
pub fn addresses(html: &str) -> Vec<&str> {
    let values = html.split('<').flat_map(|tag| [attribute(tag, "href"), attribute(tag, "src")]).flatten();
    let mut found: Vec<&str> = values.filter(|address| address.starts_with('/')).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A short name for exactly these files.
fn version(dist: &Path) -> Result<String> {
    let mut all = Vec::new();
    for file in files(dist)? {
        let name = file.strip_prefix(dist).unwrap_or(&file).to_string_lossy().into_owned();
        let contents = fs::read(&file).with_context(|| format!("reading {name}"))?;
        all.push(format!("{name} {}\n", fingerprint(&contents)));
    }
    all.sort_unstable();
    Ok(fingerprint(all.concat().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{addresses, with_program};
    use crate::program::Program;

    #[test]
    fn the_program_stands_where_the_page_has_its_place() {
        let program = Program { script: "a-1.js".to_owned(), main: "b-2.wasm".to_owned() };
        let page = with_program("<head><link data-trunk=\"\" rel=\"rust\"><i></head>", &program).unwrap();
        assert_eq!(addresses(&page), ["/a-1.js", "/b-2.wasm"]);
        assert!(page.starts_with("<head><link rel=\"preload\"") && page.ends_with("</script><i></head>"), "{page}");
        assert!(with_program("<head></head>", &program).is_err(), "a page without a program must not be built");
    }

    #[test]
    fn each_address_is_counted_once_and_only_ours() {
        let html = "<link rel=\"x\" href=\"/b.js\"><script src=\"/b.js\"></script><img src=\"/a.svg\"><a href=\"https://example.org\">";
        assert_eq!(addresses(html), ["/a.svg", "/b.js"]);
    }
}
