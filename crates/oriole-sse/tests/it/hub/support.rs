//! What the tests of hubs share.

use std::collections::HashMap;
use std::fmt;
use std::future::{Future, ready};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use futures_util::StreamExt;
use oriole_sse::{
    Append, AppendRefusal, Appended, Bounds, Clock, Epoch, EventId, Hub, MemoryStore, MessageEvent, Page, PageLimits,
    Position, Record, Rewind, Sleep, Store, StoreError, StoreFuture, StoreSink, Subscription, Topic,
};
use tokio::sync::watch;

/// A clock that goes when it is told to, and then wakes those whose time has come.
#[derive(Clone, Debug)]
pub(crate) struct ManualClock {
    begun: Instant,
    time: Arc<Mutex<Time>>,
}

#[derive(Debug, Default)]
struct Time {
    passed: Duration,
    sleepers: HashMap<u64, (Instant, Waker)>,
    next: u64,
}

/// Waits for a moment of a [`ManualClock`].
struct ManualSleep {
    clock: ManualClock,
    moment: Instant,
    number: u64,
}

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), time: Arc::default() }
    }

    pub(crate) fn advance(&self, time: Duration) {
        self.lock().passed += time;
        let now = self.now();
        let due: Vec<_> = self.lock().sleepers.extract_if(|_, (moment, _)| *moment <= now).collect();
        due.into_iter().for_each(|(_, (_, waker))| waker.wake());
    }

    fn lock(&self) -> MutexGuard<'_, Time> {
        self.time.lock().expect("no panic")
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.begun + self.lock().passed
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000) + self.lock().passed
    }

    fn sleep_until(&self, moment: Instant) -> Sleep {
        let number = {
            let mut time = self.lock();
            time.next += 1;
            time.next
        };
        Box::pin(ManualSleep { clock: self.clone(), moment, number })
    }
}

impl Future for ManualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.moment {
            return Poll::Ready(());
        }
        self.clock.lock().sleepers.insert(self.number, (self.moment, cx.waker().clone()));
        Poll::Pending
    }
}

impl Drop for ManualSleep {
    fn drop(&mut self) {
        self.clock.lock().sleepers.remove(&self.number);
    }
}

/// Gives what a future has now.
pub(crate) fn now<T>(future: impl IntoFuture<Output = T>) -> T {
    let mut future = pin!(future.into_future());
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("not ready at once"),
    }
}

/// Lets the hub's task do what there is to do.
pub(crate) async fn settle() {
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}

/// Gives what a subscription has now.
pub(crate) fn next_now(subscription: &mut Subscription) -> Poll<Option<MessageEvent>> {
    subscription.poll_next_unpin(&mut Context::from_waker(Waker::noop()))
}

/// Gives an event as text: `type(data)`, or the data alone; with `*` if it has no id.
pub(crate) fn text(event: &MessageEvent) -> String {
    let fields = event.fields();
    let data = fields.data.expect("every event has data");
    let id = if fields.id.is_some() { "" } else { "*" };
    fields.event_type.map_or(format!("{data}{id}"), |name| format!("{name}({data}){id}"))
}

/// Gives the next event, which is there, as [`text`].
pub(crate) fn read(subscription: &mut Subscription) -> String {
    match next_now(subscription) {
        Poll::Ready(Some(event)) => text(&event),
        Poll::Ready(None) => "the end".into(),
        Poll::Pending => "nothing".into(),
    }
}

/// Gives all events that are there.
pub(crate) fn read_all(subscription: &mut Subscription) -> Vec<String> {
    std::iter::repeat_with(|| read(subscription)).take_while(|event| event != "nothing").take(1000).collect()
}

/// Gives the id of the next event.
pub(crate) fn read_id(subscription: &mut Subscription) -> EventId {
    match next_now(subscription) {
        Poll::Ready(Some(event)) => event.fields().id.cloned().expect("an id"),
        other => panic!("{other:?}"),
    }
}

/// Publishes numbers as texts.
pub(crate) fn publish(hub: &Hub, topic: &str, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        now(hub.publish(topic, MessageEvent::new(number.to_string()))).expect("published");
    }
}

pub(crate) const HELLO: &str = "hello({\"verdict\":\"live\"})";
pub(crate) const RESUMED: &str = "hello({\"verdict\":\"resumed\"})";
pub(crate) const WITH_GAP: &str = "hello({\"verdict\":\"gap\"})";

/// How a gap reads.
pub(crate) fn gap(topic: &str, reason: &str, after: u64, through: u64) -> String {
    format!("gap({{\"topic\":\"{topic}\",\"reason\":\"{reason}\",\"after\":{after},\"through\":{through}}})")
}

/// Says why a future failed.
pub(crate) fn refusal<T, E: fmt::Display>(future: impl IntoFuture<Output = Result<T, E>>) -> String {
    now(future).err().expect("refused").to_string()
}

/// A store, in memory unless it is said, that can be away, and that can be stuck.
///
/// While it is away, others may still append to it, of which nobody is told here. While it is stuck it answers nothing, and does
/// later what it was asked for if anybody still waits.
pub(crate) struct Flaky<S = MemoryStore> {
    store: S,
    told: Arc<Told>,
    is_stuck: watch::Sender<bool>,
    asked: AtomicUsize,
    /// So many topics are not opened, for another reason than that it is away.
    failures: AtomicUsize,
    /// So many notes are not read, for another reason than that it is away.
    note_failures: AtomicUsize,
    /// So many appends to come are panics.
    panics: AtomicUsize,
    read_panics: AtomicUsize,
    /// With which limits pages were asked for.
    pages: Mutex<Vec<PageLimits>>,
}

#[derive(Default)]
struct Told {
    is_away: AtomicBool,
    sinks: Mutex<Vec<Weak<dyn StoreSink>>>,
}

