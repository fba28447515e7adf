//! For how long frames were held on their way.

use std::time::Duration;

use serde::Serialize;

use super::listen::{Heard, Mark};

/// The frames and comments by which holding is judged: those that are sent one by one, a tenth of a second apart.
const SMALL: u32 = 16;

/// A frame that is held for longer than this is not live any more, and no network does it to every second one.
pub(super) const HELD_MAX: Duration = Duration::from_millis(400);

/// What arrives within this time arrived together.
const TOGETHER: Duration = Duration::from_millis(50);

/// How long frames were held, beside the one that was held least: what the clocks differ by, and what any frame takes, is
/// in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Timing {
    /// Of the small frames and comments, in milliseconds.
    pub(super) median_ms: u64,
    /// Of all, in milliseconds.
    pub(super) longest_ms: u64,
    /// How many bytes arrived together, at first.
    pub(super) first_bytes: usize,
    /// Whether everything came at the end.
    pub(super) is_until_end: bool,
}

impl Timing {
    pub(super) fn of(heard: &Heard) -> Option<Self> {
        let way = |mark: &Mark| mark.arrived.saturating_sub(mark.sent);
        let least = heard.marks.iter().map(way).min()?;
        let held = |mark: &Mark| way(mark).saturating_sub(least);
        let mut small: Vec<_> = heard.marks.iter().filter(|mark| mark.n < SMALL).map(held).collect();
        small.sort();
        let longest = heard.marks.iter().map(held).max()?;
        let first = heard.marks.first()?.arrived;
        let together = heard.reads.iter().filter(|(arrived, _)| *arrived <= first + TOGETHER);
        Some(Self {
            median_ms: millis(*small.get(small.len() / 2)?),
            longest_ms: millis(longest),
            first_bytes: together.map(|(_, bytes)| bytes).sum(),
            is_until_end: heard.marks.last()?.arrived <= first + TOGETHER,
        })
    }

    pub(super) fn is_held(&self) -> bool {
        self.median_ms > millis(HELD_MAX)
    }
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
