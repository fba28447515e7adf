//! What the items of an event stream can be.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::event::MessageEvent;

/// Is an item that an event stream can carry: a [`MessageEvent`], a `Result` of one whose error turns into `E`, or a text, a
/// number or a truth value, which is the data of one.
///
/// Any other value is none, on purpose: that it goes out as JSON is said by [`MessageEvent::json`](MessageEvent::json).
#[diagnostic::on_unimplemented(
    message = "an event stream cannot carry items of type `{Self}`",
    label = "the items of this stream are no events",
    note = "yield `MessageEvent`, `Result<MessageEvent, E>`, a text or a number",
    note = "`MessageEvent::json(&value)` carries a value as JSON"
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

// Of nothing else than events, so that rustc infers what `Err(..)` alone does not say.
impl<E, F: Into<E>> IntoEvent<E> for Result<MessageEvent, F> {
    fn into_event(self) -> Result<MessageEvent, E> {
        self.map_err(Into::into)
    }
}

macro_rules! texts {
    ($($text:ty)*) => {$(
        impl<E> IntoEvent<E> for $text {
            fn into_event(self) -> Result<MessageEvent, E> {
                Ok(MessageEvent::new(self))
            }
        }
    )*};
}
texts! { String &'static str Cow<'static, str> }

macro_rules! shown {
    ($($value:ty)*) => {$(
        impl<E> IntoEvent<E> for $value {
            fn into_event(self) -> Result<MessageEvent, E> {
                Ok(MessageEvent::new(self.to_string()))
            }
        }
    )*};
}
shown! { bool char i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 }

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
