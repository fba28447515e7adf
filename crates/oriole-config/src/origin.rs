//! Where a value comes from.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Where a value comes from, as problems tell it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Origin {
    /// The environment of the process.
    Process,
    /// A line of a `.env` file.
    EnvFile {
        /// The file.
        path: Arc<Path>,
        /// From 1.
        line: usize,
    },
    /// A file in TOML, JSON or YAML.
    File(Arc<Path>),
    /// A function of [`ConfigOptions::load`](crate::ConfigOptions::load).
    Factory,
    /// What the validation of the environment gave: a default, for example.
    Validation,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process => f.write_str("the environment of the process"),
            Self::EnvFile { path, line } => write!(f, "{}:{line}", path.display()),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Factory => f.write_str("a factory"),
            Self::Validation => f.write_str("the validation"),
        }
    }
}
