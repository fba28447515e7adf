//! The events, which are the same whoever sends them.

use rustix::time::{ClockId, clock_gettime};

/// What fills an event up to the length of a small update.
const FILLER: &str = "the quick brown fox jumps over the l";

/// The time on the clock that all processes of a machine share, in nanoseconds.
#[must_use]
pub fn now_nanos() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    let part = |number: i64| u64::try_from(number).unwrap_or(0);
    part(now.tv_sec) * 1_000_000_000 + part(now.tv_nsec)
}

/// The data of the events of a burst, made in advance: what is measured is what a server does with them.
#[derive(Debug)]
pub struct Burst {
    texts: Vec<String>,
}

impl Burst {
    /// No burst is longer.
    pub const EVENTS_MAX: u64 = 50_000;

    /// The data of the event of a number from 1 to [`EVENTS_MAX`](Self::EVENTS_MAX); of others that of the last.
    #[must_use]
    pub fn text(&self, seq: u64) -> &str {
        let at = usize::try_from(seq.clamp(1, Self::EVENTS_MAX) - 1).unwrap_or_default();
        &self.texts[at]
    }
}

impl Default for Burst {
    fn default() -> Self {
        Self { texts: (1..=Self::EVENTS_MAX).map(|seq| event_text(seq, 0)).collect() }
    }
}

/// The data of an event: with `data: ` before it and a blank line after it about 106 bytes.
#[must_use]
pub fn event_text(seq: u64, at_nanos: u64) -> String {
    format!("{{\"seq\":{seq},\"at\":{at_nanos},\"text\":\"{FILLER}\"}}")
}
