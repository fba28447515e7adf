//! What an application can set.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::AdaptiveHeartbeat;
#[cfg(feature = "compression")]
use super::EventCompression;
use crate::event::EventName;
use crate::request::{CrossSite, LastEventId};

/// Sets how event streams behave; one set for all streams of an [`EventStreams`](super::EventStreams).
///
/// How long a peer may leave bytes unacknowledged is not among them, since this crate owns no sockets. Oriole's HTTP server
/// has `Application::peer_timeout`; on plain axum set `TCP_USER_TIMEOUT` on the accepted sockets, as the sample
/// `sse-on-axum` does. Without it the operating system may take a quarter of an hour to notice a peer that vanished.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::SseOptions;
///
/// let options = SseOptions::default().heartbeat_interval(Duration::from_secs(5)).head_delay(Duration::ZERO);
/// assert_eq!(options.heartbeat_interval, Some(Duration::from_secs(5)));
/// assert_eq!(options.frame_bytes_max, 16 * 1024);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SseOptions {
    /// How long a stream may be silent before a comment (`:` and a blank line) goes out, which clients skip. 15 s by
    /// default; `None` sends none. Less than 10 ms counts as 10 ms.
    ///
    /// It keeps proxies from cutting an idle stream, and it is how a peer that left is noticed. A stream that writes
    /// anything starts the wait anew.
    pub heartbeat_interval: Option<Duration>,
    /// How the interval sinks for networks that cut silent connections earlier. `None` by default: it is the same for all.
    ///
    /// Off, since it is of use only where clients' own addresses are known, costs a look at a table for each stream, and takes clients that leave
    /// for clients that are cut now and then; 15 s is below what most proxies allow.
    pub adaptive_heartbeat: Option<AdaptiveHeartbeat>,
    /// How the event is named by which streams that are no hub's say why they end: `{"reason":"finished"}` when the stream is over, `failed`
    /// after its error, `drain` when the application ends. `None`, no such event, by default, since the names of these streams' events are the
    /// application's; a hub's subscriptions have [one](crate::ControlNames::end) in any case.
    ///
    /// A page closes its `EventSource` when it reads `finished`, or it would return for ever. A stream that has given an event of this name last
    /// gets no other.
    pub end_event: Option<EventName>,
    /// How streams are compressed for clients that [accept](super::EventStreams::accepting) it. `None`, not at all, by default.
    #[cfg(feature = "compression")]
    pub compression: Option<EventCompression>,
    /// How long the response's head waits for the stream's first item. 50 ms by default; zero looks at the stream once.
    ///
    /// The wait begins when the handler has returned its stream. An error within it is an ordinary HTTP answer; after
    /// it the client knows that the stream is open.
    pub head_delay: Duration,
    /// How many bytes of ready events go out as one frame. 16 KiB by default; an event that is larger is a frame alone.
    pub frame_bytes_max: usize,
    /// How many items a stream gives for one frame, so that items which encode to nothing cannot hold the thread.
    /// 4,096 by default; zero counts as one.
    pub frame_items_max: usize,
    /// Between which bounds, both included, the `retry:` of a drain is spread over the connections. 500 ms to 5 s by
    /// default; whole milliseconds count.
    pub drain_retry: RangeInclusive<Duration>,
    /// For how long, from the beginning of a drain, streams that [may finish](super::EventStreams::letting_finish) go on. 4 s
    /// by default; what is not over by then ends as every other stream does. Zero ends them at once.
    pub finish_timeout: Duration,
    /// The longest [`LastEventId`] that is taken, in bytes. 1,024 by default.
    pub last_event_id_bytes_max: usize,
    /// Which other origins' pages may open streams with their user's credentials: none by default.
    pub cross_site: CrossSite,
}

