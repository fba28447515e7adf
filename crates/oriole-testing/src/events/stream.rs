//! An open event stream.

use super::open::open;
use super::{SseRequest, TestEvent};
use crate::app::{Body, Talk, paused_for};
use crate::{Error, Result};
use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::Frame;
use http_body_util::BodyExt;
use oriole_core::BoxError;
use oriole_sse::{Decoded, Decoder, DecoderOptions};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;
use tokio::time::timeout;

/// How many events an error shows, the latest.
const SHOWN_EVENTS_MAX: usize = 20;
/// How many events may wait to be asked for; a stream that never rests would be read for ever.
const READY_EVENTS_MAX: usize = 50_000;
/// How many chunks may come one after another without an event; more are a stream that says nothing and never rests.
const IDLE_CHUNKS_MAX: usize = 50_000;
/// How many bytes at the end are kept, so that an error shows what is not whole yet.
const LATEST_BYTES_MAX: usize = 4096;
/// How many comments are kept, the latest.
const COMMENTS_KEPT_MAX: usize = 1000;

/// An open event stream, read as a client would: by the rules of the standard, and chunk by chunk where a test wants that.
///
/// To drop it is to leave, as a client does. Every wait is bounded by
/// [`TestApplication::patience`](crate::TestApplication::patience); what takes longer is an error with all that was received.
///
/// # Examples
///
/// Three heartbeats pass in no time, since tokio's clock is paused:
///
/// ```
/// use oriole::prelude::*;
/// use oriole_testing::Test;
/// use serde_json::json;
/// use std::time::Duration;
///
/// #[injectable]
/// pub struct Ticker;
///
/// #[controller]
/// impl Ticker {
///     #[sse("ticks")]
///     fn ticks(&self) -> impl Stream<Item = MessageEvent> {
///         interval(Duration::from_secs(60)).map(|n| MessageEvent::json(&json!({"tick": n})))
///     }
/// }
///
/// #[module(root, controllers = [Ticker])]
/// pub struct AppModule;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> oriole_testing::Result {
/// // In a function marked `#[tokio::test(start_paused = true)]`:
/// let app = Test::module::<AppModule>().compile().await?.create_application().init().await?;
/// let mut events = app.sse("/ticks").await?;
///
/// events.advance(Duration::from_secs(50)).await?;
/// assert_eq!((events.heartbeats(), events.try_next()), (3, None));
/// events.next().await?.assert_json(json!({"tick": 0}));
/// # Ok(())
/// # }
/// ```
pub struct TestEvents {
    request: SseRequest,
    talk: Talk,
    headers: HeaderMap,
    body: Option<Body>,
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

impl TestEvents {
    pub(super) fn new(request: SseRequest, response: Response<Body>) -> Self {
        let talk = request.request().talk().clone();
        let (head, body) = response.into_parts();
        Self {
            request,
            talk,
            headers: head.headers,
            body: Some(body),
            decoder: Decoder::new(options()),
            ready: VecDeque::new(),
            shown: VecDeque::new(),
            events: 0,
            heartbeats: 0,
            idle_chunks: 0,
            comments: VecDeque::new(),
            latest: Vec::new(),
        }
    }

