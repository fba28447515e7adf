//! How a store under test is made, filled, and looked at.

use std::future::Future;
use std::time::{Duration, SystemTime};

use oriole_sse::{
    Append, AppendRefusal, Appended, Bounds, Epoch, PageLimits, Position, Record, Retention, Sequence, Store, Topic,
};

/// Makes the stores under test.
pub(crate) trait MakeStore {
    type Store: Store;

    /// Makes an empty store with these limits.
    fn make(&self, limits: Limits) -> impl Future<Output = Self::Store>;
}

/// What a store can be told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) retention: Retention,
    pub(crate) idempotency_window: Duration,
    pub(crate) idempotency_keys_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            retention: Retention::default(),
            idempotency_window: Duration::from_secs(60),
            idempotency_keys_max: 1000,
        }
    }
}

pub(crate) fn topic(name: &str) -> Topic {
    Topic::new(name).expect("a topic")
}

/// A time, in milliseconds after one that is far from 1970.
pub(crate) fn at(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_000 + millis)
}

pub(crate) fn event(name: &str, millis: u64, frame: &str) -> Append {
    Append::new(topic(name), at(millis), frame.to_owned().into())
}

pub(crate) async fn append_one(store: &impl Store, append: Append) -> Result<Appended, AppendRefusal> {
    let answers = store.append(vec![append]).await.expect("a store that is there");
    assert_eq!(answers.len(), 1);
    answers.into_iter().next().expect("one answer")
}

pub(crate) async fn append(
    store: &impl Store,
    name: &str,
    millis: u64,
    frame: &str,
) -> Result<Appended, AppendRefusal> {
    append_one(store, event(name, millis, frame)).await
}

/// Appends numbers as texts, one at a time.
pub(crate) async fn fill(store: &impl Store, name: &str, frames: std::ops::RangeInclusive<u64>) -> Vec<Position> {
    let mut positions = vec![];
    for frame in frames {
        positions.push(append(store, name, frame, &frame.to_string()).await.expect("taken").position);
    }
    positions
}

pub(crate) async fn bounds(store: &impl Store, name: &str) -> Bounds {
    let topic = topic(name);
    let bounds = store.open(&topic).await.expect("a store that is there");
    store.close(&topic);
    bounds
}

pub(crate) async fn read(
    store: &impl Store,
    name: &str,
    after: Position,
    events_max: usize,
    bytes_max: u64,
) -> Vec<Record> {
    let limits = PageLimits { events_max, bytes_max };
    store.read(&topic(name), after, limits).await.expect("a store that is there").records
}

pub(crate) async fn read_all(store: &impl Store, name: &str) -> Vec<Record> {
    let start = Position { epoch: bounds_or_none(store, name).await, sequence: Sequence(0) };
    read(store, name, start, usize::MAX, u64::MAX).await
}

pub(crate) async fn bounds_or_none(store: &impl Store, name: &str) -> Epoch {
    let start = Position { epoch: Epoch(0), sequence: Sequence(0) };
    let limits = PageLimits { events_max: 1, bytes_max: 1 };
    store.read(&topic(name), start, limits).await.expect("a store that is there").bounds.epoch
}

pub(crate) fn frames(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| std::str::from_utf8(&record.frame).expect("text")).collect()
}

pub(crate) async fn check_frames(store: &impl Store, name: &str, expected: &[&str]) {
    assert_eq!(frames(&read_all(store, name).await), expected);
}

/// A log whose bounds say what its records say.
pub(crate) async fn check_bounds(store: &impl Store, name: &str, trimmed: Position, last: Position) {
    let expected = Bounds { epoch: last.epoch, trimmed: trimmed.sequence, last: last.sequence };
    assert_eq!(bounds(store, name).await, expected);
}

pub(crate) fn start(of: Position) -> Position {
    Position { epoch: of.epoch, sequence: Sequence(0) }
}
