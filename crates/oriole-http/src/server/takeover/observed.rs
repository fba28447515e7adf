//! A connection's stream, as hyper has it.

use super::Handover;
use bytes::{Buf, Bytes};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Gives what was read before first, and tells whether everything was written.
pub(in crate::server) struct Observed<S> {
    stream: S,
    read: Bytes,
    /// `None` where nothing is taken over.
    handover: Option<Arc<Handover>>,
}

impl<S> Observed<S> {
    pub(in crate::server) fn new(stream: S, read: Bytes, handover: Option<Arc<Handover>>) -> Self {
        Self { stream, read, handover }
    }

    /// Whether anything comes that was read before.
    pub(in crate::server) fn has_read(&self) -> bool {
        !self.read.is_empty()
    }

    /// Puts back what was read: it comes again first.
    #[cfg(feature = "http2")]
    pub(in crate::server) fn unread(&mut self, read: &[u8]) {
        self.read = Bytes::from([read, &self.read].concat());
    }

    /// The stream, and what nobody has read of what was read before.
    pub(in crate::server) fn into_parts(self) -> (S, Bytes) {
        (self.stream, self.read)
    }

    fn writes(&self) {
        if let Some(handover) = &self.handover {
            handover.writes();
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Observed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.read.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        let count = self.read.len().min(buffer.remaining());
        buffer.put_slice(&self.read[..count]);
        self.read.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Observed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writes();
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.writes();
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        if let Some(handover) = &self.handover {
            handover.is_flushed();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