    /// The headers of the answer.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The next event.
    ///
    /// # Errors
    ///
    /// [`Error::Stream`] if it does not come in time, or if the stream ends or breaks off before.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub async fn next(&mut self) -> Result<TestEvent> {
        let deadline = tokio::time::Instant::now() + self.talk.patience;
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            if !self.read_until(deadline, "event").await? {
                return Err(self.failed("the stream ended, an event was expected".to_owned()));
            }
        }
    }

    /// So many events.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// The events that have come are lost.
    pub async fn take(&mut self, count: usize) -> Result<Vec<TestEvent>> {
        let mut events = Vec::with_capacity(count);
        while events.len() < count {
            events.push(self.next().await?);
        }
        Ok(events)
    }

    /// An event that has arrived and was not asked for; it does not wait.
    pub fn try_next(&mut self) -> Option<TestEvent> {
        self.ready.pop_front()
    }

    /// The next bytes as they come, in whatever pieces the application sends them; `None` at the end. Events that are whole
    /// with them are there for [`try_next`](Self::try_next).
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next), but for the end.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.chunk_until(tokio::time::Instant::now() + self.talk.patience, "bytes").await
    }

    /// Waits for the next heartbeat: a comment without a word.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub async fn heartbeat(&mut self) -> Result {
        let (deadline, before) = (tokio::time::Instant::now() + self.talk.patience, self.heartbeats);
        while self.heartbeats == before {
            if !self.read_until(deadline, "heartbeat").await? {
                return Err(self.failed("the stream ended, a heartbeat was expected".to_owned()));
            }
        }
        Ok(())
    }

    /// Lets time go on, and reads what comes meanwhile: [`try_next`](Self::try_next) has the events.
    ///
    /// With a [`TestClock`](crate::TestClock) it waits until the application waits for that clock, moves it in one step, and reads
    /// nothing: await what is expected. Otherwise it is tokio's paused clock, and every timer within the time runs at its moment.
    /// For a client that does not read meanwhile see [`TestApp::advance`](crate::TestApp::advance).
    ///
    /// # Errors
    ///
    /// [`Error::Stream`] if the stream breaks off, or if nobody waits for the test's clock in time. That the stream ends is no
    /// error here.
    ///
    /// # Panics
    ///
    /// Without a [`TestClock`](crate::TestClock), if tokio's clock is not paused: nothing here sleeps.
    ///
    /// # Cancel safety
    ///
    /// Nothing that has come is lost.
    pub async fn advance(&mut self, by: Duration) -> Result {
        if let Some(clock) = &self.talk.clock {
            if timeout(self.talk.patience, clock.awaited()).await.is_err() {
                return Err(self.failed(format!("nobody waited for the test's clock within {:?}", self.talk.patience)));
            }
            clock.advance(by);
            return Ok(());
        }
        let mut over = std::pin::pin!(paused_for(by));
        let log = self.talk.log.clone();
        loop {
            let Some(body) = &mut self.body else {
                over.await;
                return Ok(());
            };
            tokio::select! {
                // What comes at the last moment came within the time.
                biased;
                frame = log.of(body.frame()) => {
                    self.took(frame)?;
                }
                () = &mut over => return Ok(()),
            }
        }
    }

    /// Reads to the end, which must come in good order and without a further event.
    ///
    /// # Errors
    ///
    /// [`Error::Stream`] if an event comes that was not asked for, if the stream breaks off, also within an event, or if it
    /// does not end in time.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub async fn end(&mut self) -> Result {
        let deadline = tokio::time::Instant::now() + self.talk.patience;
        while self.read_until(deadline, "end").await? {}
        if let Some(event) = self.ready.pop_front() {
            return Err(self.failed(format!("an event came before the end: {event:?}")));
        }
        if self.decoder.end() {
            return Err(self.failed("the stream ended within an event".to_owned()));
        }
        Ok(())
    }

    /// Leaves, and comes back as a browser does: with the id of the last event in `Last-Event-ID`. Time is not waited for, see
    /// [`retry`](Self::retry).
    ///
    /// The last id and the reconnection time are kept; events that were not asked for are given up.
    ///
    /// # Errors
    ///
    /// Those of opening a stream.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the stream closed.
    pub async fn reconnect(&mut self) -> Result {
        self.body = None;
        // What a partial event had is given up; the id and the reconnection time stay.
        self.decoder.end();
        let id = self.last_event_id().to_owned();
        let request = if id.is_empty() { self.request.clone() } else { self.request.clone().last_event_id(&id) };
        let response = open(request.request().clone()).await?;
        let (head, body) = response.into_parts();
        (self.headers, self.body) = (head.headers, Some(body));
        (self.events, self.heartbeats) = (0, 0);
        self.ready.clear();
        self.shown.clear();
        self.comments.clear();
        self.latest.clear();
        Ok(())
    }

    /// The last id that was sent; empty if there was none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.decoder.last_event_id()
    }

    /// The reconnection time that the stream has set.
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.decoder.reconnection_time()
    }

    /// How many heartbeats this connection has had: comments without a word.
    #[must_use]
    pub fn heartbeats(&self) -> usize {
        self.heartbeats
    }

    /// The other comments of this connection; of more than 1,000 the latest.
    pub fn comments(&self) -> impl Iterator<Item = &str> {
        self.comments.iter().map(String::as_str)
    }

    /// Reads on; `false` at the end.
    async fn read_until(&mut self, deadline: tokio::time::Instant, what: &str) -> Result<bool> {
        Ok(self.chunk_until(deadline, what).await?.is_some())
    }

    async fn chunk_until(&mut self, deadline: tokio::time::Instant, what: &str) -> Result<Option<Bytes>> {
        let Some(body) = &mut self.body else { return Ok(None) };
        let log = self.talk.log.clone();
        let within = deadline.saturating_duration_since(tokio::time::Instant::now());
        match timeout(within, log.of(body.frame())).await {
            Ok(frame) => self.took(frame),
            Err(_) => Err(self.failed(format!("no {what} within {:?}", self.talk.patience))),
        }
    }

    /// Takes in what came; `None` for the end.
    fn took(&mut self, frame: Option<Result<Frame<Bytes>, BoxError>>) -> Result<Option<Bytes>> {
        let bytes = match frame {
            Some(Ok(frame)) => frame.into_data().unwrap_or_default(),
            Some(Err(error)) => {
                self.body = None;
                return Err(self.failed(format!("the stream broke off: {error}")));
            }
            None => {
                self.body = None;
                return Ok(None);
            }
        };
        self.idle_chunks += 1;
        let mut rest: &[u8] = &bytes;
        loop {
            match self.decoder.next_item(&mut rest) {
                Ok(Some(Decoded::Event(event))) => {
                    let event = TestEvent::new(event.into_event());
                    keep(&mut self.shown, event.clone(), SHOWN_EVENTS_MAX);
                    self.ready.push_back(event);
                    self.events += 1;
                    self.idle_chunks = 0;
                }
                Ok(Some(Decoded::Comment(""))) => self.heartbeats += 1,
                Ok(Some(Decoded::Comment(text))) => keep(&mut self.comments, text.to_owned(), COMMENTS_KEPT_MAX),
                Ok(Some(_) | None) => break,
                Err(error) => return Err(self.failed(format!("the stream is too large: {error}"))),
            }
        }
        if self.latest.len() > 2 * LATEST_BYTES_MAX {
            self.latest.drain(..LATEST_BYTES_MAX);
        }
        self.latest.extend_from_slice(&bytes[bytes.len().saturating_sub(LATEST_BYTES_MAX)..]);
        if self.ready.len() > READY_EVENTS_MAX {
            return Err(self.failed(format!("more than {READY_EVENTS_MAX} events came that nobody asked for")));
        }
        if self.idle_chunks > IDLE_CHUNKS_MAX {
            return Err(self.failed(format!("more than {IDLE_CHUNKS_MAX} chunks came without an event")));
        }
        Ok(Some(bytes))
    }

    fn failed(&self, reason: String) -> Error {
        Error::Stream { request: self.request.request().name(), reason, received: self.received() }
    }

    fn received(&self) -> String {
        let Self { events, heartbeats, .. } = self;
        let mut said = format!("{events} events, {heartbeats} heartbeats");
        for event in &self.shown {
            said.push_str(&format!("\n  {} {:?} {:?}", event.event_type(), event.id(), event.data()));
        }
        for comment in &self.comments {
            said.push_str(&format!("\n  comment {comment:?}"));
        }
        let unfinished = &self.latest[end_of_last(&self.latest).unwrap_or_default()..];
        if !unfinished.is_empty() {
            said.push_str(&format!("\n  unfinished: {:?}", String::from_utf8_lossy(unfinished)));
        }
        said
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

fn options() -> DecoderOptions {
    DecoderOptions::default().comments(true)
}

impl fmt::Debug for TestEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestEvents")
            .field("request", &self.request)
            .field("is_open", &self.body.is_some())
            .field("received", &self.received())
            .finish_non_exhaustive()
    }
}
