//! Links of the documentation: that they lead somewhere, on the repository's host and in rustdoc.
//!
//! rustdoc includes the guide and the pages of the errors. Their links to other pages are links by reference, whose label is
//! the target: `[the hub][15-hub.md]`. The page ends with what the label means on the repository's host; rustdoc reads
//! [`DEFINITIONS`] before it, and of two definitions the first one counts.

use std::collections::{BTreeMap, BTreeSet};

use super::docs::Page;
use super::finding::Finding;
use super::markdown::Markdown;

/// What the labels mean within rustdoc.
const DEFINITIONS: &str = "crates/oriole/src/links.md";
const GUIDE: &str = "docs/guide/";
const ERRORS: &str = "docs/errors/";

/// Each relative link leads to a file or folder that is there, and to a heading of it if it says so.
pub(super) fn links_lead_somewhere(pages: &[Page], files: &BTreeSet<String>) -> Vec<Finding> {
    let read: BTreeMap<&str, Markdown<'_>> =
        pages.iter().map(|page| (page.path.as_str(), Markdown::read(&page.text))).collect();
    let mut findings = Vec::new();
    for (path, markdown) in &read {
        let is_source = in_sources(path);
        for link in markdown.links.iter().chain(&markdown.definitions) {
            let target = link.target;
            let is_defined = || markdown.definitions.iter().any(|definition| definition.label == Some(target));
            let (message, fix) = if is_external(target) {
                continue;
            } else if link.is_label {
                if is_defined() {
                    continue;
                }
                (format!("the label `{target}` is not defined in this page"), "define it at the end of the page")
            } else if is_item(target) {
                if is_source {
                    continue;
                }
                let message = format!("`{target}` is a link in rustdoc only, and dead where this page is read");
                (message, "write the name in backticks, without a link")
            } else if let Some(message) = dead(path, target, &read, files) {
                (message, "mend the link, or what it should lead to")
            } else if is_source && !target.starts_with('#') {
                (format!("`{target}` is dead in rustdoc, which includes this page"), "link to the item instead")
            } else {
                continue;
            };
            findings.push(Finding::error(path, link.line, message, fix));
        }
    }
    findings
}

/// Pages that rustdoc includes link by labels, and rustdoc knows what each of these means.
pub(super) fn rustdoc_knows_the_labels(pages: &[Page], files: &BTreeSet<String>, repository: &str) -> Vec<Finding> {
    let Some(page) = pages.iter().find(|page| page.path == DEFINITIONS) else {
        return vec![Finding::error(
            DEFINITIONS,
            0,
            "this page is missing",
            "define in it what the guide's labels mean",
        )];
    };
    let list = Markdown::read(&page.text).definitions;
    let (mut findings, mut used) = (Vec::new(), BTreeSet::new());
    for page in pages.iter().filter(|page| in_rustdoc(&page.path)) {
        let markdown = Markdown::read(&page.text);
        let is_ours = |target: &str| !is_external(target) && !is_item(target) && !target.starts_with('#');
        for link in markdown.links.iter().filter(|link| is_ours(link.target)) {
            let error = |message: String, fix: String| Finding::error(&page.path, link.line, message, fix);
            let target = link.target;
            used.insert((page.path.as_str(), target));
            let Some(meaning) = meaning(&page.path, target, repository) else { continue };
            if !link.is_label {
                let message = format!("rustdoc includes this page, and `({target})` is dead there");
                findings.push(error(message, format!("write `[..][{target}]`, and `[{target}]: {target}` at its end")));
            } else if !list.iter().any(|known| known.label == Some(target) && known.target == meaning) {
                let message = format!("rustdoc does not know what `[{target}]` means");
                findings.push(error(message, format!("add `[{target}]: {meaning}` to {DEFINITIONS}")));
            }
        }
        for definition in &markdown.definitions {
            let label = definition.label.unwrap_or_default();
            if !markdown.links.iter().any(|link| link.is_label && link.target == label) {
                let message = format!("nothing in this page links to `[{label}]`");
                findings.push(Finding::error(&page.path, definition.line, message, "remove the line"));
            }
            if label != definition.target && !is_external(definition.target) {
                let message = format!("`[{label}]` is not named after its target");
                let fix =
                    format!("write `[{0}]: {0}`: rustdoc gives labels a meaning by their names", definition.target);
                findings.push(Finding::error(&page.path, definition.line, message, fix));
            }
        }
    }
    for known in &list {
        let label = known.label.unwrap_or_default();
        if !used.iter().any(|(_, target)| *target == label) {
            let message = format!("no page links to `{label}`");
            findings.push(Finding::error(DEFINITIONS, known.line, message, "remove the line"));
        }
        let outside = known.target.strip_prefix(repository).and_then(|rest| rest.splitn(4, '/').nth(3));
        if outside.is_some_and(|path| !files.contains(path.split('#').next().unwrap_or(path))) {
            let message = format!("`{}` is not in the repository", known.target);
            findings.push(Finding::error(DEFINITIONS, known.line, message, "mend the path"));
        }
    }
    findings
}

