//! What the tests share.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;

use crate::store::redb::RedbStore;
use crate::store::{
    Append, AppendRefusal, Appended, Epoch, PageLimits, Position, Record, Sequence, Store, StoreError, StoreSink, Topic,
};

pub(super) fn topic() -> Topic {
    Topic::new("a").expect("a topic")
}

pub(super) fn topic_named(number: u64) -> Topic {
    Topic::new(format!("{number:08}")).expect("a topic")
}

pub(super) fn event(frame: &str) -> Append {
    Append::new(topic(), SystemTime::UNIX_EPOCH + Duration::from_secs(1), frame.to_owned().into())
}

pub(super) fn append(store: &RedbStore, frame: &str) -> impl Future<Output = Answer> + use<> {
    let (store, event) = (store.clone(), event(frame));
    async move { store.append(vec![event]).await.map(|answers| answers[0]) }
}

/// Polls it once.
pub(super) fn is_waiting(future: Pin<&mut impl Future>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

pub(super) type Answer = Result<Result<Appended, AppendRefusal>, StoreError>;

pub(super) async fn read_all(store: &RedbStore) -> Vec<(Position, String)> {
    let start = Position { epoch: Epoch(0), sequence: Sequence(0) };
    let limits = PageLimits { events_max: usize::MAX, bytes_max: u64::MAX };
    let page = store.read(&topic(), start, limits).await.expect("there");
    let text = |record: Record| String::from_utf8(record.frame.to_vec()).expect("text");
    let place = |record: &Record| Position { epoch: page.bounds.epoch, sequence: record.sequence };
    page.records.iter().map(|record| (place(record), text(record.clone()))).collect()
}

/// Remembers what it is told.
#[derive(Default)]
pub(super) struct Listener {
    told: Mutex<Vec<String>>,
    changed: Notify,
}

impl Listener {
    pub(super) fn attach(store: &RedbStore) -> Arc<Self> {
        let listener = Arc::new(Self::default());
        let weak = Arc::downgrade(&listener);
        store.attach(weak);
        listener
    }

    fn tell(&self, what: String) {
        self.told.lock().expect("no panic").push(what);
        self.changed.notify_one();
    }

    pub(super) fn told(&self) -> Vec<String> {
        self.told.lock().expect("no panic").clone()
    }

    pub(super) async fn wait_for(&self, what: &str) {
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
