//! The page: its public files, the program, one style sheet, and a version.
use crate::node::fingerprint;
use crate::program::Program;
use crate::workspace::{Workspace, files};
use crate::{process, tools};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The file that holds the version of the app.
pub const STAMP: &str = "version.json";

/// Puts the page and its public files into an empty `dist`.
pub fn begin(workspace: &Workspace) -> Result<()> {
    let (dist, public) = (workspace.dist(), workspace.root.join("public"));
    if dist.exists() {
        fs::remove_dir_all(&dist).context("removing what was built before")?;
    }
    fs::create_dir_all(&dist).context("making the folder dist")?;
    for file in files(&public)? {
        let place = dist.join(file.strip_prefix(&public).unwrap_or(&file));
        fs::create_dir_all(place.parent().unwrap_or(&dist)).context("making a folder in dist")?;
        fs::copy(&file, place).with_context(|| format!("copying {}", file.display()))?;
    }
    let html = fs::read_to_string(workspace.root.join("app/index.html")).context("reading app/index.html")?;
    let html = replaced(&html, "copy-dir", "")?;
    fs::write(dist.join("index.html"), html).context("writing the page")
}

/// Puts the program and the style sheet where the page in a folder says that they belong.
pub fn finish(workspace: &Workspace, npm: &Path, program: &Program, folder: &Path) -> Result<()> {
    let page = folder.join("index.html");
    let html = fs::read_to_string(&page).context("reading the page")?;
    let html = with_program(&html, program)?;
    let html = replaced(&html, "css", &style_sheet(workspace, npm, folder)?)?;
    fs::write(&page, html).context("writing the page")
}

/// Writes into the page which version it is of. Returns what belongs into the stamp.
pub fn stamp(dist: &Path) -> Result<String> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).context("reading the page")?;
    let version = version(dist)?;
    let marked = html.replacen("</head>", &format!("<meta name=\"handoff-version\" content=\"{version}\"></head>"), 1);
    fs::write(&page, marked).context("writing the page")?;
    Ok(format!("{{\"version\": \"{version}\"}}\n"))
}

/// Puts the program where the page says that it belongs: its script, and its main piece, fetched at the same time.
fn with_program(html: &str, program: &Program) -> Result<String> {
    let (main, script) = (&program.main, &program.script);
    let links = format!(
        "<link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"/{main}\">\
         <script type=\"module\" src=\"/{script}\"></script>"
    );
    replaced(html, "rust", &links)
}

/// The page with something else in place of one of its links for Trunk.
fn replaced(html: &str, kind: &str, with: &str) -> Result<String> {
    let tags = html.match_indices("<link data-trunk").filter_map(|(start, _)| {
        let end = start + html[start..].find('>')? + 1;
        (attribute(&html[start..end], "rel") == Some(kind)).then_some(start..end)
    });
    let place = tags.last().with_context(|| format!("the page has no place for what Trunk calls {kind}"))?;
    Ok(format!("{}{with}{}", &html[..place.start], &html[place.end..]))
}

/// Joins `style/main.css` and all that it imports into one small file, named after what it holds. Returns its link.
fn style_sheet(workspace: &Workspace, npm: &Path, folder: &Path) -> Result<String> {
    let mut esbuild = tools::command(npm, "esbuild")?;
    esbuild.current_dir(&workspace.root).args(["style/main.css", "--bundle", "--minify", "--log-level=warning"]);
    // Addresses of public files stay as they are; one of a file that is not there is an error.
    let public = workspace.root.join("public");
    for file in files(&public)? {
        esbuild.arg(format!("--external:/{}", file.strip_prefix(&public).unwrap_or(&file).display()));
    }
    let css = process::output(&mut esbuild)?;
    let name = format!("style-{}.css", fingerprint(css.as_bytes()));
    fs::write(folder.join(&name), css).context("writing the style sheet")?;
    Ok(format!("<link rel=\"stylesheet\" href=\"/{name}\">"))
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
    use super::{addresses, replaced, with_program};
    use crate::program::Program;

    #[test]
    fn the_program_stands_where_the_page_has_its_place() {
        let program = Program { script: "a-1.js".to_owned(), main: "b-2.wasm".to_owned() };
        let page = "<head><link data-trunk rel=\"css\" href=\"../c.css\"><link data-trunk=\"\" rel=\"rust\"><i></head>";
        let page = replaced(&with_program(page, &program).unwrap(), "css", "").unwrap();
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