/// Where a page's link leads in rustdoc: to the chapter's or the error's module, else to the repository's host.
fn meaning(page: &str, target: &str, repository: &str) -> Option<String> {
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let path = resolve(page, file)?;
    let anchor = anchor.map_or(String::new(), |anchor| format!("#{anchor}"));
    let name = |folder: &str| Some(path.strip_prefix(folder)?.strip_suffix(".md")?.to_owned());
    Some(match (name(GUIDE), name(ERRORS)) {
        (Some(index), _) if index == "README" => format!("crate::guide{anchor}"),
        (_, Some(index)) if index == "README" => format!("crate::errors{anchor}"),
        (Some(chapter), _) => {
            let chapter = chapter.trim_start_matches(|character: char| character.is_ascii_digit() || character == '-');
            format!("crate::guide::{}{anchor}", chapter.replace('-', "_"))
        }
        (_, Some(code)) => format!("crate::errors::{code}{anchor}"),
        _ => {
            let view = if path.ends_with(".svg") || path.ends_with(".png") { "raw" } else { "blob" };
            format!("{repository}/{view}/main/{path}{anchor}")
        }
    })
}

/// Why a relative link is dead.
fn dead(page: &str, target: &str, read: &BTreeMap<&str, Markdown<'_>>, files: &BTreeSet<String>) -> Option<String> {
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let path = if file.is_empty() { Some(page.to_owned()) } else { resolve(page, file) };
    let Some(path) = path.filter(|path| is_there(path, files)) else {
        return Some(format!("`{target}` is not there"));
    };
    let anchor = anchor?;
    let known = read.get(path.as_str()).is_some_and(|markdown| markdown.anchors.contains(anchor));
    (!known).then(|| format!("{path} has no heading `#{anchor}`"))
}

fn is_there(path: &str, files: &BTreeSet<String>) -> bool {
    let folder = format!("{}/", path.trim_end_matches('/'));
    files.contains(path) || files.range(folder.clone()..).next().is_some_and(|file| file.starts_with(&folder))
}

/// A path as the root sees it; none if it leaves the repository.
fn resolve(page: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Whether rustdoc includes a page that is read on the repository's host as well.
fn in_rustdoc(path: &str) -> bool {
    path.starts_with(GUIDE) || path.strip_prefix(ERRORS).is_some_and(|name| name != "README.md")
}

/// Whether a page is a piece of documentation comments and nothing else.
fn in_sources(path: &str) -> bool {
    path.starts_with("crates/") && path.contains("/src/")
}

fn is_external(target: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme))
}

/// Whether a target is a path of Rust's, as rustdoc resolves them.
fn is_item(target: &str) -> bool {
    target.contains("::") || target.contains('@')
}
