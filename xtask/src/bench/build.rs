//! Builds what is compared.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use serde_json::Value;

use crate::steps::{cargo, cargo_command};
use crate::tools::{NODE_MIN, node};

/// What was built, and where.
pub(super) struct Built {
    /// The folder of the binaries.
    pub(super) binaries: PathBuf,
    /// The folder of the Nest application; nothing is in it where node is missing.
    pub(super) nest: PathBuf,
    /// The folder for what is measured.
    pub(super) out: PathBuf,
    /// What could not be built of that which Oriole is compared with.
    pub(super) faults: Vec<String>,
}

impl Built {
    /// Builds everything; of the streams' programs only if they are wanted.
    pub(super) fn make(root: &Path, is_dev: bool, has_streams: bool) -> Result<Self, String> {
        let target = target_folder(root).ok_or("`cargo metadata` does not say where it builds")?;
        let mut builds = builds(is_dev, has_streams).into_iter();
        let ours = builds.next().unwrap_or_default();
        let binaries = build(root, &ours, &target).ok_or("Oriole's own programs could not be built")?;
        let out = target.join("bench");
        let mut built = Self { binaries, nest: out.join("nest/built"), out, faults: Vec::new() };
        for words in builds {
            // The others are measured without what is missing.
            if build(root, &words, &target).is_none() {
                built.faults.push(format!("`cargo {}` failed", words.join(" ")));
            }
        }
        if has_streams {
            built.faults.extend(build_nest(&root.join("benches/nest"), &built.out.join("nest")).err());
        }
        Ok(built)
    }
}

/// The calls of cargo; the first is that of what is measured anyway.
///
/// In release each package by itself: what has HTTP/2 in it would otherwise be built into what has not. In the dev profile together,
/// as the step `build` does it, so that nothing is compiled twice.
fn builds(is_dev: bool, has_streams: bool) -> Vec<Vec<&'static str>> {
    const ACTIX: [&str; 3] = ["build", "--manifest-path", "benches/actix/Cargo.toml"];
    match (is_dev, has_streams) {
        (true, false) => vec![vec!["build", "-p", "benches", "--bins"]],
        (true, true) => vec![vec!["build", "-p", "benches", "-p", "benches-transports", "--bins"], ACTIX.to_vec()],
        (false, false) => vec![vec!["build", "--release", "-p", "benches"]],
        (false, true) => vec![
            vec!["build", "--release", "-p", "benches"],
            vec!["build", "--release", "-p", "benches-transports"],
            [&ACTIX[..], &["--release"]].concat(),
        ],
    }
}

/// Where cargo builds: `target`, unless it was told otherwise.
fn target_folder(root: &Path) -> Option<PathBuf> {
    let words = ["metadata", "--no-deps", "--format-version", "1"];
    let output = Command::new(cargo()).args(words).current_dir(root).stderr(Stdio::inherit()).output().ok()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).ok()?;
    metadata["target_directory"].as_str().map(PathBuf::from)
}

/// Gives the folder of the programs that were built.
fn build(root: &Path, words: &[&str], target: &Path) -> Option<PathBuf> {
    let mut command = cargo_command();
    command.args(words).arg("--target-dir").arg(target).arg("--message-format=json-render-diagnostics");
    let output = command.current_dir(root).stderr(Stdio::inherit()).output().ok()?;
    let messages = String::from_utf8_lossy(&output.stdout);
    if output.status.success() { folder(&messages) } else { None }
}

/// The folder of the programs that these messages of cargo's name.
fn folder(messages: &str) -> Option<PathBuf> {
    let mut programs = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        Path::new(message["executable"].as_str()?).parent().map(Path::to_owned)
    });
    programs.next_back()
}

/// Builds the Nest application in a folder of its own, since npm writes beside what it installs for. That there is no node, or nothing to install from,
/// is said and no fault.
fn build_nest(from: &Path, folder: &Path) -> Result<(), String> {
    // What is left of another day is not what is measured today.
    let _ = std::fs::remove_dir_all(folder.join("built"));
    if node().is_none() {
        println!("without npm and node {NODE_MIN} or later there is no NestJS to compare with");
        return Ok(());
    }
    if !copy(from, folder, |_| true) {
        return Err("the NestJS application could not be copied".to_owned());
    }
    let npm = |words: &[&str]| {
        let mut npm = Command::new("npm");
        npm.args(words).current_dir(folder).stdin(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    // Exactly what the lock file says.
    if !npm(&["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]) {
        println!("npm could not install what the NestJS application needs, so there is none to compare with");
        return Ok(());
    }
    if npm(&["run", "build"]) { Ok(()) } else { Err("the NestJS application does not compile".to_owned()) }
}

/// Renews the pictures that the documentation has, as far as they were taken since; a new one is put there by hand, and shown.
pub(super) fn keep_pictures(from: &Path, to: &Path, since: SystemTime) -> bool {
    let is_new = |name: &str| from.join(name).metadata().and_then(|file| file.modified()).is_ok_and(|at| at >= since);
    copy(from, to, |name| name.ends_with(".svg") && to.join(name).is_file() && is_new(name))
}

/// Copies the files of a folder, without its folders.
fn copy(from: &Path, to: &Path, is_wanted: impl Fn(&str) -> bool) -> bool {
    let copy_all = || -> std::io::Result<()> {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() && is_wanted(&entry.file_name().to_string_lossy()) {
                std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(())
    };
    copy_all().inspect_err(|error| println!("{} could not be copied: {error}", from.display())).is_ok()
}

#[cfg(test)]
mod tests;
