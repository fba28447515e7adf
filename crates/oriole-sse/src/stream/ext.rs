//! The methods that streams gain.

use futures_core::Stream;

use super::{Finalize, IntoEvent, IntoEvents};

/// Adds to every stream what event streams need.
pub trait EventStreamExt: Stream {
    /// Runs a closure exactly once when the stream is over, however it ends: it completed, it failed, the client left,
    /// or it was never polled.
    ///
    /// Use it for what must happen at the end of each stream and cannot wait for the application's own end. The closure
    /// is not async and runs where the stream is dropped: keep it short. A client that leaves without a word is noticed
    /// when the next event or heartbeat cannot be written, so the closure runs then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the stream runs the closure.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    /// use oriole_sse::EventStreamExt;
    ///
    /// let over = Cell::new(0);
    /// let stream = futures_util::stream::iter([1, 2, 3]).finalize(|| over.set(over.get() + 1));
    /// drop(stream);
    /// assert_eq!(over.get(), 1);
    /// ```
    fn finalize<F>(self, finalizer: F) -> Finalize<Self, F>
    where
        Self: Sized,
        F: FnOnce(),
    {
        Finalize::new(self, finalizer)
    }

    /// Brings items of every kind that an event stream can carry to one form; see [`IntoEvent`].
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use oriole_sse::{EncodeError, EventStreamExt, MessageEvent};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let events = futures_util::stream::iter([MessageEvent::new("hello")]);
    /// let items: Vec<Result<MessageEvent, EncodeError>> = events.into_events().collect().await;
    /// assert_eq!(items, [Ok(MessageEvent::new("hello"))]);
    /// # }
    /// ```
    fn into_events<E>(self) -> IntoEvents<Self, E>
    where
        Self: Sized,
        Self::Item: IntoEvent<E>,
    {
        IntoEvents::new(self)
    }
}

impl<S: Stream + ?Sized> EventStreamExt for S {}
