//! Finds the program of another package.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Set by `cargo xtask test`, which has built all binaries with the features that the tests have. To build one here with
/// its own features would compile half of the tree again.
const BUILT: &str = "ORIOLE_BINARIES_BUILT";

/// The path of a package's program, freshly built.
///
/// # Panics
///
/// When the package does not compile.
#[must_use]
#[track_caller]
pub fn built(package: &str) -> PathBuf {
    if env::var_os(BUILT).is_some() { beside(package) } else { build(package) }
}

/// Tests are in `target/debug/deps`, binaries in `target/debug`.
#[track_caller]
fn beside(package: &str) -> PathBuf {
    let test = env::current_exe().unwrap_or_else(|error| panic!("where are we? {error}"));
    let folder = test.ancestors().nth(2).unwrap_or_else(|| panic!("{} is in no target folder", test.display()));
    let path = folder.join(package).with_extension(env::consts::EXE_EXTENSION);
    assert!(path.is_file(), "{} is missing though {BUILT} is set: `cargo build --workspace`", path.display());
    path
}

#[track_caller]
fn build(package: &str) -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--package", package, "--bins", "--message-format=json-render-diagnostics"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap_or_else(|error| panic!("cargo could not be started: {error}"));
    assert!(output.status.success(), "`cargo build --package {package}` failed");
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        let named = message["target"]["name"] == package;
        message["executable"].as_str().filter(|_| named).map(PathBuf::from)
    });
    executables.next_back().unwrap_or_else(|| panic!("the package {package} has no binary of that name"))
}
