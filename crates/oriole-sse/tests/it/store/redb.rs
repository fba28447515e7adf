//! The store in one file.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::task::{Context, Waker};
use std::time::Duration;

use futures_util::StreamExt;
use oriole_sse::{
    Append, AppendRefusal, Epoch, Expected, Hub, HubOptions, LastEventId, MessageEvent, PageLimits, Position,
    RedbOpenError, RedbStore, RedbStoreOptions, Retention, Rewind, Sequence, Start, Store, StoreError,
};
use tempfile::TempDir;

use super::suite::{Limits, MakeStore, append, at, read_all, topic};

/// A disk that is busy may keep a hub for longer than its clients should wait.
const PATIENCE: Duration = Duration::from_secs(120);

/// Each store has a folder, which goes with the test.
#[derive(Default)]
struct Redb(Mutex<Vec<TempDir>>);

impl MakeStore for Redb {
    type Store = RedbStore;

    async fn make(&self, limits: Limits) -> RedbStore {
        let folder = tempfile::tempdir().expect("a folder");
        let options = RedbStoreOptions::default()
            .retention(limits.retention)
            .idempotency_window(limits.idempotency_window)
            .idempotency_keys_max(limits.idempotency_keys_max as u64);
        let store = RedbStore::open_with(file(&folder), options).expect("a new file");
        self.0.lock().expect("no panic").push(folder);
        store
    }
}

store_suite!(Redb::default());

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("events.redb")
}

fn open(path: &Path) -> RedbStore {
    RedbStore::open(path).expect("a store")
}

async fn records(store: &RedbStore, name: &str) -> Vec<(u64, String)> {
    let records = read_all(store, name).await;
    records.iter().map(|record| (record.sequence.0, String::from_utf8_lossy(&record.frame).into_owned())).collect()
}

async fn fill(store: &RedbStore, name: &str, numbers: std::ops::Range<u64>) -> Vec<Position> {
    let mut places = vec![];
    for number in numbers {
        places.push(append(store, name, number, &number.to_string()).await.expect("taken").position);
    }
    places
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = RedbStoreOptions::default().retention(Retention::default().events_max(3));
    let open = || RedbStore::open_with(file(&folder), options).expect("a store");
    let store = open();
    let places = fill(&store, "a", 0..5).await;
    let named = || Append::new(topic("b"), at(0), "once".into()).idempotency_key("n").coalesce_key("k");
    let once = store.append(vec![named()]).await.expect("there")[0].expect("taken").position;
    assert!(store.swap_note("keys", None, "secret".into()).await.expect("there"));
    let before = (read_all(&store, "a").await, read_all(&store, "b").await);
    let never = store.open(&topic("never")).await.expect("there");
    drop(store);

    let store = open();
    assert_eq!((read_all(&store, "a").await, read_all(&store, "b").await), before);
    assert_eq!(records(&store, "a").await, [(3, "2".into()), (4, "3".into()), (5, "4".into())]);
    let bounds = store.open(&topic("a")).await.expect("there");
    assert_eq!((bounds.end(), bounds.trimmed), (places[4], places[1].sequence));
    assert_eq!(store.open(&topic("never")).await.expect("there"), never, "also an epoch that was only told");
    let again = store.append(vec![named()]).await.expect("there")[0].expect("known");
    assert!(again.is_duplicate && again.position == once);
    assert_eq!(store.note("keys").await.expect("there").as_deref(), Some(&b"secret"[..]));
    let next = append(&store, "a", 5, "5").await.expect("taken").position;
    assert_eq!(next, Position { epoch: places[0].epoch, sequence: Sequence(6) });
    drop(store);

    // Another retention holds for what is there already.
    let options = options.retention(Retention::default().events_max(1));
    let store = RedbStore::open_with(file(&folder), options).expect("a store");
    store.sweep(at(5)).await.expect("swept");
    assert_eq!(records(&store, "a").await, [(6, "5".into())]);
}

