//! Where tests say what they show.

use std::collections::BTreeSet;
use std::ops::Range;

use super::ledger::Code;
use crate::tidy::finding::Finding;
use crate::tidy::source::{Source, closing_brace, words};

const MARK: &str = "Parity:";
const SHAPE: &str = "write `/// Parity: GRD.3, GRD.4.` above the test";

/// The test that compiles the programs below `tests/ui`, and the folders it takes them from.
const PROGRAMS: Test<'static> = Test { root: "tests/ui/tests/ui.rs", path: "programs" };
const PROGRAM_FOLDERS: &[(&str, usize)] = &[("tests/ui/pass/", 1), ("tests/ui/fail/", 2)];

#[derive(Clone, Copy)]
struct Test<'a> {
    root: &'a str,
    path: &'a str,
}

/// A test says that it shows a statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Citation {
    pub(super) code: Code,
    /// The file that holds the line.
    pub(super) file: String,
    /// Counted from 1.
    pub(super) line: usize,
    /// The root file of the test's binary.
    pub(super) root: String,
    /// What the binary calls the test: `replies::redirects`.
    pub(super) test: String,
}

/// Every citation in the sources, and the lines that are none.
pub(super) fn citations(sources: &[Source]) -> (Vec<Citation>, Vec<Finding>) {
    let roots: BTreeSet<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    let (mut citations, mut findings) = (Vec::new(), Vec::new());
    for source in sources.iter().filter(|source| source.text.contains(MARK)) {
        let tests = tests(source);
        for (offset, text) in marked_lines(source) {
            let line = source.line(offset);
            let mut wrong = |message: String, fix: &str| {
                findings.push(Finding::error(&source.path, line, message, fix));
            };
            let (root, test) = match place(source, offset, &tests, &roots) {
                Ok(place) => place,
                Err(message) => {
                    wrong(message, SHAPE);
                    continue;
                }
            };
            let words: Vec<_> = text.trim().trim_end_matches('.').split(',').map(str::trim).collect();
            for word in words {
                match Code::parse(word) {
                    Some(code) => citations.push(Citation {
                        code,
                        file: source.path.clone(),
                        line,
                        root: root.clone(),
                        test: test.clone(),
                    }),
                    None => wrong(format!("`{word}` is no statement"), SHAPE),
                }
            }
        }
    }
    (citations, findings)
}

/// The comments that begin with the mark, and what follows it.
fn marked_lines(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    source.text.match_indices(MARK).filter_map(|(at, mark)| {
        let line_start = source.text[..at].rfind('\n').map_or(0, |before| before + 1);
        let before = source.text[line_start..at].trim();
        let is_comment = matches!(before, "//" | "///" | "//!") && source.code[line_start..at].trim().is_empty();
        let rest = &source.text[at + mark.len()..];
        is_comment.then(|| (at, rest.lines().next().unwrap_or_default()))
    })
}

/// The binary's root and the test's name in it.
fn place(
    source: &Source,
    offset: usize,
    tests: &[Function],
    roots: &BTreeSet<&str>,
) -> Result<(String, String), String> {
    for (folder, depth) in PROGRAM_FOLDERS {
        if let Some(inner) = source.path.strip_prefix(folder) {
            return if inner.split('/').count() == *depth {
                Ok((PROGRAMS.root.to_owned(), PROGRAMS.path.to_owned()))
            } else {
                Err(format!("`{}` does not take programs from here", PROGRAMS.root))
            };
        }
    }
    let of_the_file = source.text[..offset].trim_end().ends_with("//!");
    let Some(test) = tests.iter().find(|test| !of_the_file && test.range.contains(&offset)) else {
        return Err("this citation belongs to no test".to_owned());
    };
    if test.ignored {
        return Err(format!("`{}` is ignored, so it shows nothing", test.name));
    }
    let Some((root, mut path)) = unit(&source.path, roots) else {
        return Err("no binary of tests holds this file".to_owned());
    };
    path.extend(modules(&source.bare, test.at));
    path.push(test.name.clone());
    Ok((root, path.join("::")))
}

/// The root file of the crate that a file belongs to, and the file's modules.
fn unit(path: &str, roots: &BTreeSet<&str>) -> Option<(String, Vec<String>)> {
    let known = |root: String| roots.contains(root.as_str()).then_some(root);
    let (root, inner) = if let Some((folder, inner)) = path.split_once("/src/") {
        if inner == "lib.rs" || inner == "main.rs" || inner.starts_with("bin/") {
            return Some((path.to_owned(), Vec::new()));
        }
        let root = known(format!("{folder}/src/lib.rs")).or_else(|| known(format!("{folder}/src/main.rs")))?;
        (root, inner)
    } else {
        let (folder, inner) = path.rsplit_once("/tests/")?;
        let Some((binary, inner)) = inner.split_once('/') else { return Some((path.to_owned(), Vec::new())) };
        let root = known(format!("{folder}/tests/{binary}/main.rs"))?;
        if root == path {
            return Some((root, Vec::new()));
        }
        (root, inner)
    };
    let inner = inner.strip_suffix("/mod.rs").or_else(|| inner.strip_suffix(".rs"))?;
    Some((root, inner.split('/').map(str::to_owned).collect()))
}

/// A function under `#[test]` or another attribute whose last name is `test`.
struct Function {
    name: String,
    /// Where `fn` stands.
    at: usize,
    /// From the comments above it to its closing brace.
    range: Range<usize>,
    ignored: bool,
}

fn tests(source: &Source) -> Vec<Function> {
    let bare = source.bare.as_str();
    let mut tests: Vec<Function> = Vec::new();
    for (offset, _) in bare.match_indices("#[") {
        let attribute = bare[offset + 2..].trim_start();
        let path = &attribute[..attribute.find(|next: char| !is_path(next)).unwrap_or(attribute.len())];
        if path.rsplit("::").next() != Some("test") || tests.last().is_some_and(|last| last.range.contains(&offset)) {
            continue;
        }
        let Some(at) = words(&bare[offset..], "fn").next().map(|length| offset + length) else { continue };
        let name: String = bare[at + 2..].trim_start().chars().take_while(|next| is_path(*next)).collect();
        let Some(open) = bare[at..].find('{').map(|length| at + length) else { continue };
        if name.is_empty() {
            continue;
        }
        let start = bare[..offset].rfind(['}', '{', ';']).map_or(0, |end| end + 1);
        let ignored = bare[start..at].contains("#[ignore");
        tests.push(Function { name, at, range: start..closing_brace(bare, open), ignored });
    }
    tests
}

fn is_path(next: char) -> bool {
    next.is_alphanumeric() || next == '_' || next == ':'
}

/// The names of the inline modules around `at`, from the outermost on.
fn modules(bare: &str, at: usize) -> Vec<String> {
    let mut names = Vec::new();
    for offset in words(&bare[..at], "mod") {
        let rest = bare[offset + 3..].trim_start();
        let name: String = rest.chars().take_while(|next| is_path(*next)).collect();
        let open = bare.len() - rest.len() + name.len();
        let Some(brace) = bare[open..].trim_start().starts_with('{').then(|| bare[open..].find('{')).flatten() else {
            continue;
        };
        if !name.is_empty() && closing_brace(bare, open + brace) > at {
            names.push(name);
        }
    }
    names
}
