//! What can go wrong with a store.

use std::error::Error;
use std::fmt;

/// Says why a store did not do what it was asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// It cannot be reached, and nothing was done; it may come back.
    #[non_exhaustive]
    Away {
        /// Why, if that is known; for the log.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// It went away in the middle, or did not answer in time: what it was asked for may be done or not.
    #[non_exhaustive]
    InDoubt {
        /// Why, if that is known; for the log.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// It has no room for another topic.
    #[non_exhaustive]
    TooManyTopics {
        /// The store's limit.
        topics_max: usize,
    },
    /// It failed, and asking again will not help.
    #[non_exhaustive]
    Failed {
        /// Why; for the log.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// Says that the store cannot be reached.
    #[must_use]
    pub fn away(source: Option<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Away { source }
    }

    /// Says that nobody knows whether it was done.
    #[must_use]
    pub fn in_doubt(source: Option<Box<dyn Error + Send + Sync>>) -> Self {
        Self::InDoubt { source }
    }

    /// Says that there is no room for another topic.
    #[must_use]
    pub fn too_many_topics(topics_max: usize) -> Self {
        Self::TooManyTopics { topics_max }
    }

    /// Says that the store failed.
    #[must_use]
    pub fn failed(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed { source: source.into() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away { .. } => f.write_str("the store of events cannot be reached"),
            Self::InDoubt { .. } => f.write_str("the store of events did not say whether it was done"),
            Self::TooManyTopics { topics_max } => write!(f, "the store of events holds {topics_max} topics already"),
            Self::Failed { .. } => f.write_str("the store of events failed"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Away { source } | Self::InDoubt { source } => source.as_ref().map(|source| &**source as _),
            Self::TooManyTopics { .. } => None,
            Self::Failed { source } => Some(&**source),
        }
    }
}
