//! Over a disk that can be full, stuck, or without power.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, mpsc};
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use redb::{Database, ReadableDatabase, StorageBackend, TableDefinition};
use tokio::sync::Notify;

use super::super::{
    Append, AppendRefusal, Appended, Epoch, PageLimits, Position, Record, Sequence, Store, StoreError, StoreSink, Topic,
};
use super::format::{FORMAT, open_file};
use super::{RedbOpenError, RedbStore, RedbStoreOptions};
use crate::event::MessageEvent;
use crate::hub::{Hub, HubOptions, PublishError, Published};

/// A disk in memory.
#[derive(Clone, Debug, Default)]
struct Disk(Arc<(Mutex<Platter>, Condvar)>);

#[derive(Debug, Default)]
struct Platter {
    bytes: Vec<u8>,
    /// What is there for certain ...
    safe: Vec<u8>,
    /// ... and what was written since.
    unsafe_writes: Vec<(usize, Vec<u8>)>,
    syncs: u64,
    is_full: bool,
    is_stuck: bool,
    replaced_by: Option<Disk>,
}

impl Disk {
    fn lock(&self) -> MutexGuard<'_, Platter> {
        self.0.0.lock().expect("no panic")
    }

    fn change(&self, change: impl FnOnce(&mut Platter)) {
        change(&mut self.lock());
        self.0.1.notify_all();
    }

    fn store(&self, options: RedbStoreOptions) -> RedbStore {
        let disk = self.clone();
        let open = move |_| {
            if disk.lock().is_full {
                return Err(full().into());
            }
            let replaced_by = disk.lock().replaced_by.clone();
            Database::builder().create_with_backend(replaced_by.unwrap_or_else(|| disk.clone()))
        };
        RedbStore::open_by(Path::new("in memory"), options, Box::new(open)).expect("a store")
    }

    /// What is left if the power fails now: of what was written since it was last made safe, any part in sectors.
    fn without_power(&self, dice: &mut Dice) -> Self {
        let platter = self.lock();
        let mut left = platter.safe.clone();
        left.resize(platter.bytes.len(), 0);
        for (offset, bytes) in &platter.unsafe_writes {
            for (at, sector) in bytes.chunks(512).enumerate().filter(|_| dice.chance(50)) {
                let from = offset + at * 512;
                left[from..from + sector.len()].copy_from_slice(sector);
            }
        }
        let left = Platter { bytes: left.clone(), safe: left, ..Platter::default() };
        Self(Arc::new((Mutex::new(left), Condvar::new())))
    }
}

fn full() -> std::io::Error {
    std::io::Error::from(std::io::ErrorKind::StorageFull)
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, std::io::Error> {
        Ok(self.lock().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), std::io::Error> {
        let from = usize::try_from(offset).expect("small");
        out.copy_from_slice(&self.lock().bytes[from..from + out.len()]);
        Ok(())
    }

    fn set_len(&self, len: u64) -> Result<(), std::io::Error> {
        self.lock().bytes.resize(usize::try_from(len).expect("small"), 0);
        Ok(())
    }

    fn sync_data(&self) -> Result<(), std::io::Error> {
        let mut platter = self.lock();
        while platter.is_stuck {
            platter = self.0.1.wait(platter).expect("no panic");
        }
        if platter.is_full {
            return Err(full());
        }
        platter.syncs += 1;
        platter.safe = platter.bytes.clone();
        platter.unsafe_writes.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), std::io::Error> {
        let mut platter = self.lock();
        if platter.is_full {
            return Err(full());
        }
        let from = usize::try_from(offset).expect("small");
        platter.bytes[from..from + data.len()].copy_from_slice(data);
        platter.unsafe_writes.push((from, data.to_vec()));
        Ok(())
    }
}

/// Chance that repeats itself: splitmix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll() % 100 < percent
    }
}

fn topic() -> Topic {
    Topic::new("a").expect("a topic")
}

fn event(frame: &str) -> Append {
    Append::new(topic(), SystemTime::UNIX_EPOCH + Duration::from_secs(1), frame.to_owned().into())
}

fn append(store: &RedbStore, frame: &str) -> impl Future<Output = Answer> + use<> {
    let (store, event) = (store.clone(), event(frame));
    async move { store.append(vec![event]).await.map(|answers| answers[0]) }
}

