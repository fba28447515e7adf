//! What happens to a reader that is too slow.

/// Says when a reader is too slow, and what happens then.
///
/// A reader is a place in the log: being slow costs no memory, whatever the policy. A reader is too slow when it is behind by
/// more than [`events_max`](Self::events_max) or [`bytes_max`](Self::bytes_max), or by more than what the hub holds in memory
/// of a topic. Whoever catches up after a resume is not judged until it has caught up.
///
/// # Examples
///
/// ```
/// use oriole_sse::{SlowReader, SlowReaderPolicy};
///
/// let prices = SlowReader::new(SlowReaderPolicy::Coalesce).events_max(100);
/// assert_eq!(prices.bytes_max, 256 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlowReader {
    /// What happens. To read the store by default, which loses nothing that the store keeps.
    pub policy: SlowReaderPolicy,
    /// How many events of a topic a reader may be behind. 512 by default. Without meaning for [`SlowReaderPolicy::Replay`].
    pub events_max: usize,
    /// How many bytes of a topic a reader may be behind. 256 KiB by default. Without meaning for
    /// [`SlowReaderPolicy::Replay`].
    pub bytes_max: usize,
}

/// Says what happens to a reader that is too slow; each loss is told by a `gap`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlowReaderPolicy {
    /// It reads the store at its own pace until it has caught up. Nothing is lost that the store keeps.
    #[default]
    Replay,
    /// Its stream ends with `end` and the reason `slow`. It may come back and catch up.
    Disconnect,
    /// It skips the oldest, and goes on with the newest half of what it may be behind.
    DropOldest,
    /// It gets the oldest, as many as it may be behind, and skips the rest up to the newest.
    DropNewest,
    /// It skips each event for whose key there is a later one, so that it gets the latest of each key for certain. An event
    /// without a key is skipped only if it is no longer in memory.
    Coalesce,
}

impl SlowReader {
    /// Takes a policy with the default bounds.
    #[must_use]
    pub fn new(policy: SlowReaderPolicy) -> Self {
        Self { policy, ..Self::default() }
    }

    /// Sets [`events_max`](Self::events_max).
    #[must_use]
    pub fn events_max(mut self, events: usize) -> Self {
        self.events_max = events;
        self
    }

    /// Sets [`bytes_max`](Self::bytes_max).
    #[must_use]
    pub fn bytes_max(mut self, bytes: usize) -> Self {
        self.bytes_max = bytes;
        self
    }

    pub(super) fn is_exceeded(&self, events: usize, bytes: u64) -> bool {
        // Who has the newest event to take and no other is not behind.
        events > 1 && (events > self.events_max || bytes > self.bytes_max as u64)
    }
}

impl Default for SlowReader {
    fn default() -> Self {
        Self { policy: SlowReaderPolicy::Replay, events_max: 512, bytes_max: 256 * 1024 }
    }
}

impl From<SlowReaderPolicy> for SlowReader {
    fn from(policy: SlowReaderPolicy) -> Self {
        Self::new(policy)
    }
}
