//! Streams of events to streams of values.

use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use pin_project_lite::pin_project;
use serde::de::DeserializeOwned;

use super::EventReadError;
use crate::codec::ReceivedEvent;

/// Turns streams of received events into streams of values; for `EventSource`, [`DecodeStream`](crate::DecodeStream) and
/// [`DecodeBody`](crate::DecodeBody).
///
/// # Examples
///
/// ```
/// use futures_util::{StreamExt, stream};
/// use oriole_sse::{DecodeStream, ReceivedEventStreamExt};
///
/// #[derive(serde::Deserialize)]
/// struct Token {
///     text: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let body = "data: {\"text\": \"Hel\"}\n\ndata: {\"text\": \"lo\"}\n\ndata: [DONE]\n\n";
/// let events = DecodeStream::new(stream::iter([Ok::<_, std::io::Error>(body)]));
/// let mut tokens = events.until_data("[DONE]").json::<Token>();
/// let mut text = String::new();
/// while let Some(token) = tokens.next().await {
///     text += &token?.text;
/// }
/// assert_eq!(text, "Hello");
/// # Ok(())
/// # }
/// ```
pub trait ReceivedEventStreamExt<E>: Stream<Item = Result<ReceivedEvent, E>> + Sized {
    /// Reads the data of each event as JSON, whatever its type is; see [`ReceivedEvent::json`].
    ///
    /// An event that is none is an error of its own, after which the stream goes on.
    fn json<T: DeserializeOwned>(self) -> Json<Self, T> {
        Json { stream: self, value: PhantomData }
    }

    /// Reads each event as a variant of an enum; see [`ReceivedEvent::typed`].
    ///
    /// An event that is none is an error of its own, after which the stream goes on.
    fn typed<T: DeserializeOwned>(self) -> Typed<Self, T> {
        Typed { stream: self, value: PhantomData }
    }

    /// Ends the stream before the first event whose data is this end marker, and drops the source at that moment, so
    /// that it does not reconnect.
    fn until_data(self, marker: impl Into<String>) -> UntilData<Self> {
        UntilData { stream: Some(self), marker: marker.into() }
    }
}

impl<E, S: Stream<Item = Result<ReceivedEvent, E>>> ReceivedEventStreamExt<E> for S {}

/// Says why a stream of values has no value here.
#[derive(Debug)]
#[non_exhaustive]
pub enum TypedError<E> {
    /// The stream of events failed.
    Source(E),
    /// An event is no value of the type.
    #[non_exhaustive]
    Event {
        /// Why.
        error: EventReadError,
        /// The event.
        event: Box<ReceivedEvent>,
    },
}

impl<E: fmt::Display> fmt::Display for TypedError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Source(error) => error.fmt(f),
            Self::Event { error, .. } => error.fmt(f),
        }
    }
}

impl<E: Error + 'static> Error for TypedError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Source(error) => error.source(),
            Self::Event { .. } => None,
        }
    }
}

/// Makes a value of an item.
fn value<T, E>(
    item: Result<ReceivedEvent, E>,
    read: impl FnOnce(&ReceivedEvent) -> Result<T, EventReadError>,
) -> Result<T, TypedError<E>> {
    let event = item.map_err(TypedError::Source)?;
    read(&event).map_err(|error| TypedError::Event { error, event: Box::new(event) })
}

macro_rules! value_stream {
    ($(#[$doc:meta])* $name:ident, $read:ident) => {
        pin_project! {
            $(#[$doc])*
            #[must_use = "streams do nothing unless polled"]
            pub struct $name<S, T> {
                #[pin]
                stream: S,
                value: PhantomData<fn() -> T>,
            }
        }

        impl<S, T> $name<S, T> {
            /// Shows the stream of events.
            pub fn source(&self) -> &S {
                &self.stream
            }
        }

        impl<S, T, E> Stream for $name<S, T>
        where
            S: Stream<Item = Result<ReceivedEvent, E>>,
            T: DeserializeOwned,
        {
            type Item = Result<T, TypedError<E>>;

            fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                self.project().stream.poll_next(cx).map(|item| item.map(|item| value(item, |event| event.$read())))
            }
        }

        impl<S: fmt::Debug, T> fmt::Debug for $name<S, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("stream", &self.stream).finish_non_exhaustive()
            }
        }
    };
}

value_stream! {
    /// Is a stream of values in JSON; made by [`ReceivedEventStreamExt::json`].
    ///
    /// # Cancel safety
    ///
    /// That of the stream of events.
    Json, json
}

value_stream! {
    /// Is a stream of an enum's values; made by [`ReceivedEventStreamExt::typed`].
    ///
    /// # Cancel safety
    ///
    /// That of the stream of events.
    Typed, typed
}

pin_project! {
    /// Is a stream of events up to an end marker; made by [`ReceivedEventStreamExt::until_data`].
    ///
    /// # Cancel safety
    ///
    /// That of the stream of events.
    #[derive(Debug)]
    #[must_use = "streams do nothing unless polled"]
    pub struct UntilData<S> {
        #[pin]
        stream: Option<S>,
        marker: String,
    }
}

impl<S, E> Stream for UntilData<S>
where
    S: Stream<Item = Result<ReceivedEvent, E>>,
{
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        let Some(stream) = this.stream.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        match ready!(stream.poll_next(cx)) {
            Some(Ok(event)) if event.data() == this.marker => {
                this.stream.set(None);
                Poll::Ready(None)
            }
            item => Poll::Ready(item),
        }
    }
}
