//! What can go wrong on the wire.

use std::error::Error;
use std::fmt;

/// Says why an exchange failed.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Box<dyn Error + Send + Sync>,
}

/// Names the step at which an exchange failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The host's name has no address.
    Resolve,
    /// No connection was made.
    Connect,
    /// The proxy did not make one.
    Proxy,
    /// TLS was not agreed upon: a certificate that does not hold, no common version.
    Tls,
    /// The connection broke, or what it said is no HTTP.
    Exchange,
    /// The body's compression is damaged.
    Decompress,
}

impl TransportError {
    /// Makes an error of a cause.
    pub fn new(kind: TransportErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: source.into() }
    }

    /// Tells the step.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Tells whether the request may have reached the server.
    #[must_use]
    pub fn may_have_been_sent(&self) -> bool {
        matches!(self.kind, TransportErrorKind::Exchange | TransportErrorKind::Decompress)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Resolve => "the host has no address",
            TransportErrorKind::Connect => "the connection was not made",
            TransportErrorKind::Proxy => "the proxy did not make the connection",
            TransportErrorKind::Tls => "the secure connection was not made",
            TransportErrorKind::Exchange => "the connection broke",
            TransportErrorKind::Decompress => "the compressed body is damaged",
        })
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
