//! How waits grow.

use std::time::Duration;

/// Lengthens the waits between attempts that bring nothing, so that a server which is down, or which answers and hangs
/// up, is not asked ever again at full speed.
///
/// The wait is the longer one of this and the server's reconnection time. It grows from attempt to attempt and starts
/// anew only after *progress*: an event, or a connection that lasted for [`reset_after`](Self::reset_after).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::Backoff;
///
/// let backoff = Backoff::default().initial(Duration::from_millis(100)).wait_max(Duration::from_secs(1));
/// let waits: Vec<u128> = (0..6).map(|fruitless| backoff.wait(fruitless).as_millis()).collect();
/// assert_eq!(waits, [0, 100, 200, 400, 800, 1000]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backoff {
    /// The wait after the first attempt that brought nothing. 1 s by default; zero turns the backoff off.
    pub initial: Duration,
    /// By how much the wait is multiplied for each further one. 2 by default; zero counts as one.
    pub factor: u32,
    /// The longest wait. 30 s by default.
    pub wait_max: Duration,
    /// How long a connection without events must last to count as progress. 10 s by default.
    pub reset_after: Duration,
}

impl Backoff {
    /// Sets [`initial`](Self::initial).
    #[must_use]
    pub fn initial(mut self, wait: Duration) -> Self {
        self.initial = wait;
        self
    }

    /// Sets [`factor`](Self::factor).
    #[must_use]
    pub fn factor(mut self, factor: u32) -> Self {
        self.factor = factor;
        self
    }

    /// Sets [`wait_max`](Self::wait_max).
    #[must_use]
    pub fn wait_max(mut self, wait: Duration) -> Self {
        self.wait_max = wait;
        self
    }

    /// Sets [`reset_after`](Self::reset_after).
    #[must_use]
    pub fn reset_after(mut self, uptime: Duration) -> Self {
        self.reset_after = uptime;
        self
    }

    /// Tells the wait after so many attempts in a row that brought nothing; none after none.
    #[must_use]
    pub fn wait(&self, fruitless: u32) -> Duration {
        let Some(steps) = fruitless.checked_sub(1) else {
            return Duration::ZERO;
        };
        let growth = self.factor.max(1).saturating_pow(steps);
        self.initial.saturating_mul(growth).min(self.wait_max)
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            initial: Duration::from_secs(1),
            factor: 2,
            wait_max: Duration::from_secs(30),
            reset_after: Duration::from_secs(10),
        }
    }
}
