//! What can go wrong.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::hub::SubscribeError;
use crate::store::{StoreError, TopicError};

/// Says why a producer was not begun, joined or stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProducerError {
    /// The id is none: it has 1 to [`Producers::ID_BYTES_MAX`](super::Producers::ID_BYTES_MAX) bytes and no control characters.
    Id(TopicError),
    /// The producer has ended and the client has read everything: status 204, for which clients stop and do not return
    /// (rule C6).
    Finished,
    /// There never was a producer of this id, or the store keeps nothing of it any more, and none is begun: status 404.
    Unknown,
    /// There are [`ProducerOptions::running_max`](super::ProducerOptions::running_max) producers, and no more can be: status
    /// 503.
    #[non_exhaustive]
    TooMany {
        /// The limit.
        running_max: usize,
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// The application ends, and nothing is begun any more: status 503.
    #[non_exhaustive]
    Draining {
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// The subscription to what it gives did not begin.
    Subscribe(SubscribeError),
    /// The store failed.
    Store(StoreError),
}

impl ProducerError {
    /// Tells the status of the answer; 204 is the answer to a client that has read everything.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Id(_) => StatusCode::BAD_REQUEST,
            Self::Finished => StatusCode::NO_CONTENT,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::TooMany { .. } | Self::Draining { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Subscribe(error) => error.status(),
            Self::Store(StoreError::Away { .. } | StoreError::InDoubt { .. }) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Tells when the client may try again, if that may help.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after, .. } | Self::Draining { retry_after } => Some(*retry_after),
            Self::Subscribe(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Tells the client what is wrong; nothing of the server's inside.
    #[must_use]
    pub fn body_text(&self) -> String {
        match self {
            Self::Finished => String::new(),
            Self::Subscribe(error) => error.body_text(),
            Self::Store(_) => "the events cannot be read".into(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for ProducerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(TopicError::Empty) => f.write_str("the id of a stream cannot be empty"),
            Self::Id(TopicError::TooLong { bytes_max }) => {
                write!(f, "the id of a stream cannot be longer than {bytes_max} bytes")
            }
            Self::Id(_) => f.write_str("the id of a stream cannot contain a control character"),
            Self::Finished => f.write_str("everything was read"),
            Self::Unknown => f.write_str("there is no such stream"),
            Self::TooMany { running_max, .. } => {
                write!(f, "{running_max} streams are being produced, and no more can be")
            }
            Self::Draining { .. } => f.write_str("the application ends, and no stream is begun any more"),
            Self::Subscribe(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for ProducerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Subscribe(error) => error.source(),
            Self::Store(error) => error.source(),
            _ => None,
        }
    }
}
