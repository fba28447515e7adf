//! The clock of the machine.

use std::time::{Instant, SystemTime};

use super::{Clock, Sleep};

/// Tells the machine's time and waits on tokio's timer.
///
/// Under tokio's paused clock (`#[tokio::test(start_paused = true)]`) [`Clock::now`] and [`Clock::sleep_until`] follow
/// it; [`Clock::wall`] does not.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Waits on tokio's timer, with its resolution of a millisecond.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime whose timer is enabled.
    fn sleep_until(&self, moment: Instant) -> Sleep {
        Box::pin(tokio::time::sleep_until(moment.into()))
    }
}
