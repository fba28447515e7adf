//! What can be wrong with a cursor.

use std::fmt;

/// Says why a client's cursor was not taken.
///
/// The client goes on as one that starts afresh, and is told: never an error of the connection, which a browser would not
/// come back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CursorFault {
    /// It is no text that a hub has made: not of this form, or of a version that is not known.
    Malformed,
    /// It is longer than any that the hub makes.
    TooLong,
    /// The key that signed it is not known, or not any more.
    UnknownKey,
    /// The signature is wrong: it was made up or changed, or it was given to another principal.
    Forged,
    /// It is genuine, but of other topics.
    Foreign,
}

impl CursorFault {
    /// Shows the word by which a client is told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLong => "too-long",
            Self::UnknownKey => "unknown-key",
            Self::Forged => "forged",
            Self::Foreign => "foreign",
        }
    }
}

impl fmt::Display for CursorFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the cursor is malformed",
            Self::TooLong => "the cursor is too long",
            Self::UnknownKey => "the key of the cursor is not known",
            Self::Forged => "the signature of the cursor is wrong",
            Self::Foreign => "the cursor is of other topics",
        })
    }
}

impl std::error::Error for CursorFault {}
