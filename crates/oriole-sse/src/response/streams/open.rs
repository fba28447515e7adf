//! How a stream is opened.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use futures_core::Stream;
use http::Response;

use super::EventStreams;
use crate::codec::EncodeError;
use crate::event::MessageEvent;
use crate::metrics::StreamEnd;
use crate::response::body::last_bytes;
use crate::response::source::Source;
use crate::response::{EventBody, head};
use crate::stream::EventStreamExt;

impl EventStreams {
    /// Answers with a stream of events.
    ///
    /// The answer is ready with the stream's first item, or after [`SseOptions::head_delay`](crate::SseOptions::head_delay), which begins now. A stream
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
        let mut ticket = match self.registry.enter(Arc::default(), self.may_finish, self.client) {
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
        if let Some(subscription) = crate::response::hub::take_subscription(&mut stream) {
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
        // Boxed, so that a subscription needs no room for it.
        match Box::pin(self.open(stream.into_events(), report)).await {
            Ok(response) => response,
            Err(error) => {
                log(&error);
                head::internal_server_error()
            }
        }
    }

    /// A subscription has something to say at once, so the head does not wait. For servers that know what they have;
    /// [`open_events`](Self::open_events) finds out.
    #[cfg(feature = "hub")]
    #[doc(hidden)]
    #[must_use]
    pub fn open_subscription(&self, mut subscription: crate::hub::Subscription) -> Response<EventBody> {
        let client = self.client.or(subscription.address());
        match self.registry.enter(subscription.vitals(), false, client) {
            Ok(ticket) => {
                #[cfg(feature = "console")]
                let ticket = ticket.with_tap(subscription.tap());
                let tether = crate::response::Tether::default();
                let source = crate::response::hub::HubSource::new(subscription, tether.clone(), ticket.line());
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
}
