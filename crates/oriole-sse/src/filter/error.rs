//! What can be wrong with a filter.

use std::error::Error;
use std::fmt;

/// Says why a text is no [`Filter`](super::Filter).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FilterError {
    /// The text is longer than [`Filter::BYTES_MAX`](super::Filter::BYTES_MAX).
    #[non_exhaustive]
    TooLong {
        /// The limit, in bytes.
        bytes_max: usize,
    },
    /// There are more terms than [`Filter::TERMS_MAX`](super::Filter::TERMS_MAX), or none.
    #[non_exhaustive]
    Terms {
        /// The limit.
        terms_max: usize,
    },
    /// A term is none: the first one, counted from 1.
    #[non_exhaustive]
    Term {
        /// Which one.
        number: usize,
    },
    /// A path goes deeper than [`Filter::DEPTH_MAX`](super::Filter::DEPTH_MAX).
    #[non_exhaustive]
    TooDeep {
        /// The limit.
        depth_max: usize,
    },
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes_max } => write!(f, "a filter cannot be longer than {bytes_max} bytes"),
            Self::Terms { terms_max } => write!(f, "a filter has 1 to {terms_max} terms"),
            Self::Term { number } => write!(f, "term {number} of the filter is none"),
            Self::TooDeep { depth_max } => write!(f, "a path in a filter has {depth_max} names at most"),
        }
    }
}

impl Error for FilterError {}
