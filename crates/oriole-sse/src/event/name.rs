//! The `type` of an event: the name under which a browser dispatches it.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

/// Names the kind of an event: a browser hands it to the listeners for that name.
///
/// Leave it out for ordinary events: without a name a browser dispatches `message`. Names such as `error` and `open`
/// are ordinary (rule E25), but a browser's own `error` events arrive at the same listeners.
///
/// For a name that is written in the program, [`event_name!`](crate::event_name) checks it while compiling and costs
/// nothing at run time.
///
/// # Examples
///
/// ```
/// use oriole_sse::{EventName, event_name};
///
/// const TICK: EventName = event_name!("tick");
/// assert_eq!(TICK, EventName::new("tick")?);
/// assert!(EventName::new("two\nlines").is_err());
/// # Ok::<(), oriole_sse::EventNameError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventName(Cow<'static, str>);

/// Says why a text cannot be an [`EventName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventNameError {
    /// The text is empty, which means `message` to every client (rule E25): leave the name out instead.
    Empty,
    /// The text has a CR or LF, which would end the field and start another.
    LineBreak,
}

impl EventName {
    /// Checks a text and takes it as a name.
    ///
    /// Any other control character, NUL included, is kept: the standard gives it to the page as it is (rule E21).
    ///
    /// # Errors
    ///
    /// [`EventNameError::Empty`] for an empty text, [`EventNameError::LineBreak`] for a CR or LF.
    pub fn new(name: impl Into<String>) -> Result<Self, EventNameError> {
        let name = name.into();
        check(&name).map(|()| Self(Cow::Owned(name)))
    }

    /// Shows the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn check(name: &str) -> Result<(), EventNameError> {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        return Err(EventNameError::Empty);
    }
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'\r' || bytes[at] == b'\n' {
            return Err(EventNameError::LineBreak);
        }
        at += 1;
    }
    Ok(())
}

/// Takes a literal as a name; called by [`event_name!`](crate::event_name) inside a constant, where a panic is a
/// compile error.
#[doc(hidden)]
#[must_use]
pub const fn literal_event_name(name: &'static str) -> EventName {
    match check(name) {
        Ok(()) => EventName(Cow::Borrowed(name)),
        Err(EventNameError::Empty) => panic!("an event name cannot be empty: leave it out"),
        Err(EventNameError::LineBreak) => panic!("an event name cannot contain a line break"),
    }
}

/// Makes an [`EventName`] of a constant text that is checked while compiling.
///
/// Use [`EventName::new`] for a text that only run time knows.
///
/// # Examples
///
/// ```
/// use oriole_sse::{MessageEvent, event_name};
///
/// let event = MessageEvent::new("21 °C").event_type(event_name!("temperature"));
/// assert_eq!(event.fields().event_type.map(|name| name.as_str()), Some("temperature"));
/// ```
///
/// A text that is no name does not compile:
///
/// ```compile_fail
/// oriole_sse::event_name!("two\nlines");
/// ```
#[macro_export]
macro_rules! event_name {
    ($name:expr) => {
        const { $crate::__private::literal_event_name($name) }
    };
}

impl TryFrom<String> for EventName {
    type Error = EventNameError;

    fn try_from(name: String) -> Result<Self, EventNameError> {
        Self::new(name)
    }
}

impl TryFrom<&str> for EventName {
    type Error = EventNameError;

    fn try_from(name: &str) -> Result<Self, EventNameError> {
        Self::new(name)
    }
}

impl AsRef<str> for EventName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for EventNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an event name cannot be empty",
            Self::LineBreak => "an event name cannot contain a line break",
        })
    }
}

impl core::error::Error for EventNameError {}
