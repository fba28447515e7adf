//! The kernel by hand: graphs are made at run time and leaked, so that any shape can be tried.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod build;
mod graph;
mod life;
mod random;
mod world;

/// A file that nobody declares would be a test that never runs.
#[test]
fn every_file_is_declared() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let stem = name.trim_end_matches(".rs");
        assert!(stem == "main" || main.contains(&format!("mod {stem};")), "{name} is not declared in main.rs");
    }
}
