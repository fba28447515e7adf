//! What can go wrong between an event and a value.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::fmt;

/// Says why an event is no value of the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventReadError {
    /// The data is not the type's JSON, or the event's type is none of the enum's names.
    #[non_exhaustive]
    Data {
        /// The event's type.
        event_type: Box<str>,
        /// What the deserialiser said; it may repeat parts of the data.
        message: Box<str>,
    },
}

impl EventReadError {
    pub(super) fn new(event_type: &str, error: &serde_json::Error) -> Self {
        Self::Data { event_type: event_type.into(), message: String::into_boxed_str(error.to_string()) }
    }
}

impl fmt::Display for EventReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data { event_type, message } => {
                write!(f, "an event of the type {event_type:?} could not be read: {message}")
            }
        }
    }
}

impl core::error::Error for EventReadError {}