/// The keys are in the file, so that a client's id is good afterwards.
#[tokio::test]
async fn a_client_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut last_event_id = None;
    for round in 0..3_u64 {
        let store = open(&file(&folder));
        let hub = Hub::with_store(HubOptions::default().store_timeout(PATIENCE), store.clone());
        let start = last_event_id.take().map_or(Start::Live, |id| LastEventId::from(id).into());
        let mut subscription = hub.subscribe("a").from(start).await.expect("room");
        let hello = subscription.next().await.expect("a hello");
        let verdict = if round == 0 { "{\"verdict\":\"live\"}" } else { "{\"verdict\":\"resumed\"}" };
        assert_eq!(hello.fields().data, Some(verdict));
        let publish = async |number: u64| {
            hub.publish("a", MessageEvent::new(number.to_string())).await.expect("published");
        };
        publish(2 * round).await;
        let mut seen = vec![];
        while seen.last() != Some(&(2 * round)) {
            let event = subscription.next().await.expect("an event");
            seen.push(event.fields().data.and_then(|data| data.parse().ok()).expect("a number"));
            last_event_id = event.fields().id.cloned();
        }
        assert_eq!(seen, if round == 0 { vec![0] } else { vec![2 * round - 1, 2 * round] });
        // While the client is away.
        drop(subscription);
        publish(2 * round + 1).await;
        store.shutdown().await.expect("closed");
    }
}

/// A copy is older than what clients have seen; numbers that are given again are not taken for those.
#[tokio::test]
async fn a_copy_that_is_put_back_begins_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, copy) = (file(&folder), folder.path().join("copy"));
    let make = || {
        let store = open(&path);
        (Hub::with_store(HubOptions::default().store_timeout(PATIENCE), store.clone()), store)
    };
    let publish = async |hub: &Hub, text: &str| hub.publish("a", MessageEvent::new(text)).await.expect("published");
    let (hub, store) = make();
    publish(&hub, "kept").await;
    // Which draws the keys.
    drop(hub.subscribe("a").await.expect("room"));
    store.shutdown().await.expect("closed");
    drop((hub, store));
    std::fs::copy(&path, &copy).expect("copied");

    let (hub, store) = make();
    let mut subscription = hub.subscribe("a").await.expect("room");
    subscription.next().await.expect("a hello");
    publish(&hub, "lost").await;
    let seen = subscription.next().await.expect("an event");
    let id = seen.fields().id.cloned().expect("an id");
    store.shutdown().await.expect("closed");
    drop((subscription, hub, store));

    std::fs::copy(&copy, &path).expect("copied");
    RedbStore::renew(&path).expect("a store");
    let (hub, _store) = make();
    publish(&hub, "another").await;
    publish(&hub, "third").await;
    let subscription = hub.subscribe("a").from(LastEventId::from(id)).await.expect("room");
    let told: Vec<_> = subscription.take(5).collect().await;
    let told: Vec<_> = told.iter().map(|event| event.fields().data.expect("every event has data")).collect();
    assert_eq!(told[0], "{\"verdict\":\"gap\"}");
    assert_eq!(told[1], "{\"topic\":\"a\",\"reason\":\"restart\",\"after\":2,\"through\":null}");
    assert_eq!(told[2..], ["kept", "another", "third"]);
}

#[tokio::test]
async fn a_file_has_one_owner() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = file(&folder);
    let first = open(&path);
    let refused = RedbStore::open(&path).expect_err("in use");
    assert!(matches!(refused, RedbOpenError::InUse { .. }), "{refused:?}");
    assert_eq!(refused.to_string(), format!("{} is open already, and only one process can have it", path.display()));
    let second = first.clone();
    drop(first);
    RedbStore::open(&path).expect_err("a clone is the same store");
    RedbStore::renew(&path).expect_err("in use");
    drop(second);
    open(&path);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    open(&file(&folder));
    let mode = std::fs::metadata(file(&folder)).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("none").join("events.redb");
    let refused = RedbStore::open(&path).expect_err("no folder");
    assert_eq!(refused.path(), path);
    assert!(refused.to_string().starts_with(&format!("{} cannot be opened: ", path.display())), "{refused}");
}

