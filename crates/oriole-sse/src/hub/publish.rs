//! Giving events to a topic.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use tracing::Instrument;

use super::frame::encode_published;
use super::shared::Shared;
use super::trace::Trace;
use crate::codec::EncodeError;
use crate::event::{EventName, MessageEvent};
use crate::store::{Append, AppendRefusal, Appended, Expected, Position, StoreError, Topic, TopicError};

/// Is an event on its way to a topic; made by [`Hub::publish`](super::Hub::publish), and sent by `.await`.
#[must_use = "nothing is published before it is awaited"]
pub struct Publish {
    shared: Arc<Shared>,
    topic: Result<Topic, TopicError>,
    event: MessageEvent,
    coalesce_key: Option<Arc<str>>,
    idempotency_key: Option<Arc<str>>,
    expected: Expected,
    is_volatile: bool,
}

/// Says what became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Published {
    /// It is in the log, as safe as the store makes it.
    Stored {
        /// Its place.
        position: Position,
        /// It was there already, under the same idempotency key; this one is dropped.
        is_duplicate: bool,
    },
    /// It is in no log: it was volatile, or the store is away. The subscribers of this process get it, without an id.
    LiveOnly,
}

/// Says why an event was not published.
#[derive(Debug)]
#[non_exhaustive]
pub enum PublishError {
    /// The topic's name is none, or the hub's own.
    Topic(TopicError),
    /// The event has no data, so that no page would see it (rule E23).
    NoData,
    /// The event has an id, which is the hub's to give.
    HasId,
    /// The event has a name of [`ControlNames`](crate::ControlNames).
    #[non_exhaustive]
    ReservedName {
        /// The name.
        name: EventName,
    },
    /// The event is larger than [`HubOptions::event_bytes_max`](super::HubOptions::event_bytes_max).
    #[non_exhaustive]
    TooLarge {
        /// The limit, in bytes.
        bytes_max: usize,
    },
    /// The event's data could not be serialised.
    Encode(EncodeError),
    /// The store refused it.
    Refused(AppendRefusal),
    /// The store failed, or did not answer in time; it is unknown whether the event was taken.
    Store(StoreError),
    /// The store is away, and the event was to be taken under a condition that only the store knows.
    Away,
}

impl Publish {
    pub(super) fn new(shared: Arc<Shared>, topic: Result<Topic, TopicError>, event: MessageEvent) -> Self {
        Self {
            shared,
            topic,
            event,
            coalesce_key: None,
            idempotency_key: None,
            expected: Expected::Anything,
            is_volatile: false,
        }
    }

    /// Lets later events with the same key stand for this one, where a reader is too slow and its policy is
    /// [`SlowReaderPolicy::Coalesce`](super::SlowReaderPolicy::Coalesce).
    pub fn coalesce_key(mut self, key: impl Into<Arc<str>>) -> Self {
        self.coalesce_key = Some(key.into());
        self
    }

