//! When which event is due.

use super::Order;
use std::time::{Duration, Instant};

/// Says how many events are due, as time goes by.
///
/// It goes by the clock and not by sleeps: a program that comes late has several to publish at once.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    order: Order,
    begun: Instant,
    given: u64,
}

impl Schedule {
    /// Begins now: the first event is due at once.
    #[must_use]
    pub fn new(order: Order, begun: Instant) -> Self {
        Self { order, begun, given: 0 }
    }

    /// Tells how many more are due, and takes them as published.
    pub fn take_due(&mut self, now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(self.begun).as_secs_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the product is positive and far from the end of its range"
        )]
        let due = ((elapsed * self.order.rate) as u64 + 1).min(self.order.count);
        let more = due.saturating_sub(self.given);
        self.given += more;
        more
    }

    /// Tells when the next one is due; `None` after the last.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        #[expect(clippy::cast_precision_loss, reason = "there are fewer events than that")]
        let after = Duration::try_from_secs_f64(self.given as f64 / self.order.rate).ok()?;
        (self.given < self.order.count).then(|| self.begun + after)
    }
}

#[cfg(test)]
mod tests {
    use super::{Order, Schedule};
    use std::time::{Duration, Instant};

    #[test]
    fn events_are_due_by_the_clock() {
        let begun = Instant::now();
        let mut schedule = Schedule::new(Order { rate: 10.0, count: 25 }, begun);
        assert_eq!(schedule.take_due(begun), 1);
        assert_eq!(schedule.take_due(begun), 0);
        assert_eq!(schedule.next(), Some(begun + Duration::from_millis(100)));
        assert_eq!(schedule.take_due(begun + Duration::from_millis(950)), 9);
        assert_eq!(schedule.take_due(begun + Duration::from_secs(60)), 15, "no more than were ordered");
        assert_eq!(schedule.next(), None);
    }
}
