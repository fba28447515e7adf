//! The kit, used as applications use it.

mod app;
mod automock;
mod enhancers;
mod events;
mod logs;
mod modules;
mod overrides;
mod requests;
mod units;

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
