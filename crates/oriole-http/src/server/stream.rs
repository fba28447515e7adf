//! A connection over TCP or over a socket of Unix, with TLS or without, so that one server is compiled for all of them.

use super::protocol::Stream;
#[cfg(feature = "sse-hub")]
use super::unasked;
#[cfg(all(feature = "sse-hub", feature = "https"))]
use std::io::Write as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(feature = "https")]
use tokio_rustls::server::TlsStream;

/// An accepted connection.
pub(super) enum Incoming {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    #[cfg(feature = "https")]
    Tls(Box<TlsStream<Incoming>>),
}

/// What is so small is copied into one piece: `send` is cheaper than `writev`, by more than the copy costs. An event with
/// what frames it, or a head with a small body.
const FLAT_BYTES_MAX: usize = 1024;

macro_rules! either {
    ($this:expr, $stream:ident => $call:expr) => {
        match $this {
            Incoming::Tcp($stream) => $call,
            #[cfg(unix)]
            Incoming::Unix($stream) => $call,
            #[cfg(feature = "https")]
            Incoming::Tls($stream) => $call,
        }
    };
}

impl Incoming {
    /// Tells the client that nothing more comes. It needs no time: what was written last is the kernel's.
    pub(super) fn close(&mut self) {
        let _ = Pin::new(self).poll_shutdown(&mut Context::from_waker(Waker::noop()));
    }

    /// By which scheme a client asks here.
    pub(super) fn scheme(&self) -> &'static str {
        match self {
            #[cfg(feature = "https")]
            Self::Tls(_) => "https",
            _ => "http",
        }
    }

    /// Writes what is taken at once. Over TLS that may be [unsent](Self::has_unsent) still.
    #[cfg(feature = "sse-hub")]
    pub(super) fn try_write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => unasked::try_write(stream, bytes),
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_write(bytes),
            #[cfg(feature = "https")]
            Self::Tls(stream) => {
                let (socket, session) = stream.get_mut();
                if session.wants_write() {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                let written = session.writer().write(bytes)?;
                while session.wants_write() {
                    match session.write_tls(&mut Now(socket)) {
                        // It shows again when the rest is sent.
                        Ok(0) | Err(_) => break,
                        Ok(_) => {}
                    }
                }
                Ok(written)
            }
        }
    }

    /// Writes of several pieces what is taken at once.
    #[cfg(feature = "sse-hub")]
    pub(super) fn try_write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => unasked::try_write_vectored(stream, slices),
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_write_vectored(slices),
            #[cfg(feature = "https")]
            Self::Tls(_) => {
                let mut all = 0;
                for slice in slices {
                    // An error shows again when the rest is written.
                    let written = self.try_write(slice).unwrap_or(0);
                    all += written;
                    if written < slice.len() || self.has_unsent() {
                        break;
                    }
                }
                Ok(all)
            }
        }
    }

    /// Whether a part of what was written is still to be sent: TLS takes whole records, and the socket a part of one.
    #[cfg(feature = "sse-hub")]
    pub(super) fn has_unsent(&self) -> bool {
        match self {
            #[cfg(feature = "https")]
            Self::Tls(stream) => stream.get_ref().1.wants_write(),
            _ => false,
        }
    }
}

/// Writes what a socket takes at once.
#[cfg(all(feature = "sse-hub", feature = "https"))]
struct Now<'a>(&'a mut Incoming);

#[cfg(all(feature = "sse-hub", feature = "https"))]
impl io::Write for Now<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Stream for Incoming {
    fn shows_end(&self) -> bool {
        matches!(self, Self::Tcp(_))
    }

    fn poll_end(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self::Tcp(stream) = self else { return Poll::Pending };
        let mut byte = [0];
        match ready!(stream.poll_peek(cx, &mut ReadBuf::new(&mut byte)))? {
            0 => Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the client left"))),
            _ => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncRead for Incoming {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        either!(&mut *self, stream => Pin::new(stream).poll_read(cx, buffer))
    }
}

impl AsyncWrite for Incoming {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        either!(&mut *self, stream => Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [slice] = slices {
            return self.poll_write(cx, slice);
        }
        let bytes: usize = slices.iter().map(|slice| slice.len()).sum();
        if (1..=FLAT_BYTES_MAX).contains(&bytes) {
            let mut flat = [0; FLAT_BYTES_MAX];
            let mut end = 0;
            for slice in slices {
                flat[end..end + slice.len()].copy_from_slice(slice);
                end += slice.len();
            }
            return self.poll_write(cx, &flat[..end]);
        }
        either!(&mut *self, stream => Pin::new(stream).poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        either!(self, stream => stream.is_write_vectored())
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(&mut *self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(&mut *self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}
