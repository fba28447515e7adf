//! Where the user wrote a thing.

use std::fmt;

/// A place in the user's source: file, line and column, as rustc prints them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Location {
    /// The file, relative to where the compiler ran.
    pub file: &'static str,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
