//! What the protocols have in common.

use crate::trace::Peer;
use bytes::Bytes;
use std::future::Future;
use std::pin::Pin;
use tokio::io::{AsyncRead, AsyncWrite};

/// What HTTP is spoken over: TCP, or TLS over TCP.
pub(in crate::server) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Stream for S {}

/// A connection at work; it is over with its client, or with what was asked of it before it was to finish.
pub(in crate::server) trait Connection: Future<Output = Result<(), String>> {
    type Stream: Stream;

    /// Takes no further requests.
    fn finish(self: Pin<&mut Self>);

    /// Gives the stream, what was read too far, and who is at the other end; what was not written is lost. Nothing where it cannot
    /// be taken.
    fn take(self: Pin<&mut Self>) -> Option<(Self::Stream, Bytes, Peer)>;
}
