//! Random schedules of everything that can happen to a subscription: each event is delivered once and in order, or lies
//! in a gap that was told.
//!
//! The hub is the real one; time, the store and the order of things are the test's. A schedule is a function of its
//! number: to repeat one that failed, run the test with `ORIOLE_SCHEDULES_FROM` set to the number that the message names.

use std::collections::HashMap;
use std::future::Future;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_util::StreamExt;
use oriole_sse::{
    Append, Bounds, CursorKey, CursorKeys, GuardAnswer, Hub, HubOptions, LastEventId, MemoryStore, MemoryStoreOptions,
    MessageEvent, Position, Published, Retention, Sequence, SlowReader, SlowReaderPolicy, Start, Store, Subscription,
    Topic,
};

use super::support::{Flaky, ManualClock};

/// As many as the promise says.
const SCHEDULES: u64 = 100_000;
#[cfg(feature = "hub-redb")]
const SCHEDULES_IN_FILES: u64 = 1000;

const TOPICS: [&str; 3] = ["a", "b", "c"];

#[test]
fn each_event_is_delivered_once_and_in_order_or_lies_in_a_gap_that_was_told() {
    run_all::<Memory>(SCHEDULES);
}

/// A restart closes the file, and opens it again.
#[cfg(feature = "hub-redb")]
#[test]
fn it_is_so_over_a_file_that_is_closed_and_opened() {
    run_all::<File>(SCHEDULES_IN_FILES);
}

fn run_all<B: Backing>(schedules: u64) {
    // Other schedules each time.
    let base = std::env::var("ORIOLE_SCHEDULES_FROM").ok().map(|number| number.parse().expect("a number"));
    let base = base.unwrap_or_else(|| std::hash::RandomState::new().hash_one(0) >> 16);
    let next = AtomicU64::new(0);
    let totals = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut totals = Totals::default();
                    loop {
                        let first = next.fetch_add(B::CHUNK, Ordering::Relaxed);
                        if first >= schedules {
                            return totals;
                        }
                        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                        runtime.block_on(async {
                            for number in base + first..base + first + B::CHUNK {
                                Schedule::<B>::new(number).await.run(&mut totals).await;
                            }
                        });
                    }
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("the promise is kept")).collect::<Vec<_>>()
    });
    // A schedule in which nothing happens shows nothing.
    let all = |count: fn(&Totals) -> u64| totals.iter().map(count).sum::<u64>();
    assert!(all(|totals| totals.delivered) > 4 * schedules, "from {base}: {totals:?}");
    assert!(all(|totals| totals.restarts) > schedules / 2, "from {base}: {totals:?}");
    for reason in ["retention", "overflow", "coalesced", "restart", "too-far", "unavailable", "cursor"] {
        let told: u64 = totals.iter().map(|totals| totals.gaps.get(reason).copied().unwrap_or_default()).sum();
        assert!(told > schedules / 1000, "from {base}: {reason}: {told} in {totals:?}");
    }
    assert!(all(|totals| totals.ended_slow) > schedules / 1000, "from {base}: {totals:?}");
}

/// Where the logs of a schedule are.
trait Backing {
    type Store: Store;

    /// One runtime serves so many, and ends with all their tasks.
    const CHUNK: u64;

    /// Makes an empty store.
    fn make(retention: Option<Retention>) -> (Self, Self::Store)
    where
        Self: Sized;

    /// Gives the store as the next process finds it.
    fn reopen(&self, store: &Self::Store) -> impl Future<Output = Self::Store>;
}

/// The store outlives the process, as a service does.
struct Memory;

impl Backing for Memory {
    type Store = MemoryStore;

    const CHUNK: u64 = 250;

    fn make(retention: Option<Retention>) -> (Self, MemoryStore) {
        let options = MemoryStoreOptions::default().retention(retention.unwrap_or_default());
        (Self, MemoryStore::new(options))
    }

