use super::faults;
use super::modules::Modules;
use std::fs;
use std::path::Path;

/// What is wrong with a workspace of these files.
fn faults_of(roots: &[(&str, Option<&str>)], files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut modules = Modules::default();
    for (root, name) in roots {
        let number = modules.read(folder.path(), Path::new(root)).unwrap();
        modules.crates.extend(name.map(|name| (name.to_owned(), number)));
    }
    faults(&modules)
}

fn core(files: &[(&str, &str)]) -> Vec<String> {
    faults_of(&[("core/src/lib.rs", Some("handoff_core"))], files)
}

#[test]
fn a_circle_is_named_with_what_ties_it() {
    let faults = core(&[
        ("core/src/lib.rs", "mod plan; mod request; mod words;"),
        ("core/src/plan.rs", "use crate::request::{Filter, Request}; pub fn plan(_: Request, _: Filter) {}"),
        ("core/src/request.rs", "pub struct Request; pub struct Filter; fn words() { crate::words::number() }"),
        ("core/src/words.rs", "use super::plan; pub fn number() { plan::plan(todo!(), todo!()) }"),
    ]);
    assert_eq!(
        faults,
        [
            "3 files import each other in a circle:",
            "  core/src/plan.rs takes Filter, Request from core/src/request.rs",
            "  core/src/request.rs takes number from core/src/words.rs",
            "  core/src/words.rs takes plan from core/src/plan.rs",
        ]
    );
}

#[test]
fn a_file_and_a_part_of_it_are_a_circle_too() {
    let faults = core(&[
        ("core/src/lib.rs", "mod plan;"),
        ("core/src/plan.rs", "mod share; pub struct Plan; fn plan() { share::equal(Plan) }"),
        ("core/src/plan/share.rs", "use super::Plan; pub fn equal(_: Plan) {}"),
    ]);
    assert_eq!(faults.len(), 3, "{faults:?}");
}

#[test]
fn what_is_handed_on_is_taken_from_where_it_is_defined() {
    let faults = core(&[
        ("core/src/lib.rs", "mod ui;"),
        ("core/src/ui.rs", "mod button; mod dialog; pub use button::Button; pub use dialog::*;"),
        ("core/src/ui/button.rs", "pub struct Button;"),
        ("core/src/ui/dialog.rs", "use super::Button; pub struct Dialog(Button);"),
    ]);
    assert_eq!(faults, [""; 0]);
}

#[test]
fn what_has_the_name_of_its_crate_leads_nowhere() {
    let text = "use anyhow::{Context, anyhow}; fn one() -> anyhow::Error { anyhow!(\"no\") }";
    assert_eq!(core(&[("core/src/lib.rs", "mod one;"), ("core/src/one.rs", text)]), [""; 0]);
}

#[test]
fn macros_are_looked_into_and_tests_are_not() {
    let files = |module: &'static str| {
        [
            ("core/src/lib.rs", "mod one; mod other;"),
            ("core/src/one.rs", "use crate::other::Other; pub struct One(Other);"),
            ("core/src/other.rs", module),
        ]
    };
    assert_eq!(core(&files("pub struct Other; fn said() { view! { <p>{crate::one::One}</p> } }")).len(), 3);
    let tests = "pub struct Other; #[cfg(test)] mod tests { use crate::one::One; }";
    assert_eq!(core(&files(tests)), [""; 0]);
}

#[test]
fn layers_are_imported_from_above() {
    let roots = [
        ("core/src/lib.rs", Some("handoff_core")),
        ("server/src/lib.rs", Some("handoff_server")),
        ("app/src/main.rs", None),
    ];
    let faults = faults_of(
        &roots,
        &[
            ("core/src/lib.rs", "use handoff_server::model::Row;"),
            ("server/src/lib.rs", "pub mod api; pub mod model; pub mod store; mod tower;"),
            ("server/src/api.rs", "use crate::model::Row; use crate::store::Store;"),
            ("server/src/model.rs", "pub struct Row; type Read = crate::store::Store;"),
            ("server/src/store.rs", "mod statement; pub struct Store;"),
            ("server/src/store/statement.rs", "use crate::api; use handoff_core::Id;"),
            ("server/src/tower.rs", ""),
            ("app/src/main.rs", "use handoff_server::{api, model::Row, store::Store};"),
        ],
    );
    assert_eq!(
        faults,
        [
            "tower is in no layer of the server",
            "app/src/main.rs takes Store from server/src/store.rs: pages see api and model alone",
            "core/src/lib.rs takes Row from server/src/model.rs: core knows nobody",
            "server/src/model.rs takes Store from server/src/store.rs: model does not stand above store",
            "server/src/store/statement.rs takes api from server/src/api.rs: store does not stand above api",
        ]
    );
}
