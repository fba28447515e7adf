//! What can go wrong.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use super::transport::TransportError;
use crate::codec::DecodeError;

/// Says why an [`EventSource`](super::EventSource) could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// The address does not parse, is not absolute, or is neither `http` nor `https` (rule C4).
    #[non_exhaustive]
    Url {
        /// What is wrong with it.
        message: Box<str>,
    },
    /// A header's name or value is none.
    #[non_exhaustive]
    Header {
        /// What is wrong with it.
        message: Box<str>,
    },
    /// A proxy's address does not parse, or is neither `http` nor `https`.
    #[non_exhaustive]
    Proxy {
        /// What is wrong with it; without the address, which may hold a password.
        message: Box<str>,
    },
    /// A root certificate does not parse.
    #[non_exhaustive]
    Certificate {
        /// What is wrong with it.
        message: Box<str>,
    },
}

/// Says why a connection was lost, or why the source failed for good.
///
/// Whether it is the one or the other is said by where it appears: in
/// [`Signal::Reconnecting`](super::Signal::Reconnecting), or in [`Signal::Failed`](super::Signal::Failed) and as the
/// last item of the stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum SourceError {
    /// The application's request factory failed.
    Request(RequestError),
    /// The network, the proxy, TLS or the exchange of HTTP messages failed.
    Transport(TransportError),
    /// The response's body ended, properly (rule C10).
    BodyEnded,
    /// The response's status is not 200 (rule C6).
    Status(Box<ResponseError>),
    /// The response is no event stream (rule C7).
    ContentType(Box<ResponseError>),
    /// The response is encoded in a way that was not asked for.
    ContentEncoding(Box<ResponseError>),
    /// A redirect leads to no `http` or `https` address, or there were more of them than
    /// [`ClientOptions::redirects_max`](super::ClientOptions::redirects_max).
    Redirect(Box<ResponseError>),
    /// The stream exceeds a limit of [`ClientOptions::decoder`](super::ClientOptions::decoder).
    Decode(DecodeError),
    /// No byte came for [`ClientOptions::idle_timeout`](super::ClientOptions::idle_timeout).
    #[non_exhaustive]
    IdleTimeout {
        /// The timeout.
        after: Duration,
    },
    /// No response came within [`ClientOptions::head_timeout`](super::ClientOptions::head_timeout).
    #[non_exhaustive]
    HeadTimeout {
        /// The timeout.
        after: Duration,
    },
    /// The application asked for a new connection ([`EventSourceHandle::restart`](super::EventSourceHandle::restart)).
    Restarted,
    /// A cap on reconnections is reached.
    #[non_exhaustive]
    GaveUp {
        /// Which cap.
        reason: GaveUpReason,
        /// Why the last connection was lost.
        last: Box<SourceError>,
    },
    /// The request may have been received and is not idempotent, so it is not sent again; see
    /// [`ClientOptions::repeat_non_idempotent`](super::ClientOptions::repeat_non_idempotent).
    #[non_exhaustive]
    NotRepeated {
        /// The request's method.
        method: Method,
        /// Why the connection was lost.
        last: Box<SourceError>,
    },
}

/// Names the cap that ended the reconnections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GaveUpReason {
    /// [`ClientOptions::retry_first_attempt`](super::ClientOptions::retry_first_attempt) is off.
    FirstAttempt,
    /// [`ClientOptions::attempts_max`](super::ClientOptions::attempts_max).
    Attempts,
    /// [`ClientOptions::give_up_after`](super::ClientOptions::give_up_after).
    Time,
}

/// Is a response that is no event stream: where it came from, its head, and the beginning of its body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResponseError {
    /// The address, after redirects.
    pub url: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, up to [`ClientOptions::error_body_bytes_max`](super::ClientOptions::error_body_bytes_max), as it came.
    pub body: Bytes,
    /// Whether there was, or could have been, more of the body.
    pub body_is_truncated: bool,
}

/// Is what a request factory fails with.
///
/// Any error converts into a passing one, after which the source tries again.
#[derive(Debug)]
pub struct RequestError {
    source: Box<dyn Error + Send + Sync>,
    is_fatal: bool,
}

impl RequestError {
    /// Makes an error that may pass: the source waits and tries again.
    pub fn passing(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: error.into(), is_fatal: false }
    }

    /// Makes an error after which the source fails for good.
    pub fn fatal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: error.into(), is_fatal: true }
    }

    /// Tells whether the source fails for good.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        self.is_fatal
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for RequestError {
    fn from(error: E) -> Self {
        Self::passing(error)
    }
}

impl SourceError {
    /// Shows the response that is the reason, if one is.
    #[must_use]
    pub fn response(&self) -> Option<&ResponseError> {
        match self {
            Self::Status(response)
            | Self::ContentType(response)
            | Self::ContentEncoding(response)
            | Self::Redirect(response) => Some(response),
            Self::GaveUp { last, .. } | Self::NotRepeated { last, .. } => last.response(),
            Self::Request(_)
            | Self::Transport(_)
            | Self::BodyEnded
            | Self::Decode(_)
            | Self::IdleTimeout { .. }
            | Self::HeadTimeout { .. }
            | Self::Restarted => None,
        }
    }

    /// Shows the status of the response that is the reason, if one is.
    ///
    /// 204 is how a server says "do not come back".
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(|response| response.status)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url { message } => write!(f, "the address of the event source is not usable: {message}"),
            Self::Header { message } => write!(f, "a header of the event source is not usable: {message}"),
            Self::Proxy { message } => write!(f, "a proxy is not usable: {message}"),
            Self::Certificate { message } => write!(f, "a root certificate is not usable: {message}"),
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(_) => f.write_str("the request could not be made"),
            Self::Transport(error) => error.fmt(f),
            Self::BodyEnded => f.write_str("the event stream ended"),
            Self::Status(response) => write!(f, "the server answered {}", response.status),
            Self::ContentType(_) => f.write_str("the answer is no event stream"),
            Self::ContentEncoding(_) => f.write_str("the answer is encoded in an unknown way"),
            Self::Redirect(_) => f.write_str("the server redirects in a way that cannot be followed"),
            Self::Decode(error) => error.fmt(f),
            Self::IdleTimeout { after } => write!(f, "nothing came for {after:?}"),
            Self::HeadTimeout { after } => write!(f, "no answer came within {after:?}"),
            Self::Restarted => f.write_str("a new connection was asked for"),
            Self::GaveUp { reason, last } => match reason {
                GaveUpReason::FirstAttempt => write!(f, "the first attempt to connect failed: {last}"),
                GaveUpReason::Attempts => write!(f, "too many attempts in a row failed, the last one so: {last}"),
                GaveUpReason::Time => write!(f, "there was no event for too long, at last so: {last}"),
            },
            Self::NotRepeated { method, last } => write!(f, "the {method} request is not repeated after this: {last}"),
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl Error for BuildError {}

impl Error for SourceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Request(error) => Some(&*error.source),
            Self::Transport(error) => error.source(),
            Self::GaveUp { last, .. } | Self::NotRepeated { last, .. } => last.source(),
            _ => None,
        }
    }
}
