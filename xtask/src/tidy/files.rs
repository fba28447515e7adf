//! Files: how long, how many, and whether the compiler knows of them.

use std::collections::BTreeMap;

use super::finding::{Allowed, Finding, without_allowed};
use super::source::{Source, words};

const LINES_DISCUSS: usize = 600;
const LINES_MAX: usize = 1000;

/// Files that may be longer.
const LONG_FILES: &[Allowed] = &[];

const ROOT_ENTRIES_MAX: usize = 24;

/// Folders whose files are inputs of tests and no modules.
const NO_MODULES: &[&str] = &["ui", "golden", "fixtures", "bin"];

pub(super) fn budget(sources: &[Source]) -> Vec<Finding> {
    let fix = "move a part that has a name of its own to a file of its own";
    let mut findings = Vec::new();
    for source in sources {
        let lines = source.text.lines().count();
        let message = format!("{lines} lines; a file should have 80 to 400");
        if lines > LINES_MAX {
            findings.push((String::new(), Finding::error(&source.path, 0, message, fix)));
        } else if lines > LINES_DISCUSS {
            findings.push((String::new(), Finding::warning(&source.path, 0, message, fix)));
        }
    }
    without_allowed(findings, LONG_FILES, "`LONG_FILES` in files.rs")
}

/// A `mod.rs` is a table of contents.
pub(super) fn contents_only(sources: &[Source]) -> Vec<Finding> {
    let tables = sources.iter().filter(|source| source.path.ends_with("/mod.rs"));
    tables
        .filter_map(|source| {
            let offset = first_item(&source.bare)?;
            let fix = "move it to a file named after what it does; `mod.rs` holds docs, `mod` and `use`";
            Some(Finding::error(&source.path, source.line(offset), "`mod.rs` holds more than a table of contents", fix))
        })
        .collect()
}

/// Where the first thing stands that is neither an attribute, nor `mod name;`, nor `use ..;`.
fn first_item(bare: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bare[at..].len() - bare[at..].trim_start().len();
        let rest = &bare[at..];
        if rest.is_empty() {
            return None;
        }
        if rest.starts_with("#[") || rest.starts_with("#![") {
            at += attribute_length(rest);
            continue;
        }
        let end = rest.find(';').unwrap_or(rest.len());
        let statement = &rest[..end];
        let item = statement.strip_prefix("pub").map_or(statement, |item| {
            let item = item.trim_start();
            item.strip_prefix('(').and_then(|item| item.split_once(')')).map_or(item, |(_, item)| item)
        });
        let item = item.trim_start();
        let is_mod = item.starts_with("mod ") && !item.contains('{');
        if !is_mod && !item.starts_with("use ") {
            return Some(at);
        }
        at = (at + end + 1).min(bare.len());
    }
}

fn attribute_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in rest.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return offset + 1,
            b']' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

pub(super) fn root_stays_clear(entries: &[String]) -> Vec<Finding> {
    if entries.len() <= ROOT_ENTRIES_MAX {
        return Vec::new();
    }
    let message = format!("{} entries in the root, {ROOT_ENTRIES_MAX} at most: {}", entries.len(), entries.join(" "));
    vec![Finding::error(".", 0, message, "move run-books and notes to docs/, tools to xtask/, programs to samples/")]
}

/// A file that no `mod` line names is not compiled, and its tests do not run.
pub(super) fn no_forgotten_file(sources: &[Source]) -> Vec<Finding> {
    let by_path: BTreeMap<&str, &Source> = sources.iter().map(|source| (source.path.as_str(), source)).collect();
    let mut findings = Vec::new();
    for source in sources {
        let Some((top, inner)) = module_tree(&source.path) else { continue };
        let name = inner.strip_suffix("/mod.rs").or_else(|| inner.strip_suffix(".rs")).unwrap_or(inner);
        let (folder, module) = name.rsplit_once('/').unwrap_or(("", name));
        let parents = if folder.is_empty() {
            vec![format!("{top}/lib.rs"), format!("{top}/main.rs")]
        } else {
            vec![format!("{top}/{folder}.rs"), format!("{top}/{folder}/mod.rs")]
        };
        let declares = |parent: &&Source| {
            let declared = |offset| parent.bare[..offset].trim_end().ends_with("mod");
            words(&parent.bare, module).any(declared) || parent.code.contains(&format!("{module}.rs\""))
        };
        if !parents.iter().filter_map(|path| by_path.get(path.as_str())).any(declares) {
            let message = format!("no `mod {module};` names this file, so it is never compiled");
            let fix = format!("add `mod {module};` to {}, or remove the file", parents.join(" or "));
            findings.push(Finding::error(&source.path, 0, message, fix));
        }
    }
    findings
}

/// Splits a path into the folder of a crate's root file, and the rest; none if the file is a root or no module.
fn module_tree(path: &str) -> Option<(&str, &str)> {
    let (at, marker) =
        ["/src/", "/tests/it/"].into_iter().find_map(|marker| path.find(marker).map(|at| (at, marker)))?;
    let (top, inner) = (&path[..at + marker.len() - 1], &path[at + marker.len()..]);
    let root = inner == "lib.rs" || inner == "main.rs";
    let data = inner.split('/').any(|part| NO_MODULES.contains(&part));
    (!root && !data).then_some((top, inner))
}

/// One binary of tests per crate links once; more link many times.
pub(super) fn one_test_binary(sources: &[Source]) -> Vec<Finding> {
    let extra = sources.iter().filter(|source| {
        let rest = source.path.strip_prefix("crates/").and_then(|path| path.split_once("/tests/"));
        rest.is_some_and(|(package, file)| !package.contains('/') && !file.contains('/'))
    });
    let fix = "make it a module of tests/it/main.rs";
    extra.map(|source| Finding::warning(&source.path, 0, "a test binary of its own", fix)).collect()
}
