//! What can go wrong between an event and a value.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

/// Says why an event is no value of the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventReadError {
    /// The event's type is none of the enum's names: the server may be newer than its reader.
    #[non_exhaustive]
    Unknown {
        /// The event's type.
        event_type: Box<str>,
    },
    /// The data is not the type's JSON.
    #[non_exhaustive]
    Data {
        /// The event's type.
        event_type: Box<str>,
        /// What the deserialiser said; it may repeat parts of the data.
        message: Box<str>,
    },
}

impl EventReadError {
    /// Tells whether the type of the event is the reason, and not its data.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    pub(super) fn new(event_type: &str, error: &serde_json::Error) -> Self {
        Self::Data { event_type: event_type.into(), message: String::into_boxed_str(error.to_string()) }
    }
}

impl fmt::Display for EventReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { event_type } => write!(f, "an event of the type {event_type:?} is not known"),
            Self::Data { event_type, message } => {
                write!(f, "an event of the type {event_type:?} could not be read: {message}")
            }
        }
    }
}

impl core::error::Error for EventReadError {}
