//! Events as a stream: for whoever shows all of them, to a browser for example.

use super::EventBus;
use crate::listener::{Pattern, has_wildcards};
use crate::{AnyEvent, Event, ListenError};
use futures_util::Stream;
use futures_util::stream::BoxStream;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll};
use tokio::sync::broadcast::{self, error::RecvError};

/// How many events a stream did not see, of whatever name: it was further behind than
/// [`stream_buffer_max`](crate::EventsOptions::stream_buffer_max).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Missed(pub u64);

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} events were missed", self.0)
    }
}

impl std::error::Error for Missed {}

/// Events of a name, a pattern or a type, from when it was asked for; it ends with the application.
///
/// All streams share one buffer, and none keeps the others, or who emits, from going on.
#[must_use = "a stream does nothing unless it is polled"]
pub struct EventStream<T = AnyEvent>(BoxStream<'static, Result<T, Missed>>);

/// What a stream reads from.
pub(super) struct Events {
    /// `None` if the application has ended.
    receiver: Option<broadcast::Receiver<AnyEvent>>,
    pattern: Pattern,
    delimiter: Arc<str>,
}

impl Events {
    pub(super) async fn recv(&mut self) -> Option<Result<AnyEvent, Missed>> {
        loop {
            match self.receiver.as_mut()?.recv().await {
                Ok(event) if self.pattern.matches(event.name(), &self.delimiter) => return Some(Ok(event)),
                Ok(_) => {}
                Err(RecvError::Lagged(missed)) => return Some(Err(Missed(missed))),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

impl EventBus {
    /// Every event that fits a name or pattern, `**` for all (`EVT.8`).
    ///
    /// # Errors
    ///
    /// [`ListenError::Name`] as for [`on`](Self::on); `**` alone needs no wildcards.
    pub fn stream(&self, name: &str) -> Result<EventStream, ListenError> {
        let options = &self.shared.options;
        let wild = has_wildcards(name, &options.delimiter);
        if name.is_empty() || (wild && !options.wildcard && name != "**") {
            return Err(ListenError::Name { name: name.to_owned() });
        }
        let events = self.stream_of(Pattern::new(name, &options.delimiter));
        let stream = futures_util::stream::unfold(events, |mut events| async move {
            let item = events.recv().await?;
            Some((item, events))
        });
        Ok(EventStream(Box::pin(stream)))
    }

    /// Every event of a type.
    pub fn stream_typed<E: Event>(&self) -> EventStream<Arc<E>> {
        let events = self.stream_of(Pattern::Exact(E::NAME.to_owned()));
        let stream = futures_util::stream::unfold(events, |mut events| async move {
            loop {
                match events.recv().await? {
                    Ok(event) => {
                        // One of this name that carries something else is somebody else's.
                        if let Some(event) = event.get::<E>() {
                            return Some((Ok(event), events));
                        }
                    }
                    Err(missed) => return Some((Err(missed), events)),
                }
            }
        });
        EventStream(Box::pin(stream))
    }

    pub(super) fn stream_of(&self, pattern: Pattern) -> Events {
        let observers = self.shared.observers.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = observers.as_ref().map(broadcast::Sender::subscribe);
        Events { receiver, pattern, delimiter: Arc::from(self.shared.options.delimiter.as_str()) }
    }

    /// Shows an event to streams.
    pub(super) fn show(&self, event: AnyEvent) {
        let observers = self.shared.observers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(observers) = observers.as_ref().filter(|observers| observers.receiver_count() > 0) {
            // That all of them have just left is no fault.
            let _ = observers.send(event);
        }
    }
}

impl<T> Stream for EventStream<T> {
    type Item = Result<T, Missed>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}
