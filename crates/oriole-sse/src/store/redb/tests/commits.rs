//! What is written together, and when it is safe.

use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, SystemTime};

use dice::Dice;

use super::disk::Disk;
use super::support::{Listener, append, event, is_waiting, read_all};
use crate::store::redb::{RedbStore, RedbStoreOptions};
use crate::store::{Epoch, Expected, Record, Retention, Store, StoreSink, Topic};

/// What comes while a commit is under way is one commit, and nobody hears of it before it is safe.
#[tokio::test]
async fn events_are_committed_together_and_told_when_they_are_safe() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default().commit_window(Duration::ZERO));
    let listener = Listener::attach(&store);
    disk.change(|platter| platter.is_stuck = true);
    let syncs = disk.lock().syncs;
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(append(&store, "0"));
    while disk.lock().unsafe_writes.is_empty() {
        tokio::task::yield_now().await;
    }
    let mut batch =
        Box::pin(futures_util::future::join_all((1..=50).map(|number| append(&store, &number.to_string()))));
    assert!(is_waiting(batch.as_mut()));
    assert!(listener.told().is_empty() && read_all(&store).await.is_empty());
    disk.change(|platter| platter.is_stuck = false);
    assert!(batch.await.iter().all(|answer| matches!(answer, Ok(Ok(_)))));
    tasks.join_all().await;
    assert_eq!(listener.told(), ["1 events", "50 events"]);
    assert_eq!(disk.lock().syncs - syncs, 2);
}

#[tokio::test]
async fn a_commit_has_a_bound() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default().commit_events_max(20).commit_window(Duration::ZERO));
    let listener = Listener::attach(&store);
    disk.change(|platter| platter.is_stuck = true);
    let mut batch = Box::pin(futures_util::future::join_all((0..50).map(|number| append(&store, &number.to_string()))));
    assert!(is_waiting(batch.as_mut()));
    disk.change(|platter| platter.is_stuck = false);
    batch.await;
    let told = listener.told();
    let counts: Vec<usize> = told
        .iter()
        .map(|told| told.split_once(' ').and_then(|(count, _)| count.parse().ok()).expect("a count"))
        .collect();
    assert!(counts.iter().all(|count| *count <= 20) && counts.iter().sum::<usize>() == 50, "{counts:?}");
}

/// Who does not find room has not begun: what is dropped then is not written.
#[tokio::test]
async fn what_waits_to_be_committed_is_bounded_in_bytes() {
    // Each event takes 256 bytes beside its topic and its frame, of one byte each.
    for (queue_bytes_max, begun) in [(3 * 258, 3), (4 * 258 - 1, 3), (4 * 258, 4), (usize::MAX, 5)] {
        let disk = Disk::default();
        let options = RedbStoreOptions::default().queue_bytes_max(queue_bytes_max).commit_window(Duration::ZERO);
        let store = disk.store(options);
        disk.change(|platter| platter.is_stuck = true);
        let mut appends: Vec<_> = (0..5).map(|number| Box::pin(append(&store, &number.to_string()))).collect();
        assert!(appends.iter_mut().all(|append| is_waiting(append.as_mut())));
        drop(appends);
        disk.change(|platter| platter.is_stuck = false);
        store.shutdown().await.expect("all is written");
        assert_eq!(read_all(&disk.store(options)).await.len(), begun, "{queue_bytes_max} bytes");
    }
}

/// However long it is said to be: an hour counts as a second. The first event after a pause waits for nothing, and what comes
/// within the window is committed together.
#[tokio::test]
async fn the_window_of_a_commit_is_bounded() {
    let mut told = vec![];
    // A busy machine may keep us for longer than the window: then there was a pause.
    for _ in 0..20 {
        let store = Disk::default().store(RedbStoreOptions::default().commit_window(Duration::from_secs(3600)));
        let begun = std::time::Instant::now();
        append(&store, "1").await.expect("there").expect("taken");
        let listener = Listener::attach(&store);
        let (first, second) = tokio::join!(append(&store, "2"), append(&store, "3"));
        assert!(first.is_ok() && second.is_ok());
        let took = begun.elapsed();
        assert!(took >= RedbStoreOptions::COMMIT_WINDOW_MAX / 2, "{took:?}");
        told = listener.told();
        if told == ["2 events"] {
            return;
        }
    }
    panic!("never together: {told:?}");
}

