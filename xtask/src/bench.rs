//! The figures: measured by the packages' benches, collected and held against their limits here.
use crate::database::{Database, Purpose};
use crate::workspace::Workspace;
use crate::{bench_browser, bundle, checks, process, server};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::Path;

/// Measure, print one tab-separated line per figure, and write them to `target/bench.tsv`.
///
/// The columns: name, ours in milliseconds, floor in milliseconds, ratio. A dash stands where there is none.
/// `first_load` is in kilobytes, `memory_`, `upload_memory` and `search_memory` in megabytes, `claim_` in claims a second.
#[derive(clap::Args)]
pub struct Bench {
    /// Only the figures whose name contains this; the benches are told by `HANDOFF_BENCH_ONLY`
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// Packages that may have benches.
const PACKAGES: [&str; 2] = ["handoff-core", "handoff-server"];

/// How much a figure may be, by the start of its name.
const LIMITS: &[(&str, Limit)] = &[
    ("plan_native", Limit::Ours(2.0)),
    ("plan_wasm", Limit::Ours(8.0)),
    ("commit_", Limit::Ratio(1.3)),
    ("undo_", Limit::Ratio(1.3)),
    ("overview_", Limit::Ratio(1.3)),
    ("import_others_", Limit::Ratio(10.0)),
    ("import_", Limit::Ratio(4.0)),
    ("campaigns_list_", Limit::Ratio(1.5)),
    ("memory_", Limit::Ours(150.0)),
    ("upload_memory", Limit::Ours(200.0)),
    ("claim_", Limit::AtLeast(0.6)),
    ("send_", Limit::Ratio(1.8)),
    ("inbound_beside_", Limit::Ratio(1.3)),
    ("inbound_", Limit::Ratio(1.8)),
    ("thread_open_", Limit::Ratio(2.0)),
    ("list_first_page_", Limit::Ratio(2.0)),
    ("search_1m_", Limit::Ratio(10.0)),
    ("search_memory", Limit::Ours(60.0)),
    ("first_load", Limit::Ours(300.0)),
];

#[derive(Clone, Copy)]
enum Limit {
    Ours(f64),
    Ratio(f64),
    /// Ours is a rate: the ratio is to be no less.
    AtLeast(f64),
}

/// Builds the release, runs every bench and writes what they say.
pub fn run(workspace: &Workspace, wanted: &Bench) -> Result<()> {
    let binary = server::build(workspace)?;
    let database = Database::start(Purpose::Figures)?;
    let mut figures = Vec::new();
    for package in PACKAGES {
        for bench in workspace.benches(package) {
            let mut command = checks::cargo(workspace);
            command.args(["bench", "--package", package, "--bench", &bench]);
            command.env("HANDOFF_TEST_POSTGRES", &database.url).env("HANDOFF_BINARY", &binary);
            if let Some(only) = &wanted.only {
                command.env("HANDOFF_BENCH_ONLY", only);
            }
            let succeeded =
                process::follow(&mut command, |line| figures.extend(is_figure(line).then(|| line.to_owned())))?;
            ensure!(succeeded, "the bench {bench} of {package} failed");
        }
    }
    drop(database);
    figures.push(first_load(&workspace.dist())?);
    if wanted.only.as_ref().is_none_or(|only| "plan_wasm".contains(only.as_str())) {
        figures.push(bench_browser::plan(workspace)?);
    }
    let wanted_name = |line: &String| {
        wanted.only.as_ref().is_none_or(|only| line.split('\t').next().is_some_and(|name| name.contains(only)))
    };
    figures.retain(wanted_name);
    let table = figures.join("\n") + "\n";
    let file = workspace.target.join("bench.tsv");
    fs::write(&file, &table).with_context(|| format!("writing {}", file.display()))?;
    println!("\n{table}");
    let over: Vec<&str> =
        figures.iter().filter(|line| is_over(line)).filter_map(|line| line.split('\t').next()).collect();
    if !over.is_empty() {
        bail!("over the limit: {}", over.join(", "));
    }
    Ok(())
}

/// Four columns, and a number in the second.
fn is_figure(line: &str) -> bool {
    let columns: Vec<&str> = line.split('\t').collect();
    columns.len() == 4 && columns[1].parse::<f64>().is_ok()
}

fn is_over(line: &str) -> bool {
    let columns: Vec<&str> = line.split('\t').collect();
    let number = |column: usize| columns.get(column).and_then(|text| text.parse::<f64>().ok());
    let limit = LIMITS.iter().find(|(start, _)| line.starts_with(start)).map(|(_, limit)| *limit);
    match limit {
        Some(Limit::Ours(most)) => number(1).is_none_or(|ours| ours > most),
        Some(Limit::Ratio(most)) => number(3).is_none_or(|ratio| ratio > most),
        Some(Limit::AtLeast(least)) => number(3).is_none_or(|ratio| ratio < least),
        None => false,
    }
}

/// What a browser fetches before it can show the first page, as it travels.
fn first_load(dist: &Path) -> Result<String> {
    let html = fs::read_to_string(dist.join("index.html")).context("reading the built page")?;
    let mut bytes = 0;
    for address in std::iter::once("/index.html").chain(bundle::addresses(&html)) {
        let file = dist.join(address.trim_start_matches('/'));
        let packed = dist.join(format!("{}.br", address.trim_start_matches('/')));
        let travels = if packed.is_file() { packed } else { file };
        bytes += fs::metadata(&travels).with_context(|| format!("the page links {address}, which is not there"))?.len();
    }
    Ok(format!("first_load\t{}.{}\t-\t-", bytes / 1000, bytes % 1000 / 100))
}

#[cfg(test)]
mod tests {
    use super::{first_load, is_figure, is_over};
    use std::fs;

    #[test]
    fn figures_are_told_from_other_output() {
        assert!(is_figure("commit_100k_sqlite\t210.4\t180.2\t1.17"));
        assert!(is_figure("plan_native\t0.8\t-\t-"));
        assert!(!is_figure("running 0 tests"));
        assert!(!is_figure("name\tours\tfloor\tratio"));
    }

    #[test]
    fn limits_hold_and_a_missing_figure_is_over_its_limit() {
        assert!(!is_over("commit_100k_sqlite\t210\t180\t1.30"));
        assert!(is_over("commit_100k_sqlite\t210\t180\t1.31"));
        assert!(is_over("commit_100k_sqlite\t210\t-\t-"));
        assert!(!is_over("claim_sqlite\t700\t1000\t0.70"));
        assert!(is_over("claim_sqlite\t590\t1000\t0.59"));
        assert!(is_over("first_load\t300.1\t-\t-"));
        assert!(is_over("upload_memory\t200.1\t-\t-"));
        assert!(!is_over("something_else\t9000\t1\t9000"));
    }

    #[test]
    fn the_first_load_counts_what_travels() {
        let dist = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: usize| fs::write(dist.path().join(name), vec![b'x'; bytes]).unwrap();
        fs::write(dist.path().join("index.html"), "<script src=\"/a.js\"></script><link href=\"/b.png\">").unwrap();
        write("index.html.br", 100);
        write("a.js", 90_000);
        write("a.js.br", 1_000);
        write("b.png", 500);
        write("unlinked.js", 7_000);
        assert_eq!(first_load(dist.path()).unwrap(), "first_load\t1.6\t-\t-");
    }
}