impl Told {
    fn tell(&self, say: impl Fn(&dyn StoreSink)) {
        self.sinks.lock().expect("no panic").iter().filter_map(Weak::upgrade).for_each(|sink| say(&*sink));
    }
}

impl StoreSink for Told {
    fn appended(&self, topic: &Topic, epoch: Epoch, records: &[Record]) {
        if !self.is_away.load(Ordering::Relaxed) {
            self.tell(|sink| sink.appended(topic, epoch, records));
        }
    }

    fn away(&self) {}

    fn back(&self) {}
}

impl<S: Store> Flaky<S> {
    pub(crate) fn new(store: S) -> Self {
        let told = Arc::new(Told::default());
        let weak = Arc::downgrade(&told);
        store.attach(weak);
        Self {
            store,
            told,
            is_stuck: watch::Sender::new(false),
            asked: AtomicUsize::new(0),
            failures: AtomicUsize::new(0),
            note_failures: AtomicUsize::new(0),
            panics: AtomicUsize::new(0),
            read_panics: AtomicUsize::new(0),
            pages: Mutex::default(),
        }
    }

    /// Tells how many questions it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Waits until it has answered what it was asked; says whether it is asked nothing more, though everybody could.
    pub(crate) async fn settle(&self) -> bool {
        let asked = self.asked();
        settle().await;
        // A store that takes questions in order has answered the others by then.
        let never = Bytes::from_static(b"never");
        self.store.note("settle").await.expect("there");
        self.store.swap_note("settle", Some(never.clone()), never).await.expect("there");
        settle().await;
        self.asked() == asked
    }

    pub(crate) fn set_stuck(&self, is_stuck: bool) {
        self.is_stuck.send_replace(is_stuck);
    }

    pub(crate) fn fail_opens(&self, times: usize) {
        self.failures.store(times, Ordering::Relaxed);
    }

    pub(crate) fn fail_notes(&self, times: usize) {
        self.note_failures.store(times, Ordering::Relaxed);
    }

    pub(crate) fn panic_at_append(&self) {
        self.panics.store(1, Ordering::Relaxed);
    }

    /// The answer to the next page is a panic.
    pub(crate) fn panic_at_read(&self) {
        self.read_panics.store(1, Ordering::Relaxed);
    }

    /// What others, to whom it is not away, see.
    pub(crate) fn inner(&self) -> &S {
        &self.store
    }

    /// Tells with which limits pages were asked for since the last time.
    pub(crate) fn pages(&self) -> Vec<PageLimits> {
        std::mem::take(&mut *self.pages.lock().expect("no panic"))
    }

    pub(crate) fn set_away(&self, is_away: bool) {
        if self.told.is_away.swap(is_away, Ordering::Relaxed) != is_away {
            self.told.tell(|sink| if is_away { sink.away() } else { sink.back() });
        }
    }

    fn or_away<'a, T: Send + 'a>(
        &'a self,
        ask: impl FnOnce(&'a S) -> StoreFuture<'a, T> + Send + 'a,
    ) -> StoreFuture<'a, T> {
        if self.is_away() {
            return Box::pin(ready(Err(StoreError::away(None))));
        }
        let mut is_stuck = self.is_stuck.subscribe();
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::Relaxed);
            is_stuck.wait_for(|is_stuck| !is_stuck).await.expect("there");
            ask(&self.store).await
        })
    }
}

/// Takes one of those that are left.
fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

impl<S: Store> Store for Flaky<S> {
    fn append(&self, batch: Vec<Append>) -> StoreFuture<'_, Vec<Result<Appended, AppendRefusal>>> {
        assert!(!take_one(&self.panics), "a defect of the store's, as a test ordered");
        self.or_away(move |store| store.append(batch))
    }

    fn open<'a>(&'a self, topic: &'a Topic) -> StoreFuture<'a, Bounds> {
        if take_one(&self.failures) && !self.is_away() {
            return Box::pin(ready(Err(StoreError::failed("a page is damaged"))));
        }
        self.or_away(move |store| store.open(topic))
    }

    fn close(&self, topic: &Topic) {
        self.store.close(topic);
    }

    fn read<'a>(&'a self, topic: &'a Topic, after: Position, limits: PageLimits) -> StoreFuture<'a, Page> {
        self.pages.lock().expect("no panic").push(limits);
        let panics = take_one(&self.read_panics);
        self.or_away(move |store| {
            assert!(!panics, "a defect of the store's, as a test ordered");
            store.read(topic, after, limits)
        })
    }

    fn find<'a>(&'a self, topic: &'a Topic, rewind: Rewind) -> StoreFuture<'a, Position> {
        self.or_away(move |store| store.find(topic, rewind))
    }

    fn sweep(&self, now: SystemTime) -> StoreFuture<'_, ()> {
        self.or_away(move |store| store.sweep(now))
    }

    fn note<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Bytes>> {
        if !self.is_away() && take_one(&self.note_failures) {
            return Box::pin(ready(Err(StoreError::failed("a page is damaged"))));
        }
        self.or_away(move |store| store.note(name))
    }

    fn swap_note<'a>(&'a self, name: &'a str, old: Option<Bytes>, new: Bytes) -> StoreFuture<'a, bool> {
        self.or_away(move |store| store.swap_note(name, old, new))
    }

    fn attach(&self, sink: Weak<dyn StoreSink>) {
        self.told.sinks.lock().expect("no panic").push(sink);
    }

    fn shutdown(&self) -> StoreFuture<'_, ()> {
        self.store.shutdown()
    }

    fn is_away(&self) -> bool {
        self.told.is_away.load(Ordering::Relaxed)
    }
}

impl<S> fmt::Debug for Flaky<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flaky")
    }
}
