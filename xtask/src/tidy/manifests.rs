//! What the manifests of the members have in common.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::finding::Finding;
use super::source::line_of;
use super::workspace::{Locked, Manifest, Package};

/// Crates that register things at link time, or run code before `main`: an entry can be dropped in silence.
const LINK_TIME: &[&str] = &["linkme", "inventory", "ctor", "dtor", "typetag"];

const INHERITED: &[&str] = &["version", "edition", "rust-version", "license"];

/// Version, edition, MSRV, licence and lints come from the workspace; so does every dependency.
pub(super) fn members_inherit(manifests: &[Manifest]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in manifests {
        let mut error = |line, message: String, fix: String| {
            findings.push(Finding::error(&manifest.path, line, message, fix));
        };
        let package = manifest.table.get("package").and_then(Value::as_table).cloned().unwrap_or_default();
        for key in INHERITED.iter().filter(|key| !inherits(package.get(**key))) {
            error(
                manifest.line_of(key),
                format!("`{key}` is not inherited"),
                format!("write `{key}.workspace = true`"),
            );
        }
        if !matches!(package.get("publish"), Some(Value::Boolean(false))) && !inherits(package.get("publish")) {
            let fix = "write `publish.workspace = true` in a library, `publish = false` elsewhere";
            error(manifest.line_of("publish"), "it is not said whether this is published".into(), fix.into());
        }
        if !inherits(manifest.table.get("lints")) {
            let fix = "add a section `[lints]` with `workspace = true`";
            error(manifest.line_of("[lints]"), "the lints of the workspace are not inherited".into(), fix.into());
        }
        for (name, dependency) in dependencies(&manifest.table) {
            if !inherits(Some(dependency)) {
                let message = format!("the dependency `{name}` is not inherited");
                let fix = format!("list it in `[workspace.dependencies]` and write `{name} = {{ workspace = true }}`");
                error(manifest.line_of(&name), message, fix);
            }
        }
    }
    findings
}

fn inherits(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

/// All dependencies of a manifest: normal, of tests, of the build, and of one platform.
fn dependencies(manifest: &Table) -> Vec<(String, &Value)> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let tables = std::iter::once(manifest).chain(platforms.filter_map(|(_, platform)| platform.as_table()));
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let lists = tables.flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind).and_then(Value::as_table)));
    lists.flatten().map(|(name, dependency)| (name.clone(), dependency)).collect()
}

/// Default features are chosen, not suffered; a pinned version says why.
///
/// `has_defaults` tells whether a package has default features at all.
pub(super) fn workspace_dependencies(root: &Manifest, has_defaults: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let listed = root.table.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    for (name, entry) in listed.and_then(Value::as_table).into_iter().flatten() {
        if entry.get("path").is_some() {
            continue;
        }
        let line = root.line_of(name);
        let package = entry.get("package").and_then(Value::as_str).unwrap_or(name);
        let off = entry.get("default-features").and_then(Value::as_bool) == Some(false);
        if !off && has_defaults(package) && !root.commented(line) {
            let message = format!("`{name}` is taken with its default features");
            let fix = "add `default-features = false`, or a comment above that says why they are wanted";
            findings.push(Finding::error(&root.path, line, message, fix));
        }
        let version = entry.as_str().or_else(|| entry.get("version").and_then(Value::as_str)).unwrap_or_default();
        if (version.starts_with('=') || version.contains('<')) && !root.commented(line) {
            let message = format!("`{name}` is held at {version}, and it is not said why");
            findings.push(Finding::error(&root.path, line, message, "put the reason in a comment above"));
        }
        if entry.get("git").is_some() {
            let message = format!("`{name}` comes from git, which cannot be published");
            findings.push(Finding::error(&root.path, line, message, "use a version from crates.io"));
        }
    }
    findings
}

/// Invariant 5, second half.
pub(super) fn no_link_time_registration(lock: &str) -> Vec<Finding> {
    let named = LINK_TIME.iter().map(|name| (name, format!("name = \"{name}\"\n")));
    named
        .filter_map(|(name, entry)| {
            let offset = lock.find(&entry)?;
            let message = format!("`{name}` is in the tree: link-time registration drops entries in silence");
            let fix =
                format!("find who brings it with `cargo tree --workspace --all-features -i {name}`, and do without");
            Some(Finding::error("Cargo.lock", line_of(lock, offset), message, fix))
        })
        .collect()
}

/// Programs lie in one folder of `target`: of two with one name a test starts whichever was built last.
pub(super) fn programs_have_names_of_their_own(members: &[Package]) -> Vec<Finding> {
    let mut owners = BTreeMap::new();
    let mut findings = Vec::new();
    for (member, program) in members.iter().flat_map(|member| member.programs.iter().map(move |name| (member, name))) {
        if let Some(first) = owners.insert(program, &member.name) {
            let message = format!("`{first}` has a program `{program}` as well: they replace each other");
            let fix = "rename one of them, by its file in `src/bin` or a section `[[bin]]`";
            findings.push(Finding::error(&member.manifest, 0, message, fix));
        }
    }
    findings
}

/// Whether the packages of the registry say that they build with our oldest toolchain.
pub(super) fn oldest_toolchain(root: &Manifest, packages: &[Locked]) -> Vec<Finding> {
    let workspace = root.table.get("workspace").and_then(|workspace| workspace.get("package"));
    let Some(ours) = workspace.and_then(|package| package.get("rust-version")).and_then(Value::as_str) else {
        let fix = "add `rust-version` to `[workspace.package]`";
        return vec![Finding::error(&root.path, 0, "the workspace does not name its oldest toolchain", fix)];
    };
    let needs_more = packages.iter().filter_map(|package| {
        let theirs = package.rust_version.as_deref()?;
        (numbers(theirs) > numbers(ours)).then_some((package, theirs))
    });
    needs_more
        .map(|(package, theirs)| {
            let message = format!("`{} {}` needs Rust {theirs}, and we promise {ours}", package.name, package.version);
            let fix = "take an older version of it, or raise `rust-version` and say so in the changelog";
            Finding::error(&root.path, root.line_of("rust-version"), message, fix)
        })
        .collect()
}

/// `1.85` and `1.85.0` are equal, and `1.100` is newer than both.
fn numbers(version: &str) -> [u64; 3] {
    let mut parts = version.split(['.', '-', '+']).map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}
