//! How much of a topic is kept.

use std::time::Duration;

/// Says how much of each topic a store keeps: what is beyond any of the bounds goes, the oldest first.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::Retention;
///
/// let retention = Retention::default().events_max(1_000).age_max(Duration::from_secs(3600));
/// assert_eq!(retention.bytes_max, 16 * 1024 * 1024);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// How many events. 10,000 by default; zero keeps none.
    pub events_max: u64,
    /// How many bytes, by [`Record::bytes`](super::Record::bytes). 16 MiB by default.
    pub bytes_max: u64,
    /// How old an event may become, by the clocks of publishers; `None` for any age. 24 hours by default.
    pub age_max: Option<Duration>,
}

impl Retention {
    /// Sets [`events_max`](Self::events_max).
    #[must_use]
    pub fn events_max(mut self, events: u64) -> Self {
        self.events_max = events;
        self
    }

    /// Sets [`bytes_max`](Self::bytes_max).
    #[must_use]
    pub fn bytes_max(mut self, bytes: u64) -> Self {
        self.bytes_max = bytes;
        self
    }

    /// Sets [`age_max`](Self::age_max).
    #[must_use]
    pub fn age_max(mut self, age: impl Into<Option<Duration>>) -> Self {
        self.age_max = age.into();
        self
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self { events_max: 10_000, bytes_max: 16 * 1024 * 1024, age_max: Some(Duration::from_secs(24 * 3600)) }
    }
}
