//! The answer.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures_core::Stream;
use http::request::Parts;
use http::{HeaderName, Method, Response, StatusCode};

use super::schedule::Schedule;
use super::{DoctorAct, DoctorOptions, DoctorRequest, DoctorToken};
use crate::clock::{Clock, SystemClock};
use crate::event::MessageEvent;
use crate::response::{EventBody, EventStreams, SseOptions};
use crate::stream::EventStreamExt;

/// Answers `oriole doctor`: streams by a schedule that the command knows, and tells what arrived of its request.
///
/// Mount it where your event streams are, so that it passes the same proxies: as `SseDoctorModule` in an application of
/// Oriole's, by a route of one line on plain axum. It is for deployments that somebody wants to look into, and may stay there:
/// without the token it is not to be seen, and [`DoctorOptions`] bound what it costs with it.
///
/// A clone is cheap and is the same probe: they share their streams' count and their end.
///
/// # Examples
///
/// ```
/// use http::Request;
/// use oriole_sse::{DoctorProbe, DoctorToken};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let probe = DoctorProbe::new(DoctorToken::new("0f4c81c7d1d04a2e9b6f3a55")?);
///
/// let (mut head, ()) = Request::get("/sse-doctor?act=drip").body(())?.into_parts();
/// assert_eq!(probe.answer(&head).await.status(), 404);
///
/// head.headers.insert(DoctorToken::HEADER, "0f4c81c7d1d04a2e9b6f3a55".parse()?);
/// let answer = probe.answer(&head).await;
/// assert_eq!(answer.headers()["content-type"], "text/event-stream");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct DoctorProbe {
    token: Option<Arc<DoctorToken>>,
    options: DoctorOptions,
    streams: EventStreams,
    places: Arc<AtomicUsize>,
    clock: Arc<dyn Clock>,
}

impl DoctorProbe {
    /// Makes a probe that answers who has the token.
    #[must_use]
    pub fn new(token: DoctorToken) -> Self {
        Self { token: Some(Arc::new(token)), ..Self::closed() }
    }

    /// Makes a probe that answers nobody: for a deployment that was given no token.
    #[must_use]
    pub fn closed() -> Self {
        // A heartbeat of the stream's own would end the silences.
        let streams = EventStreams::new(SseOptions::default().heartbeat_interval(None));
        Self {
            token: None,
            options: DoctorOptions::default(),
            streams,
            places: Arc::default(),
            clock: Arc::new(SystemClock),
        }
    }

    /// Takes other bounds.
    #[must_use]
    pub fn options(mut self, options: DoctorOptions) -> Self {
        self.options = options;
        self
    }

    /// Takes another clock than the system's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Answers a request: with a stream, or, without a body, with
    ///
    /// - 404 where the token is missing or wrong, as if nothing were there;
    /// - 400 for what is no schedule, or beyond [`DoctorOptions::length_max`];
    /// - 503 while [`DoctorOptions::streams_max`] streams are open.
    ///
    /// HEAD gets the head of a stream alone.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime whose timer is enabled.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future, or the body, ends the stream.
    pub async fn answer(&self, head: &Parts) -> Response<EventBody> {
        let given = head.headers.get(DoctorToken::HEADER);
        let is_known = self.token.as_ref().zip(given).is_some_and(|(token, given)| token.is(given.as_bytes()));
        if !is_known {
            return refusal(StatusCode::NOT_FOUND);
        }
        let Some(act) = DoctorAct::of_query(head.uri.query().unwrap_or_default()).filter(|act| self.allows(act)) else {
            return refusal(StatusCode::BAD_REQUEST);
        };
        let Some(place) = Place::take(&self.places, self.options.streams_max) else {
            return refusal(StatusCode::SERVICE_UNAVAILABLE);
        };
        let mut answer = if head.method == Method::HEAD {
            self.streams.open_events(Silent).await
        } else {
            let schedule = Schedule::new(act, Arc::clone(&self.clock), DoctorRequest::of(head));
            self.streams.open_events(schedule.finalize(|| drop(place))).await
        };
        if act == (DoctorAct::Drip { is_bare: true }) {
            answer.headers_mut().remove(HeaderName::from_static("x-accel-buffering"));
        }
        answer
    }

    /// Counts the streams that are open.
    #[must_use]
    pub fn active(&self) -> usize {
        self.streams.active()
    }

    /// Ends the open streams, and those to come, for good: at the end of the application.
    pub fn drain(&self) {
        self.streams.drain();
    }

    fn allows(&self, act: &DoctorAct) -> bool {
        match act {
            DoctorAct::Drip { .. } => true,
            DoctorAct::Silence { length } => *length <= self.options.length_max,
            DoctorAct::Beat { interval, length } => {
                *interval >= DoctorOptions::INTERVAL_MIN && *length <= self.options.length_max
            }
        }
    }
}

/// Counts a stream until it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    /// Takes one, unless so many are taken.
    fn take(places: &Arc<AtomicUsize>, places_max: usize) -> Option<Self> {
        let place = Self(Arc::clone(places));
        (places.fetch_add(1, Ordering::Relaxed) < places_max).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A stream that is over: what HEAD asks for is the head.
struct Silent;

impl Stream for Silent {
    type Item = MessageEvent;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<MessageEvent>> {
        Poll::Ready(None)
    }
}

/// An answer without a body, which nobody keeps.
fn refusal(status: StatusCode) -> Response<EventBody> {
    let mut response = EventStreams::finished();
    *response.status_mut() = status;
    response
}
