//! Invariants 1 to 4: which crate knows of which.

use super::finding::Finding;
use super::source::{Source, crate_paths, words};
use super::workspace::{Kind, Package};

/// The one file of the macro crate that names paths of the facade.
pub(super) const PATHS_FILE: &str = "crates/oriole-macros/src/paths.rs";

/// Crates whose types must not be needed, not even through another crate, by `oriole-core`.
const NOT_IN_CORE: &[&str] = &["http", "http-body", "axum", "axum-core", "hyper", "hyper-util", "serde_json"];

const AXUM: &[&str] = &["axum", "axum-core", "axum-extra"];

/// Invariant 1, first half: `oriole-sse` is used alone.
pub(super) fn sse_stands_alone(packages: &[Package]) -> Vec<Finding> {
    let ours = |name: &str| name == "oriole" || name.starts_with("oriole-");
    let sse = packages.iter().filter(|package| package.name == "oriole-sse");
    let dependencies = sse.flat_map(|package| package.dependencies.iter().map(move |dependency| (package, dependency)));
    dependencies
        .filter(|(_, dependency)| ours(&dependency.name))
        .map(|(package, dependency)| {
            let message = format!("`oriole-sse` depends on `{}`, but it must be usable alone", dependency.name);
            let fix = "move what is shared into oriole-sse, or the test that needs it into tests/";
            Finding::error(&package.manifest, package.line_of(&dependency.name), message, fix)
        })
        .collect()
}

/// Invariant 1, second half: the codec does no I/O and knows no runtime.
pub(super) fn codec_is_pure(sources: &[Source]) -> Vec<Finding> {
    let foreign = ["tokio", "hyper", "axum", "tower", "futures_util", "http", "http_body"];
    let std = ["std::io", "std::net", "std::fs", "std::thread", "std::time", "async"];
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| in_module(&source.path, "crates/oriole-sse/src/codec")) {
        let named = foreign.iter().flat_map(|name| crate_paths(&source.library, name).map(move |at| (*name, at)));
        let used = std.iter().flat_map(|name| words(&source.library, name).map(move |at| (*name, at)));
        for (name, offset) in named.chain(used) {
            let message = format!("the codec names `{name}`, but it does no I/O and knows no runtime");
            let fix = "take bytes and give bytes; do the rest in the response or the client";
            findings.push(Finding::error(&source.path, source.line(offset), message, fix));
        }
    }
    findings
}

/// Invariant 2: `oriole-core` has no HTTP and no JSON. `reachable` is all that it is built from.
pub(super) fn core_is_neutral(packages: &[Package], reachable: &[String], sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let fix = "move what needs it to oriole-http; the core holds the transport's part opaquely";
    for package in packages.iter().filter(|package| package.name == "oriole-core") {
        for name in NOT_IN_CORE.iter().filter(|name| reachable.iter().any(|other| other == *name)) {
            let message = format!("`oriole-core` is built from `{name}` (see `cargo tree -p oriole-core -i {name}`)");
            findings.push(Finding::error(&package.manifest, package.line_of(name), message, fix));
        }
    }
    for source in sources.iter().filter(|source| source.library_crate() == Some("oriole-core")) {
        for name in NOT_IN_CORE.iter().map(|name| name.replace('-', "_")) {
            for offset in crate_paths(&source.library, &name) {
                let message = format!("`oriole-core` names the crate `{name}`");
                findings.push(Finding::error(&source.path, source.line(offset), message, fix));
            }
        }
    }
    findings
}

/// Invariant 3: axum's types can be public only where axum is a dependency, and that is in two crates.
///
/// In `oriole-sse` it is optional, and that only the feature `axum` turns it on is checked here; that no other code
/// names it is proven by building without the feature.
pub(super) fn axum_stays_at_the_edge(packages: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| package.manifest.starts_with("crates/")) {
        let axum = package.dependencies.iter().filter(|dependency| AXUM.contains(&dependency.name.as_str()));
        for dependency in axum.filter(|dependency| dependency.kind == Kind::Normal) {
            let line = package.line_of(&dependency.name);
            let error = |message, fix| Finding::error(&package.manifest, line, message, fix);
            match package.name.as_str() {
                "oriole-http" => {}
                "oriole-sse" if dependency.optional => {}
                "oriole-sse" => findings.push(error(
                    format!("`{}` is not optional in oriole-sse", dependency.name),
                    "add `optional = true` and name it in the feature `axum`",
                )),
                other => findings.push(error(
                    format!("`{other}` depends on `{}`; only oriole-http and oriole-sse may", dependency.name),
                    "use what oriole-http exports",
                )),
            }
        }
        for (feature, enabled) in package.features.iter().filter(|_| package.name == "oriole-sse") {
            let turns_on = |entry: &&String| {
                let name = entry.trim_start_matches("dep:").split(['/', '?']).next().unwrap_or_default();
                AXUM.contains(&name) && (entry.starts_with("dep:") || (entry.contains('/') && !entry.contains('?')))
            };
            if feature != "axum"
                && let Some(entry) = enabled.iter().find(turns_on)
            {
                let message = format!("the feature `{feature}` of oriole-sse turns on `{entry}`");
                let fix = "let only the feature `axum` do that; another feature may include `axum`";
                findings.push(Finding::error(&package.manifest, package.line_of(feature), message, fix));
            }
        }
    }
    findings
}

/// Invariant 4: generated code calls only `::oriole::__private`, or that of the test kit, and one file lists the paths.
pub(super) fn macros_name_one_list_of_paths(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.library_crate() == Some("oriole-macros")) {
        let code = source.library_code.as_str();
        for (offset, found) in code.match_indices("::oriole") {
            let before = code[..offset].chars().next_back();
            if before.is_some_and(|before| before.is_alphanumeric() || before == '_') {
                continue;
            }
            let after: String = code[offset + found.len()..].chars().filter(|c| !c.is_whitespace()).take(20).collect();
            // Stand-ins are for tests, and made of what the test kit has.
            let after: String = after.strip_prefix("_testing").unwrap_or(&after).chars().take(11).collect();
            let (message, fix) = if after.starts_with('_') {
                ("generated code names a crate behind the facade", "go through `::oriole::__private`")
            } else if !after.starts_with("::") {
                continue;
            } else if source.path != PATHS_FILE {
                ("a path into the facade outside the list of paths", "add it to the list in `paths.rs` and use that")
            } else if after != "::__private" {
                ("generated code calls something else than `::oriole::__private`", "re-export it from `__private`")
            } else {
                continue;
            };
            findings.push(Finding::error(&source.path, source.line(offset), message, fix));
        }
    }
    findings
}

/// Whether `path` is the module `stem.rs` or a file in its folder.
fn in_module(path: &str, stem: &str) -> bool {
    path.strip_prefix(stem).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}
