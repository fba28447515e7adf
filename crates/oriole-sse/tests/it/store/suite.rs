//! What every store promises.

use std::fmt::Debug;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use oriole_sse::{
    Append, AppendRefusal, Appended, Bounds, Epoch, Expected, PageLimits, Position, Record, Retention, Rewind,
    Sequence, Store, StoreSink, Topic,
};
use tokio::task::JoinSet;

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

macro_rules! store_suite {
    ($make:expr) => {
        store_suite! { $make =>
            sequences_grow_by_topic
            pages_are_bounded_in_events_and_bytes
            a_place_of_another_epoch_is_before_everything
            a_name_is_taken_once_within_the_window
            a_name_is_forgotten_after_the_window_and_beyond_the_bound
            what_is_expected_must_be_so
            a_refusal_concerns_one_event_of_a_batch
            the_oldest_go_by_count
            the_oldest_go_by_bytes
            the_oldest_go_by_age
            an_event_that_is_too_large_is_refused
            rewinds_find_their_place
            sinks_hear_everything_in_order
            nothing_lies_between_the_bounds_and_the_sinks
            notes_are_swapped
        }
    };
    ($make:expr => $($name:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                crate::store::suite::$name(&$make).await;
            }
        )*
    };
}

pub(crate) fn topic(name: &str) -> Topic {
    Topic::new(name).expect("a topic")
}

/// A time, in milliseconds after one that is far from 1970.
pub(crate) fn at(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_000 + millis)
}

fn event(name: &str, millis: u64, frame: &str) -> Append {
    Append::new(topic(name), at(millis), frame.to_owned().into())
}

async fn append_one(store: &impl Store, append: Append) -> Result<Appended, AppendRefusal> {
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
async fn fill(store: &impl Store, name: &str, frames: std::ops::RangeInclusive<u64>) -> Vec<Position> {
    let mut positions = vec![];
    for frame in frames {
        positions.push(append(store, name, frame, &frame.to_string()).await.expect("taken").position);
    }
    positions
}

async fn bounds(store: &impl Store, name: &str) -> Bounds {
    let topic = topic(name);
    let bounds = store.open(&topic).await.expect("a store that is there");
    store.close(&topic);
    bounds
}

async fn read(store: &impl Store, name: &str, after: Position, events_max: usize, bytes_max: u64) -> Vec<Record> {
    let limits = PageLimits { events_max, bytes_max };
    store.read(&topic(name), after, limits).await.expect("a store that is there").records
}

pub(crate) async fn read_all(store: &impl Store, name: &str) -> Vec<Record> {
    let start = Position { epoch: bounds_or_none(store, name).await, sequence: Sequence(0) };
    read(store, name, start, usize::MAX, u64::MAX).await
}

async fn bounds_or_none(store: &impl Store, name: &str) -> Epoch {
    let start = Position { epoch: Epoch(0), sequence: Sequence(0) };
    let limits = PageLimits { events_max: 1, bytes_max: 1 };
    store.read(&topic(name), start, limits).await.expect("a store that is there").bounds.epoch
}

fn frames(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| std::str::from_utf8(&record.frame).expect("text")).collect()
}

async fn check_frames(store: &impl Store, name: &str, expected: &[&str]) {
    assert_eq!(frames(&read_all(store, name).await), expected);
}

/// A log whose bounds say what its records say.
async fn check_bounds(store: &impl Store, name: &str, trimmed: Position, last: Position) {
    let expected = Bounds { epoch: last.epoch, trimmed: trimmed.sequence, last: last.sequence };
    assert_eq!(bounds(store, name).await, expected);
}

fn start(of: Position) -> Position {
    Position { epoch: of.epoch, sequence: Sequence(0) }
}

