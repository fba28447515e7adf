//! One connection in a shard.

use super::fleet::Mooring;
use super::handover::Held;
use super::shard::{Note, Seat};
use crate::server::listener::Accepted;
use crate::server::stream::Incoming;
use axum::body::Body;
use bytes::{Buf, Bytes};
use http_body::Body as _;
use oriole_sse::{Berth, Landing, Tether};
use std::collections::VecDeque;
use std::io::Write as _;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tracing::Span;

/// A connection that is taken over.
pub(in crate::server) struct Arrival {
    pub(in crate::server) held: Held,
    pub(in crate::server) stream: Incoming,
    /// What the client sent behind its request.
    pub(in crate::server) read: Bytes,
    pub(in crate::server) peer: Option<SocketAddr>,
    pub(in crate::server) span: Span,
}

/// A connection that a shard carries.
pub(super) struct Carried {
    /// `None` once it is over, though its last bytes may still be to be written. Dropped before the connection counts as gone.
    body: Option<Body>,
    /// `None` while it sails in a convoy.
    stream: Option<Incoming>,
    pub(super) mooring: Option<Mooring>,
    /// Where it may offer its place; `None` if something is around its body.
    tether: Option<Tether>,
    /// Whether the way out of the body was looked at.
    is_probed: bool,
    /// What the tether was told.
    asks: bool,
    /// It was not taken in, and goes on by itself this time.
    pub(super) is_alone: bool,
    note: Arc<Note>,
    waker: Waker,
    /// What the client has not taken yet.
    out: VecDeque<Bytes>,
    /// What it sent meanwhile: the next request, maybe.
    read: Bytes,
    keeps_alive: bool,
    peer: Option<SocketAddr>,
    span: Span,
    /// Dropped last.
    seat: Seat,
}

/// How a connection stands when it has had its turn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It will be woken.
    Waits,
    /// It has more, and others come first.
    Again,
    /// Its stream is over and written.
    Over,
    /// The client left, or its socket failed.
    Gone,
}

/// How many bytes are gathered before they are written; one frame may exceed it.
const WRITE_BYTES: usize = 16 * 1024;
/// How many writes one connection makes before others have their turn.
const WRITES_MAX: usize = 4;
/// How many pieces wait for a client that takes nothing, before its stream is not polled any more: one that was cut off while it
/// was written, and one behind it, which may be the last.
const PIECES_MAX: usize = 2;
/// How much of what a client sends behind its request is read; the rest stays with the operating system.
const READ_BYTES_MAX: usize = 4 * 1024;

impl Carried {
    pub(super) fn new(arrival: Arrival, note: Arc<Note>, seat: Seat) -> Self {
        let Arrival { held, stream, read, peer, span } = arrival;
        let waker = Waker::from(Arc::clone(&note));
        let Held { body, keeps_alive, tether } = held;
        Self {
            body: Some(body),
            read,
            keeps_alive,
            peer,
            span,
            seat,
            stream: Some(stream),
            mooring: None,
            tether,
            is_probed: false,
            asks: false,
            is_alone: false,
            note,
            waker,
            out: VecDeque::new(),
        }
    }

    /// Has it queued for another turn.
    pub(super) fn wake(&self) {
        self.waker.wake_by_ref();
    }

    /// Writes what there is, until the stream waits or the client takes no more.
    pub(super) fn turn(&mut self, scratch: &mut Vec<u8>) -> Turn {
        // Before anything is looked at: whatever changes from here on is worth another turn.
        self.note.is_taken();
        let waker = self.waker.clone();
        let mut cx = Context::from_waker(&waker);
        if self.has_left(&mut cx) {
            return Turn::Gone;
        }
        let span = self.span.clone();
        let _entered = span.enter();
        if !std::mem::replace(&mut self.is_probed, true) {
            scratch.clear();
            if self.probe(&mut cx, scratch).is_err() {
                return Turn::Gone;
            }
            if !scratch.is_empty() {
                self.out.push_back(Bytes::copy_from_slice(scratch));
            }
        }
        for _ in 0..WRITES_MAX {
            let is_blocked = match self.write_out(&mut cx) {
                Ok(is_blocked) => is_blocked,
                Err(Left) => return Turn::Gone,
            };
            if is_blocked && self.out.len() >= PIECES_MAX {
                return Turn::Waits;
            }
            if self.body.is_none() {
                return if is_blocked { Turn::Waits } else { Turn::Over };
            }
            scratch.clear();
            // Whoever has something to write has no time for others.
            self.ask(!is_blocked && !self.is_alone);
            if self.fill(&mut cx, scratch).is_err() {
                return Turn::Gone;
            }
            if scratch.is_empty() {
                self.is_alone = false;
                return Turn::Waits;
            }
            let written = if is_blocked { 0 } else { self.write(&mut cx, scratch) };
            if written < scratch.len() {
                self.out.push_back(Bytes::copy_from_slice(&scratch[written..]));
            }
        }
        Turn::Again
    }

