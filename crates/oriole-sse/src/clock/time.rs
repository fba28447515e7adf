//! What a clock can do.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
#[cfg(feature = "response")]
use std::time::Duration;
use std::time::{Instant, SystemTime};

/// Is what [`Clock::sleep_until`] gives: a future that is ready once the moment has come.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tells the time and waits.
///
/// Everything in this crate that depends on time asks a clock, so that heartbeats and delays are tested without
/// sleeping. Use [`SystemClock`](super::SystemClock) unless a test needs to steer time by other means than tokio's paused clock.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Tells the moment on a time line that never goes back.
    fn now(&self) -> Instant;

    /// Tells the time of day, for what outlives a process.
    fn wall(&self) -> SystemTime;

    /// Waits until a moment of [`Clock::now`]'s time line.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the wait and nothing else.
    fn sleep_until(&self, moment: Instant) -> Sleep;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Instant {
        (**self).now()
    }

    fn wall(&self) -> SystemTime {
        (**self).wall()
    }

    fn sleep_until(&self, moment: Instant) -> Sleep {
        (**self).sleep_until(moment)
    }
}

/// Counts a time in nanoseconds, as far as they go: five hundred years.
#[cfg(feature = "response")]
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
