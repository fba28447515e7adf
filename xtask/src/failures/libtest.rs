//! What `cargo test` prints, of doctests for instance.

use super::Failure;

/// The tests that failed: each has a part of its own behind the results of its binary.
pub(crate) fn in_libtest(output: &str) -> Vec<Failure> {
    let mut failures: Vec<Failure> = Vec::new();
    let mut is_within = false;
    for line in output.lines() {
        if let Some(test) = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----")) {
            failures.push(Failure { test: test.to_owned(), why: String::new() });
            is_within = true;
        } else if line == "failures:" || line.starts_with("test result: ") {
            is_within = false;
        } else if is_within && let Some(failure) = failures.last_mut() {
            failure.why.push_str(line);
            failure.why.push('\n');
        }
    }
    failures
}
