//! Why there is no console.

use std::fmt;

/// Says why a console cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConsoleRefused {
    /// It was asked for where it is not for: in what was not built for development.
    NotDevelopment,
    /// The system gave no random bytes for a [token](super::ConsoleToken).
    NoChance,
}

impl fmt::Display for ConsoleRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotDevelopment => {
                "the development console is in a build that is not for development: leave it out there, by \
                 `#[cfg(debug_assertions)]` before it, or say `ConsoleOptions::development(true)`"
            }
            Self::NoChance => "the development console has no token: the system gives no random bytes",
        })
    }
}

impl std::error::Error for ConsoleRefused {}
