//! The app is built into the program from the folder `dist`, the migrations from theirs. Without the app the program compiles
//! all the same. That the app has changed is no reason to compile the library again: `bin/handoff.rs` is told which it is.

use std::path::Path;

fn main() {
    // Asked for when it runs: built in, it would be another checkout's where two share a target folder.
    let Some(here) = std::env::var_os("CARGO_MANIFEST_DIR") else {
        println!("cargo::error=cargo does not say where this package is");
        return;
    };
    let dist = Path::new(&here).join("../dist");
    if let Err(error) = std::fs::create_dir_all(&dist) {
        println!("cargo::warning=the folder {} cannot be made: {error}", dist.display());
    }
    println!("cargo::rerun-if-changed=migrations");
}
