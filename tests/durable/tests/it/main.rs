//! Kills the built programs, and looks at what is left.

mod killed;
mod restarted;

/// A file that no `mod` line names would be silently left out.
#[test]
fn every_file_is_declared() {
    let this = include_str!("main.rs");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    for entry in std::fs::read_dir(folder).expect("the folder of this file") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        assert!(stem == "main" || this.contains(&format!("mod {stem};")), "{stem} is not declared in main.rs");
    }
}
