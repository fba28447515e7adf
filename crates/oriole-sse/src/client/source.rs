//! The object: a state machine that is driven by whoever reads it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use futures_core::Stream;

use super::attempt::{self, Failure};
use super::builder::EventSourceBuilder;
use super::error::{BuildError, SourceError};
use super::handle::{EventSourceHandle, ReadyState, Shared};
use super::options::ClientOptions;
use super::policy::JitterSource;
use super::reading::{Read, Reading};
use super::request::{Attempt, id_header};
use super::signal::{Opened, Signal};
use crate::clock::Sleep;
use crate::codec::{Decoder, ReceivedEvent};

/// Reads an event stream over HTTP and keeps reading it: reconnects, and resumes after the last event it saw.
///
/// It is a `Stream` of events that ends when the source is closed, and whose last item is the error if the source fails
/// for good. For the connection's ups and downs use [`next_signal`](Self::next_signal), for callbacks by event name
/// [`run`](Self::run).
///
/// It does what the HTML standard says of browsers' `EventSource`, apart from what only browsers have (CORS, cookies);
/// [`ClientOptions`] holds what goes beyond it. After a redirect the next attempt begins at the first address again.
///
/// Nothing happens until it is polled, and it needs no task of its own. A reader that is slow slows the stream: at most
/// one chunk of bytes is held, besides what the decoder's limits allow. Dropping the source closes the connection.
///
/// # Cancel safety
///
/// A `next` that is dropped loses nothing.
///
/// # Panics
///
/// Polling panics outside a tokio runtime with I/O and time enabled.
///
/// # Examples
///
/// ```
/// use futures_util::StreamExt;
/// use oriole_sse::EventSource;
/// # use bytes::Bytes;
/// # use http::{Request, Response};
/// # use oriole_sse::{Transport, TransportBody, TransportFuture};
/// # #[derive(Debug)]
/// # struct Canned;
/// # impl Transport for Canned {
/// #     fn send(&self, _: Request<Bytes>) -> TransportFuture {
/// #         use http_body_util::{BodyExt, Full};
/// #         Box::pin(async {
/// #             let body = Full::new(Bytes::from_static(b"id: 7\nevent: price\ndata: 100\n\n"));
/// #             let body: TransportBody = Box::pin(body.map_err(|never| match never {}));
/// #             Ok(Response::builder().header("content-type", "text/event-stream").body(body).unwrap())
/// #         })
/// #     }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut source = EventSource::builder("https://example.com/").transport(Canned).build()?;
/// # /*
/// let mut source = EventSource::new("https://example.com/events")?;
/// # */
/// let event = source.next().await.ok_or("closed")??;
/// assert_eq!((event.event_type(), event.data()), ("price", "100"));
/// assert_eq!(source.last_event_id(), "7");
/// source.close();
/// assert!(source.next().await.is_none());
/// # Ok(())
/// # }
/// ```
#[must_use = "a source does nothing unless polled"]
pub struct EventSource {
    pub(super) context: attempt::Context,
    pub(super) jitter: JitterSource,
    pub(super) on_last_event_id: Option<IdHook>,
    pub(super) shared: Arc<Shared>,
    pub(super) decoder: Decoder,
    pub(super) phase: Phase,
    /// The last event id that the hook and the handles know.
    known_id: Arc<str>,
    /// Which of the decoder's changes it is.
    known_change: u64,
    pub(super) attempts: u64,
    /// Whether a connection was ever open.
    pub(super) has_opened: bool,
    /// Attempts in a row that brought nothing.
    pub(super) fruitless: u32,
    /// When there was progress, or the start.
    pub(super) last_progress: Option<Instant>,
    /// The server has said that there is nothing to return for.
    is_told_to_close: bool,
}

pub(super) type IdHook = Box<dyn FnMut(&str) + Send + Sync>;

type Attempting = Pin<Box<dyn Future<Output = Result<attempt::Stream, Failure>> + Send>>;

pub(super) enum Phase {
    /// About to make an attempt.
    Idle,
    Connecting(Attempting),
    Reading(Box<Reading>),
    Waiting(Option<Sleep>),
    Closed,
}

