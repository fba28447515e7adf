//! Why an application did not start or did not end well.

use oriole_core::{BootError, Location};
use std::fmt;
use std::io;

/// Why an application did not start.
///
/// `main` returns it, so `Debug` prints what `Display` prints.
#[non_exhaustive]
pub enum Error {
    /// The graph, a factory or a hook: what core says.
    Boot(BootError),
    /// The address could not be bound.
    Listen {
        /// The address, as it was given.
        addr: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A route says something that cannot be served.
    Route {
        /// What it says.
        reason: String,
        /// Where the route was written.
        at: Location,
    },
    /// The application was told something that cannot be.
    Settings {
        /// All of it, a line each.
        problems: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boot(error) => fmt::Display::fmt(error, f),
            Self::Listen { addr, source } => write!(f, "cannot listen on {addr}: {source}"),
            Self::Route { reason, at } => write!(f, "{reason}\n  --> {at}"),
            Self::Settings { problems } => f.write_str(problems),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Boot(error) => std::error::Error::source(error),
            Self::Listen { source, .. } => Some(source),
            Self::Route { .. } | Self::Settings { .. } => None,
        }
    }
}

impl From<BootError> for Error {
    fn from(error: BootError) -> Self {
        Self::Boot(error)
    }
}
