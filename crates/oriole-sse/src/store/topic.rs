//! Names of topics.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// Names a topic: a series of events that is published, kept and resumed as one.
///
/// Any text of 1 to 256 bytes without control characters; what it is made of is the application's to choose
/// (`rooms/7`, `orders.eu`), but for its beginning: `pattern:` and `producer:` are the hub's. A clone is cheap.
///
/// # Examples
///
/// ```
/// use oriole_sse::{Topic, TopicError};
///
/// let topic = Topic::new("rooms/7")?;
/// assert_eq!(topic.as_str(), "rooms/7");
/// assert_eq!(Topic::new(""), Err(TopicError::Empty));
/// # Ok::<(), TopicError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(Arc<str>);

/// Says why a text cannot name a [`Topic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TopicError {
    /// The text is empty.
    Empty,
    /// The text is longer than [`Topic::BYTES_MAX`].
    #[non_exhaustive]
    TooLong {
        /// The limit, in bytes.
        bytes_max: usize,
    },
    /// The text has a control character, such as a line break or a NUL.
    ControlCharacter,
    /// The text begins with `pattern:` or `producer:`, as the logs of [patterns](crate::Pattern) and of producers do.
    Reserved,
}

impl Topic {
    /// The longest name, in bytes.
    pub const BYTES_MAX: usize = 256;

    /// How the names of patterns' logs begin.
    pub(crate) const PATTERN_PREFIX: &str = "pattern:";

    /// How the names of producers' logs begin.
    pub(crate) const PRODUCER_PREFIX: &str = "producer:";

    /// Checks a text and takes it as a name.
    ///
    /// # Errors
    ///
    /// [`TopicError`].
    pub fn new(name: impl AsRef<str>) -> Result<Self, TopicError> {
        let name = name.as_ref();
        if name.starts_with(Self::PATTERN_PREFIX) || name.starts_with(Self::PRODUCER_PREFIX) {
            return Err(TopicError::Reserved);
        }
        Self::stored(name)
    }

    /// Names the log of a producer.
    pub(crate) fn of_producer(id: &str) -> Result<Self, TopicError> {
        let bytes_max = Self::BYTES_MAX - Self::PRODUCER_PREFIX.len();
        if id.is_empty() {
            return Err(TopicError::Empty);
        }
        if id.len() > bytes_max {
            return Err(TopicError::TooLong { bytes_max });
        }
        Self::stored(&format!("{}{id}", Self::PRODUCER_PREFIX))
    }

    /// Says whether it is the log of a producer, where nobody else publishes.
    pub(crate) fn is_of_producer(&self) -> bool {
        self.0.starts_with(Self::PRODUCER_PREFIX)
    }

    /// Shows the name as clients know it: that of a producer's log is its id.
    pub(crate) fn shown(&self) -> &str {
        self.0.strip_prefix(Self::PRODUCER_PREFIX).unwrap_or(&self.0)
    }

    /// Names the log of a pattern, whose text was checked.
    pub(crate) fn of_pattern(text: &str) -> Self {
        Self(format!("{}{text}", Self::PATTERN_PREFIX).into())
    }

    /// Takes a name that a store has kept.
    pub(crate) fn stored(name: &str) -> Result<Self, TopicError> {
        if name.is_empty() {
            return Err(TopicError::Empty);
        }
        if name.len() > Self::BYTES_MAX {
            return Err(TopicError::TooLong { bytes_max: Self::BYTES_MAX });
        }
        if name.chars().any(char::is_control) {
            return Err(TopicError::ControlCharacter);
        }
        Ok(Self(name.into()))
    }

    /// Shows the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Topic {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Topic {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for Topic {
    type Error = TopicError;

    fn try_from(name: &str) -> Result<Self, TopicError> {
        Self::new(name)
    }
}

impl TryFrom<String> for Topic {
    type Error = TopicError;

    fn try_from(name: String) -> Result<Self, TopicError> {
        Self::new(name)
    }
}

impl TryFrom<&String> for Topic {
    type Error = TopicError;

    fn try_from(name: &String) -> Result<Self, TopicError> {
        Self::new(name)
    }
}

impl From<&Topic> for Topic {
    fn from(topic: &Topic) -> Self {
        topic.clone()
    }
}

impl From<std::convert::Infallible> for TopicError {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for TopicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a topic's name cannot be empty"),
            Self::TooLong { bytes_max } => write!(f, "a topic's name cannot be longer than {bytes_max} bytes"),
            Self::ControlCharacter => f.write_str("a topic's name cannot contain a control character"),
            Self::Reserved => f.write_str("a topic's name cannot begin as those of patterns and producers do"),
        }
    }
}

impl std::error::Error for TopicError {}