/// Polls it once.
fn is_waiting(future: Pin<&mut impl Future>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

type Answer = Result<Result<Appended, AppendRefusal>, StoreError>;

async fn read_all(store: &RedbStore) -> Vec<(Position, String)> {
    let start = Position { epoch: Epoch(0), sequence: Sequence(0) };
    let limits = PageLimits { events_max: usize::MAX, bytes_max: u64::MAX };
    let page = store.read(&topic(), start, limits).await.expect("there");
    let text = |record: Record| String::from_utf8(record.frame.to_vec()).expect("text");
    let place = |record: &Record| Position { epoch: page.bounds.epoch, sequence: record.sequence };
    page.records.iter().map(|record| (place(record), text(record.clone()))).collect()
}

/// Remembers what it is told.
#[derive(Default)]
struct Listener {
    told: Mutex<Vec<String>>,
    changed: Notify,
}

impl Listener {
    fn attach(store: &RedbStore) -> Arc<Self> {
        let listener = Arc::new(Self::default());
        let weak = Arc::downgrade(&listener);
        store.attach(weak);
        listener
    }

    fn tell(&self, what: String) {
        self.told.lock().expect("no panic").push(what);
        self.changed.notify_one();
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().expect("no panic").clone()
    }

    async fn wait_for(&self, what: &str) {
        while !self.told().iter().any(|told| told == what) {
            self.changed.notified().await;
        }
    }
}

impl StoreSink for Listener {
    fn appended(&self, _topic: &Topic, _epoch: Epoch, records: &[Record]) {
        self.tell(format!("{} events", records.len()));
    }

    fn away(&self) {
        self.tell("away".into());
    }

    fn back(&self) {
        self.tell("back".into());
    }
}

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

/// A sweep that finds nothing writes nothing, so that a hub at rest does not wear out a disk.
#[tokio::test]
async fn what_changes_nothing_is_not_committed() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default());
    append(&store, "1").await.expect("there").expect("taken");
    let syncs = disk.lock().syncs;
    store.sweep(SystemTime::UNIX_EPOCH).await.expect("swept");
    assert!(!store.swap_note("a", Some("other".into()), "new".into()).await.expect("there"));
    let refused = event("2").expected(super::super::Expected::Nothing);
    store.append(vec![refused]).await.expect("there")[0].expect_err("a conflict");
    assert_eq!(disk.lock().syncs, syncs);
}

#[tokio::test]
async fn a_full_disk_is_away_until_there_is_room() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default().retry_interval(Duration::from_millis(5)));
    let listener = Listener::attach(&store);
    let first = append(&store, "1").await.expect("there").expect("taken").position;
    disk.change(|platter| platter.is_full = true);
    let in_doubt = append(&store, "2").await.expect_err("no room");
    assert!(matches!(in_doubt, StoreError::InDoubt { .. }), "{in_doubt:?}");
    assert!(std::error::Error::source(&in_doubt).is_some(), "the log says why");
    assert!(store.is_away());
    let away = append(&store, "3").await.expect_err("away");
    assert!(matches!(away, StoreError::Away { .. }), "{away:?}");
    assert_eq!(listener.told(), ["1 events", "away"]);

    disk.change(|platter| platter.is_full = false);
    listener.wait_for("back").await;
    let next = append(&store, "4").await.expect("there").expect("taken").position;
    let there = read_all(&store).await;
    assert_eq!(there.first(), Some(&(first, "1".into())));
    assert_eq!(there.last(), Some(&(next, "4".into())));
    assert!(there.iter().all(|(_, frame)| frame != "3"), "what was refused is not there: {there:?}");
    assert_eq!(next.epoch, first.epoch);
}

/// What was asked for before is told that it failed, and the end does not wait for the disk.
#[tokio::test]
async fn a_full_disk_does_not_keep_the_end() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default());
    append(&store, "1").await.expect("there").expect("taken");
    disk.change(|platter| platter.is_full = true);
    let (in_doubt, ended) = tokio::join!(append(&store, "2"), store.shutdown());
    assert!(matches!(in_doubt, Err(StoreError::InDoubt { .. })), "{in_doubt:?}");
    // Whether both were taken in hand at once or one after the other.
    assert!(matches!(ended, Err(StoreError::Failed { .. }) | Ok(())), "{ended:?}");
    assert!(store.is_away());
    store.shutdown().await.expect("over already");
}

/// Another file would give the same numbers to other events.
#[tokio::test]
async fn a_store_does_not_come_back_as_another() {
    let (disk, other) = (Disk::default(), Disk::default());
    drop(other.store(RedbStoreOptions::default()));
    let store = disk.store(RedbStoreOptions::default().retry_interval(Duration::from_millis(1)));
    let listener = Listener::attach(&store);
    append(&store, "1").await.expect("there").expect("taken");
    disk.change(|platter| platter.is_full = true);
    append(&store, "2").await.expect_err("no room");
    let syncs = other.lock().syncs;
    disk.change(|platter| (platter.is_full, platter.replaced_by) = (false, Some(other.clone())));
    // It is opened and closed several times, each of which writes to it.
    while other.lock().syncs < syncs + 8 {
        tokio::task::yield_now().await;
    }
    assert!(store.is_away());
    disk.change(|platter| platter.replaced_by = None);
    listener.wait_for("back").await;
    assert_eq!(listener.told(), ["1 events", "away", "back"]);
    assert_eq!(read_all(&store).await[0].1, "1");
}

