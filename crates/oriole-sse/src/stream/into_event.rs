//! What the items of an event stream can be.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::event::MessageEvent;

/// Is an item that an event stream can carry: a [`MessageEvent`], or a `Result` of one whose error turns into `E`.
///
/// A bare text or value is none, on purpose: whether it goes out as text or as JSON is said by
/// [`MessageEvent::new`] or [`MessageEvent::json`](MessageEvent::json).
#[diagnostic::on_unimplemented(
    message = "an event stream cannot carry items of type `{Self}`",
    label = "the items of this stream are no events",
    note = "yield `MessageEvent`, or `Result<MessageEvent, E>`",
    note = "`MessageEvent::json(&value)` carries a value as JSON, `MessageEvent::new(text)` carries a text"
)]
pub trait IntoEvent<E> {
    /// Turns the item into an event or an error of the stream.
    ///
    /// # Errors
    ///
    /// The item's own error, turned into `E`.
    fn into_event(self) -> Result<MessageEvent, E>;
}

impl<E> IntoEvent<E> for MessageEvent {
    fn into_event(self) -> Result<MessageEvent, E> {
        Ok(self)
    }
}

impl<E, F: Into<E>> IntoEvent<E> for Result<MessageEvent, F> {
    fn into_event(self) -> Result<MessageEvent, E> {
        self.map_err(Into::into)
    }
}

pin_project! {
    /// Is a stream whose items are brought to one form; made by
    /// [`EventStreamExt::into_events`](super::EventStreamExt::into_events).
    #[must_use = "streams do nothing unless polled"]
    pub struct IntoEvents<S, E> {
        #[pin]
        stream: S,
        error: PhantomData<fn() -> E>,
    }
}

impl<S, E> IntoEvents<S, E> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, error: PhantomData }
    }
}

impl<S, E> Stream for IntoEvents<S, E>
where
    S: Stream,
    S::Item: IntoEvent<E>,
{
    type Item = Result<MessageEvent, E>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().stream.poll_next(cx).map(|item| item.map(IntoEvent::into_event))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

impl<S: fmt::Debug, E> fmt::Debug for IntoEvents<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoEvents").field("stream", &self.stream).finish()
    }
}
