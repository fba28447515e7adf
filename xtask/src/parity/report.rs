//! What can be said without building anything: is each statement of a finished chapter shown, and is each citation true to form?

use std::collections::{BTreeMap, BTreeSet};

use super::citations::{Citation, citations};
use super::ledger::{
    Chapter, Code, DESIGN, DEVIATIONS, Inputs, Ledger, NO_COUNTERPART, PAGE, STATEMENTS, Verdict, line_of,
};
use super::page;
use crate::tidy::finding::Finding;
use crate::tidy::source::Source;
use crate::tidy::workspace::Package;

/// In a chapter whose verdict is `direct`, one statement in so many may deviate.
const DEVIATES_ONE_IN: usize = 10;

/// In any chapter, so many statements may be about something that does not exist here.
const NO_COUNTERPART_MAX: usize = 1;

pub(crate) struct Report {
    pub(crate) findings: Vec<Finding>,
    /// What `docs/parity.md` should be.
    pub(crate) page: String,
    pub(super) citations: Vec<Citation>,
}

pub(crate) fn report(inputs: &Inputs, sources: &[Source], members: &[Package]) -> Report {
    let (ledger, mut findings) = Ledger::parse(inputs);
    let (mut citations, wrong) = citations(sources);
    findings.extend(wrong);
    citations.sort();
    citations.dedup_by(|a, b| (&a.code, &a.root, &a.test, &a.file) == (&b.code, &b.root, &b.test, &b.file));
    for citation in citations.iter().filter(|citation| !ledger.knows(&citation.code)) {
        let message = format!("no statement is called {}", citation.code);
        findings.push(Finding::error(&citation.file, citation.line, message, format!("see {STATEMENTS}")));
    }
    for citation in citations.iter().filter(|citation| ledger.no_counterpart.contains_key(&citation.code)) {
        let message = format!("{} is said to have no counterpart, and `{}` cites it", citation.code, citation.test);
        findings.push(Finding::error(
            &citation.file,
            citation.line,
            message,
            format!("keep this, or {NO_COUNTERPART}"),
        ));
    }
    let cited: BTreeSet<&Code> = citations.iter().map(|citation| &citation.code).collect();
    for chapter in &ledger.chapters {
        let line = line_of(&inputs.statements, &format!("\"{}\"", chapter.code));
        findings.extend(chapter_is_kept(chapter, line, &ledger, &cited));
    }
    findings.extend(design_agrees(inputs, &ledger));
    let packages: BTreeMap<&str, &str> = members
        .iter()
        .filter_map(|member| Some((member.manifest.strip_suffix("Cargo.toml")?, member.name.as_str())))
        .collect();
    let page = page::render(&ledger, &citations, &packages);
    Report { findings, page, citations }
}

/// Nothing is written here by hand.
pub(crate) fn page_is_current(inputs: &Inputs, page: &str) -> Vec<Finding> {
    if inputs.page == page {
        return Vec::new();
    }
    let differs = inputs.page.lines().zip(page.lines()).position(|(old, new)| old != new);
    let line = differs.unwrap_or(inputs.page.lines().count().min(page.lines().count())) + 1;
    vec![Finding::error(
        PAGE,
        line,
        "the page is not what the tests and the deviations say",
        "run `cargo xtask parity`",
    )]
}

fn chapter_is_kept(chapter: &Chapter, line: usize, ledger: &Ledger, cited: &BTreeSet<&Code>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let deviates = |code: &Code| ledger.deviations.contains_key(code);
    let is_absent = |code: &Code| ledger.no_counterpart.contains_key(code);
    let is_open = |code: &Code| !deviates(code) && !is_absent(code) && !cited.contains(code);
    let missing: Vec<_> = chapter.codes().filter(|(code, _)| is_open(code)).collect();
    if chapter.finished {
        for (code, text) in &missing {
            let message = format!("{code} has neither a test nor a deviation: {text}");
            let fix =
                format!("cite it in the test that shows it (`/// Parity: {code}.`), or record why not in {DEVIATIONS}");
            findings.push(Finding::error(STATEMENTS, line, message, fix));
        }
    } else if missing.is_empty() && !chapter.statements.is_empty() {
        let message = format!("all of {} is shown, but the chapter is open", chapter.code);
        findings.push(Finding::warning(STATEMENTS, line, message, "its `state` is \"finished\""));
    }
    let deviations = chapter.codes().filter(|(code, _)| deviates(code)).count();
    if chapter.verdict == Verdict::Direct && deviations * DEVIATES_ONE_IN > chapter.statements.len() {
        let (code, all) = (&chapter.code, chapter.statements.len());
        let message = format!("{code} deviates in {deviations} of {all} statements, one in {DEVIATES_ONE_IN} at most");
        findings.push(Finding::error(STATEMENTS, line, message, "do as Nest does"));
    }
    let absent = chapter.codes().filter(|(code, _)| is_absent(code)).count();
    if absent > NO_COUNTERPART_MAX {
        let (code, max) = (&chapter.code, NO_COUNTERPART_MAX);
        let message = format!("{absent} statements of {code} have no counterpart, {max} at most");
        findings.push(Finding::error(STATEMENTS, line, message, "show them, or do as Nest does"));
    }
    findings
}

/// The table of deviations in the design names each recorded deviation, and no other statement.
fn design_agrees(inputs: &Inputs, ledger: &Ledger) -> Vec<Finding> {
    let heading = "\n## Deviations\n";
    let Some(start) = inputs.design.find(heading).map(|at| at + heading.len()) else {
        return vec![Finding::error(DESIGN, 0, "no heading `## Deviations`", "list the deviations below it")];
    };
    let section = inputs.design[start..].split("\n## ").next().unwrap_or_default();
    let named: BTreeSet<Code> = section.split(|next: char| !is_code(next)).filter_map(Code::parse).collect();
    let unnamed = ledger.deviations.keys().filter(|code| !named.contains(code)).map(|code| {
        let line = line_of(&inputs.deviations, &format!("\"{code}\""));
        let message = format!("the deviation from {code} is not in the table of {DESIGN}");
        Finding::error(DEVIATIONS, line, message, format!("add a row that names `{code}`"))
    });
    let unrecorded = named.iter().filter(|code| !ledger.deviations.contains_key(code)).map(|code| {
        let line = line_of(&inputs.design, &format!("`{code}`"));
        let message = format!("{code} is named among the deviations, and recorded nowhere");
        Finding::error(DESIGN, line, message, format!("record it in {DEVIATIONS}"))
    });
    unnamed.chain(unrecorded).collect()
}

fn is_code(next: char) -> bool {
    next.is_ascii_alphanumeric() || next == '.'
}