/// Publishers get an error or are told, subscribers are served live and told, and everything is as before when there is room.
#[tokio::test]
async fn a_hub_on_a_full_disk_serves_live() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default().retry_interval(Duration::from_millis(5)));
    let hub = Hub::with_store(HubOptions::default(), store);
    let publish = async |text: &str| hub.publish("a", MessageEvent::new(text)).await;
    let mut subscription = hub.subscribe("a").await.expect("room");
    let mut next = async || {
        let event = subscription.next().await.expect("an event");
        let id = if event.fields().id.is_some() { "" } else { "*" };
        format!("{}{id}", event.fields().data.expect("every event has data"))
    };
    assert_eq!(next().await, "{\"verdict\":\"live\"}");
    publish("1").await.expect("stored");
    assert_eq!(next().await, "1");

    disk.change(|platter| platter.is_full = true);
    let in_doubt = publish("2").await.expect_err("no room");
    assert!(matches!(in_doubt, PublishError::Store(StoreError::InDoubt { .. })), "{in_doubt:?}");
    assert_eq!(publish("3").await.expect("live"), Published::LiveOnly);
    assert_eq!(next().await, "{\"topic\":\"a\",\"reason\":\"unavailable\",\"after\":1,\"through\":null}");
    assert_eq!(next().await, "3*");

    disk.change(|platter| platter.is_full = false);
    assert_eq!(next().await, "{\"verdict\":\"resumed\"}");
    let stored = publish("4").await.expect("stored").position();
    let mut given = next().await;
    if given == "2" {
        // It was written after all.
        given = next().await;
    }
    assert!(stored.is_some() && given == "4", "{given}");
}

/// Whoever waits can be dropped, and the store as well.
#[tokio::test]
async fn a_stuck_disk_holds_nobody() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default().close_timeout(Duration::from_millis(1)));
    append(&store, "1").await.expect("there").expect("taken");
    disk.change(|platter| platter.is_stuck = true);
    let mut stuck = Box::pin(append(&store, "2"));
    while disk.lock().unsafe_writes.is_empty() {
        assert!(is_waiting(stuck.as_mut()));
        tokio::task::yield_now().await;
    }
    assert_eq!(read_all(&store).await.len(), 1, "reading goes on");
    assert_eq!(store.open(&topic()).await.expect("there").last, Sequence(1));
    drop((stuck, store));
    disk.change(|platter| platter.is_stuck = false);
}

/// The power fails at any moment, and of what was not safe any part of any sector may be on the disk.
#[tokio::test]
async fn what_was_acknowledged_outlives_a_loss_of_power() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let disk = Disk::default();
        let options = RedbStoreOptions::default().commit_window(Duration::ZERO);
        let store = disk.store(options.retention(super::super::Retention::default().events_max(1000)));
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

#[test]
fn what_is_no_store_is_named_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other");
    for content in ["a", "some text of somebody's\n", &"x".repeat(100_000)] {
        std::fs::write(&path, content).expect("written");
        let refused = RedbStore::open(&path).expect_err("a text");
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), content);
        assert_eq!(refused.to_string(), format!("{} is not a store of events", path.display()));
    }
    std::fs::write(&path, "").expect("written");
    RedbStore::open(&path).expect("an empty file becomes one");

    // Another application's database.
    let path = folder.path().join("foreign.redb");
    let database = Database::create(&path).expect("a database");
    let txn = database.begin_write().expect("there");
    txn.open_table(TableDefinition::<'_, &str, u64>::new("events")).expect("a table");
    txn.commit().expect("there");
    drop(database);
    let refused = RedbStore::open(&path).expect_err("another's");
    assert!(matches!(refused, RedbOpenError::NotAStore { .. }), "{refused:?}");
    let database = Database::open(&path).expect("a database");
    assert_eq!(database.begin_read().expect("there").list_tables().expect("there").count(), 1);
}

#[test]
fn a_newer_format_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    drop(RedbStore::open(&path).expect("a store"));
    let newer = FORMAT + 1;
    for format in [newer, 0] {
        let database = open_file(&path, 1024 * 1024, false).expect("a database");
        let txn = database.begin_write().expect("there");
        let meta = TableDefinition::<'_, &str, u64>::new("oriole-sse");
        txn.open_table(meta).expect("a table").insert("format", format).expect("there");
        txn.commit().expect("there");
        drop(database);
        let refused = RedbStore::open(&path).expect_err("another format");
        assert_eq!(
            refused.to_string(),
            format!("{} has the format {format}, and this version reads formats up to {FORMAT}", path.display())
        );
    }
}

#[test]
fn a_damaged_file_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    drop(RedbStore::open(&path).expect("a store"));
    let good = std::fs::read(&path).expect("a file");
    let mut dice = Dice(7);
    for round in 0..40 {
        let mut bad = good.clone();
        for _ in 0..1 + dice.roll() % 400 {
            let at = usize::try_from(dice.roll() % good.len() as u64).expect("small");
            bad[at] ^= dice.roll() as u8;
        }
        if round % 4 == 0 {
            bad.truncate(usize::try_from(dice.roll() % good.len() as u64).expect("small"));
        }
        std::fs::write(&path, &bad).expect("written");
        // Whatever comes of it, it is an answer.
        let _ = RedbStore::open(&path).map_err(|error| error.to_string());
    }
}
