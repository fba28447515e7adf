//! The event streams of an application.

use std::fmt;
use std::future::poll_fn;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_core::Stream;
use http::Response;

use super::body::last_bytes;
#[cfg(feature = "compression")]
use super::compression::Negotiation;
use super::registry::Registry;
use super::source::Source;
use super::{EventBody, SseOptions, head};
use crate::clock::{Clock, SystemClock};
use crate::codec::EncodeError;
use crate::event::MessageEvent;
use crate::metrics::StreamEnd;
use crate::stream::EventStreamExt;

/// Opens event streams and knows those that are open: one per application.
///
/// It holds the options, the one timer of all heartbeats, the count of open streams, and their common end at shutdown.
/// A clone is cheap and is the same set of streams; two that are made apart share nothing.
///
/// A stream is pulled: it is polled when the server can take the next frame, so a slow reader slows its own stream and
/// nothing else, and memory per stream is bounded by a frame and an event, beside what the stream itself and the server's
/// connection hold. (Under Oriole's `#[sse]` up to 16 events more wait between the handler's stream and the body.) It is dropped as soon as it is over, or when
/// the client has left and the server has noticed, which a heartbeat makes happen in bounded time.
///
/// The timer's task starts with the first stream and ends with the last.
///
/// # Examples
///
/// ```
/// use futures_util::stream;
/// use http_body_util::BodyExt;
/// use oriole_sse::{EventStreams, MessageEvent, SseOptions};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let streams = EventStreams::new(SseOptions::default());
/// let response = streams.open_events(stream::iter([MessageEvent::new("hello")])).await;
///
/// assert_eq!(response.headers()["content-type"], "text/event-stream");
/// assert_eq!(response.into_body().collect().await?.to_bytes(), "data: hello\n\n");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EventStreams {
    registry: Arc<Registry>,
    may_finish: bool,
    client: Option<IpAddr>,
    #[cfg(feature = "compression")]
    negotiation: Negotiation,
}

impl EventStreams {
    /// Makes a set without streams; starts nothing.
    #[must_use]
    pub fn new(options: SseOptions) -> Self {
        Self::with_clock(options, SystemClock)
    }

    /// Makes a set whose delays and heartbeats go by another clock than the system's.
    #[must_use]
    pub fn with_clock(options: SseOptions, clock: impl Clock) -> Self {
        Self {
            #[cfg(feature = "compression")]
            negotiation: Negotiation::new(options.compression),
            registry: Registry::new(options, Box::new(clock)),
            may_finish: false,
            client: None,
        }
    }

