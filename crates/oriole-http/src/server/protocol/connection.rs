//! What the protocols have in common.

use bytes::Bytes;
use std::future::Future;
use std::pin::Pin;
use tokio::io::{AsyncRead, AsyncWrite};

/// What HTTP is spoken over: TCP, or TLS over TCP.
pub(in crate::server) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

/// A connection at work; it is over with its client, or with what was asked of it before it was to finish.
pub(in crate::server) trait Connection: Future<Output = Result<(), String>> {
    type Stream;

    /// Takes no further requests.
    fn finish(self: Pin<&mut Self>);

    /// Gives the stream, and what was read too far; what was not written is lost. Nothing where it cannot be taken.
    fn take(self: Pin<&mut Self>) -> Option<(Self::Stream, Bytes)>;
}
