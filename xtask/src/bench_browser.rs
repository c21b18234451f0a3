//! The one figure that is measured in the browser: the plan, built as the app is built.
use crate::workspace::Workspace;
use crate::{browser, checks, node, process, tools};
use anyhow::{Context, Result};
use std::fs;
use std::process::Command;

const PAGE: &str = "<!doctype html><title>plan_wasm</title><body><script type=\"module\">\
import init from './plan.js'; await init({ module_or_path: './plan_bg.wasm' });</script>";

/// Builds the example `plan_wasm` and returns the line that it reports from within the browser.
pub fn plan(workspace: &Workspace) -> Result<String> {
    let folders = tools::ensure(workspace)?;
    let tool = |name: &str| tools::command(&folders, name);
    let mut build = checks::cargo(workspace);
    build.args(["build", "--package=handoff-app", "--example=plan_wasm", "--profile=wasm-release"]);
    process::run(build.arg("--target=wasm32-unknown-unknown"))?;

    let module = workspace.target.join("wasm32-unknown-unknown/wasm-release/examples/plan_wasm.wasm");
    let folder = workspace.target.join("bench/plan_wasm");
    fs::create_dir_all(&folder).context("making a folder for plan_wasm")?;
    let mut bindgen = tool("wasm-bindgen")?;
    bindgen.args(["--target=web", "--no-typescript", "--out-name=plan", "--out-dir"]).arg(&folder);
    process::run(bindgen.arg(module))?;
    let bound = folder.join("plan_bg.wasm");
    process::run(tool("wasm-opt")?.arg("-Oz").arg(&bound).arg("-o").arg(&bound))?;
    fs::write(folder.join("index.html"), PAGE).context("writing the page of plan_wasm")?;

    let tests = workspace.root.join("end2end");
    node::install(&tests, "the browser is driven by Playwright")?;
    let mut figure = Command::new("node");
    figure.arg("bench/figure.mjs").arg(&folder).current_dir(tests);
    if let Some(chromium) = browser::ensure(workspace)? {
        figure.env("HANDOFF_CHROMIUM", chromium);
    }
    Ok(process::output(&mut figure)?.trim_end().to_owned())
}
