//! What can be set.

use std::time::Duration;

use super::super::Retention;

/// Sets the bounds of a [`MemoryStore`](super::MemoryStore).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MemoryStoreOptions {
    /// How much of each topic is kept.
    pub retention: Retention,
    /// How many topics. 100,000 by default. A new one takes the place of the one that is empty, not open, and silent for the
    /// longest; if there is none, it is refused.
    pub topics_max: usize,
    /// For how long a topic remembers an idempotency key. 2 minutes by default.
    pub idempotency_window: Duration,
    /// How many idempotency keys a topic remembers, the latest. 10,000 by default.
    pub idempotency_keys_max: usize,
}

impl MemoryStoreOptions {
    /// Sets [`retention`](Self::retention).
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Sets [`topics_max`](Self::topics_max).
    #[must_use]
    pub fn topics_max(mut self, topics: usize) -> Self {
        self.topics_max = topics;
        self
    }

    /// Sets [`idempotency_window`](Self::idempotency_window).
    #[must_use]
    pub fn idempotency_window(mut self, window: Duration) -> Self {
        self.idempotency_window = window;
        self
    }

    /// Sets [`idempotency_keys_max`](Self::idempotency_keys_max).
    #[must_use]
    pub fn idempotency_keys_max(mut self, keys: usize) -> Self {
        self.idempotency_keys_max = keys;
        self
    }
}

impl Default for MemoryStoreOptions {
    fn default() -> Self {
        Self {
            retention: Retention::default(),
            topics_max: 100_000,
            idempotency_window: Duration::from_secs(120),
            idempotency_keys_max: 10_000,
        }
    }
}
