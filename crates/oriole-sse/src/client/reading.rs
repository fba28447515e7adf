//! An open connection's body: bytes in, events and comments out.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes};
use http::Method;

use super::attempt::Stream;
use super::error::SourceError;
use super::inflate::Inflate;
use super::transport::{TransportBody, TransportError, TransportErrorKind};
use crate::clock::{Clock, Sleep};
use crate::codec::{Decoder, Found, Held, ReceivedEvent};

/// How many frames without an event are read before others get the thread.
const FRAMES_MAX: usize = 32;

/// What a body gave.
pub(super) enum Read {
    Event(ReceivedEvent),
    Comment(String),
    /// The connection is of no more use.
    Lost(SourceError),
}

/// A body that is being read.
pub(super) struct Reading {
    body: TransportBody,
    inflate: Option<Inflate>,
    /// Arrived, and still compressed.
    compressed: Bytes,
    /// Arrived, and not decoded yet.
    chunk: Bytes,
    idle: Option<Idle>,
    pub(super) opened: Instant,
    pub(super) method: Method,
    /// Whether an event came.
    pub(super) has_events: bool,
}

/// Watches over the time without bytes.
struct Idle {
    after: Duration,
    /// Since when there has been nothing to read; `None` while there is.
    since: Option<Instant>,
    sleep: Option<Sleep>,
}

impl Reading {
    pub(super) fn new(stream: Stream, opened: Instant, idle_timeout: Option<Duration>) -> Self {
        Self {
            body: stream.body,
            inflate: stream.inflate,
            compressed: Bytes::new(),
            chunk: Bytes::new(),
            idle: idle_timeout.map(|after| Idle { after, since: None, sleep: None }),
            opened,
            method: stream.method,
            has_events: false,
        }
    }

    /// Gives the next thing. Nothing is decoded before it is asked for, so nothing has to be recalled on a close.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, decoder: &mut Decoder, clock: &dyn Clock) -> Poll<Read> {
        for _ in 0..FRAMES_MAX {
            if let Some(read) = self.decode(decoder) {
                return Poll::Ready(read);
            }
            if let Err(error) = self.inflate() {
                return Poll::Ready(Read::Lost(error));
            }
            if !self.chunk.is_empty() || !self.compressed.is_empty() {
                continue;
            }
            match self.body.as_mut().poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    if let Some(idle) = &mut self.idle {
                        idle.since = None;
                    }
                    if let Ok(data) = frame.into_data() {
                        match self.inflate {
                            Some(_) => self.compressed = data,
                            None => self.chunk = data,
                        }
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Read::Lost(SourceError::Transport(error))),
                Poll::Ready(None) => return Poll::Ready(Read::Lost(SourceError::BodyEnded)),
                Poll::Pending => {
                    let expired = self.idle.as_mut().is_some_and(|idle| idle.is_over(cx, clock));
                    let Some(idle) = self.idle.as_ref().filter(|_| expired) else {
                        return Poll::Pending;
                    };
                    return Poll::Ready(Read::Lost(SourceError::IdleTimeout { after: idle.after }));
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn decode(&mut self, decoder: &mut Decoder) -> Option<Read> {
        let mut input = &self.chunk[..];
        let mut held = Held::default();
        let found = decoder.advance(&mut input, &mut held);
        let rest = input.len();
        let read = match found {
            Ok(None) => None,
            Ok(Some(Found::Event)) => {
                self.has_events = true;
                Some(Read::Event(decoder.event(held)))
            }
            Ok(Some(Found::Comment)) => Some(Read::Comment(decoder.comment().into())),
            Err(error) => Some(Read::Lost(SourceError::Decode(error))),
        };
        self.chunk.advance(self.chunk.len() - rest);
        read
    }

    /// Undoes the compression of a step's worth of bytes.
    fn inflate(&mut self) -> Result<(), SourceError> {
        if let Some(inflate) = self.inflate.as_mut().filter(|_| !self.compressed.is_empty()) {
            self.chunk = inflate
                .step(&mut self.compressed)
                .map_err(|error| SourceError::Transport(TransportError::new(TransportErrorKind::Decompress, error)))?;
        }
        Ok(())
    }
}

impl Idle {
    /// Called when there is nothing to read.
    fn is_over(&mut self, cx: &mut Context<'_>, clock: &dyn Clock) -> bool {
        let since = *self.since.get_or_insert_with(|| clock.now());
        let Some(due) = since.checked_add(self.after) else {
            return false;
        };
        // The timer may be an earlier one's, which is not renewed for each byte: then it is set anew when it fires.
        loop {
            let sleep = self.sleep.get_or_insert_with(|| clock.sleep_until(due));
            match Pin::new(sleep).poll(cx) {
                Poll::Pending => return false,
                Poll::Ready(()) => self.sleep = None,
            }
            if clock.now() >= due {
                return true;
            }
        }
    }
}
