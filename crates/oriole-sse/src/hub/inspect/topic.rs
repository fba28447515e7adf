//! A topic that is in memory.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::event::MessageEvent;
use crate::hub::topic::TopicState;
use crate::store::{Position, Sequence, Topic};

/// Shows a topic as it is at the moment of each question; given by [`Hub::topics`](crate::Hub::topics).
#[derive(Clone)]
pub struct OpenTopic {
    state: Arc<TopicState>,
}

/// Is one of the latest events of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecentEvent {
    /// Its number in the log.
    pub sequence: Sequence,
    /// When it was published.
    pub at: SystemTime,
    /// How many bytes it has as it goes out.
    pub bytes: usize,
    /// What it says.
    pub event: MessageEvent,
}

impl OpenTopic {
    pub(super) fn new(state: Arc<TopicState>) -> Self {
        Self { state }
    }

    /// Shows its name.
    #[must_use]
    pub fn topic(&self) -> &Topic {
        &self.state.topic
    }

    /// Tells the place after the newest event; `None` as long as the store was never there.
    #[must_use]
    pub fn end(&self) -> Option<Position> {
        self.state.lock().end()
    }

    /// Tells the place after which everything is in memory.
    #[must_use]
    pub fn ring_base(&self) -> Sequence {
        self.state.lock().ring.base()
    }

    /// Tells how many events are in memory, at most [`HubOptions::ring_events_max`](crate::HubOptions::ring_events_max).
    #[must_use]
    pub fn ring_events(&self) -> u64 {
        self.state.lock().ring.size().events
    }

    /// Tells how many bytes these have, with the latest of each key.
    #[must_use]
    pub fn ring_bytes(&self) -> u64 {
        self.state.lock().ring.size().bytes
    }

    /// Tells how many volatile events are in memory.
    #[must_use]
    pub fn volatile_events(&self) -> u64 {
        self.state.lock().volatile.size().events
    }

    /// Counts the subscriptions.
    #[must_use]
    pub fn readers(&self) -> usize {
        self.state.lock().readers
    }

    /// Says whether the store was away, and it is not known since what it has.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.state.lock().is_stale
    }

    /// Gives the latest events that are in memory, the newest first.
    #[must_use]
    pub fn recent(&self, events_max: usize) -> Vec<RecentEvent> {
        let live = self.state.lock();
        let recent = live.ring.recent(events_max).map(|(sequence, at, frame)| RecentEvent {
            sequence,
            at,
            bytes: frame.bytes.len(),
            event: MessageEvent::encoded(frame.bytes.slice(frame.id_bytes..)),
        });
        recent.collect()
    }
}

impl fmt::Debug for OpenTopic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenTopic").field("topic", self.topic()).finish_non_exhaustive()
    }
}
