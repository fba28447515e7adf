//! Why a test cannot go on.

use oriole_core::{BootError, BoxError, Location, ResolveError};
use std::fmt;
use std::time::Duration;

/// What a test returns, so that `?` can be written in it.
pub type Result<T = (), E = Error> = core::result::Result<T, E>;

/// Why a test cannot go on.
///
/// `Debug` prints what `Display` prints, because tests return it.
#[non_exhaustive]
pub enum Error {
    /// The application does not start: what `main` would say.
    Boot(oriole_http::Error),
    /// `ORI010`: a factory of the test failed.
    Factory {
        /// What it would have replaced.
        provider: String,
        /// Where the override was written.
        at: Location,
        /// What it said.
        source: BoxError,
    },
    /// What the test waited for did not come in time.
    TooLong {
        /// What was waited for.
        what: &'static str,
        /// How long.
        patience: Duration,
    },
    /// Something cannot be resolved.
    Resolve(ResolveError),
    /// A class has needs for which a test of it alone has no stand-in.
    Unmocked {
        /// The class.
        unit: &'static str,
        /// The needs, a line each.
        needs: String,
    },
    /// A request has no answer.
    Request {
        /// Method and target.
        request: String,
        /// What is the matter.
        reason: String,
    },
    /// An event stream does not go on as the test expects.
    Stream {
        /// Method and target.
        request: String,
        /// What is the matter.
        reason: String,
        /// What was received before.
        received: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boot(error) => fmt::Display::fmt(error, f),
            Self::Factory { provider, at, source } => {
                write!(f, "ORI010: the factory of `{provider}` in the test failed: {source}\n  --> {at}")
            }
            Self::TooLong { what, patience } => write!(f, "{what} were not done within {patience:?}"),
            Self::Resolve(error) => fmt::Display::fmt(error, f),
            Self::Unmocked { unit, needs } => write!(
                f,
                "`{unit}` cannot be tested alone, there is no stand-in for what it needs:\n{needs}\
                 \n  help: mark a trait `#[automock]`, give what stands for it with `mock` or `mock_value`, \
                 or take a class as it is with `Test::sociable` and `expose`"
            ),
            Self::Request { request, reason } => write!(f, "{request}: {reason}"),
            Self::Stream { request, reason, received } => write!(f, "{request}: {reason}; received so far: {received}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<oriole_http::Error> for Error {
    fn from(error: oriole_http::Error) -> Self {
        Self::Boot(error)
    }
}

impl From<BootError> for Error {
    fn from(error: BootError) -> Self {
        Self::Boot(error.into())
    }
}

impl From<ResolveError> for Error {
    fn from(error: ResolveError) -> Self {
        Self::Resolve(error)
    }
}
