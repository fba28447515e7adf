//! What a client sees.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use core::{fmt, mem};

use super::text::{SharedText, SmallText};

/// Is an event as a client sees it.
///
/// It is another type than [`MessageEvent`](crate::MessageEvent) because it says other things: a type is always there,
/// and the id is the last one seen on the stream, be it this event's or an earlier one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedEvent {
    data: String,
    /// Empty for `message`.
    event_type: SmallText,
    last_event_id: SmallText,
    origin: Option<Arc<str>>,
}

/// Is one thing that a decoder found: an event, or a comment if [`DecoderOptions::comments`](crate::DecoderOptions) asks
/// for them; made by [`Decoder::next_item`](crate::Decoder::next_item).
#[derive(Debug)]
#[non_exhaustive]
pub enum Decoded<'v> {
    /// An event was dispatched.
    Event(EventView<'v>),
    /// A line began with a colon; this is what followed it, a leading blank included.
    Comment(Cow<'v, str>),
}

/// Shows an event where the decoder found it, without a copy.
///
/// Data of one line that came in one chunk is borrowed from that chunk. [`EventView::into_event`] makes an event that
/// can be kept.
pub struct EventView<'v> {
    pub(super) data: EventData<'v>,
    pub(super) event_type: EventType<'v>,
    pub(super) last_event_type: &'v mut SharedText,
    pub(super) last_event_id: &'v mut SharedText,
    pub(super) origin: Option<&'v Arc<str>>,
}

pub(super) enum EventData<'v> {
    InChunk(&'v str),
    Buffered(&'v mut String),
}

pub(super) enum EventType<'v> {
    /// The event gave none.
    Message,
    InChunk(&'v str),
    /// It is the last one of those that had to be put together.
    Buffered,
}

impl EventView<'_> {
    /// Shows the data, with LF between its lines.
    #[must_use]
    #[inline]
    pub fn data(&self) -> &str {
        match &self.data {
            EventData::InChunk(text) => text,
            EventData::Buffered(text) => text,
        }
    }

    /// Shows the type: `message` unless the event gave another (rule E25).
    #[must_use]
    #[inline]
    pub fn event_type(&self) -> &str {
        match self.event_type {
            EventType::Message => "message",
            EventType::InChunk(text) => text,
            EventType::Buffered => self.last_event_type.as_str(),
        }
    }

    /// Shows the last id that the stream had given when this event ended; empty if there was none.
    #[must_use]
    #[inline]
    pub fn last_event_id(&self) -> &str {
        self.last_event_id.as_str()
    }

    /// Makes an event to keep; data that the decoder had to put together is moved, other data is copied.
    #[must_use]
    #[inline]
    pub fn into_event(self) -> ReceivedEvent {
        ReceivedEvent {
            data: match self.data {
                EventData::InChunk(text) => text.into(),
                EventData::Buffered(text) => mem::take(text),
            },
            event_type: match self.event_type {
                EventType::Message => SmallText::Empty,
                EventType::InChunk(text) => self.last_event_type.share_as(text),
                EventType::Buffered => self.last_event_type.share(),
            },
            last_event_id: self.last_event_id.share(),
            origin: self.origin.cloned(),
        }
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
    /// Shows the data, with LF between its lines.
    #[must_use]
    pub fn data(&self) -> &str {
        &self.data
    }

    /// Takes the data.
    #[must_use]
    pub fn into_data(self) -> String {
        self.data
    }

    /// Shows the type: `message` unless the event gave another (rule E25).
    #[must_use]
    pub fn event_type(&self) -> &str {
        match &self.event_type {
            SmallText::Empty => "message",
            other => other.as_str(),
        }
    }

    /// Shows the last id that the stream had given when this event ended; empty if there was none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.last_event_id.as_str()
    }

    /// Shows where the event came from, after redirects (rule E26): scheme, host and port, such as
    /// `https://example.com`. Empty for events of a [`Decoder`](crate::Decoder), which knows no connection.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.origin.as_deref().unwrap_or_default()
    }
}
