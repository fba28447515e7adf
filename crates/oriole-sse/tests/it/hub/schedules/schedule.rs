//! What happens in a schedule.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use dice::Dice;
use oriole_sse::{
    Append, Bounds, Clock, CursorKey, CursorKeys, Hub, HubOptions, MessageEvent, Published, Retention, Rewind, Start,
    Store, Topic,
};

use super::backing::Backing;
use super::client::{Client, Truth, next};
use super::run::Totals;
use crate::hub::support::{Flaky, ManualClock};

pub(super) const TOPICS: [&str; 3] = ["a", "b", "c"];
/// The least time between two rounds of waking, where there is one.
const WAKE_WINDOW: Duration = Duration::from_millis(2);

/// One schedule, as far as it has come.
pub(super) struct Schedule<B: Backing> {
    pub(super) number: u64,
    /// What happens is printed.
    is_told: bool,
    /// There is no reason for a loss, so there is none.
    pub(super) is_calm: bool,
    /// Somebody is present, and others want to know it.
    pub(super) is_social: bool,
    pub(super) dice: Dice,
    pub(super) clock: ManualClock,
    backing: B,
    pub(super) store: Arc<Flaky<B::Store>>,
    pub(super) hub: Hub,
    /// The store is away, or was, and the hub may not have found out since what it has.
    pub(super) may_be_behind: bool,
    pub(super) keys: Option<CursorKeys>,
    pub(super) truths: [Vec<Truth>; 3],
    next: u64,
    pub(super) clients: Vec<Client>,
}

impl<B: Backing> Schedule<B> {
    pub(super) async fn new(number: u64, is_told: bool) -> Self {
        let mut dice = Dice::new(number);
        let clock = ManualClock::new();
        let is_calm = number.is_multiple_of(8);
        let (backing, store) = make_store::<B>(&mut dice, is_calm);
        // Half of the deployments give their keys, which then outlive a store that is lost.
        let keys = dice.chance(50).then(|| CursorKeys::given(CursorKey::new(1, &[1; 32]), []));
        let hub = make_hub(&mut dice, &store, &clock, keys.clone(), is_calm);
        // In the others nobody is present.
        let is_social = dice.chance(30);
        let clients = if is_social { 3 } else { 1 + dice.below(3) };
        let clients = (0..clients).map(|_| Client::new(&mut dice, is_calm, is_social)).collect();
        let this = Self {
            number,
            is_told,
            is_calm,
            is_social,
            dice,
            clock,
            backing,
            store,
            hub,
            may_be_behind: false,
            keys,
            truths: Default::default(),
            next: 0,
            clients,
        };
        this.tell_beginning();
        this
    }

    fn tell_beginning(&self) {
        self.story(|| format!("{:?}", self.hub.options()));
        for (at, client) in self.clients.iter().enumerate() {
            self.story(|| format!("client {at} is {client:?}"));
        }
    }

    /// Tells what happens, to whoever wants to know what led to a failure.
    pub(super) fn story(&self, what: impl FnOnce() -> String) {
        if self.is_told {
            eprintln!("schedule {}: {}", self.number, what());
        }
    }

    pub(super) async fn run(mut self, totals: &mut Totals) {
        for _ in 0..6 + self.dice.below(14) {
            self.step(totals).await;
        }
        self.story(|| "in the end".into());
        self.store.set_away(false);
        self.settle().await;
        // In the end everybody reads all there is.
        for at in 0..self.clients.len() {
            for _ in 0..100 {
                self.connect(at, totals).await;
                self.read(at, u64::MAX, totals).await;
                if self.clients[at].subscription.is_some() {
                    break;
                }
            }
            self.check_end(at).await;
        }
        self.check_members(totals).await;
    }