    /// Reads what comes from the client: mostly nothing, or its end. Behind more than it may send ahead, its end is not seen
    /// before something is written.
    fn has_left(&mut self, cx: &mut Context<'_>) -> bool {
        while self.read.len() < READ_BYTES_MAX {
            let mut buffer = [const { MaybeUninit::uninit() }; READ_BYTES_MAX];
            let mut buffer = ReadBuf::uninit(&mut buffer[self.read.len()..]);
            let Some(stream) = &mut self.stream else { return false };
            match Pin::new(stream).poll_read(cx, &mut buffer) {
                Poll::Pending => return false,
                Poll::Ready(Ok(())) if buffer.filled().is_empty() => return true,
                Poll::Ready(Ok(())) => self.read = [&self.read, buffer.filled()].concat().into(),
                Poll::Ready(Err(_)) => return true,
            }
        }
        false
    }

    /// Writes what waits; says whether the client takes no more.
    fn write_out(&mut self, cx: &mut Context<'_>) -> Result<bool, Left> {
        while let Some(piece) = self.out.front_mut() {
            let Some(stream) = &mut self.stream else { return Ok(true) };
            match Pin::new(stream).poll_write(cx, piece) {
                Poll::Pending => return Ok(true),
                Poll::Ready(Ok(0) | Err(_)) => return Err(Left),
                Poll::Ready(Ok(count)) => piece.advance(count),
            }
            if piece.is_empty() {
                self.out.pop_front();
            }
        }
        if self.out.capacity() > 0 {
            self.out = VecDeque::new();
        }
        Ok(false)
    }

    /// Writes once; an error shows again when what is left is written.
    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> usize {
        let Some(stream) = &mut self.stream else { return 0 };
        match Pin::new(stream).poll_write(cx, bytes) {
            Poll::Ready(Ok(count)) => count,
            Poll::Ready(Err(_)) | Poll::Pending => 0,
        }
    }

    /// Gathers frames as chunks (RFC 9112, section 7.1).
    fn fill(&mut self, cx: &mut Context<'_>, scratch: &mut Vec<u8>) -> Result<(), Left> {
        while let Some(body) = &mut self.body
            && scratch.len() < WRITE_BYTES
        {
            match Pin::new(body).poll_frame(cx) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => put_chunk(scratch, &data),
                    // Trailers, which nobody has announced.
                    Err(_) => self.end(scratch),
                },
                // What a layer around the stream failed with: there is no end that would be true.
                Poll::Ready(Some(Err(error))) => {
                    tracing::debug!(target: "oriole::Server", %error, "a stream's body failed");
                    return Err(Left);
                }
                Poll::Ready(None) => self.end(scratch),
            }
        }
        Ok(())
    }

    fn end(&mut self, scratch: &mut Vec<u8>) {
        self.body = None;
        scratch.extend_from_slice(b"0\r\n\r\n");
    }

    /// Gives the connection back for its next request, unless this was its last; then it is closed.
    pub(super) fn finish(mut self) -> Option<Accepted> {
        let mut stream = self.stream.take()?;
        if self.keeps_alive {
            let Self { read, peer, span, seat, .. } = self;
            return Some(Accepted::again(stream, read, peer, span, seat));
        }
        stream.close();
        None
    }

    /// Gives what its convoy needs, if it has everything and its subscription goes on as others do.
    pub(super) fn cast_off(&mut self) -> Option<(Box<Berth>, Incoming)> {
        let berth = self.tether.as_ref().filter(|_| self.asks && self.out.is_empty())?.take_berth()?;
        Some((berth, self.stream.take()?))
    }

    /// Goes on by itself at this place, and writes the rest of what the others got.
    pub(super) fn land(&mut self, stream: Incoming, landing: Option<Landing>, rest: Vec<u8>) {
        (self.stream, self.mooring) = (Some(stream), None);
        if let (Some(tether), Some(landing)) = (&self.tether, landing) {
            tether.land(landing);
        }
        if !rest.is_empty() {
            self.out.push_back(rest.into());
        }
    }

    /// Looks whether what is around the body leaves bytes as they are; if not, it never sails with others.
    fn probe(&mut self, cx: &mut Context<'_>, scratch: &mut Vec<u8>) -> Result<(), Left> {
        let (Some(tether), Some(body)) = (&self.tether, &mut self.body) else { return Ok(()) };
        tether.probe();
        match Pin::new(body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) if Tether::is_probe(&data) => return Ok(()),
                Ok(data) => put_chunk(scratch, &data),
                Err(_) => self.end(scratch),
            },
            Poll::Ready(None) => self.end(scratch),
            Poll::Ready(Some(Err(_))) => return Err(Left),
            Poll::Pending => {}
        }
        self.tether = None;
        Ok(())
    }

    fn ask(&mut self, asks: bool) {
        if let Some(tether) = &self.tether
            && self.asks != asks
        {
            self.asks = asks;
            tether.ask(asks);
        }
    }
}

/// The client has left.
struct Left;

pub(super) fn put_chunk(out: &mut Vec<u8>, data: &[u8]) {
    if data.is_empty() {
        // It would be the end.
        return;
    }
    out.reserve(data.len() + 20);
    // A vector takes everything.
    let _ = write!(out, "{:X}\r\n", data.len());
    out.extend_from_slice(data);
    out.extend_from_slice(b"\r\n");
}
