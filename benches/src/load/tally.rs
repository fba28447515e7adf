//! What all clients together have seen.

use super::Latency;
use super::seen::Arrival;

/// Counts what came in.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Events, however they came.
    pub events: u64,
    /// Left out before an event that came, or never come by the end.
    pub lost: u64,
    /// Came again.
    pub doubled: u64,
    /// Came after a later one.
    pub out_of_order: u64,
    /// Heads with the status 200.
    pub heads: u64,
    /// Heads with another status.
    pub refused: u64,
    /// Answers that were complete.
    pub answers: u64,
    /// Connections that the server closed.
    pub closed: u64,
    /// From publishing to reading.
    pub latency: Latency,
}

impl Tally {
    pub(super) fn take(&mut self, arrival: Arrival) {
        self.events += 1;
        match arrival {
            Arrival::Next => {}
            Arrival::After(left_out) => self.lost += left_out,
            Arrival::Late => (self.lost, self.out_of_order) = (self.lost - 1, self.out_of_order + 1),
            Arrival::Again => self.doubled += 1,
        }
    }

    /// Whether every event came once and in order.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        (self.lost, self.doubled, self.out_of_order) == (0, 0, 0)
    }
}
