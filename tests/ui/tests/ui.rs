//! Runs every program below `fail` and `pass`.

/// Each program in `fail` must not compile, and rustc must say what its `.stderr` holds; `TRYBUILD=overwrite` writes the
/// snapshots anew. Each in `pass` must compile, run and end well.
#[test]
fn programs() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("fail/*/*.rs");
}
