//! What a crate is built from, as `cargo tree` tells it.

use std::collections::BTreeSet;

use super::finding::Finding;

/// Invariant 10: the default feature set of the facade stays under this many crates, itself included.
const FACADE_CRATES_MAX: usize = 80;

/// The `name vVersion` of each crate in the output of `cargo tree --prefix none --format {p}`.
pub(super) fn crates(output: &str) -> BTreeSet<String> {
    let first_two = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    output.lines().map(first_two).filter(|line| !line.is_empty()).collect()
}

/// The names alone.
pub(super) fn names(output: &str) -> Vec<String> {
    crates(output).iter().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

pub(super) fn facade_stays_small(output: &str) -> Vec<Finding> {
    let count = crates(output).len();
    if count < FACADE_CRATES_MAX {
        return Vec::new();
    }
    let message =
        format!("`oriole` with its default features is {count} crates; it must stay under {FACADE_CRATES_MAX}");
    let fix = "put what is new behind a feature, or do without a dependency (see `cargo tree -p oriole -e normal`)";
    vec![Finding::error("crates/oriole/Cargo.toml", 0, message, fix)]
}
