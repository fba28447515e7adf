//! No test file is forgotten.

use std::path::Path;

#[test]
fn every_file_is_declared() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = std::fs::read_to_string(folder.join("main.rs")).expect("this file exists");
    for entry in std::fs::read_dir(&folder).expect("this folder exists") {
        let name = entry.expect("it can be read").file_name().into_string().expect("it is UTF-8");
        let module = name.trim_end_matches(".rs");
        assert!(module == "main" || main.contains(&format!("mod {module};")), "tests/it/{name} is not declared");
    }
}
