//! What a client sees.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use super::block::{Block, Held};
use super::last_id::Shared;
use super::places::Places;

/// Is an event as a client sees it.
///
/// It is another type than [`MessageEvent`](crate::MessageEvent) because it says other things: a type is always there,
/// and the id is the last one seen on the stream, be it this event's or an earlier one's.
#[derive(Clone)]
pub struct ReceivedEvent {
    /// Data, type and last event id, and perhaps what was between them: an event is one piece of memory and one copy,
    /// and most streams are read faster than memory is asked for thrice.
    text: Box<str>,
    shared: Option<Arc<Shared>>,
    places: Places,
}

/// Is one thing that a decoder found: an event, or a comment if [`DecoderOptions::comments`](crate::DecoderOptions) asks
/// for them; made by [`Decoder::next_item`](crate::Decoder::next_item).
#[derive(Debug)]
#[non_exhaustive]
pub enum Decoded<'v> {
    /// An event was dispatched.
    Event(EventView<'v>),
    /// A line began with a colon; this is what followed it, a leading blank included.
    Comment(&'v str),
}

/// Shows an event where the decoder found it, without a copy.
///
/// Data of one line that came in one chunk is borrowed from that chunk. [`EventView::into_event`] makes an event that
/// can be kept.
pub struct EventView<'v> {
    pub(super) block: &'v mut Block,
    pub(super) held: Held<'v>,
}

impl EventView<'_> {
    /// Shows the data, with LF between its lines.
    #[must_use]
    #[inline]
    pub fn data(&self) -> &str {
        self.block.data(&self.held)
    }

    /// Shows the type: `message` unless the event gave another (rule E25).
    #[must_use]
    #[inline]
    pub fn event_type(&self) -> &str {
        or_message(self.block.event_type(&self.held))
    }

    /// Shows the last id that the stream had given when this event ended; empty if there was none.
    #[must_use]
    #[inline]
    pub fn last_event_id(&self) -> &str {
        self.block.last_event_id()
    }

    /// Makes an event to keep; much data that the decoder had to put together is moved, other data is copied.
    #[must_use]
    #[inline]
    pub fn into_event(self) -> ReceivedEvent {
        self.block.event(self.held)
    }
}

impl fmt::Debug for EventView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventView")
            .field("data", &self.data())
            .field("event_type", &self.event_type())
            .field("last_event_id", &self.last_event_id())
            .finish_non_exhaustive()
    }
}

impl ReceivedEvent {
    #[inline]
    pub(super) fn new(text: Box<str>, places: Places, shared: Option<Arc<Shared>>) -> Self {
        Self { text, shared, places }
    }

    /// Shows the data, with LF between its lines.
    #[must_use]
    #[inline]
    pub fn data(&self) -> &str {
        self.places.data(&self.text)
    }

    /// Takes the data, without an allocation.
    #[must_use]
    #[inline]
    pub fn into_data(self) -> String {
        let mut text = String::from(self.text);
        let (before, after) = self.places.around_data();
        text.truncate(text.len() - after);
        if before > 0 {
            text.drain(..before);
        }
        text
    }

    /// Shows the type: `message` unless the event gave another (rule E25).
    #[must_use]
    #[inline]
    pub fn event_type(&self) -> &str {
        or_message(match self.shared.as_deref() {
            Some(Shared { long_type: Some(event_type), .. }) => event_type,
            _ => self.places.event_type(&self.text),
        })
    }

    /// Shows the last id that the stream had given when this event ended; empty if there was none.
    #[must_use]
    #[inline]
    pub fn last_event_id(&self) -> &str {
        match self.shared.as_deref() {
            Some(Shared { long_id: Some(id), .. }) => id,
            _ => self.places.id(&self.text),
        }
    }

    /// Shows where the event came from, after redirects (rule E26): scheme, host and port, such as
    /// `https://example.com`. Empty for events of a [`Decoder`](crate::Decoder), which knows no connection.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.shared.as_deref().and_then(|shared| shared.origin.as_deref()).unwrap_or_default()
    }
}

impl PartialEq for ReceivedEvent {
    fn eq(&self, other: &Self) -> bool {
        self.data() == other.data()
            && self.event_type() == other.event_type()
            && self.last_event_id() == other.last_event_id()
            && self.origin() == other.origin()
    }
}

impl Eq for ReceivedEvent {}

impl fmt::Debug for ReceivedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedEvent")
            .field("data", &self.data())
            .field("event_type", &self.event_type())
            .field("last_event_id", &self.last_event_id())
            .field("origin", &self.origin())
            .finish()
    }
}

fn or_message(event_type: &str) -> &str {
    if event_type.is_empty() { "message" } else { event_type }
}
