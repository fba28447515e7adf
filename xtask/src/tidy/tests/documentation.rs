//! Pages, and what they have to say.

use super::{broken, kept, package, page, source};
use crate::tidy::docs;
use crate::tidy::workspace::Package;

#[test]
fn examples_compile() {
    let check = |text: &str| docs::no_ignored_doctest(&source("crates/x/src/lib.rs", text), &[page("docs/a.md", text)]);
    kept(&check("/// ```no_run\n/// ignore();\n/// ```\n//! ```compile_fail,E0277\n//! ```\nlet a = \"```ignore\";"));
    let found = docs::no_ignored_doctest(&source("crates/x/src/lib.rs", "fn f() {}\n    /// ```rust,ignore\n"), &[]);
    broken(&found, &[(2, "never compiled")]);
    let found = docs::no_ignored_doctest(&[], &[page("docs/a.md", "\n```ignore\n```\n")]);
    broken(&found, &[(2, "never compiled")]);
    broken(&docs::no_ignored_test(&source("x.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}")), &[(2, "ignored test")]);
}

#[test]
fn prose_has_a_width() {
    let check = |text: &str| docs::prose_width(&[page("docs/x.md", text)]);
    let (fits, wide) = ("ä ".repeat(60), "ä ".repeat(61));
    kept(&check(&format!("{fits}\n| {wide} |\n```text\n{wide}\n```\n[a]: {wide}\n")));
    broken(&check(&format!("{fits}\n{wide}\n- {wide}\n")), &[(2, "lines like this: 2")]);
}

#[test]
fn the_changelog_has_a_form() {
    let check = |text: &str| docs::changelog(&[page("CHANGELOG.md", text)]);
    kept(&check("# Changelog\n\n## [Unreleased]\n"));
    kept(&check("## [Unreleased]\n\n### Added\n\n- a\n\n## [0.2.0] - 2026-01-31\n\n### Fixed\n\n- b\n"));
    broken(&docs::changelog(&[]), &[(0, "no changelog")]);
    broken(&check("# Changelog\n"), &[(0, "no place")]);
    broken(&check("## [0.2.0] - 2026-01-31\n"), &[(1, "does not begin")]);
    for release in ["0.2.0", "[0.2] - 2026-01-31", "[0.2.0] - 31.1.2026", "[0.2.0]"] {
        broken(&check(&format!("## [Unreleased]\n## {release}\n")), &[(2, "no release")]);
    }
    broken(&check("## [Unreleased]\n### News\n- a\n"), &[(2, "no group")]);
    broken(&check("## [Unreleased]\n### Added\n\n### Fixed\n"), &[(2, "nothing is in"), (4, "nothing is in")]);
}

#[test]
fn the_first_page_names_every_crate_and_sample() {
    let members = |folder: &str| {
        let [member] = package("x", &[]);
        [Package { manifest: format!("{folder}/Cargo.toml"), ..member }]
    };
    let check = |text: &str, folder: &str| docs::first_page(&[page("README.md", text)], &members(folder));
    kept(&check("[crates/x](crates/x) is one", "crates/x"));
    kept(&check("[crates/x](crates/x/README.md) is one", "crates/x"));
    kept(&check("`cargo run -p x`: [samples/1-x](samples/1-x)", "samples/1-x"));
    kept(&check("", "tests/x"));
    broken(&check("crates/x", "crates/x"), &[(0, "crates/x is not in")]);
    broken(&check("[samples/1-x](samples/1-x)", "samples/1-x"), &[(0, "samples/1-x is not in")]);
}

#[test]
fn every_feature_has_a_row() {
    let [mut facade] = package("oriole", &[]);
    let features = [("default", vec!["http".to_owned()]), ("http", vec![]), ("gzip", vec![]), ("brotli", vec![])];
    facade.features = features.into_iter().map(|(name, enables)| (name.to_owned(), enables)).collect();
    let members = [facade];
    let check = |text: &str| docs::feature_table(&[page("docs/guide/36-features.md", text)], &members);
    kept(&check("| feature | default | |\n|---|---|---|\n| `http` | yes | `x` |\n| `gzip`, `brotli` | | |"));
    let found = check("| `http` | | |\n| `gzip` | yes | |\n| `https` | | |\n| `gzip` | | |");
    let expected = [
        (1, "defaults is wrong for `http`"),
        (2, "defaults is wrong for `gzip`"),
        (3, "`https` is no feature"),
        (4, "`gzip` is no feature of `oriole`, or has two rows"),
        (0, "the feature `brotli` of `oriole` has no row"),
    ];
    broken(&found, &expected);
    broken(&docs::feature_table(&[], &members), &[(0, "not there")]);
    kept(&docs::feature_table(&[], &[]));
}

#[test]
fn every_code_has_a_page_in_the_index() {
    let used =
        source("crates/x/src/lib.rs", "// ORI009\nconst A: &str = \"ORI001: no\";\nlet b = \"ORI0010 FLORI002\";");
    let index = page("docs/errors/README.md", "[ORI001](ORI001.md)");
    let first = page("docs/errors/ORI001.md", "");
    kept(&docs::error_pages(&used, &[index, first]));
    kept(&docs::error_pages(&[], &[]));

    let index = || page("docs/errors/README.md", "\n[ORI003](ORI003.md)");
    broken(&docs::error_pages(&used, &[index()]), &[(2, "ORI001 has no page"), (2, "links to ORI003")]);
    let first = page("docs/errors/ORI001.md", "");
    let second = page("docs/errors/ORI003.md", "");
    let found = docs::error_pages(&used, &[index(), first, second]);
    broken(&found, &[(0, "ORI001 is not in the index"), (0, "no crate reports ORI003")]);
}
