//! Why there is no console.

use std::fmt;

/// Says that a console was asked for where it is not for: in what was not built for development.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsoleRefused;

impl fmt::Display for ConsoleRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the development console is in a build that is not for development: leave it out there, by \
             `#[cfg(debug_assertions)]` before it, or say `ConsoleOptions::development(true)`",
        )
    }
}

impl std::error::Error for ConsoleRefused {}