impl EventSource {
    /// Makes a source with default options.
    ///
    /// # Errors
    ///
    /// [`BuildError::Url`] if the address is not absolute, or neither `http` nor `https`.
    pub fn new(url: &str) -> Result<Self, BuildError> {
        Self::builder(url).build()
    }

    /// Starts to make a source with more to say about it.
    pub fn builder(url: &str) -> EventSourceBuilder {
        EventSourceBuilder::new(url)
    }

    pub(super) fn assemble(
        context: attempt::Context,
        jitter: JitterSource,
        on_last_event_id: Option<IdHook>,
        url: &str,
        decoder: Decoder,
    ) -> Self {
        let known_id: Arc<str> = decoder.last_event_id().into();
        Self {
            shared: Arc::new(Shared::new(url, Arc::clone(&known_id))),
            known_change: decoder.id_changes(),
            context,
            jitter,
            on_last_event_id,
            decoder,
            phase: Phase::Idle,
            known_id,
            attempts: 0,
            has_opened: false,
            fruitless: 0,
            last_progress: None,
            is_told_to_close: false,
        }
    }

    /// Tells the state (rule A1).
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        self.shared.state()
    }

    /// Shows the last event id: what the next request will carry; empty if there is none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.decoder.last_event_id()
    }

    /// Tells the reconnection time: the server's, or the option's until it sets one (rule C13).
    #[must_use]
    pub fn reconnection_time(&self) -> Duration {
        self.decoder.reconnection_time().unwrap_or(self.options().reconnection_time)
    }

    /// Shows the address that the source was made with (rule A4), without fragment and credentials.
    #[must_use]
    pub fn url(&self) -> &str {
        self.shared.url()
    }

    /// Makes a handle, by which other tasks steer the source.
    #[must_use]
    pub fn handle(&self) -> EventSourceHandle {
        EventSourceHandle { shared: Arc::clone(&self.shared) }
    }

    /// Closes the source (rule A2): the connection is dropped, nothing comes any more, not even what has arrived, and
    /// no reconnection follows.
    pub fn close(&mut self) {
        self.phase = Phase::Closed;
        self.shared.set_state(ReadyState::Closed);
    }

    /// Waits for the next thing that happens; `None` once the source is closed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with I/O and time enabled.
    pub fn next_signal(&mut self) -> NextSignal<'_> {
        NextSignal { source: self }
    }

    /// Does what [`next_signal`](Self::next_signal) does, for code that polls.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with I/O and time enabled.
    pub fn poll_signal(&mut self, cx: &mut Context<'_>) -> Poll<Option<Signal>> {
        self.shared.wake_by(cx.waker());
        loop {
            // First, since the hook may close the source; after a close as well, since the last event has been handled.
            self.tell_id();
            if self.is_told_to_close {
                self.close();
            }
            if self.shared.state() == ReadyState::Closed {
                self.phase = Phase::Closed;
                return Poll::Ready(None);
            }
            if self.shared.take_restart() {
                return Poll::Ready(self.restart());
            }
            match &mut self.phase {
                Phase::Idle => {
                    if let Some(signal) = self.connect() {
                        return Poll::Ready(Some(signal));
                    }
                }
                Phase::Connecting(attempt) => match ready!(attempt.as_mut().poll(cx)) {
                    Ok(stream) => {
                        if let Some(opened) = self.open(stream) {
                            return Poll::Ready(Some(opened));
                        }
                    }
                    Err(Failure { error, sent }) => {
                        self.fruitless = self.fruitless.saturating_add(1);
                        return Poll::Ready(self.lose(error, sent));
                    }
                },
                Phase::Reading(reading) => {
                    return Poll::Ready(match ready!(reading.poll(cx, &mut self.decoder, &*self.context.clock)) {
                        Read::Event(event) => {
                            self.progress();
                            self.is_told_to_close = self.is_last(&event);
                            Some(Signal::Event(event))
                        }
                        Read::Comment(text) => Some(Signal::Comment(text)),
                        Read::Lost(error) => self.lose_reading(error),
                    });
                }
                Phase::Waiting(None) => return Poll::Pending,
                Phase::Waiting(Some(sleep)) => {
                    ready!(sleep.as_mut().poll(cx));
                    self.phase = Phase::Idle;
                }
                Phase::Closed => return Poll::Ready(None),
            }
        }
    }

    pub(super) fn options(&self) -> &ClientOptions {
        &self.context.options
    }

    /// Begins an attempt. Tells of an id that it leaves out.
    fn connect(&mut self) -> Option<Signal> {
        self.last_progress.get_or_insert_with(|| self.context.clock.now());
        self.attempts += 1;
        let attempt =
            Attempt { number: self.attempts, fruitless: self.fruitless, last_event_id: Arc::clone(&self.known_id) };
        let (header, left_out) = match id_header(&self.known_id, self.options().last_event_id_bytes_max) {
            None => (None, None),
            Some(Ok(header)) => (Some(header), None),
            Some(Err(reason)) => (None, Some(reason)),
        };
        self.phase = Phase::Connecting(Box::pin(self.context.clone().run(attempt, header)));
        left_out.map(|reason| {
            // Whoever reads events only hears of it here.
            tracing::warn!(?reason, url = self.shared.logged_url(), "the last event id cannot be sent");
            Signal::IdLeftOut { id: self.known_id.to_string(), reason }
        })
    }

    /// Announces a connection (rule C8).
    fn open(&mut self, stream: attempt::Stream) -> Option<Signal> {
        if !self.shared.set_state(ReadyState::Open) {
            // Closed while the response came; the loop sees it.
            return None;
        }
        self.has_opened = true;
        self.decoder.reset();
        self.decoder.set_origin(stream.address.origin());
        let opened =
            Opened { url: stream.address.as_str().into(), headers: stream.headers.clone(), attempt: self.attempts };
        let idle_timeout = self.options().idle_timeout;
        self.phase = Phase::Reading(Box::new(Reading::new(stream, self.context.clock.now(), idle_timeout)));
        Some(Signal::Open(opened))
    }

    /// Whether the server says by an event that there is nothing to return for.
    fn is_last(&self, event: &ReceivedEvent) -> bool {
        let is_end = self.options().end_event.as_ref().is_some_and(|name| name.as_str() == event.event_type());
        let reason = || Some(event.json::<serde_json::Value>().ok()?.get("reason")?.as_str()?.to_owned());
        is_end && matches!(reason().as_deref(), Some("finished" | "replaced" | "revoked"))
    }

    fn progress(&mut self) {
        // Events may come by the million; the clock is looked at when the connection is lost.
        self.fruitless = 0;
    }

    /// Tells the hook and the handles of a new last event id, once the events before it have been taken.
    pub(super) fn tell_id(&mut self) {
        if self.known_change != self.decoder.id_changes() {
            self.known_change = self.decoder.id_changes();
            if *self.known_id == *self.decoder.last_event_id() {
                return;
            }
            self.known_id = self.decoder.last_event_id().into();
            self.shared.set_last_event_id(Arc::clone(&self.known_id));
            if let Some(hook) = &mut self.on_last_event_id {
                hook(&self.known_id);
            }
        }
    }
}

impl Stream for EventSource {
    type Item = Result<ReceivedEvent, SourceError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return Poll::Ready(match ready!(self.poll_signal(cx)) {
                Some(Signal::Event(event)) => Some(Ok(event)),
                Some(Signal::Failed(error)) => Some(Err(error)),
                Some(_) => continue,
                None => None,
            });
        }
    }
}

/// Dropping the source closes it (rule A3), as far as its handles are concerned; the connection goes with it.
impl Drop for EventSource {
    fn drop(&mut self) {
        self.shared.set_state(ReadyState::Closed);
    }
}

impl fmt::Debug for EventSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSource")
            .field("url", &self.url())
            .field("ready_state", &self.ready_state())
            .field("last_event_id", &self.last_event_id())
            .finish_non_exhaustive()
    }
}

/// Waits for what happens next; made by [`EventSource::next_signal`].
#[derive(Debug)]
#[must_use = "futures do nothing unless awaited"]
pub struct NextSignal<'s> {
    source: &'s mut EventSource,
}

impl Future for NextSignal<'_> {
    type Output = Option<Signal>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Signal>> {
        self.source.poll_signal(cx)
    }
}
