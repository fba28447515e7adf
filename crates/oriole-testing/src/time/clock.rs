//! A clock that stands still until it is told to go on.

use oriole_sse::{Clock, Sleep};
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Notify;

/// A clock that stands still until [`advance`](Self::advance) moves it; a clone is the same clock.
///
/// Use it where tokio's paused clock cannot be used: over sockets, and on several threads. Give it to
/// [`TestApplication::clock`](crate::TestApplication::clock) for heartbeats, and to a hub of the test's own
/// (`Hub::with_clock`) for what it keeps and for how long. Timers of the application's own do not follow it. Where a test
/// needs no socket, `#[tokio::test(start_paused = true)]` steers all of them and needs no such clock.
///
/// # Examples
///
/// ```
/// use oriole::sse::Clock;
/// use oriole_testing::TestClock;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let clock = TestClock::new();
/// let (begun, sleep) = (clock.now(), clock.sleep_until(clock.now() + Duration::from_secs(3600)));
/// clock.advance(Duration::from_secs(3600));
/// sleep.await;
/// assert_eq!(clock.now() - begun, Duration::from_secs(3600));
/// # }
/// ```
#[derive(Clone)]
pub struct TestClock(Arc<Inner>);

struct Inner {
    origin: Instant,
    wall: SystemTime,
    state: Mutex<State>,
    /// Somebody begins to wait.
    begun: Notify,
}

#[derive(Default)]
struct State {
    elapsed: Duration,
    /// Who waits, by number; each is taken out when it is woken, or dropped.
    waiting: Vec<(u64, Duration, Waker)>,
    numbers: u64,
}

/// As far as it goes, a hundred years: not every platform can count further.
const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

impl TestClock {
    /// A clock that shows the machine's time, and stands.
    #[must_use]
    pub fn new() -> Self {
        let (origin, wall) = (Instant::now(), SystemTime::now());
        Self(Arc::new(Inner { origin, wall, state: Mutex::default(), begun: Notify::new() }))
    }

    /// Waits until somebody waits for this clock, so that [`advance`](Self::advance) finds whom to wake; at once if somebody does.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub async fn awaited(&self) {
        loop {
            let begun = self.0.begun.notified();
            if !self.0.state().waiting.is_empty() {
                return;
            }
            begun.await;
        }
    }

    /// Lets it run from moment to moment that somebody waits for, as long as one is no further than this, for ever.
    pub(crate) async fn run_short(&self, within: Duration) -> Infallible {
        loop {
            let begun = self.0.begun.notified();
            let next = {
                let state = self.0.state();
                let moments = state.waiting.iter().map(|(_, moment, _)| *moment);
                moments.min().map(|moment| moment.saturating_sub(state.elapsed)).filter(|wait| *wait <= within)
            };
            match next {
                Some(wait) => self.advance(wait),
                None => begun.await,
            }
        }
    }

    /// Moves it on, and wakes whoever waited for a moment up to then. It is one step: what is due several times within it is due
    /// once. It stops a hundred years from where it began.
    pub fn advance(&self, by: Duration) {
        let due = {
            let mut state = self.0.state();
            state.elapsed = state.elapsed.saturating_add(by).min(FAR);
            let now = state.elapsed;
            let (due, waiting) =
                std::mem::take(&mut state.waiting).into_iter().partition(|(_, moment, _)| *moment <= now);
            state.waiting = waiting;
            due
        };
        let due: Vec<(u64, Duration, Waker)> = due;
        for (_, _, waker) in due {
            waker.wake();
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        self.0.origin + self.0.state().elapsed
    }

    fn wall(&self) -> SystemTime {
        self.0.wall + self.0.state().elapsed
    }

    fn sleep_until(&self, moment: Instant) -> Sleep {
        let moment = moment.saturating_duration_since(self.0.origin);
        let number = {
            let mut state = self.0.state();
            state.numbers += 1;
            state.numbers
        };
        Box::pin(Until { clock: Arc::clone(&self.0), number, moment })
    }
}

struct Until {
    clock: Arc<Inner>,
    number: u64,
    moment: Duration,
}

impl Future for Until {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.state();
        if state.elapsed >= self.moment {
            return Poll::Ready(());
        }
        let own = state.waiting.iter_mut().find(|(number, _, _)| *number == self.number);
        match own {
            Some((_, _, waker)) => waker.clone_from(cx.waker()),
            None => {
                state.waiting.push((self.number, self.moment, cx.waker().clone()));
                self.clock.begun.notify_waiters();
            }
        }
        Poll::Pending
    }
}

impl Drop for Until {
    fn drop(&mut self) {
        self.clock.state().waiting.retain(|(number, _, _)| *number != self.number);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TestClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClock").field("elapsed", &self.0.state().elapsed).finish_non_exhaustive()
    }
}
