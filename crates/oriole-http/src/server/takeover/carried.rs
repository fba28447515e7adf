//! One connection in a shard.

use super::fleet::Mooring;
use super::gathered::{self, Gathered};
use super::handover::Held;
use super::shard::{Note, Seat};
use crate::server::listener::Accepted;
use crate::server::stream::Incoming;
use axum::body::Body;
use bytes::Bytes;
use http_body::Body as _;
use oriole_sse::{Berth, Landing, Tether};
use std::collections::VecDeque;
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
    /// Whether the stream was asked once more behind what was cut off; the answer may be the last. Not again before all is taken.
    is_behind: bool,
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

/// How many writes one connection makes before others have their turn.
const WRITES_MAX: usize = 4;
/// How many bytes, which the last write may exceed.
const BYTES_MAX: usize = 64 * 1024;
/// How much of what a client sends behind its request is read; the rest stays with the operating system.
const READ_BYTES_MAX: usize = 4 * 1024;

impl Carried {
    pub(super) fn new(arrival: Arrival, note: Arc<Note>, seat: Seat) -> Self {
        let Arrival { held, stream, read, peer, span } = arrival;
        let waker = Waker::from(Arc::clone(&note));
        let Held { body, keeps_alive, tether, is_clear } = held;
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
            is_probed: is_clear,
            asks: false,
            is_alone: false,
            note,
            waker,
            out: VecDeque::new(),
            is_behind: false,
        }
    }

    /// Has it queued for another turn.
    pub(super) fn wake(&self) {
        self.waker.wake_by_ref();
    }

    /// Writes what there is, until the stream waits or the client takes no more; adds up how many bytes that were.
    pub(super) fn turn(&mut self, scratch: &mut Gathered, bytes: &mut usize) -> Turn {
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
            self.out.extend(scratch.rest(0));
        }
        for _ in 0..WRITES_MAX {
            let is_blocked = match self.write_out(&mut cx, bytes) {
                Ok(is_blocked) => is_blocked,
                Err(Left) => return Turn::Gone,
            };
            if is_blocked && self.is_behind {
                return Turn::Waits;
            }
            if !is_blocked && !self.out.is_empty() {
                return Turn::Again;
            }
            if self.body.is_none() {
                return if is_blocked { Turn::Waits } else { Turn::Over };
            }
            scratch.clear();
            // Whoever has something to write has no time for others.
            self.ask(!is_blocked && !self.is_alone);
            if self.fill(&mut cx, scratch, is_blocked).is_err() {
                return Turn::Gone;
            }
            if scratch.is_empty() {
                self.is_alone = false;
                return Turn::Waits;
            }
            let written = match &mut self.stream {
                Some(stream) if !is_blocked => scratch.write(&mut cx, stream),
                _ => 0,
            };
            self.is_behind = is_blocked;
            self.out.extend(scratch.rest(written));
            *bytes += written;
            if *bytes >= BYTES_MAX {
                break;
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
    fn write_out(&mut self, cx: &mut Context<'_>, bytes: &mut usize) -> Result<bool, Left> {
        loop {
            let Some(stream) = &mut self.stream else { return Ok(true) };
            // First, so that no more than one write waits there.
            if stream.has_unsent() {
                match Pin::new(&mut *stream).poll_flush(cx) {
                    Poll::Pending => return Ok(true),
                    Poll::Ready(flushed) => flushed.map_err(|_| Left)?,
                }
            }
            if self.out.is_empty() || *bytes >= BYTES_MAX {
                break;
            }
            match gathered::poll_write_pieces(stream, cx, &self.out) {
                Poll::Pending => return Ok(true),
                Poll::Ready(Ok(0) | Err(_)) => return Err(Left),
                Poll::Ready(Ok(count)) => {
                    gathered::advance(&mut self.out, count);
                    *bytes += count;
                }
            }
        }
        if !self.out.is_empty() {
            return Ok(false);
        }
        self.is_behind = false;
        if self.out.capacity() > 0 {
            self.out = VecDeque::new();
        }
        Ok(false)
    }

    /// Gathers frames, or one if it has to wait.
    fn fill(&mut self, cx: &mut Context<'_>, scratch: &mut Gathered, is_one: bool) -> Result<(), Left> {
        while let Some(body) = &mut self.body
            && !scratch.is_full()
            && (!is_one || scratch.is_empty())
        {
            match Pin::new(body).poll_frame(cx) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => scratch.put(data),
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

    fn end(&mut self, scratch: &mut Gathered) {
        self.body = None;
        scratch.put_end();
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
    pub(super) fn land(&mut self, stream: Incoming, landing: Option<Landing>, rest: Bytes) {
        (self.stream, self.mooring) = (Some(stream), None);
        if let (Some(tether), Some(landing)) = (&self.tether, landing) {
            tether.land(landing);
        }
        if !rest.is_empty() {
            self.out.push_back(rest);
        }
    }

    /// Looks whether what is around the body leaves bytes as they are; if not, it never sails with others.
    fn probe(&mut self, cx: &mut Context<'_>, scratch: &mut Gathered) -> Result<(), Left> {
        let (Some(tether), Some(body)) = (&self.tether, &mut self.body) else { return Ok(()) };
        tether.probe();
        match Pin::new(body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) if Tether::is_probe(&data) => return Ok(()),
                Ok(data) => scratch.put(data),
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
