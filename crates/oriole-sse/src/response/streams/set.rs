//! The set of all event streams.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::response::SseOptions;
#[cfg(feature = "compression")]
use crate::response::compression::Negotiation;
use crate::response::registry::Registry;

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
    pub(super) registry: Arc<Registry>,
    pub(super) may_finish: bool,
    pub(super) client: Option<IpAddr>,
    #[cfg(feature = "compression")]
    pub(super) negotiation: Negotiation,
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
    /// [`SseOptions::adaptive_heartbeat`]. Behind a proxy it is what the proxy tells: in an application of Oriole's, `ClientIp`.
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