    /// Gives a handle to the same set by which streams are opened that may finish while it [drains](Self::drain).
    ///
    /// For streams that end by themselves, and soon: a report, an answer that is being written. They are told of nothing until
    /// they are over, or until [`SseOptions::finish_timeout`]; then their client gets its `retry:` as the others do. Not for
    /// streams that go on until their client leaves, which would only make every end of the application take that long. A
    /// hub's subscription has an end of its own, and takes no notice.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::stream;
    /// use http_body_util::BodyExt;
    /// use oriole_sse::{EventStreams, MessageEvent};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let streams = EventStreams::default();
    /// let words = stream::iter(["to", "be"]).map(MessageEvent::new);
    /// # use futures_util::StreamExt;
    /// let answer = streams.letting_finish().open_events(words).await;
    /// streams.drain();
    /// let body = answer.into_body().collect().await?.to_bytes();
    /// assert!(body.starts_with(b"data: to\n\ndata: be\n\nretry: "));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn letting_finish(&self) -> Self {
        Self { may_finish: true, ..self.clone() }
    }

    /// Gives a handle to the same set by which streams are opened for a client at this address: for
    /// [`SseOptions::adaptive_heartbeat`]. Behind a proxy it is the proxy's to know.
    ///
    /// A hub's subscription that was told its [address](crate::Subscribe::address) needs none.
    #[must_use]
    pub fn for_client(&self, address: IpAddr) -> Self {
        Self { client: Some(address), ..self.clone() }
    }

    /// Gives a handle to the same set by which streams are opened for a client that sent these headers: for
    /// [`SseOptions::compression`], which goes by its `Accept-Encoding`.
    ///
    /// Oriole's `#[sse]` handlers need none. A response that is made by this handle must not be compressed once more.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::HeaderMap;
    /// use oriole_sse::{EventCompression, EventStreams, Hub, SseOptions};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), oriole_sse::SubscribeError> {
    /// let (hub, options) = (Hub::default(), SseOptions::default().compression(EventCompression::default()));
    /// let streams = EventStreams::new(options);
    /// let headers = HeaderMap::from_iter([(http::header::ACCEPT_ENCODING, "gzip, br".parse().expect("a value"))]);
    /// let response = streams.accepting(&headers).open_events(hub.subscribe("rooms/7").await?).await;
    /// assert_eq!(response.headers()["content-encoding"], "gzip");
    /// assert_eq!(response.headers()["vary"], "accept-encoding");
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "compression")]
    #[must_use]
    pub fn accepting(&self, headers: &http::HeaderMap) -> Self {
        Self { negotiation: self.negotiation.accepting(headers), ..self.clone() }
    }

    /// Counts what was compressed, or wrapped as it is: once for each event or run of events that many get, however many get it; and
    /// for each stream what is said to it alone.
    #[cfg(feature = "compression")]
    #[must_use]
    pub fn compressions(&self) -> u64 {
        self.negotiation.made()
    }

    /// Tells how long streams of clients at this address may be silent now; `None` if there are no heartbeats.
    #[must_use]
    pub fn heartbeat_interval_of(&self, address: IpAddr) -> Option<Duration> {
        self.registry.heartbeat_interval_of(address)
    }

    /// Shows the options.
    #[must_use]
    pub fn options(&self) -> &SseOptions {
        self.registry.options()
    }

    /// Answers with a stream of events.
    ///
    /// The answer is ready with the stream's first item, or after [`SseOptions::head_delay`], which begins now. A stream
    /// that ends before both is a complete stream without events. The answer's status is 200 for every method, and its
    /// headers keep caches and proxies from holding events back.
    ///
    /// Once the answer is out, an error is an event: everything the stream gave before it is sent, then what `on_error`
    /// makes of it, if anything, and then the stream ends properly. To name such an event `error`, as other frameworks
    /// do, is the closure's choice; what it says is read by the client, so leave out what is private. An event whose
    /// data does not serialise goes the same way as an [`EncodeError`]. Nothing is logged here: the error is the caller's.
    ///
    /// A stream that is opened while the set drains is not polled: its client is answered with a `retry:` and the
    /// proper end of a stream, as the open ones are. A status such as 503 would make a browser's `EventSource` give up
    /// for good; whoever wants it nevertheless asks [`is_draining`](Self::is_draining) first.
    ///
    /// # Errors
    ///
    /// The stream's error, if its very first item is one and comes within the delay: answer it as any other request's.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime whose timer is enabled.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future, as servers do when the client leaves, drops the stream.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::stream;
    /// use http_body_util::BodyExt;
    /// use oriole_sse::{EncodeError, EventStreams, MessageEvent, SseOptions, event_name};
    ///
    /// #[derive(Debug, PartialEq)]
    /// struct AppError(&'static str);
    ///
    /// impl From<EncodeError> for AppError {
    ///     fn from(_: EncodeError) -> Self {
    ///         Self("an event could not be encoded")
    ///     }
    /// }
    ///
    /// fn report(error: AppError) -> Option<MessageEvent> {
    ///     Some(MessageEvent::new(error.0).event_type(event_name!("error")))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let streams = EventStreams::new(SseOptions::default());
    ///
    /// let late = stream::iter([Ok(MessageEvent::new("1")), Err(AppError("out of cats"))]);
    /// let response = streams.open(late, report).await.expect("the first item is an event");
    /// let body = response.into_body().collect().await?.to_bytes();
    /// assert_eq!(body, "data: 1\n\nevent: error\ndata: out of cats\n\n");
    ///
    /// let early = stream::iter([Err(AppError("no such cat"))]);
    /// assert_eq!(streams.open(early, report).await.err(), Some(AppError("no such cat")));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open<S, E>(
        &self,
        stream: S,
        on_error: impl FnOnce(E) -> Option<MessageEvent> + Send + 'static,
    ) -> Result<Response<EventBody>, E>
    where
        S: Stream<Item = Result<MessageEvent, E>> + Send + 'static,
        E: From<EncodeError>,
    {
        let mut ticket = match self.registry.enter(self.may_finish, self.client) {
            Ok(ticket) => ticket,
            Err(wait) => {
                let last = last_bytes(self.options(), Some("drain"), Some(wait));
                return Ok(self.answer(EventBody::complete(last)));
            }
        };
        #[cfg(feature = "console")]
        {
            ticket = ticket.with_tap(crate::inspect::current());
        }
        let end_event = self.options().end_event.clone();
        let mut source = Box::pin(Source::new(stream, on_error, end_event));
        let mut ready = Vec::new();
        let delay = self.options().head_delay;
        let mut sleep = None;
        let first = poll_fn(|cx| {
            if let Poll::Ready(item) = source.as_mut().poll_item(cx, &mut ready) {
                return Poll::Ready(Some(item));
            }
            // A drain does not wait for the head: the body says the rest.
            ticket.wake_by(cx.waker());
            if delay.is_zero() || ticket.is_draining() {
                return Poll::Ready(None);
            }
            sleep.get_or_insert_with(|| self.registry.sleep(delay)).as_mut().poll(cx).map(|()| None)
        })
        .await;
        match first {
            Some(Some(Err(error))) => {
                ticket.ends(StreamEnd::Complete);
                Err(error)
            }
            Some(None) => {
                ticket.ends(StreamEnd::Complete);
                Ok(self.answer(EventBody::complete(last_bytes(self.options(), Some("finished"), None))))
            }
            Some(Some(Ok(()))) | None => Ok(self.answer(EventBody::live(source, ticket, ready))),
        }
    }

    /// Answers with a stream of events that cannot fail; otherwise as [`EventStreams::open`].
    ///
    /// Only an event whose data does not serialise is left to go wrong, which is logged. As the first item it is answered
    /// 500; later, an event of the type `error` says so and the stream ends.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime whose timer is enabled.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the stream.
    pub async fn open_events<S>(&self, stream: S) -> Response<EventBody>
    where
        S: Stream<Item = MessageEvent> + Send + 'static,
    {
        #[cfg(feature = "hub")]
        let mut stream = Some(stream);
        #[cfg(feature = "hub")]
        if let Some(subscription) = super::hub::take_subscription(&mut stream) {
            return self.open_subscription(subscription);
        }
        #[cfg(feature = "hub")]
        let Some(stream) = stream else {
            return head::internal_server_error(); // Not so: nobody has taken it.
        };
        let log = |error: &EncodeError| tracing::error!(%error, "an event was not sent and ends its stream");
        let report = move |error: EncodeError| {
            log(&error);
            Some(MessageEvent::new("an event could not be encoded").event_type(crate::event_name!("error")))
        };
        match self.open(stream.into_events(), report).await {
            Ok(response) => response,
            Err(error) => {
                log(&error);
                head::internal_server_error()
            }
        }
    }

    /// A subscription has something to say at once, so the head does not wait.
    #[cfg(feature = "hub")]
    fn open_subscription(&self, mut subscription: crate::hub::Subscription) -> Response<EventBody> {
        let client = self.client.or(subscription.address());
        match self.registry.enter(false, client) {
            Ok(ticket) => {
                #[cfg(feature = "console")]
                let ticket = ticket.with_tap(subscription.tap());
                let tether = super::Tether::default();
                let source = super::hub::HubSource::new(subscription, tether.clone(), ticket.line());
                let mut response = self.answer(EventBody::live(Box::pin(source), ticket, Vec::new()));
                if !self.is_compressed() {
                    response.extensions_mut().insert(tether);
                }
                response
            }
            // It has its place and its time to come back, which its client is told.
            Err(_) => self.answer(EventBody::complete(subscription.farewell().into())),
        }
    }

    fn answer(&self, body: EventBody) -> Response<EventBody> {
        #[cfg(feature = "compression")]
        return self.negotiation.answer(body);
        #[cfg(not(feature = "compression"))]
        head::event_stream(body)
    }

    /// Whether bytes go out that no server could put others between.
    #[cfg(feature = "hub")]
    fn is_compressed(&self) -> bool {
        #[cfg(feature = "compression")]
        return self.negotiation.is_agreed();
        #[cfg(not(feature = "compression"))]
        false
    }

    /// Answers that there is nothing more to come: status 204, for which a client stops and does not return (rule C6).
    ///
    /// A client reconnects when a stream ends, even if it ended because all was said. To a client whose
    /// [`LastEventId`](crate::LastEventId) is the last event there will ever be, answer this; or let the last event tell
    /// the page to close its `EventSource`.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::EventStreams;
    ///
    /// assert_eq!(EventStreams::finished().status(), 204);
    /// ```
    #[must_use]
    pub fn finished() -> Response<EventBody> {
        head::no_content()
    }

    /// Counts the streams that are open: from [`open`](Self::open) until the body is dropped.
    #[must_use]
    pub fn active(&self) -> usize {
        self.registry.active()
    }

    /// Begins the end of all streams; there is no way back.
    ///
    /// Each open stream sends what it has ready, up to a frame, and a `retry:` within [`SseOptions::drain_retry`], a
    /// different one for each connection, so that the clients do not all come back at once; then it is dropped, and its
    /// response ends as it should. Those that [may finish](Self::letting_finish) do so first. A client that does not read is not waited for: put a deadline over
    /// [`drained`](Self::drained), and close the connections after it.
    pub fn drain(&self) {
        self.registry.drain();
    }

    /// Says whether [`drain`](Self::drain) was called.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.registry.is_draining()
    }

    /// Waits until no stream is open and the timer's task has ended.
    ///
    /// It begins nothing: call [`drain`](Self::drain) first.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn drained(&self) {
        self.registry.idle().await;
    }
}

impl Default for EventStreams {
    fn default() -> Self {
        Self::new(SseOptions::default())
    }
}

impl fmt::Debug for EventStreams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStreams")
            .field("active", &self.active())
            .field("is_draining", &self.is_draining())
            .finish()
    }
}
