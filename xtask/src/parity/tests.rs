//! The ledger on input that keeps its rules, and on input that breaks them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::binaries::{self, Tests};
use super::citations::{Citation, citations};
use super::ledger::{Code, Inputs, Ledger, Verdict};
use super::report::{Report, page_is_current, report};
use crate::tidy::finding::{Finding, Level};
use crate::tidy::source::Source;
use crate::tidy::workspace::Package;

const GUARDS: &str = r#"
[[chapter]]
code = "GRD"
title = "Guards"
verdict = "direct"
state = "open"
[chapter.says]
1 = "a guard says yes or no"
2 = "a no | is 403"
"#;

fn inputs(statements: &str, deviations: &str, rows: &str) -> Inputs {
    Inputs {
        statements: statements.to_owned(),
        deviations: deviations.to_owned(),
        no_counterpart: String::new(),
        page: String::new(),
        design: format!("# Design\n\n`SSE.1` is a number.\n\n## Deviations\n\n{rows}\n"),
    }
}

fn deviation(code: &str) -> String {
    format!("[[deviation]]\nstatement = \"{code}\"\ndiffers = \"404\"\nwhy = \"kinder\"\n")
}

fn absent(code: &str) -> String {
    format!("[[statement]]\ncode = \"{code}\"\nreason = \"there is | none\"\n")
}

/// A file of tests in a package `x`, whose folder is `crates/x`.
fn sources(text: &str) -> [Source; 2] {
    [Source::new("crates/x/tests/it/main.rs", "mod guards;"), Source::new("crates/x/tests/it/guards.rs", text)]
}

fn reported(inputs: &Inputs, sources: &[Source]) -> Report {
    let mut x = Package::default();
    (x.name, x.manifest) = ("x".to_owned(), "crates/x/Cargo.toml".to_owned());
    report(inputs, sources, &[x])
}

/// `expected` is words of each message.
#[track_caller]
fn broken(findings: &[Finding], expected: &[&str]) {
    let all = findings.len() == expected.len()
        && findings.iter().zip(expected).all(|(finding, words)| finding.message.contains(words));
    assert!(all, "expected {expected:?}, found {findings:#?}");
}

/// `code test` of each citation, and the messages.
fn found(sources: &[Source]) -> (Vec<String>, Vec<String>) {
    let (citations, findings) = citations(sources);
    let said = citations.iter().map(|it| format!("{} {} {}:{}", it.code, it.test, it.root, it.line));
    (said.collect(), findings.into_iter().map(|finding| finding.message).collect())
}

mod codes {
    use super::*;

    #[test]
    fn three_letters_and_a_number() {
        assert_eq!(Code::parse("GRD.12"), Some(Code { chapter: "GRD".into(), number: 12 }));
        for text in ["GRD", "GRD.", "GRD.0", "GRD.x", "grd.1", "GRDS.1", "GRD.01", "GRD.1.2", "GRD 1", ""] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
    }
}

mod ledgers {
    use super::*;

    #[test]
    fn what_is_well_written_is_read() {
        let (ledger, findings) = Ledger::parse(&inputs(GUARDS, &deviation("GRD.2"), ""));
        assert_eq!(findings, []);
        let chapter = &ledger.chapters[0];
        assert_eq!((chapter.code.as_str(), chapter.verdict, chapter.finished), ("GRD", Verdict::Direct, false));
        assert_eq!(chapter.statements, ["a guard says yes or no", "a no | is 403"]);
        assert!(ledger.deviations.keys().map(Code::to_string).eq(["GRD.2"]));
    }

