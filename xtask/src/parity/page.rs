//! `docs/parity.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::citations::Citation;
use super::ledger::{Chapter, Code, Ledger};

const HEAD: &str = "\
# What Nest's documentation says, and which test shows it here

Made by `cargo xtask parity` from the tests and from the lists in `docs/parity`: change those, not this.
A chapter is *finished* when each of its statements is shown by a test that runs, deviates for a reason, or is about
something that does not exist here (*absent*, one in a chapter at most); until then it is *open*.
The verdict says how a chapter translates: *direct*, *adapt*ed to Rust, a *bridge* to something that exists, or *empty*.
";

/// `packages` maps the folder of each package, with a slash, to its name.
pub(super) fn render(ledger: &Ledger, citations: &[Citation], packages: &BTreeMap<&str, &str>) -> String {
    let mut by_code: BTreeMap<&Code, Vec<&Citation>> = BTreeMap::new();
    for citation in citations {
        by_code.entry(&citation.code).or_default().push(citation);
    }
    let mut page = format!("{HEAD}\n| chapter | verdict | state | statements | shown | deviations | absent | open |\n");
    page.push_str("|---|---|---|--:|--:|--:|--:|--:|\n");
    let mut all = [0; 5];
    for chapter in &ledger.chapters {
        let counts = counts(chapter, ledger, &by_code);
        let link = format!("[{} {}](#{})", chapter.code, chapter.title, anchor(chapter));
        let state = if chapter.finished { "finished" } else { "open" };
        line_of_counts(&mut page, &link, chapter.verdict.word(), state, counts);
        for (sum, count) in all.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    line_of_counts(&mut page, "all", "", "", all);
    for chapter in &ledger.chapters {
        let _ = write!(page, "\n## {} {}\n\n| | statement | shown by |\n|---|---|---|\n", chapter.code, chapter.title);
        for (code, text) in chapter.codes() {
            let shown = by_code.get(&code).into_iter().flatten().map(|citation| name(citation, packages));
            let deviation = ledger.deviations.get(&code);
            let deviation = deviation.map(|it| format!("**deviates**: {}; {}", cell(&it.differs), cell(&it.why)));
            let absent = ledger.no_counterpart.get(&code).map(|reason| format!("**no counterpart**: {}", cell(reason)));
            let mut shown: Vec<_> = deviation.into_iter().chain(absent).chain(shown).collect();
            if shown.is_empty() {
                shown.push("*open*".to_owned());
            }
            let _ = writeln!(page, "| {code} | {} | {} |", cell(text), shown.join("<br>"));
        }
    }
    page
}

/// Statements, shown, deviating, without a counterpart, open.
fn counts(chapter: &Chapter, ledger: &Ledger, cited: &BTreeMap<&Code, Vec<&Citation>>) -> [usize; 5] {
    let mut counts = [chapter.statements.len(), 0, 0, 0, 0];
    for (code, _) in chapter.codes() {
        let of = match (ledger.deviations.contains_key(&code), cited.contains_key(&code)) {
            (true, _) => 2,
            (false, true) => 1,
            (false, false) if ledger.no_counterpart.contains_key(&code) => 3,
            (false, false) => 4,
        };
        counts[of] += 1;
    }
    counts
}

fn line_of_counts(page: &mut String, first: &str, verdict: &str, state: &str, counts: [usize; 5]) {
    let [statements, shown, deviations, absent, open] = counts;
    let _ =
        writeln!(page, "| {first} | {verdict} | {state} | {statements} | {shown} | {deviations} | {absent} | {open} |");
}

/// The name of a test with a link to its file; a program of `tests/ui` goes by its own name.
fn name(citation: &Citation, packages: &BTreeMap<&str, &str>) -> String {
    let package = packages.iter().filter(|(folder, _)| citation.file.starts_with(*folder));
    let package = package.max_by_key(|(folder, _)| folder.len()).map_or("", |(_, name)| *name);
    let test = match citation.file.strip_prefix("tests/ui/") {
        Some(program) if !program.starts_with("tests/") => format!("{} {program}", citation.test),
        _ => citation.test.clone(),
    };
    format!("[`{package}::{test}`](../{})", citation.file)
}

/// As the usual renderers make it of a heading.
fn anchor(chapter: &Chapter) -> String {
    let heading = format!("{} {}", chapter.code, chapter.title).to_lowercase();
    let kept = heading.chars().filter(|next| next.is_alphanumeric() || *next == ' ' || *next == '-');
    kept.map(|next| if next == ' ' { '-' } else { next }).collect()
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}
