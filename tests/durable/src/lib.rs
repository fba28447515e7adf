//! What the programs and their tests agree on.

use std::time::Duration;

use oriole_sse::{RedbStoreOptions, Retention};

/// The topics that the publisher fills.
pub const TOPICS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Says to which topic a number is published.
#[must_use]
pub fn topic_of(number: u64) -> &'static str {
    TOPICS[usize::try_from(number % 5).unwrap_or_default()]
}

/// Keeps all that is published, and remembers who published it.
#[must_use]
pub fn options() -> RedbStoreOptions {
    RedbStoreOptions::default()
        .retention(Retention::default().events_max(u64::MAX).bytes_max(u64::MAX))
        .idempotency_window(Duration::from_secs(24 * 3600))
        .idempotency_keys_max(u64::MAX)
}
