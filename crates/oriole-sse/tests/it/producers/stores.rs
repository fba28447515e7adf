//! Stores that are away, or fail.

use std::fmt;
use std::future::ready;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use oriole_sse::{
    Append, AppendRefusal, Appended, Bounds, Hub, HubOptions, MemoryStore, Page as LogPage, PageLimits, Position,
    ProducerError, ProducerOptions, Producers, Rewind, Store, StoreError, StoreFuture, StoreSink, SystemClock, Topic,
};

use tokio::sync::Notify;

use super::support::{PACE, Page, all, numbers, producers};
use crate::hub::support::Flaky;

/// How a page fares with a store that is away for a time, in the middle.
async fn shown_after_absence(absence: Duration) -> (Vec<String>, usize) {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as _, SystemClock);
    let producers = Producers::new(hub, ProducerOptions::default().store_patience(Duration::from_secs(10)));
    let (mut page, mut connections) = (Page::default(), 1);
    let mut joined = producers.join("a").or_start(numbers(4)).await.expect("room");
    for _ in 0..3 {
        page.take(&mut joined).await;
    }
    store.set_away(true);
    tokio::time::sleep(absence).await;
    store.set_away(false);
    page.read(joined).await;
    while let Ok(joined) = page.from(producers.join("a").or_start(numbers(4))).await {
        connections += 1;
        page.read(joined).await;
    }
    // What the hub says of the absence is no part of it.
    page.shown.retain(|shown| !shown.starts_with("gap"));
    (page.shown, connections)
}

#[tokio::test(start_paused = true)]
async fn an_event_waits_for_a_store_that_is_away_and_a_run_is_given_up_at_last() {
    assert_eq!(shown_after_absence(Duration::from_secs(9)).await, (all(4, "complete"), 1));
    assert_eq!(shown_after_absence(Duration::from_secs(12)).await, (all(4, "complete"), 2));
}

#[tokio::test(start_paused = true)]
async fn who_comes_while_the_store_is_away_returns_later() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as _, SystemClock);
    let producers = Producers::new(hub, ProducerOptions::default());
    store.set_away(true);
    let mut page = Page::default();
    let waited = tokio::time::Instant::now();
    page.read(producers.join("a").or_start(numbers(2)).await.expect("it is no error")).await;
    assert!(waited.elapsed() >= Duration::from_secs(30));
    assert!(page.shown.is_empty() && producers.running() == 0);
    store.set_away(false);
    page.read(page.from(producers.join("a").or_start(numbers(2))).await.expect("room")).await;
    assert_eq!(page.shown, all(2, "complete"));
}

/// Answers one append as no other.
#[derive(Clone)]
struct Once {
    store: MemoryStore,
    left: Arc<AtomicUsize>,
    answer: Answer,
}

#[derive(Clone)]
enum Answer {
    /// It was made, and nobody is told.
    Lost,
    /// It was not made.
    Fails,
    /// It was made, and who asked is told when the gate opens.
    Late(Arc<Notify>),
}

impl Once {
    fn new(at: usize, answer: Answer) -> Self {
        Self { store: MemoryStore::default(), left: Arc::new(AtomicUsize::new(at)), answer }
    }
}

impl Store for Once {
    fn append(&self, batch: Vec<Append>) -> StoreFuture<'_, Vec<Result<Appended, AppendRefusal>>> {
        if self.left.fetch_sub(1, Ordering::Relaxed) != 1 {
            return self.store.append(batch);
        }
        match &self.answer {
            Answer::Lost => drop(self.store.append(batch)),
            Answer::Fails => {}
            Answer::Late(gate) => {
                let appended = self.store.append(batch);
                return Box::pin(async {
                    gate.notified().await;
                    appended.await
                });
            }
        }
        Box::pin(ready(Err(StoreError::in_doubt(None))))
    }

    fn open<'a>(&'a self, topic: &'a Topic) -> StoreFuture<'a, Bounds> {
        self.store.open(topic)
    }

    fn close(&self, topic: &Topic) {
        self.store.close(topic);
    }

    fn read<'a>(&'a self, topic: &'a Topic, after: Position, limits: PageLimits) -> StoreFuture<'a, LogPage> {
        self.store.read(topic, after, limits)
    }

    fn find<'a>(&'a self, topic: &'a Topic, rewind: Rewind) -> StoreFuture<'a, Position> {
        self.store.find(topic, rewind)
    }

    fn sweep(&self, now: SystemTime) -> StoreFuture<'_, ()> {
        self.store.sweep(now)
    }

    fn note<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Bytes>> {
        self.store.note(name)
    }

    fn swap_note<'a>(&'a self, name: &'a str, old: Option<Bytes>, new: Bytes) -> StoreFuture<'a, bool> {
        self.store.swap_note(name, old, new)
    }

    fn shutdown(&self) -> StoreFuture<'_, ()> {
        self.store.shutdown()
    }

    fn attach(&self, sink: Weak<dyn StoreSink>) {
        self.store.attach(sink);
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Once")
    }
}

/// Whether the event was taken is unknown; the log knows.
#[tokio::test(start_paused = true)]
async fn an_append_whose_answer_is_lost_loses_and_doubles_nothing() {
    for appends in [true, false] {
        for at in 1..=5 {
            let producers = producers(Once::new(at, if appends { Answer::Lost } else { Answer::Fails }));
            let (mut page, mut connections) = (Page::default(), 0);
            while let Ok(joined) = page.from(producers.join("a").or_start(numbers(4))).await {
                connections += 1;
                page.read(joined).await;
                tokio::time::sleep(PACE).await;
            }
            assert_eq!(page.shown, all(4, "complete"), "{appends} {at}");
            // The last event ends the stream, also if its answer is lost.
            assert_eq!(connections, if appends && at == 5 { 1 } else { 2 }, "{appends} {at}");
        }
    }
}

/// The last event is out, and the run has not heard of it yet.
#[tokio::test(start_paused = true)]
async fn who_has_read_the_last_event_does_not_return_though_the_run_is_still_there() {
    let gate = Arc::new(Notify::new());
    let producers = producers(Once::new(3, Answer::Late(Arc::clone(&gate))));
    let mut page = Page::default();
    page.read(producers.join("a").or_start(numbers(2)).await.expect("room")).await;
    assert_eq!((page.shown.clone(), producers.running()), (all(2, "complete"), 1));
    let returned = page.from(producers.join("a").or_start(numbers(2))).await;
    assert!(matches!(returned, Err(ProducerError::Finished)), "{returned:?}");
    gate.notify_one();
    assert!(!producers.stop("a").await.expect("it is known") || producers.running() == 0);
}
