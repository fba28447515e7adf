//! A connection's stream, as hyper has it.

use crate::server::common::Common;
use crate::server::protocol::Stream;
use bytes::{Buf, Bytes};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Gives what was read before first, tells whether everything was written, and looks whether the client is still there.
pub(in crate::server) struct Observed<S> {
    stream: S,
    read: Bytes,
    /// Whether nobody would hear of the client's end: the last who read got something, and nothing lies there to be read.
    is_unread: bool,
    /// Whether the end of the client is looked for while nobody reads.
    is_watched: bool,
    /// Whether it tells what was written.
    tells: bool,
    common: Arc<Common>,
}

impl<S> Observed<S> {
    /// It tells what is written where connections are taken over.
    pub(in crate::server) fn new(stream: S, read: Bytes, common: Arc<Common>, tells: bool) -> Self {
        Self { stream, read, is_unread: false, is_watched: false, tells, common }
    }

    /// Puts back what was read: it comes again first.
    #[cfg(feature = "http2")]
    pub(in crate::server) fn unread(&mut self, read: &[u8]) {
        self.read = Bytes::from([read, &self.read].concat());
    }

    /// Tells nobody any more what was written: it is not taken over.
    #[cfg(feature = "http2")]
    pub(in crate::server) fn stay(&mut self) {
        self.tells = false;
    }

    /// The stream, and what nobody has read of what was read before.
    pub(in crate::server) fn into_parts(self) -> (S, Bytes) {
        (self.stream, self.read)
    }

    /// Looks for the end of the client from now on, whenever nobody reads: a request is at work then.
    pub(in crate::server) fn watch(&mut self) {
        self.is_watched = true;
    }

    fn writes(&self) {
        if self.tells {
            self.common.handover.writes();
        }
    }
}

impl<S: Stream> Observed<S> {
    /// Whether it can be [watched](Self::watch).
    pub(in crate::server) fn shows_end(&self) -> bool {
        self.stream.shows_end()
    }

    /// # Errors
    ///
    /// The client is gone. Whoever writes is to hear of it, since nobody reads.
    fn look_for_end(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.is_unread || !self.is_watched || self.common.is_upgraded() {
            return Ok(());
        }
        if let Poll::Ready(looked) = self.stream.poll_end(cx) {
            looked?;
            self.is_unread = false;
        }
        Ok(())
    }

    /// Who reads nothing may be gone as well.
    fn unless_gone<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_pending() {
            self.look_for_end(cx)?;
        }
        polled
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Observed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let count = self.read.len().min(buffer.remaining());
        buffer.put_slice(&self.read[..count]);
        self.read.advance(count);
        // With what comes next, if it is there: hyper takes twice the room for the rest of a head of which it had a part.
        let polled = match buffer.remaining() {
            0 => Poll::Ready(Ok(())),
            _ => Pin::new(&mut self.stream).poll_read(cx, buffer),
        };
        self.is_unread = count > 0 || polled.is_ready();
        // What goes wrong shows again when there is nothing else.
        if count > 0 { Poll::Ready(Ok(())) } else { polled }
    }
}

impl<S: Stream> AsyncWrite for Observed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writes();
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.unless_gone(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.writes();
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.unless_gone(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        ready!(self.unless_gone(cx, polled))?;
        self.look_for_end(cx)?;
        if self.tells {
            self.common.handover.is_flushed();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
