//! Callbacks by event name, for those who think in browsers.

use std::fmt;

use super::error::SourceError;
use super::signal::{Opened, Signal};
use super::source::EventSource;
use crate::codec::ReceivedEvent;

type Listener<'f, T> = Box<dyn FnMut(&T) + Send + 'f>;

/// Holds callbacks for what a source brings; see [`EventSource::run`].
///
/// A server may name an event `open` or `error` (rule E25): such events go to [`on`](Self::on), what happens to the
/// connection goes to [`on_open`](Self::on_open) and [`on_error`](Self::on_error).
#[derive(Default)]
#[must_use = "listeners hear nothing until a source runs with them"]
pub struct Listeners<'f> {
    open: Vec<Listener<'f, Opened>>,
    error: Vec<Listener<'f, SourceError>>,
    comment: Vec<Listener<'f, str>>,
    /// By name; `None` hears all.
    events: Vec<(Option<Box<str>>, Listener<'f, ReceivedEvent>)>,
}

impl<'f> Listeners<'f> {
    /// Makes an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hears events of this type; names match exactly (rule E16).
    pub fn on(mut self, event_type: impl Into<String>, listener: impl FnMut(&ReceivedEvent) + Send + 'f) -> Self {
        self.events.push((Some(event_type.into().into_boxed_str()), Box::new(listener)));
        self
    }

    /// Hears events without a type, which have the type `message`.
    pub fn on_message(self, listener: impl FnMut(&ReceivedEvent) + Send + 'f) -> Self {
        self.on("message", listener)
    }

    /// Hears every event, which no browser offers.
    pub fn on_any(mut self, listener: impl FnMut(&ReceivedEvent) + Send + 'f) -> Self {
        self.events.push((None, Box::new(listener)));
        self
    }

    /// Hears of each connection that opens.
    pub fn on_open(mut self, listener: impl FnMut(&Opened) + Send + 'f) -> Self {
        self.open.push(Box::new(listener));
        self
    }

    /// Hears of each connection that is lost, and of the failure of the source (rule C16).
    pub fn on_error(mut self, listener: impl FnMut(&SourceError) + Send + 'f) -> Self {
        self.error.push(Box::new(listener));
        self
    }

    /// Hears comments, if the source gives them out.
    pub fn on_comment(mut self, listener: impl FnMut(&str) + Send + 'f) -> Self {
        self.comment.push(Box::new(listener));
        self
    }

    fn dispatch(&mut self, signal: &Signal) {
        match signal {
            Signal::Open(opened) => self.open.iter_mut().for_each(|listener| listener(opened)),
            Signal::Event(event) => {
                for (name, listener) in &mut self.events {
                    if name.as_deref().is_none_or(|name| name == event.event_type()) {
                        listener(event);
                    }
                }
            }
            Signal::Comment(text) => self.comment.iter_mut().for_each(|listener| listener(text)),
            Signal::Reconnecting { error, .. } | Signal::Failed(error) => {
                self.error.iter_mut().for_each(|listener| listener(error));
            }
            Signal::IdLeftOut { .. } => {}
        }
    }
}

impl EventSource {
    /// Runs the source with these listeners until it is closed or fails.
    ///
    /// A listener that has to stop it captures a [`handle`](EventSource::handle): after
    /// [`close`](super::EventSourceHandle::close) no listener is called for a later event (rule E28). Listeners run on
    /// the task that awaits this, one at a time and in the order in which they were given, and must not block.
    ///
    /// # Errors
    ///
    /// The error with which the source failed, which [`Listeners::on_error`] has heard of.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the connection; no listener is called twice for the same event.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::{EventSource, Listeners};
    /// # use std::sync::Arc;
    /// # use bytes::Bytes;
    /// # use http::{Request, Response};
    /// # use oriole_sse::{Transport, TransportBody, TransportError, TransportFuture};
    /// # #[derive(Debug)]
    /// # struct Canned;
    /// # impl Transport for Canned {
    /// #     fn send(&self, _: Request<Bytes>) -> TransportFuture {
    /// #         use http_body_util::{BodyExt, Full};
    /// #         Box::pin(async {
    /// #             let body = Full::new(Bytes::from_static(b"data: hello\n\nevent: end\ndata\n\n"));
    /// #             let body: TransportBody = Box::pin(body.map_err(|never| match never {}));
    /// #             Ok(Response::builder().header("content-type", "text/event-stream").body(body).unwrap())
    /// #         })
    /// #     }
    /// # }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let source = EventSource::builder("https://example.com/").transport(Canned).build()?;
    /// # /*
    /// let source = EventSource::new("https://example.com/events")?;
    /// # */
    /// let handle = source.handle();
    /// let mut texts = Vec::new();
    /// let listeners = Listeners::new()
    ///     .on_message(|event| texts.push(event.data().to_string()))
    ///     .on("end", move |_| handle.close());
    /// source.run(listeners).await?;
    /// assert_eq!(texts, ["hello"]);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run(mut self, mut listeners: Listeners<'_>) -> Result<(), SourceError> {
        while let Some(signal) = self.next_signal().await {
            listeners.dispatch(&signal);
            if let Signal::Failed(error) = signal {
                return Err(error);
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Listeners<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.events.iter().map(|(name, _)| name.as_deref().unwrap_or("*")).collect();
        f.debug_struct("Listeners").field("events", &names).finish_non_exhaustive()
    }
}
