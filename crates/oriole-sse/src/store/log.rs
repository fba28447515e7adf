//! What a topic's log holds, and places in it.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;

/// Counts a topic's events: the store gives each event the next number, whoever publishes it.
///
/// Numbers grow in the order of the log. The first is 1 or more, and a store may leave some out; 0 is the place before
/// every event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sequence(pub u64);

/// Tells one life of a topic's log from another.
///
/// It is drawn when the log begins, and changes if the log is lost or begins anew, so that a sequence of the old log is
/// never taken for one of the new. Stores draw it by chance or from the time of creation; all 32 bits should differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Epoch(pub u32);

/// Is a place in a topic's log: after the event of this sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// Which log.
    pub epoch: Epoch,
    /// After which of its events.
    pub sequence: Sequence,
}

/// Is an event in the log.
///
/// A clone is cheap: its bytes are shared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Its place.
    pub sequence: Sequence,
    /// When it was published, by the publisher's clock; to the millisecond.
    pub at: SystemTime,
    /// The event as it goes to clients, from its first line to its blank line, without an `id` line.
    pub frame: Bytes,
    /// Events with the same key may stand for one another, the later for the earlier.
    pub coalesce_key: Option<Arc<str>>,
}

impl Record {
    /// Puts a record together; for stores.
    #[must_use]
    pub fn new(sequence: Sequence, at: SystemTime, frame: Bytes, coalesce_key: Option<Arc<str>>) -> Self {
        Self { sequence, at, frame, coalesce_key }
    }

    /// Tells what the record counts for where logs are bounded in bytes: its frame and its key.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        (self.frame.len() + self.coalesce_key.as_ref().map_or(0, |key| key.len())) as u64
    }
}

/// Says what a topic's log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Which log.
    pub epoch: Epoch,
    /// The highest sequence that is gone: whatever comes after it is still there. 0 if nothing is gone.
    pub trimmed: Sequence,
    /// The highest sequence that was ever given; 0 if there was no event yet. At least `trimmed`.
    pub last: Sequence,
}

impl Bounds {
    /// Tells the place after all events.
    #[must_use]
    pub fn end(&self) -> Position {
        Position { epoch: self.epoch, sequence: self.last }
    }
}

/// Is a part of a log, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What the log held when the page was read. A reader who stood before `trimmed` has missed what lies between.
    pub bounds: Bounds,
    /// The events after the place that was asked for; empty only if there was none.
    pub records: Vec<Record>,
}

/// Bounds a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimits {
    /// At most so many events; zero counts as one.
    pub events_max: usize,
    /// No further event once the page holds so many bytes ([`Record::bytes`]); the first is always read.
    pub bytes_max: u64,
}

/// Says how far to go back from the end of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rewind {
    /// By so many events.
    Events(u64),
    /// To what was published at this time or later.
    Since(SystemTime),
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
