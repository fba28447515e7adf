//! The list of what failed.

use std::fmt::Write as _;

/// A test that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) test: String,
    /// What it said when it did.
    pub(crate) why: String,
}

/// Of so many it is told why, with so many lines each; of so many, the name. All of it is read at one look.
const REASONS_MAX: usize = 10;
const LINES_MAX: usize = 10;
const NAMES_MAX: usize = 40;

/// The tests by name, each with the first lines of why.
pub(crate) fn list(failures: &[Failure]) -> String {
    let mut text = match failures {
        [] => return "No test is said to have failed: look above.\n".to_owned(),
        [_] => "1 test failed:\n".to_owned(),
        _ => format!("{} tests failed:\n", failures.len()),
    };
    for Failure { test, why } in failures.iter().take(REASONS_MAX) {
        let _ = writeln!(text, "\n  {test}");
        let lines = why.lines().map(str::trim_end).filter(|line| !line.is_empty());
        for line in lines.clone().take(LINES_MAX) {
            let _ = writeln!(text, "    {line}");
        }
        let more = lines.count().saturating_sub(LINES_MAX);
        if more > 0 {
            let _ = writeln!(text, "    ({more} more lines above)");
        }
    }
    if failures.len() > REASONS_MAX {
        text.push_str("\n  and, for reasons that stand above:\n");
    }
    for Failure { test, .. } in failures.iter().take(NAMES_MAX).skip(REASONS_MAX) {
        let _ = writeln!(text, "    {test}");
    }
    if failures.len() > NAMES_MAX {
        let _ = writeln!(text, "    and {} more", failures.len() - NAMES_MAX);
    }
    text
}
