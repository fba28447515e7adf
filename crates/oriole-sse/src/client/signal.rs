//! What happens to a source, event by event.

use std::time::Duration;

use http::HeaderMap;

use super::error::SourceError;
use super::request::IdLeftOutReason;
use crate::codec::ReceivedEvent;

/// Is something that happened to an [`EventSource`](super::EventSource); see
/// [`EventSource::next_signal`](super::EventSource::next_signal).
#[derive(Debug)]
#[non_exhaustive]
pub enum Signal {
    /// A connection is open; no event of it came before (rule C8).
    Open(Opened),
    /// An event came.
    Event(ReceivedEvent),
    /// A comment came, without its colon; only if [`DecoderOptions::comments`](crate::DecoderOptions::comments) asks
    /// for them.
    Comment(String),
    /// The last event id cannot go out with the next request, which is made without it.
    #[non_exhaustive]
    IdLeftOut {
        /// The id.
        id: String,
        /// Why it cannot.
        reason: IdLeftOutReason,
    },
    /// The connection was lost or could not be opened, and the source waits for the next attempt (rule C12).
    #[non_exhaustive]
    Reconnecting {
        /// Why.
        error: SourceError,
        /// How long it waits.
        wait: Duration,
    },
    /// The source failed for good (rule C15); nothing comes after it.
    Failed(SourceError),
}

/// Is the head of a response that is an event stream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Opened {
    /// The address, after redirects.
    pub url: String,
    /// The headers.
    pub headers: HeaderMap,
    /// Which attempt it is, from 1.
    pub attempt: u64,
}
