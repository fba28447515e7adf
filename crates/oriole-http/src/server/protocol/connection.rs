//! What the protocols have in common.

use bytes::Bytes;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite};

/// What HTTP is spoken over: TCP, a socket of Unix, or TLS.
pub(in crate::server) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Whether [`poll_end`](Self::poll_end) tells of the client's end.
    fn shows_end(&self) -> bool;

    /// Waits until the client has sent something, which stays to be read and hides the end behind it.
    ///
    /// # Errors
    ///
    /// The client is gone, or will send nothing more.
    fn poll_end(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// A connection at work; it is over with its client, or with what was asked of it before it was to finish.
pub(in crate::server) trait Connection: Future<Output = Result<(), String>> {
    type Stream: Stream;

    /// Whether nobody [takes](Self::take) it any more.
    fn stays(&self) -> bool;

    /// Takes no further requests.
    fn finish(self: Pin<&mut Self>);

    /// Gives the stream and what was read too far; what was not written is lost. Nothing where it cannot be taken.
    fn take(self: Pin<&mut Self>) -> Option<(Self::Stream, Bytes)>;
}
