//! An open event stream.

use super::open::open;
use super::received::Received;
use super::{SseRequest, TestEvent};
use crate::app::{Body, Talk, paused_for};
use crate::{Error, Result};
use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::Frame;
use http_body_util::BodyExt;
use oriole_core::BoxError;
use std::fmt;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

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
    received: Received,
}

impl TestEvents {
    pub(super) fn new(request: SseRequest, response: Response<Body>) -> Self {
        let talk = request.request().talk().clone();
        let (head, body) = response.into_parts();
        Self { request, talk, headers: head.headers, body: Some(body), received: Received::new() }
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
        let deadline = self.talk.deadline();
        loop {
            if let Some(event) = self.received.next() {
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
        self.received.next()
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
        self.chunk_until(self.talk.deadline(), "bytes").await
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
        let (deadline, before) = (self.talk.deadline(), self.heartbeats());
        while self.heartbeats() == before {
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
                    // It may never rest.
                    tokio::task::yield_now().await;
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
        let deadline = self.talk.deadline();
        while self.read_until(deadline, "end").await? {}
        if let Some(event) = self.received.next() {
            return Err(self.failed(format!("an event came before the end: {event:?}")));
        }
        if self.received.end() {
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
        self.received.end();
        let id = self.last_event_id().to_owned();
        let request = if id.is_empty() { self.request.clone() } else { self.request.clone().last_event_id(&id) };
        let response = open(request.request().clone()).await?;
        let (head, body) = response.into_parts();
        (self.headers, self.body) = (head.headers, Some(body));
        self.received = std::mem::replace(&mut self.received, Received::new()).again();
        Ok(())
    }

    /// The last id that was sent; empty if there was none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.received.last_event_id()
    }

    /// The reconnection time that the stream has set.
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.received.retry()
    }

    /// How many heartbeats this connection has had: comments without a word.
    #[must_use]
    pub fn heartbeats(&self) -> usize {
        self.received.heartbeats()
    }

    /// The other comments of this connection; of more than 1,000 the latest.
    pub fn comments(&self) -> impl Iterator<Item = &str> {
        self.received.comments()
    }

    /// Reads on; `false` at the end.
    async fn read_until(&mut self, deadline: Instant, what: &str) -> Result<bool> {
        Ok(self.chunk_until(deadline, what).await?.is_some())
    }

    async fn chunk_until(&mut self, deadline: Instant, what: &str) -> Result<Option<Bytes>> {
        if self.body.is_none() {
            return Ok(None);
        }
        // A stream that never rests would keep the timer, and everybody else, from being looked at.
        tokio::task::yield_now().await;
        let log = self.talk.log.clone();
        let late = |this: &Self| Err(this.failed(format!("no {what} within {:?}", this.talk.patience)));
        let Some(body) = self.body.as_mut().filter(|_| Instant::now() <= deadline) else { return late(self) };
        match timeout_at(deadline, log.of(body.frame())).await {
            Ok(frame) => self.took(frame),
            Err(_) => late(self),
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
        match self.received.take(&bytes) {
            Ok(()) => Ok(Some(bytes)),
            Err(reason) => {
                self.body = None;
                Err(self.failed(reason))
            }
        }
    }

    fn failed(&self, reason: String) -> Error {
        Error::Stream { request: self.request.request().name(), reason, received: self.received.to_string() }
    }
}

impl fmt::Debug for TestEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestEvents")
            .field("request", &self.request)
            .field("is_open", &self.body.is_some())
            .field("received", &format_args!("{}", self.received))
            .finish_non_exhaustive()
    }
}