    async fn step(&mut self, totals: &mut Totals) {
        match self.dice.below(100) {
            0..36 => {
                for _ in 0..self.dice.pick(&[1, 1, 2, 5, 12]) {
                    self.publish().await;
                }
            }
            36..70 => {
                let at = self.dice.index(self.clients.len());
                let events = self.dice.pick(&[1, 1, 3, 8, 100]);
                self.connect(at, totals).await;
                self.read(at, events, totals).await;
            }
            70..77 => self.leave(totals).await,
            77..83 => {
                let time = Duration::from_secs(self.dice.pick(&[1, 5, 20]));
                self.story(|| format!("{time:?} pass, and the store is swept"));
                self.advance(time).await;
                self.store.inner().sweep(self.clock.wall()).await.expect("there");
            }
            83..86 => self.restart(false, totals).await,
            86..88 => self.restart(!self.is_calm, totals).await,
            88..92 if !self.is_calm => {
                let is_away = !self.store.is_away();
                self.store.set_away(is_away);
                self.may_be_behind = true;
                self.story(|| format!("the store is {}", if is_away { "away" } else { "back" }));
                // Often enough something happens before the hub has found out what the store has.
                if self.dice.chance(50) {
                    self.settle().await;
                }
            }
            92..97 => {
                for _ in 0..self.dice.pick(&[1, 1, 3]) {
                    let Some(at) = self.change(totals).await else { break };
                    // It may be cut off before it has heard all of that.
                    if self.dice.chance(30) {
                        self.read(at, 1, totals).await;
                        self.cut(at);
                    }
                }
            }
            _ => {
                self.story(|| "all are rechecked".into());
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
            let at = self.clock.wall();
            let mut append = Append::new(topic_of(topic), at, frame(data).into());
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
        self.story(|| format!("{data} is published to {}: {place:?}", TOPICS[topic]));
        if let Some(place) = place {
            self.truths[topic].push(Truth { place, data });
        }
    }

    /// Ends the process; its store may be lost with it.
    async fn restart(&mut self, store_is_lost: bool, totals: &mut Totals) {
        totals.restarts += 1;
        self.story(|| {
            format!("the process is restarted{}", if store_is_lost { ", and its store is lost" } else { "" })
        });
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
        self.may_be_behind = self.store.is_away();
        self.hub = make_hub(&mut self.dice, &self.store, &self.clock, self.keys.clone(), self.is_calm);
    }

    /// Cuts a client off.
    pub(super) fn cut(&mut self, at: usize) {
        self.story(|| format!("client {at} is cut off"));
        self.clients[at].subscription = None;
    }

    /// Lets time pass for everybody who waits for it.
    pub(super) async fn advance(&mut self, time: Duration) {
        self.settle().await;
        self.clock.advance(time);
        self.settle().await;
    }

    /// Lets a client read, and checks what it is given.
    pub(super) async fn read(&mut self, at: usize, events_max: u64, totals: &mut Totals) {
        if !self.hub.options().wake_window.is_zero() {
            // Whoever is to be woken was by then.
            self.advance(WAKE_WINDOW).await;
        }
        self.clients[at].connection.take_changes();
        for _ in 0..events_max {
            let Client { subscription: Some(subscription), waking, .. } = &mut self.clients[at] else { return };
            match next(subscription, waking, &self.store, self.number).await {
                Poll::Pending => {
                    let Client { connection, .. } = &self.clients[at];
                    assert!(!connection.is_over, "schedule {}: client {at} goes on, and nobody finds it", self.number);
                    return;
                }
                Poll::Ready(None) => {
                    self.story(|| format!("client {at} comes to the end"));
                    self.clients[at].subscription = None;
                    return;
                }
                Poll::Ready(Some(event)) => self.take(at, &event, totals).await,
            }
        }
    }

    pub(super) async fn bounds(&self, topic: usize) -> Bounds {
        self.store.inner().open(&topic_of(topic)).await.expect("room")
    }

    /// Lets the hub's task do what there is to do.
    async fn settle(&mut self) {
        while !self.store.settle().await {}
        self.may_be_behind &= self.store.is_away();
    }
}

/// Where a start goes back to, if it does.
pub(super) fn rewind_of(start: &Start, hub: &Hub, clock: &ManualClock) -> Option<Rewind> {
    match start {
        Start::Earliest => Some(Rewind::Events(u64::MAX)),
        Start::Events(events) => Some(Rewind::Events((*events).min(hub.options().replay_events_max))),
        Start::Ago(age) => Some(Rewind::Since(clock.wall() - *age)),
        _ => None,
    }
}

pub(super) fn topic_of(topic: usize) -> Topic {
    Topic::new(TOPICS[topic]).expect("a topic")
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
        .presence_members_max(dice.pick(&[0, 1, 1, 1, 2, 1000]))
        .presence_changes_max(dice.pick(&[0, 1, 64, 64]))
        .presence_grace(dice.pick(&[Duration::ZERO, Duration::from_secs(2)]))
        .wake_window(dice.pick(&[Duration::ZERO, WAKE_WINDOW]))
        .cursor_keys(keys.unwrap_or_default());
    Hub::with_clock(options, Arc::clone(store) as Arc<dyn Store>, clock.clone())
}

fn frame(data: u64) -> String {
    format!("data: {data}\n\n")
}