pub(crate) async fn sequences_grow_by_topic<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let empty = bounds(&store, "a").await;
    assert_eq!((empty.trimmed, empty.last), (Sequence(0), Sequence(0)));

    let a = fill(&store, "a", 1..=3).await;
    let b = fill(&store, "b", 4..=5).await;
    assert!(Sequence(0) < a[0].sequence && a.is_sorted_by(|one, other| one.sequence < other.sequence), "{a:?}");
    assert!(a.iter().all(|position| position.epoch == empty.epoch), "an empty topic has its epoch");
    assert_ne!(a[0].epoch, b[0].epoch);
    check_frames(&store, "a", &["1", "2", "3"]).await;
    check_frames(&store, "b", &["4", "5"]).await;
    check_bounds(&store, "a", start(a[0]), a[2]).await;

    let keyed = event("a", 4, "x").coalesce_key("k");
    let keyed = append_one(&store, keyed).await.expect("taken").position;
    let records = read(&store, "a", a[2], 10, u64::MAX).await;
    assert_eq!(records, [Record::new(keyed.sequence, at(4), "x".into(), Some("k".into()))]);
    assert!(read(&store, "a", keyed, 10, u64::MAX).await.is_empty());

    let precise = Append::new(topic("a"), at(5) + Duration::from_micros(300), "y".into());
    append_one(&store, precise).await.expect("taken");
    assert_eq!(read(&store, "a", keyed, 10, u64::MAX).await[0].at, at(5), "time counts in milliseconds");
}

pub(crate) async fn pages_are_bounded_in_events_and_bytes<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let places = fill(&store, "a", 10..=19).await;
    let before = start(places[0]);
    let check = async |after, events_max, bytes_max, expected: &[&str]| {
        let records = read(&store, "a", after, events_max, bytes_max).await;
        assert_eq!(frames(&records), expected);
    };
    check(before, 3, u64::MAX, &["10", "11", "12"]).await;
    check(places[2], 3, u64::MAX, &["13", "14", "15"]).await;
    check(places[8], 3, u64::MAX, &["19"]).await;
    check(places[9], 3, u64::MAX, &[]).await;
    check(before, 0, u64::MAX, &["10"]).await;
    check(before, 10, 6, &["10", "11", "12"]).await;
    check(before, 10, 5, &["10", "11"]).await;
    check(before, 10, 0, &["10"]).await;
}

pub(crate) async fn a_place_of_another_epoch_is_before_everything<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let places = fill(&store, "a", 1..=3).await;
    let foreign = Position { epoch: Epoch(places[2].epoch.0 ^ 1), sequence: places[2].sequence };
    assert_eq!(frames(&read(&store, "a", foreign, 10, u64::MAX).await), ["1", "2", "3"]);
}

pub(crate) async fn a_name_is_taken_once_within_the_window<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let named = |name, millis, frame| event(name, millis, frame).idempotency_key("n");
    let first = append_one(&store, named("a", 0, "1")).await.expect("taken");
    assert!(!first.is_duplicate);
    let again = append_one(&store, named("a", 60_000, "2")).await.expect("known");
    assert_eq!(again, Appended { position: first.position, is_duplicate: true });
    let other = append_one(&store, named("b", 0, "3")).await.expect("taken");
    assert!(!other.is_duplicate, "names are the topic's own");

    let batch = vec![event("c", 0, "1").idempotency_key("n"), event("c", 0, "2").idempotency_key("n")];
    let answers = store.append(batch).await.expect("there");
    let duplicates: Vec<_> = answers.iter().map(|answer| answer.as_ref().map(|taken| taken.is_duplicate)).collect();
    assert_eq!(duplicates, [Ok(false), Ok(true)]);
    for name in ["a", "b", "c"] {
        assert_eq!(read_all(&store, name).await.len(), 1);
    }
}

pub(crate) async fn a_name_is_forgotten_after_the_window_and_beyond_the_bound<M: MakeStore>(make: &M) {
    let store = make.make(Limits { idempotency_keys_max: 2, ..Limits::default() }).await;
    let is_duplicate = async |topic: &str, millis, name: &str| {
        let named = event(topic, millis, "x").idempotency_key(name);
        append_one(&store, named).await.expect("taken").is_duplicate
    };
    assert!(!is_duplicate("a", 0, "n").await);
    assert!(is_duplicate("a", 60_000, "n").await);
    assert!(!is_duplicate("a", 60_001, "n").await);

    for name in ["1", "2"] {
        assert!(!is_duplicate("b", 0, name).await);
    }
    assert!(is_duplicate("b", 0, "1").await, "two are remembered");
    assert!(!is_duplicate("b", 0, "3").await);
    assert!(is_duplicate("b", 0, "2").await && is_duplicate("b", 0, "3").await, "the latest two");
    assert!(!is_duplicate("b", 0, "1").await, "the oldest is forgotten");
}

