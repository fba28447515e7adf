//! Streams of events to streams of values.

use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use pin_project_lite::pin_project;
use serde::de::DeserializeOwned;

use super::{ControlNames, EventReadError, HubEvent, Identified};
use crate::codec::ReceivedEvent;

/// So many events in a row are left out before other tasks have a turn.
pub(super) const SKIPPED_PER_POLL_MAX: usize = 64;

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
        Json::new(self)
    }

    /// Reads each event as a variant of an enum; see [`ReceivedEvent::typed`].
    ///
    /// An event that is none is an error of its own, after which the stream goes on; those of a type that the enum does
    /// not know can be left out, by [`skip_unknown`](Typed::skip_unknown).
    fn typed<T: DeserializeOwned>(self) -> Typed<Self, T> {
        Typed::new(self)
    }

    /// Reads each event as [`typed`](Self::typed) does, and keeps its id.
    fn typed_with_id<T: DeserializeOwned>(self) -> TypedWithId<Self, T> {
        TypedWithId::new(self)
    }

    /// Reads each event of a hub's stream: the hub's own as [`HubHello`](super::HubHello), [`HubGap`](super::HubGap) and
    /// [`HubEnd`](super::HubEnd), all others as [`typed`](Self::typed) does; each with its id.
    fn hub_events<T: DeserializeOwned>(self) -> HubEvents<Self, T> {
        HubEvents::new(self)
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
    (
        $(#[$doc:meta])*
        $name:ident<T> of $item:ty, ($($field:ident: $type:ty),*), |$event:ident| $read:expr
    ) => {
        pin_project! {
            $(#[$doc])*
            #[must_use = "streams do nothing unless polled"]
            pub struct $name<S, T> {
                #[pin]
                stream: S,
                skips_unknown: bool,
                $($field: $type,)*
                value: PhantomData<fn() -> T>,
            }
        }

        impl<S, T> $name<S, T> {
            fn new(stream: S) -> Self {
                Self { stream, skips_unknown: false, $($field: <$type>::default(),)* value: PhantomData }
            }

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
            type Item = Result<$item, TypedError<E>>;

            fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                let mut this = self.project();
                $(let $field = this.$field;)*
                for _ in 0..=SKIPPED_PER_POLL_MAX {
                    let Some(item) = ready!(this.stream.as_mut().poll_next(cx)) else { return Poll::Ready(None) };
                    let value = value(item, |$event| $read);
                    let is_left_out = *this.skips_unknown
                        && matches!(&value, Err(TypedError::Event { error, .. }) if error.is_unknown());
                    if !is_left_out {
                        return Poll::Ready(Some(value));
                    }
                }
                cx.waker().wake_by_ref();
                Poll::Pending
            }
        }

        impl<S: fmt::Debug, T> fmt::Debug for $name<S, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("stream", &self.stream).finish_non_exhaustive()
            }
        }
    };
}

macro_rules! skip_unknown {
    ($($name:ident)*) => {$(
        impl<S, T> $name<S, T> {
            /// Leaves out events of a type that the enum does not know, as browsers do with those that nobody listens to.
            ///
            /// For readers that may be older than their server. What the type is known of and the data does not fit remains
            /// an error. After 64 of them in a row other tasks have a turn.
            pub fn skip_unknown(mut self) -> Self {
                self.skips_unknown = true;
                self
            }
        }
    )*};
}

value_stream! {
    /// Is a stream of values in JSON; made by [`ReceivedEventStreamExt::json`].
    ///
    /// # Cancel safety
    ///
    /// That of the stream of events.
    Json<T> of T, (), |event| event.json()
}

value_stream! {
    /// Is a stream of an enum's values; made by [`ReceivedEventStreamExt::typed`].
    ///
    /// # Cancel safety
    ///
    /// That of the stream of events.
    Typed<T> of T, (), |event| event.typed()
}

value_stream! {
    /// Is a stream of an enum's values with their ids; made by [`ReceivedEventStreamExt::typed_with_id`].
    ///
    /// # Cancel safety
    ///
    /// That of the stream of events.
    TypedWithId<T> of Identified<T>, (), |event| {
        event.typed().map(|value| Identified { id: event.last_event_id().into(), value })
    }
}

value_stream! {
    /// Is a stream of what a hub's stream says, with its ids; made by [`ReceivedEventStreamExt::hub_events`].
    ///
    /// # Cancel safety
    ///
    /// That of the stream of events.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::{StreamExt, stream};
    /// use oriole_sse::{DecodeStream, HubEvent, ReceivedEventStreamExt};
    ///
    /// #[derive(Debug, PartialEq, serde::Deserialize)]
    /// #[serde(rename_all = "kebab-case")]
    /// enum Room {
    ///     Said(String),
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let body = "event: said\nid: 7\ndata: \"Hi\"\n\nevent: gap\n\
    ///             data: {\"topic\":\"rooms/1\",\"reason\":\"overflow\",\"after\":7,\"through\":9}\n\n";
    /// let events = DecodeStream::new(stream::iter([Ok::<_, std::io::Error>(body)]));
    /// let mut events = events.hub_events::<Room>();
    /// let said = events.next().await.ok_or("an event")??;
    /// assert_eq!((said.id.as_str(), said.value), ("7", HubEvent::Event(Room::Said("Hi".into()))));
    /// let HubEvent::Gap(gap) = events.next().await.ok_or("an event")??.value else { panic!("no gap") };
    /// assert_eq!((gap.reason.as_str(), gap.after, gap.through), ("overflow", Some(7), Some(9)));
    /// # Ok(())
    /// # }
    /// ```
    HubEvents<T> of Identified<HubEvent<T>>, (names: ControlNames), |event| {
        event.hub_event(names).map(|value| Identified { id: event.last_event_id().into(), value })
    }
}

skip_unknown! { Typed TypedWithId HubEvents }

impl<S, T> HubEvents<S, T> {
    /// Takes the names that the server has given to the hub's own events.
    pub fn names(mut self, names: ControlNames) -> Self {
        self.names = names;
        self
    }
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
