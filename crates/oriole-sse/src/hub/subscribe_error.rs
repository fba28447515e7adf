//! Why a subscription does not begin.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::crowd::Crowd;
use super::snapshot::BoxError;
use crate::store::{StoreError, TopicError};

/// Says why a subscription did not begin.
#[derive(Debug)]
#[non_exhaustive]
pub enum SubscribeError {
    /// A topic's name is none.
    Topic(TopicError),
    /// There are more topics than [`HubOptions::subscription_topics_max`](super::HubOptions::subscription_topics_max).
    #[non_exhaustive]
    TooManyTopics {
        /// The limit.
        topics_max: usize,
    },
    /// The cursors of so many topics could become longer than
    /// [`HubOptions::cursor_bytes_max`](super::HubOptions::cursor_bytes_max).
    #[non_exhaustive]
    CursorTooLong {
        /// The limit.
        bytes_max: usize,
    },
    /// The hub has [`HubOptions::topics_max`](super::HubOptions::topics_max) topics in memory, and all are being read.
    #[non_exhaustive]
    HubFull {
        /// The limit.
        topics_max: usize,
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// The [guard](super::Subscribe::guard) does not let the client read.
    Refused,
    /// The guard has not answered within [`HubOptions::guard_timeout`](super::HubOptions::guard_timeout).
    #[non_exhaustive]
    Unverified {
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// There are too many subscriptions.
    #[non_exhaustive]
    TooMany {
        /// Of which kind.
        crowd: Crowd,
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// The [member](super::Subscribe::present_as)'s name and label are longer than
    /// [`HubOptions::presence_member_bytes_max`](super::HubOptions::presence_member_bytes_max).
    #[non_exhaustive]
    MemberTooLong {
        /// The limit, in bytes.
        bytes_max: usize,
    },
    /// The client was told not to come back, as it was [replaced](super::Subscribe::replacing): the answer is 204.
    Over,
    /// The application has no [`Snapshot`](super::Snapshot).
    Snapshot(BoxError),
    /// The application's snapshot is larger than [`HubOptions::snapshot_bytes_max`](super::HubOptions::snapshot_bytes_max).
    #[non_exhaustive]
    SnapshotTooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// The application gave no snapshot within [`HubOptions::snapshot_timeout`](super::HubOptions::snapshot_timeout).
    #[non_exhaustive]
    SnapshotLate {
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// The snapshots that clients have not taken yet have
    /// [`HubOptions::snapshots_bytes_max`](super::HubOptions::snapshots_bytes_max) together.
    #[non_exhaustive]
    SnapshotsFull {
        /// When the client may try again; each is told another time.
        retry_after: Duration,
    },
    /// The store failed. One that is away is no error: the subscription is then live only, and says so.
    Store(StoreError),
}

/// The word by which it is counted that the hub drains, which is no error.
pub(super) const DRAINING: &str = "draining";

impl SubscribeError {
    /// What [`word`](Self::word) can say, and that the hub drains.
    pub(crate) const WORDS: [&'static str; 13] = [
        "all",
        "fresh",
        "topic",
        "principal",
        "address",
        DRAINING,
        "topics",
        "request",
        "over",
        "guard",
        "unverified",
        "snapshot",
        "store",
    ];

    /// Shows the word by which it is counted.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::TooMany { crowd: Crowd::All, .. } => "all",
            Self::TooMany { crowd: Crowd::Fresh, .. } => "fresh",
            Self::TooMany { crowd: Crowd::Topic, .. } => "topic",
            Self::TooMany { crowd: Crowd::Principal, .. } => "principal",
            Self::TooMany { crowd: Crowd::Address, .. } => "address",
            Self::HubFull { .. } | Self::Store(StoreError::TooManyTopics { .. }) => "topics",
            Self::Topic(_) | Self::TooManyTopics { .. } | Self::CursorTooLong { .. } | Self::MemberTooLong { .. } => {
                "request"
            }
            Self::Over => "over",
            Self::Refused => "guard",
            Self::Unverified { .. } => "unverified",
            Self::Snapshot(_)
            | Self::SnapshotTooLarge { .. }
            | Self::SnapshotLate { .. }
            | Self::SnapshotsFull { .. } => "snapshot",
            Self::Store(_) => "store",
        }
    }

    /// Tells the status of the answer: 204, 400, 403, 429, 503 or 500.
    ///
    /// A browser's `EventSource` gives up for good on each of them; other clients come back after
    /// [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Topic(_) | Self::TooManyTopics { .. } | Self::CursorTooLong { .. } | Self::MemberTooLong { .. } => {
                StatusCode::BAD_REQUEST
            }
            Self::Over => StatusCode::NO_CONTENT,
            Self::Refused => StatusCode::FORBIDDEN,
            Self::TooMany { crowd: Crowd::Principal | Crowd::Address, .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooMany { .. } | Self::HubFull { .. } | Self::Unverified { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::SnapshotLate { .. } | Self::SnapshotsFull { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(StoreError::TooManyTopics { .. }) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) | Self::Snapshot(_) | Self::SnapshotTooLarge { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Tells when the client may try again, if that may help: for the answer's `Retry-After`, in whole seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after, .. }
            | Self::HubFull { retry_after, .. }
            | Self::Unverified { retry_after, .. }
            | Self::SnapshotLate { retry_after, .. }
            | Self::SnapshotsFull { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }

    /// Tells the client what is wrong; nothing of the server's inside.
    #[must_use]
    pub fn body_text(&self) -> String {
        match self {
            Self::Store(_) | Self::Snapshot(_) | Self::SnapshotTooLarge { .. } => "the events cannot be read".into(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for SubscribeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic(error) => error.fmt(f),
            Self::TooManyTopics { topics_max } => write!(f, "a subscription has {topics_max} topics at most"),
            Self::CursorTooLong { bytes_max } => {
                write!(f, "the cursor of so many topics could be longer than {bytes_max} bytes")
            }
            Self::MemberTooLong { bytes_max } => write!(f, "a name and a label have {bytes_max} bytes at most"),
            Self::Over => f.write_str("the client was told not to come back"),
            Self::Refused => f.write_str("the client may not read this"),
            Self::Unverified { .. } => f.write_str("whether the client may read this was not found out in time"),
            Self::TooMany { crowd, .. } => crowd.fmt(f),
            Self::HubFull { topics_max, .. } => write!(f, "{topics_max} topics are being read, and no more can be"),
            Self::Snapshot(_) => f.write_str("the application has no snapshot"),
            Self::SnapshotTooLarge { bytes_max } => write!(f, "the snapshot is larger than {bytes_max} bytes"),
            Self::SnapshotLate { .. } => f.write_str("the snapshot was not there in time"),
            Self::SnapshotsFull { .. } => f.write_str("too many clients are being given a snapshot"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SubscribeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => error.source(),
            Self::Snapshot(error) => Some(&**error),
            _ => None,
        }
    }
}