pub(crate) async fn what_is_expected_must_be_so<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let expecting = async |expected, frame: &str| {
        append_one(&store, event("a", 0, frame).expected(expected)).await.map(|taken| taken.position)
    };
    let end = bounds(&store, "a").await.end();
    assert_eq!(
        expecting(Expected::Last(Position { sequence: Sequence(1), ..end }), "-").await,
        Err(AppendRefusal::conflict(end))
    );
    let first = expecting(Expected::Nothing, "1").await.expect("nothing was there");
    assert_eq!(expecting(Expected::Nothing, "-").await, Err(AppendRefusal::conflict(first)));
    let second = expecting(Expected::Last(first), "2").await.expect("the first was the last");
    assert_eq!(expecting(Expected::Last(first), "-").await, Err(AppendRefusal::conflict(second)));
    let foreign = Position { epoch: Epoch(second.epoch.0 ^ 1), ..second };
    assert_eq!(expecting(Expected::Last(foreign), "-").await, Err(AppendRefusal::conflict(second)));

    // What was appended once stays so: repeating it is no conflict.
    let named = event("a", 0, "3").idempotency_key("n").expected(Expected::Last(second));
    let third = append_one(&store, named.clone()).await.expect("the second was the last");
    assert_eq!(append_one(&store, named).await, Ok(Appended { is_duplicate: true, ..third }));
    check_frames(&store, "a", &["1", "2", "3"]).await;

    // A refused event's name is still free.
    let refused = event("a", 0, "-").idempotency_key("m").expected(Expected::Nothing);
    append_one(&store, refused).await.expect_err("a conflict");
    assert!(!append_one(&store, event("a", 0, "4").idempotency_key("m")).await.expect("taken").is_duplicate);
}

pub(crate) async fn a_refusal_concerns_one_event_of_a_batch<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let batch = vec![
        event("a", 0, "1"),
        event("a", 0, "-").expected(Expected::Nothing),
        event("b", 0, "2").expected(Expected::Nothing),
        event("a", 0, "3"),
    ];
    let answers = store.append(batch).await.expect("there");
    let taken: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [true, false, true, true]);
    check_frames(&store, "a", &["1", "3"]).await;
    check_frames(&store, "b", &["2"]).await;
    assert_eq!(store.append(vec![]).await.expect("there"), []);
}

pub(crate) async fn the_oldest_go_by_count<M: MakeStore>(make: &M) {
    let retention = Retention::default().events_max(3);
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    let mut places = fill(&store, "a", 1..=3).await;
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &["1", "2", "3"]).await;
    check_bounds(&store, "a", start(places[0]), places[2]).await;
    places.extend(fill(&store, "a", 4..=4).await);
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &["2", "3", "4"]).await;
    check_bounds(&store, "a", places[0], places[3]).await;

    let store = make.make(Limits { retention: retention.events_max(0), ..Limits::default() }).await;
    let places = fill(&store, "a", 1..=2).await;
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &[]).await;
    check_bounds(&store, "a", places[1], places[1]).await;
}

pub(crate) async fn the_oldest_go_by_bytes<M: MakeStore>(make: &M) {
    let retention = Retention::default().bytes_max(6);
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    let mut places = fill(&store, "a", 10..=12).await;
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &["10", "11", "12"]).await;
    places.extend(fill(&store, "a", 3..=3).await);
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &["11", "12", "3"]).await;
    check_bounds(&store, "a", places[0], places[3]).await;

    // The key counts as well.
    append_one(&store, event("b", 0, "12").coalesce_key("3")).await.expect("taken");
    append_one(&store, event("b", 0, "45").coalesce_key("6")).await.expect("taken");
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "b", &["12", "45"]).await;
    append(&store, "b", 0, "7").await.expect("taken");
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "b", &["45", "7"]).await;
}

