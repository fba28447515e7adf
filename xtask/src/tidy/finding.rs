//! What a check has to say.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Warning,
    Error,
}

/// A broken rule, where it is broken, and what mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) level: Level,
    pub(crate) path: String,
    /// Counted from 1; 0 if the rule is about the file or folder as a whole.
    pub(crate) line: usize,
    pub(crate) message: String,
    pub(crate) fix: String,
}

impl Finding {
    pub(crate) fn error(path: &str, line: usize, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { level: Level::Error, path: path.to_owned(), line, message: message.into(), fix: fix.into() }
    }

    pub(crate) fn warning(path: &str, line: usize, message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(path, line, message, fix) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Warning => "warning",
            Level::Error => "error",
        };
        write!(f, "{level}: {}\n  --> {}", self.message, self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, "\n  fix: {}", self.fix)
    }
}

/// An exception to a rule. One that no longer applies is an error, so that lists of exceptions only shrink.
pub(crate) struct Allowed {
    pub(crate) path: &'static str,
    /// What is allowed there, if the rule is not about the file as a whole.
    pub(crate) name: &'static str,
    pub(crate) reason: &'static str,
}

/// Removes the findings that are allowed: `about` gives the name that a finding is about.
pub(crate) fn without_allowed(findings: Vec<(String, Finding)>, allowed: &[Allowed], list: &str) -> Vec<Finding> {
    let matches =
        |allowed: &Allowed, name: &str, finding: &Finding| allowed.path == finding.path && allowed.name == name;
    let stale = allowed
        .iter()
        .filter(|allowed| !findings.iter().any(|(name, finding)| matches(allowed, name, finding)))
        .map(|allowed| {
            let message = format!("{list} excuses `{}{}`, which needs no excuse", allowed.path, allowed.name);
            Finding::error(
                "xtask/src/tidy",
                0,
                message,
                format!("remove the entry (its reason was: {})", allowed.reason),
            )
        })
        .collect::<Vec<_>>();
    let kept =
        findings.into_iter().filter(|(name, finding)| !allowed.iter().any(|allowed| matches(allowed, name, finding)));
    kept.map(|(_, finding)| finding).chain(stale).collect()
}
