//! What was produced before.

use std::time::SystemTime;

use crate::event::MessageEvent;

/// Shows what the log has of a producer when a run of it begins: nothing at first; after a restart, what earlier runs gave.
///
/// The run's stream gives what comes after that, and nothing of it again.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub(super) events: Vec<MessageEvent>,
    pub(super) begun: Option<SystemTime>,
    pub(super) bytes: usize,
    pub(super) is_trimmed: bool,
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

    /// Tells when the first event was produced.
    #[must_use]
    pub fn begun(&self) -> Option<SystemTime> {
        self.begun
    }

    /// Says whether the store no longer keeps the beginning.
    #[must_use]
    pub fn is_trimmed(&self) -> bool {
        self.is_trimmed
    }
}
