//! Writes to a socket without asking the runtime whether it is ready.
//!
//! What the runtime knows of a socket lies by itself in memory. A convoy comes to each of its sockets once for an event: by then that
//! note is in no cache any more, and says yes. So the socket itself is asked, by writing to it, and the runtime only where that takes
//! nothing: it notes so, and tells when it takes something again.

#[cfg(any(target_os = "android", target_os = "linux"))]
use rustix::io::{Errno, Result as Sent};
#[cfg(any(target_os = "android", target_os = "linux"))]
use rustix::net::{SendAncillaryBuffer, SendFlags, send, sendmsg};
use std::io::{self, IoSlice};
use tokio::net::TcpStream;

/// Writes what is taken at once.
pub(super) fn try_write(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    #[cfg(any(target_os = "android", target_os = "linux"))]
    if let Some(taken) = taken(send(stream, bytes, SendFlags::NOSIGNAL)) {
        return taken;
    }
    stream.try_write(bytes)
}

/// Writes of several pieces what is taken at once: with `sendmsg`, which is cheaper than `writev`.
pub(super) fn try_write_vectored(stream: &TcpStream, slices: &[IoSlice<'_>]) -> io::Result<usize> {
    #[cfg(any(target_os = "android", target_os = "linux"))]
    if let Some(taken) = taken(sendmsg(stream, slices, &mut SendAncillaryBuffer::default(), SendFlags::NOSIGNAL)) {
        return taken;
    }
    stream.try_write_vectored(slices)
}

/// What a write has come to, unless there is something to wait for.
#[cfg(any(target_os = "android", target_os = "linux"))]
fn taken(sent: Sent<usize>) -> Option<io::Result<usize>> {
    match sent {
        Err(Errno::AGAIN) => None,
        sent => Some(sent.map_err(io::Error::from)),
    }
}

#[cfg(test)]
mod tests;