    async fn reopen(&self, store: &MemoryStore) -> MemoryStore {
        store.clone()
    }
}

#[cfg(feature = "hub-redb")]
struct File {
    folder: tempfile::TempDir,
    options: oriole_sse::RedbStoreOptions,
}

#[cfg(feature = "hub-redb")]
impl File {
    fn open(&self) -> oriole_sse::RedbStore {
        oriole_sse::RedbStore::open_with(self.folder.path().join("events.redb"), self.options).expect("a store")
    }
}

#[cfg(feature = "hub-redb")]
impl Backing for File {
    type Store = oriole_sse::RedbStore;

    const CHUNK: u64 = 10;

    fn make(retention: Option<Retention>) -> (Self, Self::Store) {
        let options = oriole_sse::RedbStoreOptions::default()
            .retention(retention.unwrap_or_default())
            .commit_window(Duration::ZERO)
            .cache_bytes(1024 * 1024)
            .readers(1);
        let this = Self { folder: tempfile::tempdir().expect("a folder"), options };
        let store = this.open();
        (this, store)
    }

    async fn reopen(&self, store: &Self::Store) -> Self::Store {
        store.shutdown().await.expect("closed");
        self.open()
    }
}

/// What happened in all schedules.
#[derive(Debug, Default)]
struct Totals {
    delivered: u64,
    gaps: HashMap<String, u64>,
    ended_slow: u64,
    restarts: u64,
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

    fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).expect("small")
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }
}

/// An event that is in a log: its data is unique.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Truth {
    place: Position,
    data: u64,
}

struct Client {
    topics: Vec<usize>,
    principal: Option<&'static str>,
    /// Somebody is asked again and again whether it may read, and always says so.
    is_guarded: bool,
    slow: SlowReader,
    subscription: Option<Subscription>,
    waking: Arc<Waking>,
    last_event_id: Option<String>,
    /// Of each of its topics, as the client understands what it was given.
    views: Vec<View>,
}

/// How a client sees one topic.
#[derive(Clone, Debug)]
struct View {
    /// After what it must be given everything, or be told; `None` before its first `hello`.
    place: Option<Position>,
    /// Ranges of the place's log that were told as lost: after, through; what is open is closed when the store is back.
    told: Vec<(u64, u64)>,
    /// It was served live only from its beginning, and is promised what comes after the store is back.
    is_unplaced: bool,
}

struct Schedule<B: Backing> {
    number: u64,
    /// There is no reason for a loss, so there is none.
    is_calm: bool,
    dice: Dice,
    clock: ManualClock,
    backing: B,
    store: Arc<Flaky<B::Store>>,
    hub: Hub,
    keys: Option<CursorKeys>,
    truths: [Vec<Truth>; 3],
    next: u64,
    clients: Vec<Client>,
}

impl<B: Backing> Schedule<B> {
    async fn new(number: u64) -> Self {
        let mut dice = Dice(number);
        let clock = ManualClock::new();
        let is_calm = number.is_multiple_of(8);
        let (backing, store) = make_store::<B>(&mut dice, is_calm);
        // Half of the deployments give their keys, which then outlive a store that is lost.
        let keys = dice.chance(50).then(|| CursorKeys::given(CursorKey::new(1, &[1; 32]), []));
        let hub = make_hub(&mut dice, &store, &clock, keys.clone(), is_calm);
        let clients = (0..1 + dice.below(3)).map(|_| Client::new(&mut dice, is_calm)).collect();
        Self { number, is_calm, dice, clock, backing, store, hub, keys, truths: Default::default(), next: 0, clients }
    }

    async fn run(mut self, totals: &mut Totals) {
        for _ in 0..6 + self.dice.below(14) {
            self.step(totals).await;
        }
        self.store.set_away(false);
        self.settle().await;
        // In the end everybody reads all there is.
        for at in 0..self.clients.len() {
            for _ in 0..100 {
                if self.clients[at].subscription.is_none() {
                    self.connect(at).await;
                }
                self.read(at, u64::MAX, totals).await;
                if self.clients[at].subscription.is_some() {
                    break;
                }
            }
            self.check_end(at).await;
        }
    }

