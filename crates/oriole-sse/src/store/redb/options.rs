//! What can be set.

use std::time::Duration;

use super::super::Retention;

/// Sets the bounds of a [`RedbStore`](super::RedbStore).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::{RedbStoreOptions, Retention};
///
/// let options = RedbStoreOptions::default()
///     .retention(Retention::default().events_max(1_000_000).age_max(Duration::from_secs(7 * 24 * 3600)))
///     .commit_window(Duration::from_millis(5));
/// assert_eq!(options.topics_max, 100_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedbStoreOptions {
    /// How much of each topic is kept.
    pub retention: Retention,
    /// How many topics have a log. 100,000 by default. A new one takes the place of the one that is empty, not open, and silent
    /// for the longest; if there is none, its first event is refused.
    pub topics_max: usize,
    /// For how long a topic remembers an idempotency key. 2 minutes by default.
    pub idempotency_window: Duration,
    /// How many idempotency keys a topic remembers, the latest. 10,000 by default.
    pub idempotency_keys_max: u64,
    /// The least time between the beginnings of two commits. 2 ms by default, and at most
    /// [`COMMIT_WINDOW_MAX`](Self::COMMIT_WINDOW_MAX). An event after a pause is committed at once; under load, what comes
    /// within the time, or while a commit is under way, is committed together; and those whom the last commit answered have a quarter
    /// of the time from then on to come again.
    pub commit_window: Duration,
    /// How many events are committed together at most. 16,384 by default. Those of one [`append`](crate::Store::append) are never
    /// parted.
    pub commit_events_max: usize,
    /// How many bytes wait to be committed at most. 64 MiB by default. Who appends beyond it waits, in order; a batch that is
    /// larger waits until it is alone.
    pub queue_bytes_max: usize,
    /// How much of the file is held in memory, in bytes. 64 MiB by default.
    pub cache_bytes: usize,
    /// How many threads read. 2 by default; at least one does, and at most [`READERS_MAX`](Self::READERS_MAX).
    pub readers: usize,
    /// How often a file that could not be written is tried again. 1 s by default, and at least 1 ms.
    pub retry_interval: Duration,
    /// For how long the last handle that is dropped waits for what is under way. 5 s by default.
    pub close_timeout: Duration,
}

impl RedbStoreOptions {
    /// The longest [`commit_window`](Self::commit_window): a second. A longer one counts as this.
    pub const COMMIT_WINDOW_MAX: Duration = Duration::from_secs(1);
    /// The most [`readers`](Self::readers): 64. More count as these.
    pub const READERS_MAX: usize = 64;
}

macro_rules! setters {
    ($($name:ident: $type:ty,)*) => {
        impl RedbStoreOptions {
            $(
                #[doc = concat!("Sets [`", stringify!($name), "`](Self::", stringify!($name), ").")]
                #[must_use]
                pub fn $name(mut self, value: $type) -> Self {
                    self.$name = value;
                    self
                }
            )*
        }
    };
}

setters! {
    retention: Retention,
    topics_max: usize,
    idempotency_window: Duration,
    idempotency_keys_max: u64,
    commit_window: Duration,
    commit_events_max: usize,
    queue_bytes_max: usize,
    cache_bytes: usize,
    readers: usize,
    retry_interval: Duration,
    close_timeout: Duration,
}

impl Default for RedbStoreOptions {
    fn default() -> Self {
        Self {
            retention: Retention::default(),
            topics_max: 100_000,
            idempotency_window: Duration::from_secs(120),
            idempotency_keys_max: 10_000,
            commit_window: Duration::from_millis(2),
            commit_events_max: 16_384,
            queue_bytes_max: 64 * 1024 * 1024,
            cache_bytes: 64 * 1024 * 1024,
            readers: 2,
            retry_interval: Duration::from_secs(1),
            close_timeout: Duration::from_secs(5),
        }
    }
}