impl SseOptions {
    /// Sets [`heartbeat_interval`](Self::heartbeat_interval); `None` turns heartbeats off.
    #[must_use]
    pub fn heartbeat_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.heartbeat_interval = interval.into();
        self
    }

    /// Sets [`adaptive_heartbeat`](Self::adaptive_heartbeat).
    #[must_use]
    pub fn adaptive_heartbeat(mut self, adaptive: impl Into<Option<AdaptiveHeartbeat>>) -> Self {
        self.adaptive_heartbeat = adaptive.into();
        self
    }

    /// Sets [`end_event`](Self::end_event).
    #[must_use]
    pub fn end_event(mut self, name: impl Into<Option<EventName>>) -> Self {
        self.end_event = name.into();
        self
    }

    /// Sets [`compression`](Self::compression).
    #[cfg(feature = "compression")]
    #[must_use]
    pub fn compression(mut self, compression: impl Into<Option<EventCompression>>) -> Self {
        self.compression = compression.into();
        self
    }

    /// Sets [`head_delay`](Self::head_delay).
    #[must_use]
    pub fn head_delay(mut self, delay: Duration) -> Self {
        self.head_delay = delay;
        self
    }

    /// Sets [`frame_bytes_max`](Self::frame_bytes_max).
    #[must_use]
    pub fn frame_bytes_max(mut self, bytes: usize) -> Self {
        self.frame_bytes_max = bytes;
        self
    }

    /// Sets [`frame_items_max`](Self::frame_items_max).
    #[must_use]
    pub fn frame_items_max(mut self, items: usize) -> Self {
        self.frame_items_max = items;
        self
    }

    /// Sets [`drain_retry`](Self::drain_retry); of an empty range the start counts.
    #[must_use]
    pub fn drain_retry(mut self, range: RangeInclusive<Duration>) -> Self {
        self.drain_retry = range;
        self
    }

    /// Sets [`finish_timeout`](Self::finish_timeout).
    #[must_use]
    pub fn finish_timeout(mut self, timeout: Duration) -> Self {
        self.finish_timeout = timeout;
        self
    }

    /// Sets [`last_event_id_bytes_max`](Self::last_event_id_bytes_max).
    #[must_use]
    pub fn last_event_id_bytes_max(mut self, bytes: usize) -> Self {
        self.last_event_id_bytes_max = bytes;
        self
    }

    /// Sets [`cross_site`](Self::cross_site).
    #[must_use]
    pub fn cross_site(mut self, cross_site: CrossSite) -> Self {
        self.cross_site = cross_site;
        self
    }

    /// Gives the drain's `retry:` of one connection.
    pub(super) fn drain_retry_of(&self, connection: u64) -> Duration {
        spread(&self.drain_retry, connection)
    }
}

/// Spreads numbers that follow one another over a range, in whole milliseconds.
///
/// Multiples of the golden ratio, modulo one, fall as far from each other as any sequence can, however many of them
/// are taken. So the reconnections of any number of clients are spread evenly, without chance.
pub(crate) fn spread(range: &RangeInclusive<Duration>, number: u64) -> Duration {
    const GOLDEN_RATIO: u64 = 0x9E37_79B9_7F4A_7C15;
    let millis = |bound: &Duration| u64::try_from(bound.as_millis()).unwrap_or(u64::MAX);
    let start = millis(range.start());
    let width = millis(range.end()).saturating_sub(start);
    let fraction = number.wrapping_mul(GOLDEN_RATIO);
    let step = (u128::from(fraction) * (u128::from(width) + 1)) >> 64;
    Duration::from_millis(start.saturating_add(u64::try_from(step).unwrap_or(width)))
}

impl Default for SseOptions {
    fn default() -> Self {
        Self {
            heartbeat_interval: Some(Duration::from_secs(15)),
            adaptive_heartbeat: None,
            end_event: None,
            #[cfg(feature = "compression")]
            compression: None,
            head_delay: Duration::from_millis(50),
            frame_bytes_max: 16 * 1024,
            frame_items_max: 4096,
            drain_retry: Duration::from_millis(500)..=Duration::from_secs(5),
            finish_timeout: Duration::from_secs(4),
            last_event_id_bytes_max: LastEventId::BYTES_MAX,
            cross_site: CrossSite::default(),
        }
    }
}
