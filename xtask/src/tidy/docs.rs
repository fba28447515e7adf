//! Documentation that is compiled, and a page for each error code.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::source::{Source, line_of};
use super::workspace::Package;

const PAGES: &str = "docs/errors/";
/// The table of what can be left out.
const FEATURES: &str = "docs/guide/36-features.md";
const INDEX: &[&str] = &["docs/errors/README.md", "docs/errors/index.md"];

/// A markdown file.
pub(super) struct Page {
    pub(super) path: String,
    pub(super) text: String,
}

/// An example that is not compiled rots. `no_run` and `compile_fail` are fine.
pub(super) fn no_ignored_doctest(sources: &[Source], pages: &[Page]) -> Vec<Finding> {
    let fix = "make it compile; `no_run` compiles without running, `text` is for what is no Rust";
    let comments = |line: &str| ["///", "//!"].iter().find_map(|mark| line.strip_prefix(mark).map(str::to_owned));
    let rust = sources.iter().flat_map(|source| {
        let lines = source.text.lines().enumerate();
        lines.filter_map(move |(at, line)| Some((source.path.as_str(), at + 1, comments(line.trim_start())?)))
    });
    let markdown = pages.iter().flat_map(|page| {
        let lines = page.text.lines().enumerate();
        lines.map(|(at, line)| (page.path.as_str(), at + 1, line.to_owned()))
    });
    rust.chain(markdown)
        .filter(|(_, _, line)| ignores(line))
        .map(|(path, line, _)| Finding::error(path, line, "this example is never compiled", fix))
        .collect()
}

fn ignores(line: &str) -> bool {
    let line = line.trim_start();
    let Some(info) = line.strip_prefix("```").or_else(|| line.strip_prefix("~~~")) else { return false };
    info.split([',', ' ', '\t', '{', '}']).any(|word| word == "ignore" || word.starts_with("ignore-"))
}

/// A test that is skipped is a test that nobody misses.
pub(super) fn no_ignored_test(sources: &[Source]) -> Vec<Finding> {
    let fix = "make it pass, or remove it";
    let found =
        sources.iter().flat_map(|source| source.bare.match_indices("#[ignore").map(move |(at, _)| (source, at)));
    found.map(|(source, at)| Finding::error(&source.path, source.line(at), "an ignored test", fix)).collect()
}

/// Each code in the sources has a page, each page is in the index, and no page is about a code that is gone.
pub(super) fn error_pages(sources: &[Source], pages: &[Page]) -> Vec<Finding> {
    let mut used: BTreeMap<&str, (&Source, usize)> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.library_crate().is_some()) {
        for (offset, code) in codes(&source.library_code) {
            used.entry(code).or_insert((source, offset));
        }
    }
    let written: BTreeMap<&str, &Page> = pages
        .iter()
        .filter_map(|page| Some((page.path.strip_prefix(PAGES)?.strip_suffix(".md")?, page)))
        .filter(|(name, _)| name.starts_with("ORI"))
        .collect();
    let index = pages.iter().find(|page| INDEX.contains(&page.path.as_str()));
    let links = |rest: &str| rest["ORI001".len()..].starts_with(".md)");
    let mut findings = Vec::new();
    for (code, (source, offset)) in &used {
        if !written.contains_key(code) {
            let message = format!("the error {code} has no page");
            let fix = format!("write {PAGES}{code}.md (CONTRIBUTING.md says how) and name it in {}", INDEX[0]);
            findings.push(Finding::error(&source.path, source.line(*offset), message, fix));
        }
    }
    for (code, page) in &written {
        if !index.is_some_and(|index| index.text.contains(&format!("({code}.md)"))) {
            let fix = format!("add a line with [{code}]({code}.md) to {}", INDEX[0]);
            findings.push(Finding::error(&page.path, 0, format!("the page of {code} is not in the index"), fix));
        }
        if !used.contains_key(code) {
            let fix = "remove the page, or use the code in crates/";
            findings.push(Finding::error(&page.path, 0, format!("no crate reports {code}"), fix));
        }
    }
    if let Some(index) = index {
        for (offset, code) in
            codes(&index.text).filter(|(at, code)| links(&index.text[*at..]) && !written.contains_key(code))
        {
            let fix = "write the page, or remove the line";
            let line = line_of(&index.text, offset);
            findings.push(Finding::error(
                &index.path,
                line,
                format!("the index links to {code}, which has no page"),
                fix,
            ));
        }
    }
    findings
}

/// Each feature of the facade has a row in the table, and each row is of features; the default ones are marked.
pub(super) fn features_are_listed(pages: &[Page], members: &[Package]) -> Vec<Finding> {
    let Some(facade) = members.iter().find(|member| member.name == "oriole") else { return Vec::new() };
    let Some(page) = pages.iter().find(|page| page.path == FEATURES) else {
        let message = "the table of the features is not there".to_owned();
        return vec![Finding::error(FEATURES, 0, message, "write a row for each feature of crates/oriole")];
    };
    let defaults = facade.features.get("default").cloned().unwrap_or_default();
    let mut missing: BTreeSet<_> = facade.features.keys().filter(|name| *name != "default").collect();
    let mut findings = Vec::new();
    for (at, line) in page.text.lines().enumerate().filter(|(_, line)| line.starts_with("| `")) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let is_default = cells.get(2) == Some(&"yes");
        for name in cells[1].split('`').skip(1).step_by(2) {
            let mut error = |message: String, fix| findings.push(Finding::error(&page.path, at + 1, message, fix));
            if !missing.remove(&name.to_owned()) {
                error(format!("`{name}` is no feature of `oriole`, or has two rows"), "remove it");
            } else if defaults.iter().any(|default| default == name) != is_default {
                error(format!("the column of defaults is wrong for `{name}`"), "write `yes` for what is on by default");
            }
        }
    }
    findings.extend(missing.into_iter().map(|name| {
        let message = format!("the feature `{name}` of `oriole` has no row");
        Finding::error(&page.path, 0, message, "say in a row what it adds")
    }));
    findings
}

/// `ORI` and three digits, as a word of its own.
fn codes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("ORI").filter_map(|(offset, _)| {
        let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let end = text[offset..].find(|character| !word(character)).map_or(text.len(), |length| offset + length);
        let code = &text[offset..end];
        let starts = !text[..offset].ends_with(word);
        let digits = code.len() == 6 && code[3..].bytes().all(|byte| byte.is_ascii_digit());
        (starts && digits).then_some((offset, code))
    })
}
