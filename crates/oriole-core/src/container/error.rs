//! Why an application did not start.

use crate::descriptor::Location;
use crate::inject::BoxError;
use std::fmt;

/// Why an application did not start.
///
/// `Debug` prints what `Display` prints, because `main` returns it.
#[non_exhaustive]
pub enum BootError {
    /// The graph has problems that only run time could see; none of its factories ran.
    Graph {
        /// Every problem, with its code and place.
        problems: String,
    },
    /// `ORI010`: a factory failed; what was built before it is dropped.
    Factory {
        /// What the factory provides.
        provider: &'static str,
        /// The module that it belongs to.
        module: &'static str,
        /// Where it was written.
        at: Location,
        /// What it said.
        source: BoxError,
    },
    /// `ORI010`: a call in `imports` failed; no factory has run.
    Import {
        /// The module whose constructor it is.
        import: &'static str,
        /// The module that imports it.
        module: &'static str,
        /// Where the entry was written.
        at: Location,
        /// What it said.
        source: BoxError,
    },
    /// `ORI011`: a lifecycle hook failed during the start.
    Hook {
        /// The hook.
        hook: &'static str,
        /// Whose hook it is.
        provider: &'static str,
        /// The module that it belongs to.
        module: &'static str,
        /// Where the provider was written.
        at: Location,
        /// What it said.
        source: BoxError,
    },
}

impl fmt::Display for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Graph { problems } => f.write_str(problems.trim_end()),
            Self::Factory { provider, module, at, source } => {
                write!(f, "ORI010: the factory of `{provider}` in `{module}` failed: ")?;
                causes(f, source)?;
                write!(f, "\n  --> {at}")
            }
            Self::Import { import, module, at, source } => {
                write!(f, "ORI010: the import of `{import}` in `{module}` failed: ")?;
                causes(f, source)?;
                write!(f, "\n  --> {at}")
            }
            Self::Hook { hook, provider, module, at, source } => {
                write!(f, "ORI011: `{hook}` of `{provider}` in `{module}` failed: ")?;
                causes(f, source)?;
                write!(f, "\n  --> {at}")
            }
        }
    }
}

/// An error with everything that caused it, on one line.
fn causes(f: &mut fmt::Formatter<'_>, error: &BoxError) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

impl fmt::Debug for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BootError {}
