//! What can be wrong with a pattern.

use std::error::Error;
use std::fmt;

/// Says why a text is no [`Pattern`](super::Pattern).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// The text is empty.
    Empty,
    /// The text is longer than [`Pattern::BYTES_MAX`](super::Pattern::BYTES_MAX).
    #[non_exhaustive]
    TooLong {
        /// The limit, in bytes.
        bytes_max: usize,
    },
    /// The text has more segments than [`Pattern::SEGMENTS_MAX`](super::Pattern::SEGMENTS_MAX).
    #[non_exhaustive]
    TooManySegments {
        /// The limit.
        segments_max: usize,
    },
    /// The text has more parameters than [`Pattern::PARAMETERS_MAX`](super::Pattern::PARAMETERS_MAX).
    #[non_exhaustive]
    TooManyParameters {
        /// The limit.
        parameters_max: usize,
    },
    /// The text has a control character.
    ControlCharacter,
    /// A parameter is not a whole segment, or its name is none: a letter or `_`, then letters, digits or `_`.
    Parameter,
    /// A `*` is not the whole last segment.
    Star,
    /// The text has a character that means something in `URLPattern` which is not taken here: one of `(){}?+\`.
    Reserved,
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a pattern cannot be empty"),
            Self::TooLong { bytes_max } => write!(f, "a pattern cannot be longer than {bytes_max} bytes"),
            Self::TooManySegments { segments_max } => write!(f, "a pattern has {segments_max} segments at most"),
            Self::TooManyParameters { parameters_max } => {
                write!(f, "a pattern has {parameters_max} parameters at most")
            }
            Self::ControlCharacter => f.write_str("a pattern cannot contain a control character"),
            Self::Parameter => f.write_str("a parameter is a colon and a name, and a whole segment"),
            Self::Star => f.write_str("a star is the whole last segment"),
            Self::Reserved => f.write_str("a pattern has no groups, modifiers, regular expressions and escapes"),
        }
    }
}

impl Error for PatternError {}
