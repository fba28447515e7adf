//! What was produced before.

use std::sync::Arc;
use std::time::SystemTime;

use super::memory::Room;
use crate::event::MessageEvent;

/// Shows what the log has of a producer when a run of it begins: nothing at first; after a restart, what earlier runs gave.
///
/// The run's stream gives what comes after that, and nothing of it again. It is all that was ever given: a producer whose beginning the
/// store no longer keeps is not gone on with, and ends as [`ProducerEnd::Trimmed`](super::ProducerEnd::Trimmed).
///
/// It is in memory as long as the closure and its stream keep it, with up to [`ProducerOptions::bytes_max`](super::ProducerOptions::bytes_max), and counts
/// against [`ProducerOptions::progress_bytes_max`](super::ProducerOptions::progress_bytes_max) until the last clone of it is dropped: a stream
/// that needs it no more should drop it, or others wait.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub(super) events: Vec<MessageEvent>,
    pub(super) begun: Option<SystemTime>,
    pub(super) bytes: usize,
    /// Its room in memory.
    pub(super) room: Option<Arc<Room>>,
}

impl Progress {
    /// Shows the events, the first one first, as they went out but for their ids.
    #[must_use]
    pub fn events(&self) -> &[MessageEvent] {
        &self.events
    }

    /// Counts the events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Says whether nothing was produced yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Tells how many bytes it has in memory.
    pub(super) fn held(&self) -> usize {
        self.bytes.saturating_add(self.events.len().saturating_mul(MessageEvent::ENCODED_BYTES))
    }

    /// Tells when the first event was produced.
    #[must_use]
    pub fn begun(&self) -> Option<SystemTime> {
        self.begun
    }
}
