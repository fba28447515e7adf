//! The `id` of an event.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use core::fmt;

/// Names an event's place in a stream, so that a client can ask for what came after it.
///
/// A client keeps the last id it saw and sends it back as the `Last-Event-ID` header of every reconnection. Give an id
/// only to an event that can be replayed: an id on a heartbeat or on a control event moves the client's cursor. Keep
/// ids short and plain, since they come back as a header: browsers ask for a preflight beyond 128 bytes, and HTTP drops
/// blanks at either end.
///
/// An empty id is allowed: it tells the client to forget the one it has (rule E19).
///
/// Numbers convert without an error; text is checked by [`EventId::new`].
///
/// # Examples
///
/// ```
/// use oriole_sse::EventId;
///
/// assert_eq!(EventId::from(42_u64).as_str(), "42");
/// assert_eq!(EventId::new("3f-42")?.as_str(), "3f-42");
/// assert!(EventId::new("two\nlines").is_err());
/// # Ok::<(), oriole_sse::EventIdError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(Cow<'static, str>);

/// Says why a text cannot be an [`EventId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventIdError {
    /// The text has a CR or LF, which would end the field and start another.
    LineBreak,
    /// The text has a NUL, for which every client ignores the whole field (rule E19).
    Nul,
}

impl EventId {
    /// Checks a text and takes it as an id.
    ///
    /// # Errors
    ///
    /// [`EventIdError::LineBreak`] for a CR or LF, [`EventIdError::Nul`] for a NUL, whichever comes first.
    pub fn new(id: impl Into<String>) -> Result<Self, EventIdError> {
        let id = id.into();
        match id.bytes().find(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            None => Ok(Self(Cow::Owned(id))),
            Some(0) => Err(EventIdError::Nul),
            Some(_) => Err(EventIdError::LineBreak),
        }
    }

    /// Shows the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! from_unsigned {
    ($($number:ty),*) => {$(
        impl From<$number> for EventId {
            fn from(number: $number) -> Self {
                Self(Cow::Owned(number.to_string()))
            }
        }
    )*};
}

from_unsigned!(u8, u16, u32, u64, u128, usize);

impl TryFrom<String> for EventId {
    type Error = EventIdError;

    fn try_from(id: String) -> Result<Self, EventIdError> {
        Self::new(id)
    }
}

impl TryFrom<&str> for EventId {
    type Error = EventIdError;

    fn try_from(id: &str) -> Result<Self, EventIdError> {
        Self::new(id)
    }
}

impl AsRef<str> for EventId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for EventIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LineBreak => "an event id cannot contain a line break",
            Self::Nul => "an event id cannot contain a NUL",
        })
    }
}

impl core::error::Error for EventIdError {}
