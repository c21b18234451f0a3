//! The app is built into the program from the folder `dist`. Without it the program compiles all the same.

use std::path::Path;

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    if let Err(error) = std::fs::create_dir_all(&dist) {
        println!("cargo::warning=the folder {} cannot be made: {error}", dist.display());
    }
    println!("cargo::rerun-if-changed=../dist");
}
