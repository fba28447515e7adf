//! What can be wrong with a change.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::cursor::CursorFault;
use crate::hub::{StartRejection, SubscribeError};
use crate::store::Topic;

/// Says why a subscription was not changed; it goes on as it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChangeError {
    /// There is no such subscription here, or not any more; or it is another principal's, which is told in no other way. A client
    /// that still reads its stream gets another handle with its next `hello`.
    Unknown,
    /// No topic would be left: who wants none closes the stream.
    NoTopic,
    /// The change names more topics than [`HubOptions::change_topics_max`](crate::HubOptions::change_topics_max).
    #[non_exhaustive]
    TooManyNames {
        /// The limit.
        topics_max: usize,
    },
    /// The client may not read this topic: its [door](crate::Subscribe::changeable) is closed.
    #[non_exhaustive]
    RefusedTopic {
        /// Which one; the first of several.
        topic: Topic,
    },
    /// There were more changes than [`HubOptions::changes_max`](crate::HubOptions::changes_max) in so short a time.
    #[non_exhaustive]
    TooManyChanges {
        /// When the next one is taken.
        retry_after: Duration,
    },
    /// Where the new topics are to begin was not understood.
    Start(StartRejection),
    /// The new topics were to begin after a cursor that is worth nothing.
    Cursor(CursorFault),
    /// The new topics were to begin with what was published before, and the store is away.
    #[non_exhaustive]
    Away {
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// What a subscription to the new topics would be refused for.
    Subscribe(SubscribeError),
}

impl ChangeError {
    /// Tells the status of the answer: 400, 403, 404, 429, 503 or 500.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::NoTopic | Self::TooManyNames { .. } | Self::Start(_) | Self::Cursor(_) => StatusCode::BAD_REQUEST,
            Self::RefusedTopic { .. } => StatusCode::FORBIDDEN,
            Self::TooManyChanges { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Away { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Subscribe(error) => error.status(),
        }
    }

    /// Tells when the client may try again, if that may help: for the answer's `Retry-After`, in whole seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyChanges { retry_after } | Self::Away { retry_after } => Some(*retry_after),
            Self::Subscribe(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Tells the client what is wrong; nothing of the server's inside.
    #[must_use]
    pub fn body_text(&self) -> String {
        match self {
            Self::Subscribe(error) => error.body_text(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("there is no such subscription"),
            Self::NoTopic => f.write_str("no topic would be left"),
            Self::TooManyNames { topics_max } => write!(f, "a change names {topics_max} topics at most"),
            Self::RefusedTopic { .. } => f.write_str("the client may not read this topic"),
            Self::TooManyChanges { .. } => f.write_str("the subscription was changed too often"),
            Self::Away { .. } => {
                f.write_str("the store of events is away, so nothing is known of what was published before")
            }
            Self::Start(rejection) => rejection.fmt(f),
            Self::Cursor(fault) => fault.fmt(f),
            Self::Subscribe(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ChangeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Subscribe(error) => error.source(),
            _ => None,
        }
    }
}

impl From<SubscribeError> for ChangeError {
    fn from(error: SubscribeError) -> Self {
        Self::Subscribe(error)
    }
}
