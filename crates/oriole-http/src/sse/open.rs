//! What generated code calls.

use super::emitter::{Emitter, Slot};
use super::generator::Generator;
use crate::HttpException;
use crate::handler::{Call, Reply};
use crate::route::RouteRef;
use axum::body::Body;
use futures_util::Stream;
#[cfg(feature = "sse-hub")]
use http::Response;
use oriole_sse::{EncodeError, EventStreamExt, IntoEvent, MessageEvent, event_name};
#[cfg(feature = "sse-hub")]
use oriole_sse::{EventBody, Subscription, Tether};
use std::future::Future;

/// What an `#[sse]` handler may return.
#[diagnostic::on_unimplemented(
    message = "an `#[sse]` handler must return a stream of events, not `{Self}`",
    label = "not a stream",
    note = "return `impl Stream<Item = MessageEvent>`, or a `Result` of it"
)]
pub trait EventSource {
    #[doc(hidden)]
    type Event;
    #[doc(hidden)]
    type Events: Stream<Item = Self::Event>;
    #[doc(hidden)]
    fn into_stream(self) -> Self::Events;
}

#[diagnostic::do_not_recommend]
impl<S: Stream> EventSource for S {
    type Event = S::Item;
    type Events = S;

    fn into_stream(self) -> S {
        self
    }
}

/// Brings a handler's stream to the form that [`Emitter::all`] takes.
pub fn events<S>(stream: S) -> impl Stream<Item = Result<MessageEvent, HttpException>> + Send
where
    S: EventSource,
    // Apart from `EventSource`, so that a stream that is not `Send` is not said to be none.
    S::Events: Send,
    S::Event: IntoEvent<HttpException>,
{
    stream.into_stream().into_events()
}

/// Runs a block that makes a stream and emits from it, and answers with its events.
///
/// The set-up may take its time. When the handler has returned its stream, the head waits for the first item or for
/// [`SseOptions::head_delay`](oriole_sse::SseOptions::head_delay), whichever comes first.
///
/// # Errors
///
/// Those of the set-up, and the stream's own if it is its first item: ordinary answers with their status.
///
/// # Cancel safety
///
/// Dropping the future drops the block; so does dropping the reply.
pub fn event_stream<F, B>(
    call: &Call,
    block: F,
) -> impl Future<Output = Result<Reply, HttpException>> + Send + use<F, B>
where
    F: FnOnce(Emitter) -> B,
    B: Future<Output = Result<(), HttpException>> + Send + 'static,
{
    let slot = Slot::default();
    let block = block(Emitter::new(slot.clone(), call.route()));
    answer(call.route().clone(), Generator::new(block, slot))
}

async fn answer(route: RouteRef, mut generator: Generator) -> Result<Reply, HttpException> {
    generator.set_up().await?;
    #[cfg(feature = "sse-hub")]
    if let Some(reply) = generator.take_reply() {
        return Ok(reply);
    }
    if !route.pipeline().is_bare() {
        // Opened when everything around the handler has seen it.
        return Ok(Reply::events(generator));
    }
    // Boxed, so that a subscription needs no room for it.
    let opened = Box::pin(route.streams().open(generator, |exception| Some(last_event(&exception))));
    let mut response = opened.await?;
    route.add_headers(response.headers_mut());
    Ok(Reply::response(response.map(Body::new)))
}

/// What a handler replies with that gives a subscription.
#[cfg(feature = "sse-hub")]
pub(super) fn reply_with(route: &RouteRef, subscription: Subscription) -> Reply {
    if !route.pipeline().is_bare() {
        // Opened when everything around the handler has seen it.
        return Reply::subscription(Box::new(subscription));
    }
    let mut response = open_subscription(route, subscription);
    route.add_headers(response.headers_mut());
    Reply::response(response.map(Body::new))
}

/// Answers with a subscription.
#[cfg(feature = "sse-hub")]
pub(crate) fn open_subscription(route: &RouteRef, subscription: Subscription) -> Response<EventBody> {
    let mut response = route.streams().open_subscription(subscription);
    if let Some(tether) = response.extensions_mut().get_mut::<Tether>() {
        tether.set_of_route();
    }
    response
}

/// What a client reads of an error after the head: an event of the type `error` with the public message.
pub(crate) fn last_event(exception: &HttpException) -> MessageEvent {
    exception.log();
    MessageEvent::new(exception.message()).event_type(event_name!("error"))
}

impl From<EncodeError> for HttpException {
    fn from(error: EncodeError) -> Self {
        Self::internal(error)
    }
}