    async fn step(&mut self, totals: &mut Totals) {
        match self.dice.below(100) {
            0..40 => {
                for _ in 0..self.dice.pick(&[1, 1, 2, 5, 12]) {
                    self.publish().await;
                }
            }
            40..75 => {
                let at = self.dice.index(self.clients.len());
                let events = self.dice.pick(&[1, 1, 3, 8, 100]);
                if self.clients[at].subscription.is_none() {
                    self.connect(at).await;
                }
                self.read(at, events, totals).await;
            }
            75..82 => {
                let at = self.dice.index(self.clients.len());
                self.clients[at].subscription = None;
            }
            82..88 => {
                self.clock.advance(Duration::from_secs(self.dice.pick(&[1, 5, 20])));
                self.store.inner().sweep(oriole_sse::Clock::wall(&self.clock)).await.expect("there");
            }
            88..91 => self.restart(false, totals).await,
            91..93 => self.restart(!self.is_calm, totals).await,
            93..97 if !self.is_calm => {
                let is_away = !self.store.is_away();
                self.store.set_away(is_away);
                // Often enough something happens before the hub has found out what the store has.
                if self.dice.chance(50) {
                    self.settle().await;
                }
            }
            _ => {
                self.hub.recheck_all();
                if self.dice.chance(50) {
                    let topic = self.dice.pick(&TOPICS);
                    self.hub.publish(topic, MessageEvent::new("volatile")).volatile().await.expect("not kept");
                }
            }
        }
    }

    async fn publish(&mut self) {
        let topic = self.dice.index(TOPICS.len());
        let key = self.dice.chance(60).then(|| self.dice.below(3).to_string());
        self.next += 1;
        let data = self.next;
        let event = MessageEvent::new(data.to_string());
        let place = if self.dice.chance(15) {
            // Another process, which may reach the store while this one does not.
            let at = oriole_sse::Clock::wall(&self.clock);
            let mut append = Append::new(Topic::new(TOPICS[topic]).expect("a topic"), at, frame(data).into());
            append.coalesce_key = key.map(Into::into);
            let taken = self.store.inner().append(vec![append]).await.expect("there");
            Some(taken[0].expect("without a condition").position)
        } else {
            let mut publish = self.hub.publish(TOPICS[topic], event);
            if let Some(key) = key {
                publish = publish.coalesce_key(key);
            }
            match publish.await.expect("taken") {
                Published::Stored { position, .. } => Some(position),
                _ => None,
            }
        };
        if let Some(place) = place {
            self.truths[topic].push(Truth { place, data });
        }
    }

    /// Ends the process; its store may be lost with it.
    async fn restart(&mut self, store_is_lost: bool, totals: &mut Totals) {
        totals.restarts += 1;
        for client in &mut self.clients {
            client.subscription = None;
        }
        if store_is_lost {
            (self.backing, self.store) = make_store::<B>(&mut self.dice, self.is_calm);
        } else {
            let store = self.backing.reopen(self.store.inner()).await;
            let is_away = self.store.is_away();
            self.store = Arc::new(Flaky::new(store));
            self.store.set_away(is_away);
        }
        self.hub = make_hub(&mut self.dice, &self.store, &self.clock, self.keys.clone(), self.is_calm);
    }

    async fn connect(&mut self, at: usize) {
        let client = &mut self.clients[at];
        let mut topics = client.topics.iter().map(|topic| TOPICS[*topic]);
        let mut subscribe = self.hub.subscribe(topics.next().expect("one at least")).slow_reader(client.slow);
        for topic in topics {
            subscribe = subscribe.and(topic);
        }
        if let Some(principal) = client.principal {
            subscribe = subscribe.principal(principal);
        }
        if client.is_guarded {
            subscribe = subscribe.guard(|_| std::future::ready(GuardAnswer::PassFor(Duration::from_secs(3))));
        }
        let id = client.last_event_id.clone().map(|id| oriole_sse::EventId::new(id).expect("it was an id"));
        let start = id.map_or(Start::Live, |id| LastEventId::from(id).into());
        client.subscription = Some(subscribe.from(start).await.expect("room"));
        client.waking = Arc::default();
    }

