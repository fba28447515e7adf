//! An event that is kept as the bytes that go out.

use std::boxed::Box;
use std::sync::OnceLock;

use bytes::Bytes;

use super::{EventId, EventName, MessageEvent};
use crate::codec::Decoder;

/// Holds an event's bytes, which are shared by all that it goes to, and its parts if somebody asked for them.
#[derive(Clone, Debug)]
pub(crate) struct Encoded {
    frame: Bytes,
    parts: OnceLock<Box<MessageEvent>>,
}

impl Encoded {
    pub(super) fn new(frame: Bytes) -> Self {
        Self { frame, parts: OnceLock::new() }
    }

    pub(crate) fn frame(&self) -> &Bytes {
        &self.frame
    }

    /// Shows the event's parts; a comment is no part of what a client gets, and is lost.
    pub(super) fn parts(&self) -> &MessageEvent {
        self.parts.get_or_init(|| Box::new(decode(&self.frame)))
    }

    pub(super) fn take_parts(&mut self) -> MessageEvent {
        self.parts.take().map_or_else(|| decode(&self.frame), |parts| *parts)
    }
}

/// The encoder wrote it, so there is one event in it.
fn decode(frame: &[u8]) -> MessageEvent {
    let mut decoder = Decoder::default();
    let mut event = MessageEvent::default();
    if let Some(Ok(received)) = decoder.feed(frame).next() {
        event = event.text(received.data());
        // A type and an id that were on the wire are well-formed.
        if let Some(name) = Some(received.event_type()).filter(|name| *name != "message") {
            event = EventName::new(name).map_or(event.clone(), |name| event.event_type(name));
        }
        if let Some(id) = Some(received.last_event_id()).filter(|id| !id.is_empty()) {
            event = EventId::new(id).map_or(event.clone(), |id| event.id(id));
        }
    }
    if let Some(wait) = decoder.reconnection_time() {
        event = event.retry(wait);
    }
    event
}
