//! What the tests of responses share.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http_body::Body;
use http_body_util::BodyExt;
use oriole_sse::{EncodeError, EventBody, EventStreamExt, EventStreams, MessageEvent, SseOptions, event_name};

/// An application's error.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AppError(pub(crate) String);

impl From<EncodeError> for AppError {
    fn from(error: EncodeError) -> Self {
        Self(error.to_string())
    }
}

pub(crate) fn report(error: AppError) -> Option<MessageEvent> {
    Some(MessageEvent::new(error.0).event_type(event_name!("error")))
}

#[expect(clippy::needless_pass_by_value, reason = "numbers and texts read alike at each call")]
pub(crate) fn event(text: impl ToString) -> Result<MessageEvent, AppError> {
    Ok(MessageEvent::new(text.to_string()))
}

pub(crate) fn error<T>(text: &str) -> Result<T, AppError> {
    Err(AppError(text.into()))
}

pub(crate) fn streams() -> EventStreams {
    EventStreams::new(SseOptions::default())
}

/// Opens a stream that is known not to fail at once.
pub(crate) async fn open<S>(streams: &EventStreams, stream: S) -> EventBody
where
    S: Stream<Item = Result<MessageEvent, AppError>> + Send + 'static,
{
    streams.open(stream, report).await.expect("no error at once").into_body()
}

/// Waits for the next frame; `None` at the end.
pub(crate) async fn frame(body: &mut EventBody) -> Option<Bytes> {
    let frame = body.frame().await?.expect("a body does not fail");
    Some(frame.into_data().expect("no trailers"))
}

/// Gives the next frame if there is one now.
pub(crate) async fn frame_now(body: &mut EventBody) -> Poll<Option<Bytes>> {
    let frame = poll_fn(|cx| Poll::Ready(Pin::new(&mut *body).poll_frame(cx))).await;
    frame.map(|frame| frame.map(|frame| frame.expect("a body does not fail").into_data().expect("no trailers")))
}

/// Waits for everything until the end.
pub(crate) async fn rest(body: EventBody) -> String {
    let bytes = body.collect().await.expect("a body does not fail").to_bytes();
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// Counts how often a stream ended.
#[derive(Clone, Default)]
pub(crate) struct Ends(Arc<AtomicUsize>);

impl Ends {
    pub(crate) fn of<S: Stream>(&self, stream: S) -> impl Stream<Item = S::Item> + use<S> {
        let count = Arc::clone(&self.0);
        stream.finalize(move || {
            count.fetch_add(1, Ordering::Relaxed);
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A stream that stays silent after these items.
pub(crate) fn then_silent<T>(items: Vec<T>) -> impl Stream<Item = T> {
    futures_util::stream::iter(items).chain(futures_util::stream::pending())
}

pub(crate) fn is_end(body: &EventBody) -> bool {
    body.is_end_stream() && body.size_hint().exact() == Some(0)
}