    /// Lets a client read, and checks what it is given.
    async fn read(&mut self, at: usize, events_max: u64, totals: &mut Totals) {
        for _ in 0..events_max {
            let Client { subscription: Some(subscription), waking, .. } = &mut self.clients[at] else { return };
            match next(subscription, waking, &self.store, self.number).await {
                Poll::Pending => return,
                Poll::Ready(None) => {
                    self.clients[at].subscription = None;
                    return;
                }
                Poll::Ready(Some(event)) => self.take(at, &event, totals).await,
            }
        }
    }

    async fn take(&mut self, at: usize, event: &MessageEvent, totals: &mut Totals) {
        let fields = event.fields();
        let data = fields.data.expect("every event has data");
        match fields.event_type.map(|name| name.as_str()) {
            Some("hello") => self.greet(at, data).await,
            Some("gap") => self.tell(at, data, totals).await,
            Some("end") if data.contains("slow") => totals.ended_slow += 1,
            // It was not read for a minute, in which the hub's task looked.
            Some("end") => assert_eq!(data, "{\"reason\":\"stalled\"}"),
            Some(other) => panic!("schedule {}: {other}", self.number),
            None if fields.id.is_none() => {}
            None => self.deliver(at, data.parse().expect("a number"), totals),
        }
        if let Some(id) = fields.id {
            self.clients[at].last_event_id = Some(id.as_str().into());
        }
    }

    /// Who comes for the first time is owed what is published from now on.
    async fn greet(&mut self, at: usize, data: &str) {
        let hello: serde_json::Value = serde_json::from_str(data).expect("JSON");
        let begins_live = |topic: &str| {
            hello["verdict"] == "live" || hello["live"].as_array().is_some_and(|live| live.contains(&topic.into()))
        };
        for (topic, view) in self.clients[at].topics.clone().into_iter().zip(0..) {
            if hello["liveOnly"] != true {
                let last = self.bounds(topic).await.last;
                self.clients[at].views[view].close(last);
            }
            if begins_live(TOPICS[topic]) {
                let mut end = self.bounds(topic).await.end();
                let view = &mut self.clients[at].views[view];
                let mut told = vec![];
                if hello["liveOnly"] == true {
                    // It is promised nothing, and may get what came before.
                    end.sequence = Sequence(0);
                    told.push((0, u64::MAX));
                }
                *view = View { place: Some(end), told, is_unplaced: hello["liveOnly"] == true };
            }
        }
    }

    async fn tell(&mut self, at: usize, data: &str, totals: &mut Totals) {
        let gap: serde_json::Value = serde_json::from_str(data).expect("JSON");
        assert!(!self.is_calm, "schedule {}: a loss without a reason: {data}", self.number);
        let reason = gap["reason"].as_str().expect("a reason");
        *totals.gaps.entry(reason.into()).or_default() += 1;
        let topic = TOPICS.iter().position(|name| gap["topic"] == **name).expect("a topic");
        let lane = self.clients[at].topics.iter().position(|own| *own == topic).expect("a topic of its own");
        let (after, through) = (gap["after"].as_u64(), gap["through"].as_u64());
        let epoch = self.bounds(topic).await.epoch;
        let number = self.number;
        let view = &mut self.clients[at].views[lane];
        let place = view.place.as_mut().expect("greeted before");
        match (reason, after, through) {
            // All of the old log is lost; of the new one nothing is.
            ("restart", Some(_), None) => {
                *place = Position { epoch, sequence: Sequence(0) };
                view.told.clear();
            }
            // Nobody knows what the client had.
            ("cursor", None, through) => {
                *place = Position { epoch, sequence: Sequence(0) };
                view.told = vec![(0, through.unwrap_or(u64::MAX))];
                view.is_unplaced = through.is_none();
            }
            // From here on events may be missing until the store is back.
            ("unavailable", after, None) => view.told.push((after.unwrap_or(0), u64::MAX)),
            (_, Some(after), Some(through)) => {
                assert!(after < through, "schedule {number}: an empty gap {data}");
                view.told.push((after, through));
            }
            _ => panic!("schedule {number}: {data}"),
        }
    }

