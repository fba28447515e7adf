//! What the built tests say of themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::citations::Citation;
use crate::steps::cargo_command;
use crate::tidy::finding::Finding;
use crate::tidy::workspace::ReadError;

/// What the step `build` of `cargo xtask test` has built already, so that nothing is compiled twice.
const BUILD: &str = "test --workspace --all-targets --all-features --no-run --message-format json-render-diagnostics";

/// The tests of one binary.
#[derive(Debug, Default)]
pub(super) struct Tests {
    pub(super) listed: BTreeSet<String>,
    pub(super) ignored: BTreeSet<String>,
}

/// Builds the tests, and asks each binary that is cited what it would run: by the binary's root file.
pub(super) fn ask(root: &Path, citations: &[Citation]) -> Result<BTreeMap<String, Tests>, ReadError> {
    let output = cargo_command().args(BUILD.split(' ')).current_dir(root).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("cargo {BUILD}: {}", output.status).into());
    }
    let cited: BTreeSet<&str> = citations.iter().map(|citation| citation.root.as_str()).collect();
    let mut tests = BTreeMap::new();
    for (source, binary) in executables(root, &String::from_utf8(output.stdout)?) {
        if cited.contains(source.as_str()) {
            let listed = list(&binary, &["--list", "--format", "terse"])?;
            let ignored = list(&binary, &["--list", "--format", "terse", "--ignored"])?;
            tests.insert(source, Tests { listed, ignored });
        }
    }
    Ok(tests)
}

/// The binaries of tests in cargo's messages, by their root file.
pub(super) fn executables(root: &Path, messages: &str) -> Vec<(String, PathBuf)> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let of_tests = messages.filter(|message| message["profile"]["test"].as_bool() == Some(true));
    let named = of_tests.filter_map(|message| {
        let source = Path::new(message["target"]["src_path"].as_str()?).strip_prefix(root).ok()?;
        let source = source.to_string_lossy().replace('\\', "/");
        Some((source, PathBuf::from(message["executable"].as_str()?)))
    });
    named.collect()
}

fn list(binary: &Path, args: &[&str]) -> Result<BTreeSet<String>, ReadError> {
    let output = Command::new(binary).args(args).output()?;
    if !output.status.success() {
        return Err(format!("{} {}: {}", binary.display(), args.join(" "), output.status).into());
    }
    Ok(names(&String::from_utf8(output.stdout)?))
}

/// `a::b: test`, a line each.
pub(super) fn names(listing: &str) -> BTreeSet<String> {
    listing.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

/// A cited test exists, and runs.
pub(super) fn all_run(citations: &[Citation], tests: &BTreeMap<String, Tests>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for citation in citations {
        let Citation { code, file, line, root, test } = citation;
        let (message, fix) = match tests.get(root) {
            None => (format!("no binary is built of {root}, so `{test}` does not run"), "see its Cargo.toml"),
            Some(tests) if tests.ignored.contains(test) => {
                (format!("`{test}` is ignored, so it does not show {code}"), "make it run, or cite another")
            }
            Some(tests) if !tests.listed.contains(test) => {
                let fix = "it may be left out by `cfg`, or be in a file that no `mod` names";
                (format!("{root} runs no test `{test}`, so {code} is not shown"), fix)
            }
            Some(_) => continue,
        };
        findings.push(Finding::error(file, *line, message, fix));
    }
    findings
}