pub(crate) async fn the_oldest_go_by_age<M: MakeStore>(make: &M) {
    let retention = Retention::default().age_max(Duration::from_secs(10));
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    let mut places = vec![];
    for (millis, frame) in [(0, "1"), (1, "2"), (9_000, "3")] {
        places.push(append(&store, "a", millis, frame).await.expect("taken").position);
    }
    store.sweep(at(10_000)).await.expect("swept");
    check_frames(&store, "a", &["1", "2", "3"]).await;
    store.sweep(at(10_001)).await.expect("swept");
    check_frames(&store, "a", &["2", "3"]).await;
    check_bounds(&store, "a", places[0], places[2]).await;
    store.sweep(at(60_000)).await.expect("swept");
    check_frames(&store, "a", &[]).await;
    check_bounds(&store, "a", places[2], places[2]).await;
    let next = append(&store, "a", 60_000, "4").await.expect("taken").position;
    assert!(next.sequence > places[2].sequence && next.epoch == places[2].epoch, "an empty log goes on counting");

    let store = make.make(Limits { retention: retention.age_max(None), ..Limits::default() }).await;
    fill(&store, "a", 1..=1).await;
    store.sweep(at(u64::from(u32::MAX))).await.expect("swept");
    check_frames(&store, "a", &["1"]).await;
}

pub(crate) async fn an_event_that_is_too_large_is_refused<M: MakeStore>(make: &M) {
    let retention = Retention::default().bytes_max(6);
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    assert_eq!(append(&store, "a", 0, "1234567").await, Err(AppendRefusal::too_large(6)));
    let keyed = event("a", 0, "12345").coalesce_key("67");
    assert_eq!(append_one(&store, keyed).await, Err(AppendRefusal::too_large(6)));
    append(&store, "a", 0, "123456").await.expect("taken");
    check_frames(&store, "a", &["123456"]).await;
}

pub(crate) async fn rewinds_find_their_place<M: MakeStore>(make: &M) {
    let retention = Retention::default().events_max(3);
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    let check = async |rewind, expected: &[&str]| {
        let from = store.find(&topic("a"), rewind).await.expect("there");
        assert_eq!(frames(&read(&store, "a", from, 10, u64::MAX).await), expected, "{rewind:?}");
        from
    };
    check(Rewind::Events(1), &[]).await;
    let places = fill(&store, "a", 1..=4).await;
    store.sweep(at(4)).await.expect("swept");

    assert_eq!(check(Rewind::Events(0), &[]).await, places[3]);
    assert_eq!(check(Rewind::Events(1), &["4"]).await, places[2]);
    check(Rewind::Events(2), &["3", "4"]).await;
    assert_eq!(check(Rewind::Events(3), &["2", "3", "4"]).await, places[0], "no place is before what is trimmed");
    assert_eq!(check(Rewind::Events(u64::MAX), &["2", "3", "4"]).await, places[0]);
    assert_eq!(check(Rewind::Since(at(5)), &[]).await, places[3]);
    check(Rewind::Since(at(4)), &["4"]).await;
    check(Rewind::Since(at(3)), &["3", "4"]).await;
    assert_eq!(check(Rewind::Since(at(0)), &["2", "3", "4"]).await, places[0]);
}

/// Remembers what it is told.
#[derive(Default)]
struct Listener(Mutex<Vec<(Topic, Epoch, Record)>>);

impl Listener {
    fn heard(&self, name: &str) -> Vec<(Epoch, Record)> {
        let all = self.0.lock().expect("no panic");
        all.iter()
            .filter(|(topic, ..)| topic.as_str() == name)
            .map(|(_, epoch, record)| (*epoch, record.clone()))
            .collect()
    }
}

impl StoreSink for Listener {
    fn appended(&self, topic: &Topic, epoch: Epoch, records: &[Record]) {
        let mut all = self.0.lock().expect("no panic");
        all.extend(records.iter().map(|record| (topic.clone(), epoch, record.clone())));
    }

    fn away(&self) {}

    fn back(&self) {}
}