    async fn bounds(&self, topic: usize) -> Bounds {
        self.store.inner().open(&Topic::new(TOPICS[topic]).expect("a topic")).await.expect("room")
    }

    /// Lets the hub's task do what there is to do.
    async fn settle(&self) {
        while !self.store.settle().await {}
    }

    fn deliver(&mut self, at: usize, data: u64, totals: &mut Totals) {
        totals.delivered += 1;
        let number = self.number;
        let found =
            self.truths.iter().enumerate().find_map(|(topic, truths)| {
                truths.iter().find(|truth| truth.data == data).map(|truth| (topic, *truth))
            });
        let (topic, truth) = found.unwrap_or_else(|| panic!("schedule {number}: {data} was not published"));
        let lane = self.clients[at].topics.iter().position(|own| *own == topic).expect("a topic of its own");
        let view = self.clients[at].views[lane].clone();
        let place = view.place.expect("greeted before");
        assert_eq!(place.epoch, truth.place.epoch, "schedule {number}: {data} is of another log");
        assert!(place.sequence < truth.place.sequence, "schedule {number}: {data} comes again, or too late");
        self.check_range(at, lane, truth.place.sequence.0);
        self.clients[at].views[lane].place = Some(truth.place);
    }

    /// Everything after a client's place and before this was told as lost.
    fn check_range(&self, at: usize, lane: usize, before: u64) {
        let client = &self.clients[at];
        let view = &client.views[lane];
        let place = view.place.expect("greeted before");
        for truth in &self.truths[client.topics[lane]] {
            let sequence = truth.place.sequence.0;
            if truth.place.epoch != place.epoch || sequence <= place.sequence.0 || sequence >= before {
                continue;
            }
            let is_told = view.told.iter().any(|(after, through)| *after < sequence && sequence <= *through);
            assert!(is_told, "schedule {}: {truth:?} was lost without a word to client {at}, at {view:?}", self.number);
        }
    }

    async fn check_end(&self, at: usize) {
        for (lane, topic) in self.clients[at].topics.iter().enumerate() {
            let place = self.clients[at].views[lane].place.expect("greeted before");
            let epoch = self.bounds(*topic).await.epoch;
            let is_empty = self.truths[*topic].iter().all(|truth| truth.place.epoch != epoch);
            assert!(place.epoch == epoch || is_empty, "schedule {}: of an old log", self.number);
            self.check_range(at, lane, u64::MAX);
        }
    }
}

impl View {
    /// From here on nothing may be missing any more without a word.
    fn close(&mut self, last: Sequence) {
        if std::mem::take(&mut self.is_unplaced) {
            self.told = vec![(0, last.0)];
        }
        self.told.retain(|(_, through)| *through != u64::MAX);
    }
}

