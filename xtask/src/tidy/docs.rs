//! Documentation that is compiled, and a page for each error code.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::source::{Source, line_of};
use super::workspace::Package;

const PAGES: &str = "docs/errors/";
/// The table of what can be left out; the first page of the facade includes it.
const FEATURES: &str = "docs/guide/36-features.md";
const COLUMNS_MAX: usize = 120;
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

/// Prose that is broken into lines can be read anywhere, and a change of it shows as one. Tables and code are as wide as they
/// must be.
pub(super) fn prose_width(pages: &[Page]) -> Vec<Finding> {
    let too_wide = |page: &Page| {
        let mut is_code = false;
        let wide = page.text.lines().enumerate().filter_map(|(at, line)| {
            let begins = line.trim_start();
            is_code ^= begins.starts_with("```");
            let is_prose = !is_code && !["```", "|", "![", "[", "#", "<"].iter().any(|mark| begins.starts_with(mark));
            (is_prose && line.chars().count() > COLUMNS_MAX && begins.contains(' ')).then_some(at + 1)
        });
        let wide: Vec<_> = wide.collect();
        let message = format!("prose has more than {COLUMNS_MAX} columns, here first; lines like this: {}", wide.len());
        Some(Finding::warning(&page.path, *wide.first()?, message, "break them"))
    };
    pages.iter().filter_map(too_wide).collect()
}

/// Each feature of the facade has a row in the table, and each row is of features; the default ones are marked.
pub(super) fn feature_table(pages: &[Page], members: &[Package]) -> Vec<Finding> {
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

/// The groups of changes that keepachangelog.com knows.
const CHANGES: &[&str] = &["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];

/// The changelog begins with what is not released; then come versions with their days, and changes are in the groups known.
pub(super) fn changelog(pages: &[Page]) -> Vec<Finding> {
    const PATH: &str = "CHANGELOG.md";
    let Some(page) = pages.iter().find(|page| page.path == PATH) else {
        return vec![Finding::error(PATH, 0, "there is no changelog", "write it, as CONTRIBUTING.md says")];
    };
    let (mut findings, mut releases) = (Vec::new(), 0);
    let lines: Vec<_> = page.text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let mut found = |message: &str, fix: &str| findings.push(Finding::error(PATH, at + 1, message, fix));
        if let Some(release) = line.strip_prefix("## ") {
            releases += 1;
            if releases == 1 && release != "[Unreleased]" {
                found(
                    "it does not begin with what is not released",
                    "put `## [Unreleased]` above it, though nothing is in it",
                );
            } else if releases > 1 && !is_release(release) {
                found("this is no release", "write `## [1.2.3] - 2026-01-31`");
            }
        } else if let Some(group) = line.strip_prefix("### ") {
            if !CHANGES.contains(&group) {
                found("this is no group of changes", &format!("take one of {}", CHANGES.join(", ")));
            }
            let next = lines[at + 1..].iter().find(|line| !line.is_empty());
            if next.is_none_or(|line| line.starts_with('#')) {
                found("nothing is in this group", "remove its heading");
            }
        }
    }
    if releases == 0 {
        findings.push(Finding::error(PATH, 0, "there is no place for what is not released", "add `## [Unreleased]`"));
    }
    findings
}

/// `[1.2.3] - 2026-01-31`.
fn is_release(text: &str) -> bool {
    let parts = text.strip_prefix('[').and_then(|rest| rest.split_once("] - "));
    let numbers =
        |text: &str, mark| text.split(mark).map(|part| part.parse::<u32>().ok().map(|_| part.len())).collect();
    parts.is_some_and(|(version, day)| {
        let (version, day): (Option<Vec<_>>, Option<Vec<_>>) = (numbers(version, '.'), numbers(day, '-'));
        version.is_some_and(|parts| parts.len() == 3) && day == Some(vec![4, 2, 2])
    })
}

/// The first page names each crate and each sample, and how a sample is run.
pub(super) fn first_page(pages: &[Page], members: &[Package]) -> Vec<Finding> {
    let readme = pages.iter().find(|page| page.path == "README.md").map_or("", |page| page.text.as_str());
    let listed = members.iter().filter_map(|member| {
        let folder = member.manifest.strip_suffix("/Cargo.toml")?;
        let is_sample = folder.starts_with("samples/");
        (is_sample || folder.starts_with("crates/")).then_some((member, folder, is_sample))
    });
    let is_missing = |(member, folder, is_sample): &(&Package, &str, bool)| {
        let run = format!("`cargo run -p {}`", member.name);
        !readme.contains(&format!("[{folder}]({folder}")) || *is_sample && !readme.contains(&run)
    };
    let finding = |(member, folder, is_sample): (&Package, &str, bool)| {
        let run = if is_sample { format!("`cargo run -p {}` | ", member.name) } else { String::new() };
        let fix = format!("add the row `| {run}[{folder}]({folder}) | what it is |`");
        Finding::error("README.md", 0, format!("{folder} is not in the first page's tables"), fix)
    };
    listed.filter(is_missing).map(finding).collect()
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