    #[test]
    fn mistakes_are_named() {
        let check = |statements: &str, words: &str| {
            broken(&Ledger::parse(&inputs(statements, "", "")).1, &[words]);
        };
        check("[[chapter]", "it cannot be read");
        check("chapters = 1", "`chapters` means nothing");
        check(&GUARDS.replace("\"GRD\"", "\"guards\""), "`guards` is no code");
        check(&GUARDS.replace("2 = ", "3 = "), "GRD.2 has no text");
        check(&GUARDS.replace("\"direct\"", "\"maybe\""), "`maybe` is no verdict");
        check(&GUARDS.replace("\"open\"", "\"done\""), "`done` is no state");
        check(&format!("{GUARDS}{GUARDS}"), "GRD stands twice");
        check("[[chapter]]\ncode = \"GRD\"\nverdict = \"direct\"\nstate = \"open\"", "GRD says nothing");
        let deviating = |text: &str, words: &[&str]| broken(&Ledger::parse(&inputs(GUARDS, text, "")).1, words);
        deviating(&deviation("GRD.3"), &["no statement is called GRD.3"]);
        deviating(&deviation("guards"), &["`guards` is no statement"]);
        deviating(&deviation("GRD.1").repeat(2), &["GRD.1 deviates twice"]);
        deviating("[[deviation]]\nstatement = \"GRD.1\"\ndiffers = \"x\"", &["GRD.1 has no text `why`"]);
        let lacking = |text: &str, words: &str| {
            let inputs = Inputs { no_counterpart: text.to_owned(), ..inputs(GUARDS, &deviation("GRD.2"), "") };
            broken(&Ledger::parse(&inputs).1, &[words]);
        };
        lacking(&absent("GRD.3"), "no statement is called GRD.3");
        lacking(&absent("guards"), "`guards` is no statement");
        lacking(&absent("GRD.1").repeat(2), "GRD.1 stands twice");
        lacking(&absent("GRD.2"), "GRD.2 deviates");
        lacking("[[statement]]\ncode = \"GRD.1\"", "GRD.1 has no text `reason`");
    }
}

mod citing {
    use super::*;

    #[test]
    fn a_test_says_above_or_within_what_it_shows() {
        let text = "use a::b;\n/// Words.\n/// Parity: GRD.1, GRD.2.\n#[tokio::test(flavor = \"x\")]\n#[cfg(unix)]\nasync fn above() {}\n\
                    mod inner {\n  mod most {\n    #[test]\n    fn within() {\n        // Parity: GRD.1\n        f({});\n    }\n  }\n}\n";
        let (said, wrong) = found(&sources(text));
        let root = "crates/x/tests/it/main.rs";
        let expected = [
            format!("GRD.1 guards::above {root}:3"),
            format!("GRD.2 guards::above {root}:3"),
            format!("GRD.1 guards::inner::most::within {root}:11"),
        ];
        assert_eq!((said.as_slice(), wrong.as_slice()), (expected.as_slice(), [].as_slice()));
    }

    #[test]
    fn every_kind_of_file_has_its_binary() {
        let text = "/// Parity: GRD.1.\n#[test]\nfn t() {}";
        let files = |paths: &[&str]| paths.iter().map(|path| Source::new(*path, text)).collect::<Vec<_>>();
        let check = |paths: &[&str], expected: &str| assert_eq!(found(&files(paths)).0.last().unwrap(), expected);
        check(&["crates/x/src/lib.rs"], "GRD.1 t crates/x/src/lib.rs:1");
        check(&["crates/x/src/lib.rs", "crates/x/src/a/b/tests.rs"], "GRD.1 a::b::tests::t crates/x/src/lib.rs:1");
        check(&["xtask/src/main.rs", "xtask/src/a/mod.rs"], "GRD.1 a::t xtask/src/main.rs:1");
        check(&["tests/x/src/bin/tool.rs"], "GRD.1 t tests/x/src/bin/tool.rs:1");
        check(&["samples/x/tests/events.rs"], "GRD.1 t samples/x/tests/events.rs:1");
        check(&["tests/x/tests/it/main.rs", "tests/x/tests/it/a.rs"], "GRD.1 a::t tests/x/tests/it/main.rs:1");
    }

    #[test]
    fn programs_that_must_not_compile_are_tests_too() {
        let program = |path: &str| found(&[Source::new(path, "fn main() {}\n// Parity: ERR.1.\n")]);
        assert_eq!(program("tests/ui/fail/module/cycle.rs").0, ["ERR.1 programs tests/ui/tests/ui.rs:2"]);
        assert_eq!(program("tests/ui/pass/cycle.rs").0, ["ERR.1 programs tests/ui/tests/ui.rs:2"]);
        assert!(program("tests/ui/fail/cycle.rs").1[0].contains("does not take programs from here"));
    }

