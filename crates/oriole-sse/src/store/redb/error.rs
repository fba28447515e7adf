//! What can be wrong with a file.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// Says why a file was not opened as a [`RedbStore`](super::RedbStore). What is in it stays.
#[derive(Debug)]
#[non_exhaustive]
pub enum RedbOpenError {
    /// The file is open already, in this process or in another: one process has a file at a time.
    #[non_exhaustive]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else, and is left alone.
    #[non_exhaustive]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// The file has a format that this version does not read: a newer version wrote it.
    #[non_exhaustive]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u64,
        /// The latest format that is read.
        latest: u64,
    },
    /// The file is damaged, or the system does not give it.
    #[non_exhaustive]
    Failed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl RedbOpenError {
    pub(super) fn failed(path: &Path, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed { path: path.into(), source: source.into() }
    }

    /// Shows the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::InUse { path }
            | Self::NotAStore { path }
            | Self::UnknownFormat { path, .. }
            | Self::Failed { path, .. } => path,
        }
    }
}

impl fmt::Display for RedbOpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse { path } => write!(f, "{} is open already, and only one process can have it", path.display()),
            Self::NotAStore { path } => write!(f, "{} is not a store of events", path.display()),
            Self::UnknownFormat { path, found, latest } => {
                write!(f, "{} has the format {found}, and this version reads formats up to {latest}", path.display())
            }
            Self::Failed { path, source } => write!(f, "{} cannot be opened: {source}", path.display()),
        }
    }
}

impl Error for RedbOpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed { source, .. } => Some(&**source),
            Self::InUse { .. } | Self::NotAStore { .. } | Self::UnknownFormat { .. } => None,
        }
    }
}
