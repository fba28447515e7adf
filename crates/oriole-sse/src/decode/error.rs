//! What can go wrong between a source of bytes and its events.

use std::error::Error;
use std::fmt;

use crate::codec::DecodeError;

/// Says why a stream of events broke off.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError<E> {
    /// The source of the bytes failed.
    Source(E),
    /// The bytes exceed a limit.
    Decode(DecodeError),
}

impl<E> fmt::Display for ReadError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(_) => f.write_str("the body of the event stream could not be read"),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl<E: Error + 'static> Error for ReadError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Source(error) => Some(error),
            Self::Decode(_) => None,
        }
    }
}