    #[test]
    fn what_cites_nothing_is_an_error() {
        for (text, words) in [
            ("/// Parity: GRD.1.\nfn other() {}", "belongs to no test"),
            ("//! Parity: GRD.1.\n#[test]\nfn t() {}", "belongs to no test"),
            ("/// Parity: GRD.1.\n#[test]\n#[ignore = \"slow\"]\nfn t() {}", "`t` is ignored"),
            ("/// Parity: GRD.1, 2.\n#[test]\nfn t() {}", "`2` is no statement"),
            ("/// Parity:\n#[test]\nfn t() {}", "`` is no statement"),
            ("#[test]\nfn t() {}\n// Parity: GRD.1.\n", "belongs to no test"),
        ] {
            let (_, wrong) = found(&sources(text));
            assert!(wrong.len() == 1 && wrong[0].contains(words), "{text}: {wrong:?}");
        }
        let (said, wrong) = found(&[Source::new("crates/x/odd.rs", "/// Parity: GRD.1.\n#[test]\nfn t() {}")]);
        assert_eq!((said.len(), wrong.len()), (0, 1), "no binary holds it");
    }

    #[test]
    fn words_in_texts_are_no_citations() {
        let text = "#[test]\nfn t() {\n    let a = \"\n/// Parity: GRD.1.\n\";\n    // About Parity: nothing.\n}";
        assert_eq!(found(&sources(text)), (vec![], vec![]));
    }
}

mod reports {
    use super::*;

    const TEST: &str = "/// Parity: GRD.1.\n#[test]\nfn t() {}";

    #[test]
    fn an_open_chapter_may_have_gaps_and_a_finished_one_may_not() {
        assert_eq!(reported(&inputs(GUARDS, "", ""), &sources(TEST)).findings, []);
        let finished = GUARDS.replace("\"open\"", "\"finished\"");
        broken(&reported(&inputs(&finished, "", ""), &sources(TEST)).findings, &["GRD.2 has neither"]);
        let both = TEST.replace("GRD.1", "GRD.1, GRD.2");
        assert_eq!(reported(&inputs(&finished, "", ""), &sources(&both)).findings, []);
        let open = reported(&inputs(GUARDS, "", ""), &sources(&both)).findings;
        broken(&open, &["all of GRD is shown"]);
        assert_eq!(open[0].level, Level::Warning);
    }

    #[test]
    fn a_deviation_stands_for_a_test_once_in_ten() {
        let ten: String = (3..=10).map(|n| format!("{n} = \"more\"\n")).collect();
        let large = format!("{GUARDS}{ten}").replace("\"open\"", "\"finished\"");
        let cited: Vec<_> = [1].into_iter().chain(3..=10).map(|n| format!("GRD.{n}")).collect();
        let text = TEST.replace("GRD.1", &cited.join(", "));
        let one = inputs(&large, &deviation("GRD.2"), "| refusals | `GRD.2` |");
        assert_eq!(reported(&one, &sources(&text)).findings, []);
        let two = inputs(&large, &(deviation("GRD.2") + &deviation("GRD.3")), "`GRD.2` `GRD.3`");
        broken(&reported(&two, &sources(&text)).findings, &["deviates in 2 of 10"]);
        let adapted = inputs(&GUARDS.replace("direct", "adapt"), &deviation("GRD.2"), "`GRD.2`");
        assert_eq!(reported(&adapted, &sources("")).findings, []);
    }

    #[test]
    fn what_does_not_exist_stands_for_a_test_once_in_a_chapter() {
        let finished = GUARDS.replace("\"open\"", "\"finished\"");
        let mut inputs = inputs(&finished, "", "");
        inputs.no_counterpart = absent("GRD.2");
        let one = reported(&inputs, &sources(TEST));
        assert_eq!(one.findings, []);
        for line in [
            "| [GRD Guards](#grd-guards) | direct | finished | 2 | 1 | 0 | 1 | 0 |",
            "| GRD.2 | a no \\| is 403 | **no counterpart**: there is \\| none |",
        ] {
            assert!(one.page.lines().any(|of_page| of_page == line), "{line}\n{}", one.page);
        }
        let cited = reported(&inputs, &sources(&TEST.replace("GRD.1", "GRD.1, GRD.2"))).findings;
        broken(&cited, &["GRD.2 is said to have no counterpart, and `guards::t` cites it"]);
        inputs.no_counterpart.push_str(&absent("GRD.1"));
        broken(&reported(&inputs, &sources("")).findings, &["2 statements of GRD have no counterpart, 1 at most"]);
    }

