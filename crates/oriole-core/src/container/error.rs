//! Why an application did not start.

use crate::descriptor::Location;
use crate::inject::BoxError;
use std::fmt;

/// Why an application did not start, or did not end well.
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
    /// `ORI011`: a lifecycle hook failed.
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
    /// Several lifecycle hooks of the end failed; every hook has run.
    Hooks(
        /// Each of them, in the order in which they ran.
        Vec<Self>,
    ),
}

impl BootError {
    /// What went wrong in one step or in another, or in both.
    ///
    /// # Errors
    ///
    /// That, unless both went well.
    pub fn join(one: Result<(), Self>, other: Result<(), Self>) -> Result<(), Self> {
        let all = [one, other].into_iter().filter_map(Result::err);
        let mut all: Vec<_> = all
            .flat_map(|error| match error {
                Self::Hooks(all) => all,
                error => vec![error],
            })
            .collect();
        match (all.pop(), all.is_empty()) {
            (None, _) => Ok(()),
            (Some(only), true) => Err(only),
            (Some(last), false) => {
                all.push(last);
                Err(Self::Hooks(all))
            }
        }
    }
}

/// Why something could not be resolved by hand, or for a request.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResolveError {
    /// Nothing provides it where it was looked for.
    NotFound {
        /// What was asked for.
        token: &'static str,
    },
    /// It is request-scoped or transient: `get` has no instance of it, `resolve` makes one.
    NotSingleton {
        /// What was asked for.
        token: &'static str,
    },
    /// The application is being built, or gone.
    NotReady,
    /// It has not been built.
    NotBuilt {
        /// The provider.
        provider: &'static str,
    },
    /// The context has no request, or not what comes with its key.
    NoRequest {
        /// Who needs it.
        provider: &'static str,
        /// What is needed.
        need: &'static str,
    },
    /// A factory failed.
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
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { token } => write!(f, "nothing provides `{token}` here"),
            Self::NotSingleton { token } => {
                write!(f, "`{token}` is request-scoped or transient: resolve it instead of getting it")
            }
            Self::NotReady => f.write_str("the application is being built, or gone"),
            Self::NotBuilt { provider } => write!(f, "`{provider}` has not been built"),
            Self::NoRequest { provider, need } => {
                write!(f, "`{provider}` needs `{need}`, which does not come with this context")
            }
            Self::Factory { provider, module, at, source } => {
                write!(f, "the factory of `{provider}` in `{module}` ({at}) failed: ")?;
                causes(f, source)
            }
        }
    }
}

impl std::error::Error for ResolveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Factory { source, .. } => Some(&**source),
            _ => None,
        }
    }
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
            Self::Hooks(all) => {
                for (i, error) in all.iter().enumerate() {
                    if i > 0 {
                        f.write_str("\n\n")?;
                    }
                    fmt::Display::fmt(error, f)?;
                }
                Ok(())
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
