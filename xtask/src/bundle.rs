//! What is done to Trunk's output: no inline script, one style sheet, small scripts, and a version.
use crate::node::fingerprint;
use crate::process;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file that holds the version of the app.
pub const STAMP: &str = "version.json";

/// Finishes `dist`. Returns what belongs into the stamp.
pub fn finish(workspace: &Workspace, folders: &[PathBuf]) -> Result<String> {
    let dist = workspace.dist();
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).context("reading the page that Trunk made")?;
    let (html, scripts) = without_inline_scripts(&html);
    for (name, text) in scripts {
        fs::write(dist.join(&name), text).with_context(|| format!("writing {name}"))?;
    }
    let esbuild = folders
        .iter()
        .map(|folder| folder.join("esbuild"))
        .find(|file| file.is_file())
        .context("there is no esbuild")?;
    let html = with_one_style_sheet(workspace, &esbuild, &html)?;
    for script in files(&dist)?.iter().filter(|file| file.extension().is_some_and(|kind| kind == "js")) {
        let smaller = process::output(Command::new(&esbuild).arg(script).args(["--minify", "--log-level=warning"]))?;
        fs::write(script, smaller).with_context(|| format!("writing {}", script.display()))?;
    }
    fs::write(&page, &html).context("writing the page")?;
    let version = version(&dist)?;
    let marked = html.replacen("</head>", &format!("<meta name=\"handoff-version\" content=\"{version}\"></head>"), 1);
    fs::write(&page, marked).context("writing the page")?;
    Ok(format!("{{\"version\": \"{version}\"}}\n"))
}

/// Moves every inline script into a file of its own, named after what it holds: our policy runs no inline script.
fn without_inline_scripts(html: &str) -> (String, Vec<(String, String)>) {
    let (mut page, mut files, mut rest) = (String::new(), Vec::new(), html);
    while let Some((before, tag, body, after)) = next_script(rest) {
        page.push_str(before);
        if tag.contains(" src=") || body.trim().is_empty() {
            page.extend([tag, body, "</script>"]);
        } else {
            let name = format!("start-{}.js", fingerprint(body.as_bytes()));
            page.extend([tag.trim_end_matches('>'), " src=\"/", &name, "\"></script>"]);
            files.push((name, format!("{}\n", body.trim())));
        }
        rest = after;
    }
    page.push_str(rest);
    (page, files)
}

/// What stands before the next script; its tag; what it holds; and what follows.
fn next_script(html: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, from) = html.split_at(html.find("<script")?);
    let (tag, inside) = from.split_at(from.find('>')? + 1);
    let (body, after) = inside.split_once("</script>")?;
    Some((before, tag, body, after))
}

/// Joins `style/main.css` and all that it imports into one small file, named after what it holds.
fn with_one_style_sheet(workspace: &Workspace, esbuild: &Path, html: &str) -> Result<String> {
    let start = html.find("<link rel=\"stylesheet\"").context("the page links no style sheet")?;
    let length = html[start..].find('>').context("the link to the style sheet does not end")? + 1;
    let copied =
        attribute(&html[start..start + length], "href").context("the link to the style sheet has no address")?;
    fs::remove_file(workspace.dist().join(copied.trim_start_matches('/'))).context("removing Trunk's style sheet")?;
    let mut esbuild = Command::new(esbuild);
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

#[cfg(test)]
mod tests {
    use super::{addresses, without_inline_scripts};

    #[test]
    fn inline_scripts_move_and_others_stay() {
        let html = "<head><script src=\"/a.js\"></script></head><script type=\"module\">\nimport b from '/b.js';\n</script><body>";
        let (page, files) = without_inline_scripts(html);
        let [(name, text)] = &files[..] else { panic!("one script was inline, found {files:?}") };
        assert_eq!(text, "import b from '/b.js';\n");
        assert_eq!(
            page,
            format!(
                "<head><script src=\"/a.js\"></script></head><script type=\"module\" src=\"/{name}\"></script><body>"
            )
        );
    }

    #[test]
    fn the_same_script_has_the_same_name_and_another_has_another() {
        let name = |body: &str| without_inline_scripts(&format!("<script>{body}</script>")).1[0].0.clone();
        assert_eq!(name("one()"), name("one()"));
        assert_ne!(name("one()"), name("two()"));
    }

    #[test]
    fn each_address_is_counted_once_and_only_ours() {
        let html = "<link rel=\"x\" href=\"/b.js\"><script src=\"/b.js\"></script><img src=\"/a.svg\"><a href=\"https://example.org\">";
        assert_eq!(addresses(html), ["/a.svg", "/b.js"]);
    }
}