    #[test]
    fn the_design_names_the_same_deviations() {
        let adapted = GUARDS.replace("direct", "adapt");
        broken(
            &reported(&inputs(&adapted, &deviation("GRD.2"), "`GRD.1`"), &sources("")).findings,
            &["GRD.2 is not in the table", "GRD.1 is named among"],
        );
        let mut without = inputs(&adapted, "", "");
        without.design = "# Design".to_owned();
        broken(&reported(&without, &sources("")).findings, &["no heading"]);
    }

    #[test]
    fn an_unknown_statement_is_an_error_where_it_is_cited() {
        let findings = reported(&inputs(GUARDS, "", ""), &sources(&TEST.replace("GRD.1", "GRD.1, GRD.3"))).findings;
        broken(&findings, &["no statement is called GRD.3"]);
        assert_eq!((findings[0].path.as_str(), findings[0].line), ("crates/x/tests/it/guards.rs", 1));
    }

    #[test]
    fn the_page_has_a_row_for_each_statement() {
        let adapted = GUARDS.replace("direct", "adapt");
        let mut inputs = inputs(&adapted, &deviation("GRD.2"), "`GRD.2`");
        let page = reported(&inputs, &sources(TEST)).page;
        for line in [
            "| [GRD Guards](#grd-guards) | adapt | open | 2 | 1 | 1 | 0 | 0 |",
            "| all |  |  | 2 | 1 | 1 | 0 | 0 |",
            "## GRD Guards",
            "| GRD.1 | a guard says yes or no | [`x::guards::t`](../crates/x/tests/it/guards.rs) |",
            "| GRD.2 | a no \\| is 403 | **deviates**: 404; kinder |",
        ] {
            assert!(page.lines().any(|of_page| of_page == line), "{line}\n{page}");
        }
        let stale = page_is_current(&inputs, &page);
        broken(&stale, &["is not what the tests"]);
        assert!(stale[0].fix.contains("cargo xtask parity"));
        inputs.page = page.clone();
        assert_eq!(page_is_current(&inputs, &page), []);
        inputs.page.push_str("by hand\n");
        assert_eq!(page_is_current(&inputs, &page).len(), 1);
    }
}

mod running {
    use super::*;

    fn citation(test: &str) -> Citation {
        Citation {
            code: Code { chapter: "GRD".into(), number: 1 },
            file: "crates/x/tests/it/guards.rs".into(),
            line: 3,
            root: "crates/x/tests/it/main.rs".into(),
            test: test.into(),
        }
    }

    #[test]
    fn cargo_says_which_binary_is_made_of_which_file() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"src_path":"/w/crates/x/tests/it/main.rs"},"profile":{"test":true},"executable":"/t/it-1"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"src_path":"/w/crates/x/src/main.rs"},"profile":{"test":false},"executable":"/t/x"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"src_path":"/w/crates/x/src/lib.rs"},"profile":{"test":true},"executable":null}"#,
            "\nno message\n",
        );
        let expected = [("crates/x/tests/it/main.rs".to_owned(), PathBuf::from("/t/it-1"))];
        assert_eq!(binaries::executables(Path::new("/w"), messages), expected);
    }

    #[test]
    fn a_cited_test_must_be_there_and_run() {
        let listed = binaries::names("guards::t: test\nguards::slow: test\nguards::b: benchmark\n");
        assert_eq!(listed, BTreeSet::from(["guards::t".to_owned(), "guards::slow".to_owned()]));
        let ignored = BTreeSet::from(["guards::slow".to_owned()]);
        let tests = BTreeMap::from([("crates/x/tests/it/main.rs".to_owned(), Tests { listed, ignored })]);
        assert_eq!(binaries::all_run(&[citation("guards::t")], &tests), []);
        broken(
            &binaries::all_run(&[citation("guards::slow"), citation("guards::gone")], &tests),
            &["`guards::slow` is ignored", "runs no test `guards::gone`"],
        );
        broken(&binaries::all_run(&[citation("guards::t")], &BTreeMap::new()), &["no binary is built"]);
    }
}
