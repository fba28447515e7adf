//! How producers end.

use crate::event::{EventName, MessageEvent};

/// Says why a producer has ended: what its clients read in its last event, `{"reason":"complete"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProducerEnd {
    /// Its stream was over: `complete`.
    Complete,
    /// Its stream failed, panicked, or gave an event that cannot be published: `failed`. The log says why.
    Failed,
    /// The application stopped it: `stopped`.
    Stopped,
    /// It was as old as [`ProducerOptions::time_to_live`](super::ProducerOptions::time_to_live): `expired`.
    Expired,
    /// It gave more than [`ProducerOptions::events_max`](super::ProducerOptions::events_max) or
    /// [`bytes_max`](super::ProducerOptions::bytes_max): `too-long`.
    TooLong,
    /// The store no longer keeps its beginning, so that it could not be gone on with: `trimmed`.
    Trimmed,
}

impl ProducerEnd {
    /// Shows the word by which a client is told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Expired => "expired",
            Self::TooLong => "too-long",
            Self::Trimmed => "trimmed",
        }
    }

    /// Makes the last event.
    pub(super) fn event(self, name: EventName) -> MessageEvent {
        MessageEvent::new(format!("{{\"reason\":\"{}\"}}", self.as_str())).event_type(name)
    }
}
