//! One event.

use alloc::boxed::Box;
use alloc::string::String;
use core::time::Duration;

use super::{EventId, EventIdError, EventName, EventNameError};
use crate::codec::EncodeError;

/// Carries one notification to a client: data, and optionally an id, a type, a reconnection time and a comment.
///
/// Each part can be given or left out; giving a part again replaces it. An event without data is never dispatched by a
/// browser (rule E23), though its id, its reconnection time and its comment still do their work: a control event that a
/// page must see needs data.
///
/// Text is sent line by line and arrives with LF for every line end that was sent (CRLF and CR included). Nothing here
/// panics on data, and no data can start a field of its own.
///
/// # Examples
///
/// ```
/// use oriole_sse::{MessageEvent, encode, event_name};
///
/// let event = MessageEvent::new("first line\nsecond line").id(7_u64).event_type(event_name!("note"));
///
/// let mut wire = Vec::new();
/// encode(&event, &mut wire)?;
/// assert_eq!(wire, b"event: note\nid: 7\ndata: first line\ndata: second line\n\n");
/// # Ok::<(), oriole_sse::EncodeError>(())
/// ```
// An event is moved several times on its way to a frame, which costs more than to make it if it is large.
#[derive(Clone, Debug, Default)]
pub struct MessageEvent {
    data: Option<Data>,
    id: Option<EventId>,
    event_type: Option<EventName>,
    rare: Option<Box<Rare>>,
}

/// What few events carry.
#[derive(Clone, Debug, Default)]
struct Rare {
    retry_ms: Option<u64>,
    comment: Option<String>,
}

/// What an event carries as data; a value that could not be serialised waits here for the encoder to report it.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Text(String),
    #[cfg_attr(not(feature = "json"), allow(dead_code, reason = "only serialisation can fail ahead of encoding"))]
    Failed(EncodeError),
    /// The whole event as it goes out, whose other fields are then not used.
    #[cfg(feature = "hub")]
    Encoded(Box<super::Encoded>),
}

/// Shows the parts of a [`MessageEvent`], for code that maps, filters or logs events.
///
/// # Examples
///
/// ```
/// use oriole_sse::{EventFields, MessageEvent};
///
/// let event = MessageEvent::new("hello").id(1_u64);
/// let EventFields { data, id, event_type, .. } = event.fields();
/// assert_eq!((data, id.map(|id| id.as_str()), event_type), (Some("hello"), Some("1"), None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventFields<'a> {
    /// The data as text; `None` also for a value that could not be serialised.
    pub data: Option<&'a str>,
    /// The id.
    pub id: Option<&'a EventId>,
    /// The type; `None` is dispatched as `message`.
    pub event_type: Option<&'a EventName>,
    /// The reconnection time.
    pub retry: Option<Duration>,
    /// The comment.
    pub comment: Option<&'a str>,
}

