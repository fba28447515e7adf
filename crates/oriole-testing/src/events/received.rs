//! What a stream has sent.

use super::TestEvent;
use crate::shown::shown;
use oriole_sse::{Decoded, Decoder, DecoderOptions};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// How many events, and how many comments, a message shows, the latest.
const SHOWN_MAX: usize = 20;
/// How many events may wait to be asked for; a stream that never rests would be read for ever.
const READY_EVENTS_MAX: usize = 50_000;
/// How many chunks may come one after another without an event; more are a stream that says nothing and never rests.
const IDLE_CHUNKS_MAX: usize = 50_000;
/// How many bytes at the end are kept, so that a message shows what is not whole yet.
const LATEST_BYTES_MAX: usize = 4096;
/// How many comments are kept, the latest.
const COMMENTS_KEPT_MAX: usize = 1000;

/// What a stream has sent, by the rules of the standard.
pub(super) struct Received {
    decoder: Decoder,
    /// Arrived, and not asked for yet.
    ready: VecDeque<TestEvent>,
    /// For messages.
    shown: VecDeque<TestEvent>,
    /// Of this connection.
    events: usize,
    heartbeats: usize,
    /// Chunks since the last event.
    idle_chunks: usize,
    comments: VecDeque<String>,
    /// The latest bytes.
    latest: Vec<u8>,
}

impl Received {
    pub(super) fn new() -> Self {
        Self::with(Decoder::new(DecoderOptions::default().comments(true)))
    }

    fn with(decoder: Decoder) -> Self {
        Self {
            decoder,
            ready: VecDeque::new(),
            shown: VecDeque::new(),
            events: 0,
            heartbeats: 0,
            idle_chunks: 0,
            comments: VecDeque::new(),
            latest: Vec::new(),
        }
    }

    /// Takes in a chunk.
    ///
    /// # Errors
    ///
    /// The reason why the stream cannot be read on.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.idle_chunks += 1;
        let mut rest = bytes;
        loop {
            match self.decoder.next_item(&mut rest) {
                Ok(Some(Decoded::Event(event))) => {
                    let event = TestEvent::new(event.into_event());
                    keep(&mut self.shown, event.clone(), SHOWN_MAX);
                    self.ready.push_back(event);
                    self.events += 1;
                    self.idle_chunks = 0;
                }
                Ok(Some(Decoded::Comment(""))) => self.heartbeats += 1,
                Ok(Some(Decoded::Comment(text))) => keep(&mut self.comments, text.to_owned(), COMMENTS_KEPT_MAX),
                Ok(Some(_) | None) => break,
                Err(error) => return Err(format!("the stream is too large: {error}")),
            }
        }
        if self.latest.len() > 2 * LATEST_BYTES_MAX {
            self.latest.drain(..LATEST_BYTES_MAX);
        }
        self.latest.extend_from_slice(&bytes[bytes.len().saturating_sub(LATEST_BYTES_MAX)..]);
        if self.ready.len() > READY_EVENTS_MAX {
            return Err(format!("more than {READY_EVENTS_MAX} events came that nobody asked for"));
        }
        if self.idle_chunks > IDLE_CHUNKS_MAX {
            return Err(format!("more than {IDLE_CHUNKS_MAX} chunks came without an event"));
        }
        Ok(())
    }

    /// The connection is gone; whether it went within an event. The last id and the reconnection time stay.
    pub(super) fn end(&mut self) -> bool {
        self.decoder.end()
    }

    /// As it is at the begin of the next connection.
    pub(super) fn again(self) -> Self {
        Self::with(self.decoder)
    }

    /// An event that was not asked for yet.
    pub(super) fn next(&mut self) -> Option<TestEvent> {
        self.ready.pop_front()
    }

    pub(super) fn last_event_id(&self) -> &str {
        self.decoder.last_event_id()
    }

    pub(super) fn retry(&self) -> Option<Duration> {
        self.decoder.reconnection_time()
    }

    pub(super) fn heartbeats(&self) -> usize {
        self.heartbeats
    }

    pub(super) fn comments(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.comments.iter().map(String::as_str)
    }
}

/// For messages: how much, and the latest of it.
impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} events, {} heartbeats", self.events, self.heartbeats)?;
        for event in &self.shown {
            write!(f, "\n  {} {:?} {:?}", event.event_type(), event.id(), shown(event.data()))?;
        }
        for comment in self.comments().skip(self.comments.len().saturating_sub(SHOWN_MAX)) {
            write!(f, "\n  comment {:?}", shown(comment))?;
        }
        let unfinished = &self.latest[end_of_last(&self.latest).unwrap_or_default()..];
        if !unfinished.is_empty() {
            f.write_str("\n  unfinished: ")?;
            write!(f, "{:?}", String::from_utf8_lossy(unfinished))?;
        }
        Ok(())
    }
}

/// Keeps the latest.
fn keep<T>(all: &mut VecDeque<T>, one: T, max: usize) {
    if all.len() == max {
        all.pop_front();
    }
    all.push_back(one);
}

/// Where the last blank line ends, of whatever line ends.
fn end_of_last(bytes: &[u8]) -> Option<usize> {
    let blank = |end: &&[u8]| bytes.windows(end.len()).rposition(|window| window == *end).map(|at| at + end.len());
    [b"\n\n".as_slice(), b"\r\r", b"\r\n\r\n"].iter().filter_map(blank).max()
}