#[tokio::test]
async fn one_thread_reads_at_least_and_not_any_number() {
    for readers in [0, 1, usize::MAX] {
        let store = Disk::default().store(RedbStoreOptions::default().readers(readers));
        append(&store, "1").await.expect("there").expect("taken");
        assert_eq!(read_all(&store).await.len(), 1, "{readers}");
    }
}

/// A sweep that finds nothing writes nothing, so that a hub at rest does not wear out a disk.
#[tokio::test]
async fn what_changes_nothing_is_not_committed() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default());
    append(&store, "1").await.expect("there").expect("taken");
    let syncs = disk.lock().syncs;
    store.sweep(SystemTime::UNIX_EPOCH).await.expect("swept");
    assert!(!store.swap_note("a", Some("other".into()), "new".into()).await.expect("there"));
    let refused = event("2").expected(Expected::Nothing);
    store.append(vec![refused]).await.expect("there")[0].expect_err("a conflict");
    assert_eq!(disk.lock().syncs, syncs);
}

/// The power fails at any moment, and of what was not safe any part of any sector may be on the disk.
#[tokio::test]
async fn what_was_acknowledged_outlives_a_loss_of_power() {
    for seed in 0..60 {
        let mut dice = Dice::new(seed);
        let disk = Disk::default();
        let options = RedbStoreOptions::default().commit_window(Duration::ZERO);
        let store = disk.store(options.retention(Retention::default().events_max(1000)));
        let mut acknowledged = vec![];
        for round in 0..dice.roll() % 8 {
            let events = (0..1 + dice.roll() % 40).map(|number| format!("{round}/{number}/{}", "x".repeat(300)));
            let answers = futures_util::future::join_all(events.clone().map(|frame| append(&store, &frame))).await;
            let places = answers.into_iter().map(|answer| answer.expect("there").expect("taken").position);
            acknowledged.extend(places.zip(events));
        }
        // Some more are under way.
        let mut under_way = Box::pin(futures_util::future::join_all((0..20).map(|_| append(&store, &"y".repeat(500)))));
        assert!(is_waiting(under_way.as_mut()));
        for _ in 0..dice.roll() % 200 {
            std::thread::yield_now();
        }
        let left = disk.without_power(&mut dice);
        drop(under_way);
        drop(store);

        let store = left.store(options);
        let there = read_all(&store).await;
        let (kept, more) = there.split_at_checked(acknowledged.len()).unwrap_or_else(|| panic!("seed {seed}: lost"));
        assert_eq!(kept, acknowledged, "seed {seed}");
        assert!(more.iter().all(|(_, frame)| frame.starts_with('y')), "seed {seed}");
        let next = append(&store, "z").await.expect("there").expect("taken").position;
        assert_eq!(next.sequence.0, there.len() as u64 + 1, "seed {seed}");
    }
}

/// Whoever is told may be the last to hold the store, and nobody then waits for himself.
#[test]
fn a_store_may_end_on_the_thread_that_writes() {
    struct Last {
        store: Option<RedbStore>,
        told: Mutex<mpsc::Receiver<()>>,
        /// Says nothing, and ends after the store.
        _ended: mpsc::Sender<()>,
    }

    impl StoreSink for Last {
        fn appended(&self, _: &Topic, _: Epoch, _: &[Record]) {
            assert!(self.store.is_some());
            // Until all others have let go.
            let _ = self.told.lock().expect("no panic").recv();
        }
        fn away(&self) {}
        fn back(&self) {}
    }

    let store = Disk::default().store(RedbStoreOptions::default().close_timeout(Duration::from_secs(3600)));
    let ((go, told), (ending, ended)) = (mpsc::channel(), mpsc::channel());
    let last = Arc::new(Last { store: Some(store.clone()), told: Mutex::new(told), _ended: ending });
    let weak = Arc::downgrade(&last);
    store.attach(weak.clone());
    let mut under_way = Box::pin(append(&store, "1"));
    assert!(is_waiting(under_way.as_mut()));
    while weak.strong_count() < 2 {
        std::thread::yield_now();
    }
    drop((under_way, store, last));
    drop(go);
    assert_eq!(ended.recv(), Err(mpsc::RecvError));
}
