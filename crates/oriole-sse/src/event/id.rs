//! The `id` of an event.

use alloc::string::{String, ToString};
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

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
#[derive(Clone)]
pub struct EventId(Text);

/// How the text is kept.
#[derive(Clone)]
enum Text {
    Own(String),
    /// A number's digits in place, and how many there are in the last byte: a stream may make a number for each event.
    Digits([u8; DIGITS_MAX + 1]),
}

/// As many as fit without the event's being larger.
const DIGITS_MAX: usize = 15;

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
            None => Ok(Self(Text::Own(id))),
            Some(0) => Err(EventIdError::Nul),
            Some(_) => Err(EventIdError::LineBreak),
        }
    }

    /// Shows the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Own(text) => text,
            Text::Digits(_) => core::str::from_utf8(self.as_bytes()).unwrap_or_default(),
        }
    }

    /// Shows the id as bytes, which takes less than as text.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Own(text) => text.as_bytes(),
            Text::Digits(digits) => &digits[..usize::from(digits[DIGITS_MAX]).min(DIGITS_MAX)],
        }
    }

    /// Takes a number in place, if there is room.
    ///
    /// The digits are put together in registers. Written to memory one by one, they would have to get there before the id can be
    /// moved, which takes longer than an allocation.
    fn digits(mut number: u64) -> Option<Self> {
        let (mut digits, mut count) = (0_u128, 0_u128);
        loop {
            digits = digits << 8 | u128::from(b'0' + (number % 10) as u8);
            count += 1;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        (count <= DIGITS_MAX as u128).then(|| Self(Text::Digits((digits | count << (8 * DIGITS_MAX)).to_le_bytes())))
    }
}

macro_rules! from_unsigned {
    ($($number:ty),*) => {$(
        impl From<$number> for EventId {
            fn from(number: $number) -> Self {
                let digits = u64::try_from(number).ok().and_then(Self::digits);
                digits.unwrap_or_else(|| Self(Text::Own(number.to_string())))
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
        self.as_str()
    }
}

impl Default for EventId {
    fn default() -> Self {
        Self(Text::Own(String::new()))
    }
}

impl PartialEq for EventId {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for EventId {}

impl PartialOrd for EventId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EventId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for EventId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventId").field(&self.as_str()).finish()
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
