//! What is given to a log, and what comes of it.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

use super::{Position, Topic};

/// Is an event to be appended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Append {
    /// To which topic.
    pub topic: Topic,
    /// When it is published: becomes [`Record::at`](super::Record::at), and is the present for what goes by age.
    pub at: SystemTime,
    /// Becomes [`Record::frame`](super::Record::frame).
    pub frame: Bytes,
    /// Becomes [`Record::coalesce_key`](super::Record::coalesce_key).
    pub coalesce_key: Option<Arc<str>>,
    /// Names this publication: the same topic takes each name once within the store's window.
    pub idempotency_key: Option<Arc<str>>,
    /// What must be true of the log for the event to be appended.
    pub expected: Expected,
}

/// Says what must be true of the log before an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// Nothing: append in any case.
    #[default]
    Anything,
    /// No event was ever appended.
    Nothing,
    /// The last event that was ever appended is this one.
    Last(Position),
}

/// Says where an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its place.
    pub position: Position,
    /// It was there already: an earlier publication had the same idempotency key. What was given now is dropped.
    pub is_duplicate: bool,
}

/// Says why the log did not take one event of a batch; the others are not concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AppendRefusal {
    /// What was [`Expected`] is not so.
    #[non_exhaustive]
    Conflict {
        /// The end of the log.
        last: Position,
    },
    /// The store has no room for another topic.
    #[non_exhaustive]
    TooManyTopics {
        /// The store's limit.
        topics_max: usize,
    },
    /// The event alone exceeds what the store keeps of a topic, in bytes.
    #[non_exhaustive]
    TooLarge {
        /// The store's limit.
        bytes_max: u64,
    },
}

impl Append {
    /// Gives an event to a topic, without conditions.
    #[must_use]
    pub fn new(topic: Topic, at: SystemTime, frame: Bytes) -> Self {
        Self { topic, at, frame, coalesce_key: None, idempotency_key: None, expected: Expected::Anything }
    }

    /// Sets [`coalesce_key`](Self::coalesce_key).
    #[must_use]
    pub fn coalesce_key(mut self, key: impl Into<Arc<str>>) -> Self {
        self.coalesce_key = Some(key.into());
        self
    }

    /// Sets [`idempotency_key`](Self::idempotency_key).
    #[must_use]
    pub fn idempotency_key(mut self, key: impl Into<Arc<str>>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Sets [`expected`](Self::expected).
    #[must_use]
    pub fn expected(mut self, expected: Expected) -> Self {
        self.expected = expected;
        self
    }
}

impl AppendRefusal {
    /// Says that something else was [`Expected`]; for stores.
    #[must_use]
    pub fn conflict(last: Position) -> Self {
        Self::Conflict { last }
    }

    /// Says that there is no room for another topic; for stores.
    #[must_use]
    pub fn too_many_topics(topics_max: usize) -> Self {
        Self::TooManyTopics { topics_max }
    }

    /// Says that the event is too large; for stores.
    #[must_use]
    pub fn too_large(bytes_max: u64) -> Self {
        Self::TooLarge { bytes_max }
    }
}

impl fmt::Display for AppendRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { last } => write!(f, "the topic's last event is {}, not the expected one", last.sequence),
            Self::TooManyTopics { topics_max } => write!(f, "the store holds {topics_max} topics already"),
            Self::TooLarge { bytes_max } => {
                write!(f, "the event exceeds the {bytes_max} bytes that are kept of a topic")
            }
        }
    }
}

impl std::error::Error for AppendRefusal {}
