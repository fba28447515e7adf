//! Events that are not kept.

use std::collections::VecDeque;

use bytes::Bytes;

/// Holds a topic's latest volatile events for readers that have not taken them yet.
#[derive(Debug, Default)]
pub(super) struct Volatile {
    /// How many there were before the first.
    before: u64,
    frames: VecDeque<Bytes>,
}

impl Volatile {
    pub(super) fn push(&mut self, frame: Bytes, events_max: usize) {
        self.frames.push_back(frame);
        while self.frames.len() > events_max.max(1) {
            self.frames.pop_front();
            self.before += 1;
        }
    }

    /// Tells the place after all.
    pub(super) fn end(&self) -> u64 {
        self.before + self.frames.len() as u64
    }

    /// Gives the next one after a place that is still there, and moves the place on.
    pub(super) fn next(&self, place: &mut u64) -> Option<Bytes> {
        let at = (*place).max(self.before);
        let frame = self.frames.get(usize::try_from(at - self.before).ok()?)?;
        *place = at + 1;
        Some(frame.clone())
    }
}