#[tokio::test]
async fn topics_are_bounded_and_an_empty_one_makes_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let retention = Retention::default().events_max(1).age_max(Duration::from_secs(10));
    let options = RedbStoreOptions::default().topics_max(2).retention(retention);
    let store = RedbStore::open_with(file(&folder), options).expect("a store");
    let refused = Append::new(topic("a"), at(0), "-".into())
        .expected(Expected::Last(Position { epoch: Epoch(0), sequence: Sequence(1) }));
    store.append(vec![refused]).await.expect("there")[0].expect_err("a topic is not made by being refused");
    for name in ["b", "c"] {
        append(&store, name, 0, "x").await.expect("room");
    }
    let full = AppendRefusal::too_many_topics(2);
    assert_eq!(append(&store, "d", 0, "x").await, Err(full));
    let told = store.open(&topic("d")).await.expect("to read a topic takes no room");
    store.close(&topic("d"));

    // Both are empty; the one that is open stays.
    store.sweep(at(11_000)).await.expect("swept");
    let kept = store.open(&topic("b")).await.expect("there");
    let lost = store.open(&topic("c")).await.expect("there");
    store.close(&topic("c"));
    append(&store, "d", 11_000, "x").await.expect("in the place of c");
    assert_eq!(append(&store, "c", 11_000, "x").await, Err(full));
    assert_eq!(store.open(&topic("b")).await.expect("there"), kept);
    let begun = store.open(&topic("c")).await.expect("there");
    assert!(begun.epoch != lost.epoch && begun.last == Sequence(0), "it would begin anew");
    store.close(&topic("b"));
    store.close(&topic("b"));
    let epoch = append(&store, "c", 11_000, "x").await.expect("in the place of b").position.epoch;
    assert!(epoch == begun.epoch && told.epoch != epoch);

    drop(store);
    let store = RedbStore::open_with(file(&folder), options).expect("a store");
    assert_eq!(store.open(&topic("c")).await.expect("there").epoch, epoch);
    assert_eq!(append(&store, "b", 11_000, "x").await, Err(full));
}

/// Of those that come together as well.
#[tokio::test]
async fn topics_are_bounded_within_a_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    let retention = Retention::default().age_max(Duration::from_secs(10));
    let options = RedbStoreOptions::default().topics_max(3).retention(retention);
    let store = RedbStore::open_with(file(&folder), options).expect("a store");
    let taken = async |names: &[&str], millis| {
        let batch = names.iter().map(|name| Append::new(topic(name), at(millis), "x".into())).collect();
        let answers = store.append(batch).await.expect("there");
        answers.iter().map(Result::is_ok).collect::<Vec<_>>()
    };
    assert_eq!(taken(&["a", "b", "a", "c", "d", "a"], 0).await, [true, true, true, true, false, true]);
    append(&store, "b", 1, "x").await.expect("there");

    // All are empty by then; the one that is silent for the longest goes first, and what is touched stays.
    store.sweep(at(20_000)).await.expect("swept");
    assert_eq!(taken(&["c", "e", "f", "g"], 20_000).await, [true, true, true, false]);
    drop(store);
    let store = RedbStore::open_with(file(&folder), options).expect("a store");
    for (name, events) in [("a", 0), ("b", 0), ("c", 1), ("e", 1), ("f", 1), ("g", 0)] {
        assert_eq!(read_all(&store, name).await.len(), events, "{name}");
    }
}

/// A clock that was ahead once does not make everything old for ever.
#[tokio::test]
async fn a_sweep_goes_by_its_own_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let retention = Retention::default().age_max(Duration::from_secs(10));
    let options = RedbStoreOptions::default().retention(retention);
    let store = RedbStore::open_with(file(&folder), options).expect("a store");
    append(&store, "a", 0, "1").await.expect("taken");
    store.sweep(at(60_000)).await.expect("swept");
    append(&store, "a", 1000, "2").await.expect("taken");
    store.sweep(at(2000)).await.expect("swept");
    assert_eq!(records(&store, "a").await, [(2, "2".into())]);
}