fn attach(store: &impl Store) -> Arc<Listener> {
    let listener = Arc::new(Listener::default());
    let weak = Arc::downgrade(&listener);
    store.attach(weak);
    listener
}

fn check_same(heard: &[(Epoch, Record)], epoch: Epoch, records: &[Record]) {
    let expected: Vec<_> = records.iter().map(|record| (epoch, record.clone())).collect();
    assert_eq!(heard, expected);
}

pub(crate) async fn sinks_hear_everything_in_order<M: MakeStore>(make: &M) {
    const TASKS: u64 = 4;
    const EVENTS: u64 = 50;

    let store = Arc::new(make.make(Limits::default()).await);
    let (first, second, gone) = (attach(&*store), attach(&*store), attach(&*store));
    drop(gone);
    let bounds = store.open(&topic("a")).await.expect("there");
    let named = event("a", 0, "once").idempotency_key("n");
    append_one(&*store, named.clone()).await.expect("taken");
    append_one(&*store, named).await.expect("known");
    append_one(&*store, event("a", 0, "-").expected(Expected::Nothing)).await.expect_err("a conflict");
    assert_eq!(first.heard("a").len(), 1, "told before the append is ready, and only what was appended");

    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (store, first) = (Arc::clone(&store), Arc::clone(&first));
        tasks.spawn(async move {
            for number in 0..EVENTS {
                let place = append(&*store, "a", 1, &format!("{task}/{number}")).await.expect("taken").position;
                let heard = first.heard("a").iter().any(|(_, record)| record.sequence == place.sequence);
                assert!(heard, "told before the append is ready");
            }
        });
    }
    tasks.join_all().await;
    let records = read_all(&*store, "a").await;
    assert_eq!(records.len() as u64, 1 + TASKS * EVENTS);
    for task in 0..TASKS {
        let own: Vec<_> = frames(&records).into_iter().filter(|frame| frame.starts_with(&format!("{task}/"))).collect();
        let expected: Vec<_> = (0..EVENTS).map(|number| format!("{task}/{number}")).collect();
        assert_eq!(own, expected, "the order of each publisher is kept");
    }
    check_same(&first.heard("a"), bounds.epoch, &records);
    check_same(&second.heard("a"), bounds.epoch, &records);
}

pub(crate) async fn nothing_lies_between_the_bounds_and_the_sinks<M: MakeStore>(make: &M) {
    let store = Arc::new(make.make(Limits::default()).await);
    let listener = attach(&*store);
    for round in 0..20 {
        let name = format!("round {round}");
        let mut publisher = JoinSet::new();
        publisher.spawn({
            let (store, name) = (Arc::clone(&store), name.clone());
            async move { fill(&*store, &name, 1..=20).await }
        });
        let bounds = store.open(&topic(&name)).await.expect("there");
        publisher.join_all().await;
        let later = read(&*store, &name, bounds.end(), usize::MAX, u64::MAX).await;
        let heard: Vec<_> =
            listener.heard(&name).into_iter().filter(|(_, record)| record.sequence > bounds.last).collect();
        check_same(&heard, bounds.epoch, &later);
        store.close(&topic(&name));
    }
}

pub(crate) async fn notes_are_swapped<M: MakeStore>(make: &M) {
    fn ok<T, E: Debug>(answer: Result<T, E>) -> T {
        answer.expect("there")
    }
    let store = make.make(Limits::default()).await;
    assert_eq!(ok(store.note("keys").await), None);
    assert!(!ok(store.swap_note("keys", Some("old".into()), "new".into()).await), "it was not there");
    assert!(ok(store.swap_note("keys", None, "1".into()).await));
    assert!(!ok(store.swap_note("keys", None, "2".into()).await), "it was there already");
    assert!(!ok(store.swap_note("keys", Some("0".into()), "2".into()).await), "it was another");
    assert_eq!(ok(store.note("keys").await).as_deref(), Some(&b"1"[..]));
    assert!(ok(store.swap_note("keys", Some("1".into()), "2".into()).await));
    assert_eq!(ok(store.note("keys").await).as_deref(), Some(&b"2"[..]));
    assert_eq!(ok(store.note("other").await), None);
}