impl MessageEvent {
    /// Makes an event whose data is a text.
    ///
    /// For a structured value use [`MessageEvent::json`]; for an event without data start from
    /// [`MessageEvent::default`].
    #[inline]
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { data: Some(Data::Text(text.into())), ..Self::default() }
    }

    /// Makes an event whose data is a value as JSON.
    ///
    /// The value is serialised here and now. A value that fails to serialise never becomes an empty frame: the event
    /// keeps the error, and [`encode`](crate::encode) reports it, which ends a response's stream with an error after
    /// everything before it has been sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::MessageEvent;
    ///
    /// let event = MessageEvent::json(&[1, 2, 3]);
    /// assert_eq!(event.fields().data, Some("[1,2,3]"));
    /// ```
    #[cfg(feature = "json")]
    #[must_use]
    pub fn json<T: serde::Serialize + ?Sized>(value: &T) -> Self {
        Self::of_json(serde_json::to_string(value))
    }

    /// Makes an event of what a serialiser gave.
    #[cfg(feature = "json")]
    pub(crate) fn of_json(data: Result<String, serde_json::Error>) -> Self {
        use alloc::string::ToString;

        let data = match data {
            Ok(text) => Data::Text(text),
            Err(error) => Data::Failed(EncodeError::Json { message: error.to_string().into_boxed_str() }),
        };
        Self { data: Some(data), ..Self::default() }
    }

    /// Sets the data to a text.
    #[inline]
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.take_apart();
        self.data = Some(Data::Text(text.into()));
        self
    }

    /// Sets the id; numbers are ids, and text is checked by [`MessageEvent::try_id`].
    ///
    /// Give ids only to events that can be replayed; see [`EventId`].
    #[inline]
    #[must_use]
    pub fn id(mut self, id: impl Into<EventId>) -> Self {
        self.take_apart();
        self.id = Some(id.into());
        self
    }

    /// Sets the id to a text.
    ///
    /// # Errors
    ///
    /// Those of [`EventId::new`].
    pub fn try_id(self, id: impl Into<String>) -> Result<Self, EventIdError> {
        Ok(self.id(EventId::new(id)?))
    }

    /// Sets the type, under which a browser dispatches the event; see [`event_name!`](crate::event_name) for literals.
    #[must_use]
    pub fn event_type(mut self, name: EventName) -> Self {
        self.take_apart();
        self.event_type = Some(name);
        self
    }

    /// Sets the type to a text.
    ///
    /// # Errors
    ///
    /// Those of [`EventName::new`].
    pub fn try_event_type(self, name: impl Into<String>) -> Result<Self, EventNameError> {
        Ok(self.event_type(EventName::new(name)?))
    }

    /// Sets how long the client waits before it reconnects, from now on.
    ///
    /// The unit on the wire is the millisecond: a part of one is rounded up, so that a wait never becomes none.
    #[must_use]
    pub fn retry(mut self, wait: Duration) -> Self {
        self.take_apart();
        let millis = u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        self.rare.get_or_insert_default().retry_ms = Some(millis);
        self
    }

    /// Sets a comment, which clients skip: for keeping a connection busy or for a reader of the raw stream.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.take_apart();
        self.rare.get_or_insert_default().comment = Some(comment.into());
        self
    }

    /// Shows the parts.
    #[must_use]
    pub fn fields(&self) -> EventFields<'_> {
        #[cfg(feature = "hub")]
        if let Some(Data::Encoded(encoded)) = &self.data {
            return encoded.parts().fields();
        }
        EventFields {
            data: match &self.data {
                Some(Data::Text(text)) => Some(text),
                _ => None,
            },
            id: self.id.as_ref(),
            event_type: self.event_type.as_ref(),
            retry: self.retry_ms().map(Duration::from_millis),
            comment: self.rare.as_ref().and_then(|rare| rare.comment.as_deref()),
        }
    }

    /// Makes an event of the bytes that go out for it.
    #[cfg(feature = "hub")]
    pub(crate) fn encoded(frame: bytes::Bytes) -> Self {
        Self { data: Some(Data::Encoded(Box::new(super::Encoded::new(frame)))), ..Self::default() }
    }

    /// Tells how much memory one takes that is kept as the bytes that go out, beside these.
    #[cfg(feature = "hub")]
    pub(crate) const ENCODED_BYTES: usize = size_of::<Self>() + size_of::<super::Encoded>();

    /// Shows the bytes that go out, if the event is kept as these.
    #[cfg(feature = "response")]
    pub(crate) fn encoded_bytes(&self) -> Option<&bytes::Bytes> {
        match &self.data {
            #[cfg(feature = "hub")]
            Some(Data::Encoded(encoded)) => Some(encoded.frame()),
            _ => None,
        }
    }

    /// Sees to it that the parts can be changed.
    #[inline]
    fn take_apart(&mut self) {
        #[cfg(feature = "hub")]
        if matches!(self.data, Some(Data::Encoded(_))) {
            self.decode();
        }
    }

    #[cfg(feature = "hub")]
    #[cold]
    fn decode(&mut self) {
        if let Some(Data::Encoded(encoded)) = &mut self.data {
            *self = encoded.take_parts();
        }
    }

    pub(crate) fn data(&self) -> Option<&Data> {
        self.data.as_ref()
    }

    pub(crate) fn retry_ms(&self) -> Option<u64> {
        self.rare.as_ref().and_then(|rare| rare.retry_ms)
    }
}

/// Events are equal if their parts are, however they are kept.
impl PartialEq for MessageEvent {
    fn eq(&self, other: &Self) -> bool {
        let failure = |event: &Self| match &event.data {
            Some(Data::Failed(error)) => Some(error.clone()),
            _ => None,
        };
        self.fields() == other.fields() && failure(self) == failure(other)
    }
}

impl Eq for MessageEvent {}
