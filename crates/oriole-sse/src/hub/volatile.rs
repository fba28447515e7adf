//! Events that are not kept.

use std::collections::VecDeque;

use bytes::Bytes;

use super::ring::RingSize;

/// Holds a topic's latest volatile events for readers that have not taken them yet.
#[derive(Debug, Default)]
pub(super) struct Volatile {
    /// How many there were before the first.
    before: u64,
    frames: VecDeque<Bytes>,
    bytes: u64,
}

impl Volatile {
    pub(super) fn push(&mut self, frame: Bytes, events_max: usize, bytes_max: u64) {
        self.bytes += frame.len() as u64;
        self.frames.push_back(frame);
        self.trim(events_max, bytes_max);
    }

    /// Lets go of the oldest; the latest stays.
    pub(super) fn trim(&mut self, events_max: usize, bytes_max: u64) {
        while self.frames.len() > 1 && (self.frames.len() > events_max || self.bytes > bytes_max) {
            let oldest = self.frames.pop_front();
            self.bytes -= oldest.map_or(0, |oldest| oldest.len() as u64);
            self.before += 1;
        }
    }

    /// Tells what is held, for the bounds of all topics together.
    pub(super) fn size(&self) -> RingSize {
        RingSize { events: self.frames.len() as u64, bytes: self.bytes }
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