    /// Names the publication, so that repeating it within the store's window publishes nothing twice.
    pub fn idempotency_key(mut self, key: impl Into<Arc<str>>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Publishes only if the topic's last event is this one.
    pub fn after(mut self, last: Position) -> Self {
        self.expected = Expected::Last(last);
        self
    }

    /// Publishes only if the topic never had an event.
    pub fn as_first(mut self) -> Self {
        self.expected = Expected::Nothing;
        self
    }

    /// Keeps the event out of the log: it has no id, is never repeated, and is sent after everything that is in the log.
    ///
    /// For what is worth nothing a moment later, such as who is typing. A reader that is slow misses it without being told;
    /// keys and conditions mean nothing for it.
    pub fn volatile(mut self) -> Self {
        self.is_volatile = true;
        self
    }

    async fn send(self) -> Result<Published, PublishError> {
        let shared = Arc::clone(&self.shared);
        let mut frame_bytes = 0;
        let published = self.give(&mut frame_bytes).await;
        shared.meter.published(frame_bytes, &published);
        published
    }

    async fn give(self, frame_bytes: &mut usize) -> Result<Published, PublishError> {
        let Self { shared, topic, event, coalesce_key, idempotency_key, expected, is_volatile } = self;
        let topic = topic.map_err(PublishError::Topic)?;
        let options = &shared.options;
        if let Some(name) = event.fields().event_type.filter(|name| options.names.is_reserved(name)) {
            return Err(PublishError::ReservedName { name: name.clone() });
        }
        let frame = encode_published(&topic, event, options.topic_naming, options.event_bytes_max)?;
        *frame_bytes = frame.len();
        let live_only = |frame| {
            if let Some(state) = shared.topic(&topic) {
                state.push_volatile(frame, &shared);
                shared.wake(&state);
            }
            Ok(Published::LiveOnly)
        };
        if is_volatile {
            return live_only(frame);
        }
        let is_conditional = idempotency_key.is_some() || expected != Expected::Anything;
        let mut append = Append::new(topic.clone(), shared.clock.wall(), frame.clone()).expected(expected);
        append.coalesce_key = coalesce_key;
        append.idempotency_key = idempotency_key;
        let answers = match shared.tracer.begin(options, &topic) {
            None => shared.in_time(|| shared.store.append(vec![append])).await,
            Some(trace) => append_traced(&shared, &topic, append, &trace).await,
        };
        if shared.absence.is_silent() {
            // Somebody has to ask it until it answers.
            shared.keeper.start(&shared);
        }
        match answers {
            Ok(answers) => match answers.into_iter().next() {
                Some(Ok(Appended { position, is_duplicate })) => Ok(Published::Stored { position, is_duplicate }),
                Some(Err(refusal)) => Err(PublishError::Refused(refusal)),
                None => Err(PublishError::Store(StoreError::failed("the store gave no answer"))),
            },
            Err(StoreError::Away { .. }) if is_conditional => Err(PublishError::Away),
            Err(StoreError::Away { .. }) => live_only(frame),
            Err(error) => Err(PublishError::Store(error)),
        }
    }
}

/// Appends within the trace's spans, and lets the topic's readers find the trace.
async fn append_traced(
    shared: &Shared,
    topic: &Topic,
    append: Append,
    trace: &Arc<Trace>,
) -> Result<Vec<Result<Appended, AppendRefusal>>, StoreError> {
    let state = shared.topic(topic);
    if let Some(state) = &state {
        let events_max = shared.options.trace_events_max;
        state.lock().traces.expect(append.frame.clone(), Arc::clone(trace), events_max);
    }
    // A store may do its work before the future is polled.
    let append = async { shared.in_time(|| shared.store.append(vec![append])).await };
    let answers = append.instrument(trace.append_span()).await;
    if let Some(state) = &state {
        state.lock().traces.forget(trace);
    }
    answers
}

impl IntoFuture for Publish {
    type Output = Result<Published, PublishError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Published {
    /// Gives the event's place in the log, if it is there.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Stored { position, .. } => Some(*position),
            Self::LiveOnly => None,
        }
    }

    /// Says whether it was there already, under the same idempotency key.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Stored { is_duplicate: true, .. })
    }
}

impl fmt::Debug for Publish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publish").field("topic", &self.topic).field("event", &self.event).finish_non_exhaustive()
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic(error) => error.fmt(f),
            Self::NoData => f.write_str("an event that is published needs data"),
            Self::HasId => f.write_str("an event that is published gets its id from the hub"),
            Self::ReservedName { name } => write!(f, "the name {name} is the hub's own"),
            Self::TooLarge { bytes_max } => write!(f, "an event that is published cannot exceed {bytes_max} bytes"),
            Self::Encode(error) => error.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Away => f.write_str("the store of events is away, and the publication has a condition"),
        }
    }
}

impl std::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => error.source(),
            _ => None,
        }
    }
}
