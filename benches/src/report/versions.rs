//! What is compared, with versions: whoever repeats a figure needs them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What the programs here were built with, what actix-web was, and what npm installs for Nest.
const OURS: &str = include_str!("../../../Cargo.lock");
const ACTIX: &str = include_str!("../../actix/Cargo.lock");
const NEST: &str = include_str!("../../nest/package-lock.json");

/// What every program is that is none of Oriole's, by the names that tables have.
pub(super) fn versions() -> BTreeMap<&'static str, String> {
    let of = |packages: &[(&str, &str)], find: fn(&str) -> Option<String>| {
        let each = packages.iter().filter_map(|(package, name)| Some(format!("{name} {}", find(package)?)));
        each.collect::<Vec<_>>().join(" with ")
    };
    let mut versions = BTreeMap::from([
        ("hyper", of(&[("hyper", "hyper")], |package| locked(OURS, package))),
        ("axum", of(&[("axum", "axum")], |package| locked(OURS, package))),
        ("sse-stream", of(&[("sse-stream", "sse-stream")], |package| locked(OURS, package))),
        ("actix", of(&[("actix-web", "actix-web"), ("actix-web-lab", "actix-web-lab")], |name| locked(ACTIX, name))),
    ]);
    if let Some(node) = said(Command::new("node").arg("--version")) {
        let nest = of(&[("@nestjs/core", "NestJS"), ("fastify", "Fastify")], |package| installed(NEST, package));
        versions.insert("nest", format!("{nest} on node {}", node.trim_start_matches('v')));
    }
    versions
}

/// The commit of this repository, and whether anything that is built was changed since.
pub(super) fn commit() -> Option<String> {
    let git = |words: &[&str]| said(Command::new("git").current_dir(env!("CARGO_MANIFEST_DIR")).args(words));
    let commit = git(&["rev-parse", "--short=10", "HEAD"]).filter(|commit| !commit.is_empty())?;
    // Pages and pictures are in no program.
    let changed = git(&[
        "status",
        "--porcelain",
        "--untracked-files=no",
        "--",
        ":/",
        ":(top,exclude)docs",
        ":(exclude,top)*.md",
    ])?;
    Some(if changed.is_empty() { commit } else { format!("{commit} with changes") })
}

/// What a program prints, if it ends well.
fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The version of a package in a lock file of cargo's.
fn locked(lock: &str, package: &str) -> Option<String> {
    let after = lock.split_once(&format!("\nname = \"{package}\"\nversion = \""))?.1;
    after.split_once('"').map(|(version, _)| version.to_owned())
}

/// The version of a package in a lock file of npm's.
fn installed(lock: &str, package: &str) -> Option<String> {
    let lock: serde_json::Value = serde_json::from_str(lock).ok()?;
    let folder = Path::new("node_modules").join(package);
    lock["packages"][folder.to_str()?]["version"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{ACTIX, NEST, OURS, commit, installed, locked, versions};

    #[test]
    fn every_lock_file_knows_what_is_compared() {
        for (lock, package) in [(OURS, "axum"), (OURS, "hyper"), (OURS, "sse-stream"), (ACTIX, "actix-web")] {
            let version = locked(lock, package).unwrap_or_else(|| panic!("{package} is in no lock file"));
            assert!(version.split('.').count() >= 3, "{package} {version}");
        }
        assert!(installed(NEST, "@nestjs/core").is_some_and(|version| version.starts_with("12.")));
        assert_eq!((locked(OURS, "nobody"), installed(NEST, "nobody")), (None, None));
        assert!(versions()["actix"].starts_with("actix-web 4."), "{:?}", versions());
    }

    /// A lock file that names where a mirror has a package installs from nowhere else.
    #[test]
    fn npm_installs_from_its_own_registry() {
        let addresses = NEST.lines().filter(|line| line.contains("\"resolved\""));
        let others: Vec<_> = addresses.filter(|line| !line.contains("\"https://registry.npmjs.org/")).collect();
        assert!(others.is_empty(), "{others:?}");
    }

    #[test]
    fn a_commit_is_a_number_and_perhaps_more() {
        // Who unpacks an archive has none.
        let Some(commit) = commit() else { return };
        let number = commit.strip_suffix(" with changes").unwrap_or(&commit);
        assert!(number.len() >= 10 && number.chars().all(|digit| digit.is_ascii_hexdigit()), "{commit}");
    }
}
