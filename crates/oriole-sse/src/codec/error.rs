//! What can go wrong between events and bytes.

use alloc::boxed::Box;
use core::fmt;

/// Says why an event could not be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The value given to [`MessageEvent::json`](crate::MessageEvent::json) could not be serialised.
    #[non_exhaustive]
    Json {
        /// What the serialiser said; for the log, not for clients.
        message: Box<str>,
    },
}

/// Says which limit a body broke; the decoder reads nothing more until it is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// A line is longer than [`DecoderOptions::line_bytes_max`](crate::DecoderOptions::line_bytes_max).
    #[non_exhaustive]
    LineTooLong {
        /// The limit, in bytes.
        bytes_max: usize,
    },
    /// An event is larger than [`DecoderOptions::event_bytes_max`](crate::DecoderOptions::event_bytes_max).
    #[non_exhaustive]
    EventTooLarge {
        /// The limit, in bytes.
        bytes_max: usize,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json { message } => write!(f, "an event's data could not be serialised as JSON: {message}"),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineTooLong { bytes_max } => write!(f, "a line of the event stream exceeds {bytes_max} bytes"),
            Self::EventTooLarge { bytes_max } => write!(f, "an event of the stream exceeds {bytes_max} bytes"),
        }
    }
}

impl core::error::Error for EncodeError {}

impl core::error::Error for DecodeError {}
