//! Timers that are asked for each event, and ring once in half a minute.
//!
//! A connection asks its timers whenever it is polled. They lie where nothing else is looked at, in no cache any more, so that to ask
//! one costs more than what it answers. So an alarm knows its own time, which lies beside what is looked at anyway, and compares it
//! with a number that all alarms have in common: the latest time at which one of them has rung.

use hyper::rt::{Sleep as OfHyper, Timer};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant as Moment};
use tokio::task::coop::unconstrained;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// The latest time at which an alarm was to ring of those that have rung. A hint that spares the look at a timer: runtimes have clocks of their own.
static RUNG: AtomicU64 = AtomicU64::new(0);

/// Nanoseconds since the first was asked for.
fn nanos(at: Instant) -> u64 {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let since = at.saturating_duration_since(*BEGUN.get_or_init(Instant::now));
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Rings once, and may be set again.
pub(super) struct Alarm {
    sleep: Pin<Box<Sleep>>,
    at: u64,
    /// Whether its task is woken when it rings.
    is_awaited: bool,
}

impl Alarm {
    pub(super) fn after(duration: Duration) -> Self {
        Self::from(sleep(duration))
    }

    /// Sets it again, to so long from now.
    pub(super) fn set(&mut self, duration: Duration) {
        let deadline = sleep(duration).deadline();
        self.set_to(deadline);
    }

    fn set_to(&mut self, at: Instant) {
        self.sleep.as_mut().reset(at);
        (self.at, self.is_awaited) = (nanos(at), false);
    }
}

impl From<Sleep> for Alarm {
    fn from(sleep: Sleep) -> Self {
        Self { at: nanos(sleep.deadline()), sleep: Box::pin(sleep), is_awaited: false }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // A task has one waker for life.
        if self.is_awaited {
            let has_rung = RUNG.load(Ordering::Relaxed) >= self.at && self.sleep.is_elapsed();
            return if has_rung { Poll::Ready(()) } else { Poll::Pending };
        }
        let ring = Waker::from(Arc::new(Ring { at: self.at, task: cx.waker().clone() }));
        // However much the task has had of its turn: a timer that was not set would be taken for one that was.
        let polled = pin!(unconstrained(self.sleep.as_mut())).poll(&mut Context::from_waker(&ring));
        self.is_awaited = polled.is_pending();
        polled
    }
}

impl OfHyper for Alarm {}

/// What a timer wakes.
struct Ring {
    at: u64,
    task: Waker,
}

impl Wake for Ring {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Seen by the task, which is woken after it.
        RUNG.fetch_max(self.at, Ordering::Relaxed);
        self.task.wake_by_ref();
    }
}

/// hyper's timers.
#[derive(Clone, Copy)]
pub(super) struct Alarms;

impl Timer for Alarms {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn OfHyper>> {
        Box::pin(Alarm::after(duration))
    }

    fn sleep_until(&self, deadline: Moment) -> Pin<Box<dyn OfHyper>> {
        Box::pin(Alarm::from(sleep_until(deadline.into())))
    }

    fn now(&self) -> Moment {
        Instant::now().into()
    }

    fn reset(&self, alarm: &mut Pin<Box<dyn OfHyper>>, deadline: Moment) {
        match alarm.as_mut().downcast_mut_pin::<Alarm>() {
            Some(alarm) => alarm.get_mut().set_to(deadline.into()),
            None => *alarm = self.sleep_until(deadline),
        }
    }
}

#[cfg(test)]
mod tests;
