//! What is held in memory of a topic.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};

use super::frame::Frame;
use crate::store::{Record, Sequence};

/// Holds a topic's latest events as they go out: everything after `base`.
#[derive(Debug, Default)]
pub(super) struct Ring {
    /// Where the ring began: the latest of each key is known of what came after it.
    began: Sequence,
    base: Sequence,
    entries: VecDeque<Entry>,
    /// The bytes of all frames that ever were here.
    end: u64,
    latest: Latest,
    /// What the last reader took at once; most of the others take the same.
    run: Option<Run>,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) sequence: Sequence,
    pub(super) frame: Frame,
    key: Option<Arc<str>>,
    /// When it was published.
    at: SystemTime,
    /// The bytes of all frames before it.
    start: u64,
}

/// The latest event of each key, also of those that have left the ring.
#[derive(Debug, Default)]
struct Latest {
    sequences: HashMap<Arc<str>, Sequence>,
    frames: BTreeMap<Sequence, (Arc<str>, Frame)>,
    bytes: usize,
}

#[derive(Debug)]
struct Run {
    first: Sequence,
    last: Sequence,
    bytes: Bytes,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct RingLimits {
    pub(super) events_max: usize,
    /// Of which the oldest is older than that.
    pub(super) aged_events_max: usize,
    pub(super) age: Duration,
    pub(super) bytes_max: u64,
    pub(super) keys_max: usize,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RingSize {
    pub(super) events: u64,
    pub(super) bytes: u64,
}

impl Ring {
    /// Makes an empty ring after a place.
    pub(super) fn after(base: Sequence) -> Self {
        Self { began: base, base, ..Self::default() }
    }

    /// Tells the place after which everything is here.
    pub(super) fn base(&self) -> Sequence {
        self.base
    }

    /// Tells the place where the ring began.
    pub(super) fn began(&self) -> Sequence {
        self.began
    }

    /// Says that nothing lies between an earlier place and the first entry.
    pub(super) fn lower_base(&mut self, base: Sequence) {
        if self.base == self.began {
            self.base = self.base.min(base);
        }
        self.began = self.began.min(base);
    }

    /// Tells the place after everything.
    pub(super) fn last(&self) -> Sequence {
        self.entries.back().map_or(self.base, |entry| entry.sequence)
    }

    /// Tells what is held, for the bounds of all topics together.
    pub(super) fn size(&self) -> RingSize {
        let run = self.run.as_ref().map_or(0, |run| run.bytes.len() as u64);
        RingSize { events: self.entries.len() as u64, bytes: self.bytes() + self.latest.bytes as u64 + run }
    }

    /// Lets go of all that is not of its entries: who reads the latest of each key finds them in the store.
    pub(super) fn forget_latest(&mut self) {
        self.began = self.began.max(self.base);
        while let Some((sequence, key)) = self.latest.oldest().filter(|(sequence, _)| *sequence <= self.base) {
            self.latest.sequences.remove(&key);
            self.latest.forget(sequence);
        }
        self.run = None;
    }

    fn bytes(&self) -> u64 {
        self.end - self.entries.front().map_or(self.end, |entry| entry.start)
    }

    pub(super) fn push(&mut self, record: &Record, frame: Frame, limits: RingLimits) {
        let (sequence, key, at) = (record.sequence, record.coalesce_key.clone(), record.at);
        if let Some(key) = &key {
            self.latest.set(Arc::clone(key), sequence, frame.clone(), limits);
        }
        let start = self.end;
        self.end += frame.bytes.len() as u64;
        self.entries.push_back(Entry { sequence, frame, key, at, start });
        self.trim(limits);
    }

    /// Lets go of the oldest; the latest stays.
    pub(super) fn trim(&mut self, limits: RingLimits) {
        while self.entries.len() > 1 && self.is_too_much(limits) {
            if let Some(entry) = self.entries.pop_front() {
                self.base = entry.sequence;
            }
        }
    }

    fn is_too_much(&self, limits: RingLimits) -> bool {
        let events = self.entries.len();
        // Publishers' clocks may differ: what seems to be of later is not old.
        let age =
            || self.entries.back().zip(self.entries.front()).map(|(last, first)| last.at.duration_since(first.at));
        let is_aged = || matches!(age(), Some(Ok(age)) if age > limits.age);
        events > limits.events_max || self.bytes() > limits.bytes_max || (events > limits.aged_events_max && is_aged())
    }

    /// Finds the first entry after a place that is not before `base`.
    pub(super) fn find(&self, after: Sequence) -> Option<usize> {
        let first = self.entries.front()?.sequence;
        if after < first {
            return Some(0);
        }
        // Most stores leave no number out.
        let guess = usize::try_from(after.0 - first.0).ok()?;
        let at = match self.entries.get(guess) {
            Some(entry) if entry.sequence == after => guess + 1,
            _ => self.entries.partition_point(|entry| entry.sequence <= after),
        };
        (at < self.entries.len()).then_some(at)
    }

    /// Gives the latest events, the newest first.
    #[cfg(feature = "console")]
    pub(super) fn recent(&self, events_max: usize) -> impl Iterator<Item = (Sequence, SystemTime, &Frame)> {
        self.entries.iter().rev().take(events_max).map(|entry| (entry.sequence, entry.at, &entry.frame))
    }

    pub(super) fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    /// Tells how much there is from an entry on: events and bytes.
    pub(super) fn lag(&self, at: usize) -> (usize, u64) {
        let bytes = self.entries.get(at).map_or(0, |entry| self.end - entry.start);
        (self.entries.len() - at, bytes)
    }

    /// Tells how much is left after a place, and since when: what is no longer here counts by its numbers alone.
    pub(super) fn lag_after(&self, after: Sequence) -> Option<(u64, u64, SystemTime)> {
        let at = self.find(after)?;
        let entry = self.entries.get(at)?;
        let (events, bytes) = self.lag(at);
        let gone = self.base.0.saturating_sub(after.0);
        Some((gone.saturating_add(events as u64), bytes, entry.at))
    }

    /// Finds the place from which so much is left to the end, one event at least.
    pub(super) fn place_before_end(&self, events_max: usize, bytes_max: u64) -> Sequence {
        let mut at = self.entries.len().saturating_sub(events_max.max(1));
        while at + 1 < self.entries.len() && self.lag(at).1 > bytes_max {
            at += 1;
        }
        match at.checked_sub(1) {
            Some(before) => self.entries.get(before).map_or(self.base, |entry| entry.sequence),
            None => self.base,
        }
    }

    /// Says whether there is a later event of the same key.
    pub(super) fn is_superseded(&self, entry: &Entry) -> bool {
        let latest = entry.key.as_ref().and_then(|key| self.latest.sequences.get(key));
        latest.is_some_and(|latest| *latest > entry.sequence)
    }

    /// Gives the next event after a place that has left the ring, and is the latest of its key.
    pub(super) fn latest_after(&self, place: Sequence) -> Option<(Sequence, &Frame)> {
        let after = (std::ops::Bound::Excluded(place), std::ops::Bound::Included(self.base));
        if place >= self.base {
            return None;
        }
        self.latest.frames.range(after).next().map(|(sequence, (_, frame))| (*sequence, frame))
    }

    /// Gives the frames from an entry on in one piece, as many as fit (one at least), and the place after them; `None` if they came
    /// before there were keys, so that each who is given them has to look for its id.
    pub(super) fn run(&mut self, at: usize, bytes_max: u64) -> Option<(Bytes, Sequence, usize)> {
        let first = self.entries.get(at).filter(|entry| entry.frame.id_bytes > 0)?;
        let end = first.start.saturating_add(bytes_max);
        let count = if self.end <= end {
            self.entries.len() - at
        } else {
            let past = self.entries.partition_point(|entry| entry.start + entry.frame.bytes.len() as u64 <= end);
            past.saturating_sub(at).max(1)
        };
        let last = self.entries.get(at + count - 1)?;
        if count == 1 {
            return Some((first.frame.bytes.clone(), first.sequence, 1));
        }
        if let Some(run) = self.run.as_ref().filter(|run| (run.first, run.last) == (first.sequence, last.sequence)) {
            return Some((run.bytes.clone(), run.last, count));
        }
        let len = last.start + last.frame.bytes.len() as u64 - first.start;
        let mut bytes = BytesMut::with_capacity(usize::try_from(len).unwrap_or_default());
        self.entries.range(at..at + count).for_each(|entry| bytes.extend_from_slice(&entry.frame.bytes));
        let run = Run { first: first.sequence, last: last.sequence, bytes: bytes.freeze() };
        let taken = (run.bytes.clone(), run.last, count);
        self.run = Some(run);
        Some(taken)
    }
}

impl Latest {
    fn set(&mut self, key: Arc<str>, sequence: Sequence, frame: Frame, limits: RingLimits) {
        self.bytes += frame.bytes.len();
        if let Some(before) = self.sequences.insert(Arc::clone(&key), sequence) {
            self.forget(before);
        }
        self.frames.insert(sequence, (key, frame));
        while self.frames.len() > limits.keys_max || self.bytes as u64 > limits.bytes_max {
            let Some((oldest, key)) = self.oldest() else {
                return;
            };
            self.sequences.remove(&key);
            self.forget(oldest);
        }
    }

    fn oldest(&self) -> Option<(Sequence, Arc<str>)> {
        self.frames.first_key_value().map(|(at, (key, _))| (*at, Arc::clone(key)))
    }

    fn forget(&mut self, sequence: Sequence) {
        if let Some((_, frame)) = self.frames.remove(&sequence) {
            self.bytes -= frame.bytes.len();
        }
    }
}