impl Client {
    fn new(dice: &mut Dice, is_calm: bool) -> Self {
        let first = dice.index(TOPICS.len());
        let topics: Vec<_> = (0..dice.pick(&[1, 1, 2, 3])).map(|at| (first + at) % TOPICS.len()).collect();
        let policy = dice.pick(&[
            SlowReaderPolicy::Replay,
            SlowReaderPolicy::Disconnect,
            SlowReaderPolicy::DropOldest,
            SlowReaderPolicy::DropNewest,
            SlowReaderPolicy::Coalesce,
        ]);
        let views = vec![View { place: None, told: vec![], is_unplaced: false }; topics.len()];
        Self {
            topics,
            principal: dice.chance(30).then_some("ann"),
            is_guarded: dice.chance(30),
            slow: SlowReader::new(if is_calm { SlowReaderPolicy::Replay } else { policy })
                .events_max(dice.pick(&[0, 1, 2, 4, 8]))
                .bytes_max(dice.pick(&[60, 300, 4096])),
            subscription: None,
            waking: Arc::default(),
            last_event_id: None,
            views,
        }
    }
}

/// Whether a reader that waits was woken.
#[derive(Default)]
struct Waking {
    waits: AtomicBool,
    is_woken: AtomicBool,
}

impl Wake for Waking {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Relaxed);
    }
}

/// Polls as a runtime does, only more often: it must not have had anything for a reader that was not woken.
fn poll(subscription: &mut Subscription, waking: &Arc<Waking>, number: u64) -> Poll<Option<MessageEvent>> {
    let was_due = !waking.waits.load(Ordering::Relaxed) || waking.is_woken.swap(false, Ordering::Relaxed);
    let waker = Waker::from(Arc::clone(waking));
    let next = subscription.poll_next_unpin(&mut Context::from_waker(&waker));
    waking.waits.store(next.is_pending(), Ordering::Relaxed);
    assert!(was_due || next.is_pending(), "schedule {number}: nobody was woken for {next:?}");
    next
}

/// Gives what a subscription has, once the store has answered.
async fn next<S: Store>(
    subscription: &mut Subscription,
    waking: &Arc<Waking>,
    store: &Flaky<S>,
    number: u64,
) -> Poll<Option<MessageEvent>> {
    loop {
        if let next @ Poll::Ready(_) = poll(subscription, waking, number) {
            return next;
        }
        while !store.settle().await {}
        // With all answers at hand it has nothing, and asks nothing more.
        let asked = store.asked();
        match poll(subscription, waking, number) {
            Poll::Pending if store.asked() == asked => return Poll::Pending,
            Poll::Pending => {}
            next @ Poll::Ready(_) => return next,
        }
    }
}

fn make_store<B: Backing>(dice: &mut Dice, is_calm: bool) -> (B, Arc<Flaky<B::Store>>) {
    let retention = (!is_calm).then(|| {
        Retention::default()
            .events_max(dice.pick(&[2, 8, 1000]))
            .bytes_max(dice.pick(&[100, 4096]))
            .age_max(Duration::from_secs(10))
    });
    let (backing, store) = B::make(retention);
    (backing, Arc::new(Flaky::new(store)))
}

fn make_hub<S: Store>(
    dice: &mut Dice,
    store: &Arc<Flaky<S>>,
    clock: &ManualClock,
    keys: Option<CursorKeys>,
    is_calm: bool,
) -> Hub {
    let options = HubOptions::default()
        .ring_events_max(dice.pick(&[1, 2, 4, 16]))
        .ring_bytes_max(dice.pick(&[100, 4096]))
        .rings_bytes_max(dice.pick(&[200, 100_000]))
        .coalesce_keys_max(dice.pick(&[1, 2, 100]))
        .replay_events_max(if is_calm { 1000 } else { dice.pick(&[3, 10, 1000]) })
        .page_events_max(dice.pick(&[1, 2, 100]))
        .page_bytes_max(dice.pick(&[1, 4096]))
        .pages_bytes_max(dice.pick(&[0, 5_000, 1_000_000]))
        .rings_events_max(dice.pick(&[3, 100_000]))
        .topics_max(3)
        .wake_window(Duration::ZERO)
        .cursor_keys(keys.unwrap_or_default());
    Hub::with_clock(options, Arc::clone(store) as Arc<dyn Store>, clock.clone())
}

fn frame(data: u64) -> String {
    format!("data: {data}\n\n")
}
