//! A steady tick.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use futures_core::Stream;

use crate::clock::{Clock, Sleep, SystemClock};

/// Counts 0, 1, 2 ... once per period, the first time one period after it is first polled, as Rx's `interval` does.
///
/// A reader that was late gets one tick and then falls in with the beat again: ticks do not pile up, and the count has
/// no gaps. A period of less than a millisecond is one millisecond.
///
/// # Panics
///
/// The stream panics where it is polled outside a tokio runtime.
///
/// # Cancel safety
///
/// Dropping the stream ends the tick; a `next` that is dropped loses none.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use futures_util::StreamExt;
/// use oriole_sse::interval;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let ticks: Vec<u64> = interval(Duration::from_millis(1)).take(3).collect().await;
/// assert_eq!(ticks, [0, 1, 2]);
/// # }
/// ```
pub fn interval(period: Duration) -> Interval {
    interval_with(SystemClock, period)
}

/// Does what [`interval`] does, by another clock.
pub fn interval_with(clock: impl Clock, period: Duration) -> Interval {
    Interval { clock: Arc::new(clock), period: period.max(Duration::from_millis(1)), next: None, count: 0 }
}

/// Is a stream of ticks; made by [`interval`].
#[must_use = "streams do nothing unless polled"]
pub struct Interval {
    clock: Arc<dyn Clock>,
    period: Duration,
    next: Option<(Instant, Sleep)>,
    count: u64,
}

impl Stream for Interval {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u64>> {
        let this = &mut *self;
        let (due, sleep) = this.next.get_or_insert_with(|| wait(&*this.clock, this.clock.now(), this.period));
        ready!(sleep.as_mut().poll(cx));
        this.next = Some(wait(&*this.clock, *due, this.period));
        let tick = this.count;
        this.count = this.count.wrapping_add(1);
        Poll::Ready(Some(tick))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interval").field("period", &self.period).field("count", &self.count).finish_non_exhaustive()
    }
}

/// Waits for the first moment of the beat that is still to come.
fn wait(clock: &dyn Clock, last: Instant, period: Duration) -> (Instant, Sleep) {
    let late = clock.now().saturating_duration_since(last);
    // What is left of the division is below the period, so it fits into a `Duration` too.
    let nanos = late.as_nanos() % period.as_nanos();
    let into_beat = Duration::new((nanos / 1_000_000_000) as u64, (nanos % 1_000_000_000) as u32);
    // A period too long for the clock never ends.
    let due = last.checked_add(late - into_beat).and_then(|beat| beat.checked_add(period));
    match due {
        Some(due) => (due, clock.sleep_until(due)),
        None => (last, Box::pin(std::future::pending())),
    }
}
