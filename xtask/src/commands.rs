//! Which steps each command consists of.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bench::Bench;
use crate::steps::{Report, Step, cargo};
use crate::{parity, tidy, tools};

/// The folder of the workspace's manifest, wherever we were started from.
pub(crate) fn workspace_root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// What needs no test to be built.
pub(crate) fn check(root: &Path) -> Vec<Step> {
    let mut steps = sources(root);
    // Everything that CI runs has it in the step `bench`, which builds it.
    steps.push(Step::cargo("actix", root, "check --manifest-path benches/actix/Cargo.toml --target-dir target"));
    steps
}

/// Cheap and often wrong comes first.
///
/// Features only add API, so one run with all of them sees all code; the smaller sets are checked on their own.
fn sources(root: &Path) -> Vec<Step> {
    let tidied = root.to_owned();
    let mut steps = vec![
        Step::cargo("fmt", root, "fmt --all -- --check"),
        Step::own("tidy", "cargo xtask tidy", move || tidy::tidy(&tidied)),
        Step::cargo("clippy", root, "clippy --workspace --all-targets --all-features -- -D warnings"),
        Step::cargo("bare sse", root, "check -p oriole-sse --no-default-features"),
        Step::cargo("bare json sse", root, "check -p oriole-sse --no-default-features --features json"),
        Step::cargo("defaults", root, "clippy -p oriole -p oriole-http -p oriole-sse -- -D warnings"),
        Step::cargo("bare cli", root, "check -p oriole-cli --no-default-features"),
        // Without the fuzzer itself, which is in C++.
        Step::cargo("fuzz", root, "check --manifest-path fuzz/Cargo.toml --no-default-features"),
        Step::cargo("docs", root, "doc --workspace --all-features --no-deps").env("RUSTDOCFLAGS", "-D warnings"),
    ];
    // The decoder and its adapters need no runtime and no I/O. The step `tools` says where the target is missing.
    if tools::wasm_folder().is_some() {
        let codec = "check -p oriole-sse --no-default-features --features decode,json --target wasm32-unknown-unknown";
        steps.push(Step::cargo("wasm sse", root, codec));
    }
    steps
}

/// What chance decides is decided alike each time, so that no change is held up by what it has no part in. Who runs the tests of
/// a crate tries something new each time.
const CHANCE: [(&str, &str); 3] = [("ORIOLE_SCHEDULES_FROM", "0"), ("SEED", "0"), ("PROPTEST_RNG_SEED", "0")];

/// Everything CI runs.
pub(crate) fn test(root: &Path) -> Vec<Step> {
    let mut steps = vec![Step::own("tools", "cargo xtask tools", tools::ensure)];
    steps.extend(sources(root));
    // With `--all-targets` the binaries get the features that the tests are built with, so nothing is compiled twice.
    steps.push(Step::cargo("build", root, "build --workspace --all-targets --all-features"));
    let cited = root.to_owned();
    steps.push(Step::own("parity", "cargo xtask parity", move || parity::parity(&cited)));
    let (all, by_default, report) = if has_nextest() {
        ("nextest run --workspace --all-features", "nextest run -p http-tests -p sample-sse", Report::Junit)
    } else {
        let all = "test --workspace --all-targets --all-features --no-fail-fast";
        (all, "test -p http-tests -p sample-sse --no-fail-fast", Report::Printed)
    };
    // The step `build` has built the samples' binaries; see `tests/driver/src/package.rs`.
    let tests = Step::tests("tests", root, all, report).env("ORIOLE_BINARIES_BUILT", "1");
    steps.push(CHANCE.into_iter().fold(tests, |tests, (name, value)| tests.env(name, value)));
    // Without HTTP/2 the server takes another path, which is the one that most applications run.
    steps.push(Step::tests("default tests", root, by_default, report));
    let benched = root.to_owned();
    let bench = Bench { is_quick: true, is_dev: true, ..Bench::default() };
    steps.push(Step::own("bench", "cargo xtask bench --quick --dev", move || bench.run(&benched)));
    let doctests = "test --workspace --all-features --doc --no-fail-fast";
    steps.push(Step::tests("doctests", root, doctests, Report::Printed));
    steps
}

pub(crate) fn has_nextest() -> bool {
    Command::new(cargo()).args(["nextest", "--version"]).output().is_ok_and(|output| output.status.success())
}