/// Also if the clocks of publishers differ: nothing that is young enough is left out.
#[tokio::test]
async fn a_rewind_finds_the_first_event_that_is_young_enough() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&file(&folder));
    let times = [5, 1, 2, 9, 3, 4, 20, 8, 8, 30];
    for (number, time) in times.iter().enumerate() {
        append(&store, "a", *time, &number.to_string()).await.expect("taken");
    }
    for since in 0..=31 {
        let place = store.find(&topic("a"), Rewind::Since(at(since))).await.expect("there");
        let expected = times.iter().position(|time| *time >= since).unwrap_or(times.len());
        assert_eq!(place.sequence, Sequence(expected as u64), "{since}");
    }
}

/// A commit removes some thousands beside what it adds, so that those who append do not wait for a sweep.
#[tokio::test]
async fn a_sweep_may_take_several_commits() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = RedbStoreOptions::default().retention(Retention::default().events_max(100_000));
    let store = RedbStore::open_with(file(&folder), options).expect("a store");
    for name in ["a", "b"] {
        let events =
            (0..6000).map(|at_ms| Append::new(topic(name), at(at_ms), "x".into()).idempotency_key(at_ms.to_string()));
        store.append(events.collect()).await.expect("there");
    }
    store.sweep(at(24 * 3600 * 1000 + 5990)).await.expect("swept");
    for name in ["a", "b"] {
        assert_eq!(read_all(&store, name).await.len(), 10);
    }
}

#[tokio::test]
async fn who_appends_waits_for_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = RedbStoreOptions::default().queue_bytes_max(1).commit_events_max(1).commit_window(Duration::ZERO);
    let store = RedbStore::open_with(file(&folder), options).expect("a store");
    let appends = (0..50).map(|number| {
        let store = store.clone();
        async move { append(&store, "a", 0, &number.to_string()).await.expect("taken").position.sequence.0 }
    });
    let places = futures_util::future::join_all(appends).await;
    assert_eq!(places, (1..=50).collect::<Vec<_>>(), "in order");
}

/// A future that was polled is as good as done; one that waits for room is not begun.
#[tokio::test]
async fn an_append_that_is_dropped_leaves_no_hole() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = RedbStoreOptions::default().queue_bytes_max(300);
    let store = RedbStore::open_with(file(&folder), options).expect("a store");
    for round in 0..50 {
        let mut dropped = vec![];
        for number in 0..3 {
            let store = store.clone();
            let mut append = Box::pin(async move { append(&store, "a", 0, &format!("{round}/{number}")).await });
            assert!(append.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            dropped.push(append);
        }
    }
    append(&store, "a", 0, "last").await.expect("taken");
    let there = records(&store, "a").await;
    assert!(there.iter().map(|(sequence, _)| *sequence).eq(1..=there.len() as u64), "{there:?}");
    assert_eq!(there.last().map(|(_, frame)| frame.as_str()), Some("last"));
}

#[tokio::test]
async fn a_shutdown_flushes_and_is_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&file(&folder));
    let appends = (0..100).map(|number| {
        let store = store.clone();
        async move { store.append(vec![Append::new(topic("a"), at(number), number.to_string().into())]).await }
    });
    let (answers, ended) = tokio::join!(futures_util::future::join_all(appends), store.shutdown());
    ended.expect("closed");
    assert!(answers.iter().all(Result::is_ok), "what was asked for before is done");
    assert!(store.is_away());
    let Err(StoreError::Away { .. }) = store.append(vec![Append::new(topic("a"), at(0), "-".into())]).await else {
        panic!("the end is the end")
    };
    let nowhere = Position { epoch: Epoch(0), sequence: Sequence(0) };
    let limits = PageLimits { events_max: 1, bytes_max: 1 };
    assert!(matches!(store.read(&topic("a"), nowhere, limits).await, Err(StoreError::Away { .. })));
    assert!(matches!(store.open(&topic("a")).await, Err(StoreError::Away { .. })));
    assert!(matches!(store.sweep(at(0)).await, Err(StoreError::Away { .. })));
    assert!(matches!(store.note("a").await, Err(StoreError::Away { .. })));
    store.shutdown().await.expect("closed already");
    assert_eq!(records(&open(&file(&folder)), "a").await.len(), 100);
}
