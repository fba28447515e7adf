//! What all handles of a hub share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::task::Waker;
use std::time::Instant;

use super::HubOptions;
use super::absence::{Absence, AbsenceChange};
use super::crowd::Crowd;
use super::gather::Gather;
use super::idle::IdleTopics;
use super::keeper::Keeper;
use super::presence::Rooms;
use super::readers::Readers;
use super::ring::{RingLimits, RingSize};
use super::room::{Held, Room};
use super::subscribe_error::SubscribeError;
use super::topic::{Seat, TopicState};
use super::trace::Tracer;
use crate::clock::Clock;
use crate::cursor::Keyring;
use crate::metrics::HubMeter;
use crate::store::{Epoch, Record, Store, StoreError, StoreSink, Topic};

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) options: HubOptions,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Keyring,
    pub(super) keeper: Keeper,
    pub(super) readers: Readers,
    pub(super) meter: HubMeter,
    pub(super) tracer: Tracer,
    pub(super) gather: Gather,
    pub(super) rooms: Rooms,
    topics: RwLock<HashMap<Topic, Arc<TopicState>>>,
    pub(super) idle: IdleTopics,
    ring_events: AtomicU64,
    ring_bytes: AtomicU64,
    pub(super) absence: Absence,
    pages: Held,
    pub(super) snapshots: Held,
    /// The store is back, and the topics are to be opened anew.
    pub(super) is_back: AtomicBool,
    #[cfg(feature = "console")]
    is_inspected: AtomicBool,
}

impl Shared {
    pub(super) fn new(options: HubOptions, store: Arc<dyn Store>, clock: impl Clock) -> Arc<Self> {
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let meter = HubMeter::new(options.name.as_deref());
        #[cfg(feature = "metrics")]
        let store = Arc::new(crate::metrics::MeteredStore::new(store, Arc::clone(&clock), &options));
        #[cfg(feature = "metrics")]
        let store: Arc<dyn Store> = store;
        let keyring = Keyring::new(options.cursor_keys.clone());
        let readers = Readers::new(clock.now());
        let absence = Absence::new(store.is_away());
        let shared = Arc::new(Self {
            options,
            clock,
            store,
            keyring,
            keeper: Keeper::default(),
            readers,
            meter,
            tracer: Tracer::default(),
            gather: Gather::default(),
            rooms: Rooms::default(),
            topics: RwLock::default(),
            idle: IdleTopics::default(),
            ring_events: AtomicU64::new(0),
            ring_bytes: AtomicU64::new(0),
            absence,
            pages: Held::default(),
            snapshots: Held::default(),
            is_back: AtomicBool::new(false),
            #[cfg(feature = "console")]
            is_inspected: AtomicBool::new(false),
        });
        let sink = Arc::downgrade(&shared);
        shared.store.attach(sink);
        shared
    }

    pub(super) fn topic(&self, topic: &Topic) -> Option<Arc<TopicState>> {
        self.topics.read().unwrap_or_else(PoisonError::into_inner).get(topic).cloned()
    }

    pub(super) fn topics(&self) -> Vec<Arc<TopicState>> {
        self.topics.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Takes a seat at a topic, which comes into memory if it is not there.
    pub(super) fn enter(self: &Arc<Self>, topic: &Topic) -> Result<Seat, SubscribeError> {
        let mut retired = None;
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = topics.get(topic) {
            if state.lock().readers >= self.options.topic_subscriptions_max {
                return Err(self.crowded(Crowd::Topic));
            }
            return Ok(Seat::take(state, self));
        }
        if topics.len() >= self.options.topics_max {
            let full = || SubscribeError::HubFull {
                topics_max: self.options.topics_max,
                retry_after: self.readers.retry_after(&self.options.retry_after),
            };
            // Nobody takes a seat at it meanwhile, since that needs the lock of all topics.
            let idle = self.idle.take_first().ok_or_else(full)?;
            topics.remove(&idle.topic);
            retired = Some(idle);
        }
        let state = Arc::new(TopicState::new(topic.clone()));
        topics.insert(topic.clone(), Arc::clone(&state));
        let seat = Seat::take(&state, self);
        // Not under the lock, since a store calls its sinks under its own.
        drop(topics);
        if let Some(retired) = retired {
            retired.retire(self);
        }
        Ok(seat)
    }

    fn crowded(&self, crowd: Crowd) -> SubscribeError {
        SubscribeError::TooMany { crowd, retry_after: self.readers.retry_after(&self.options.retry_after) }
    }

    /// Lets go of the topics that nobody has read for long; says whether any is left.
    pub(super) fn retire_idle(&self, now: Instant) -> bool {
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        let retired = self.idle.take_older(now, self.options.topic_linger);
        for state in &retired {
            topics.remove(&state.topic);
        }
        let is_any_left = !topics.is_empty();
        drop(topics);
        for state in retired {
            state.retire(self);
        }
        is_any_left
    }

    pub(super) fn ring_limits(&self) -> RingLimits {
        RingLimits {
            events_max: self.options.ring_events_max,
            aged_events_max: self.options.ring_aged_events_max,
            age: self.options.ring_age,
            bytes_max: self.options.ring_bytes_max as u64,
            keys_max: self.options.coalesce_keys_max,
        }
    }

    /// Counts a ring that has grown or shrunk; says whether all of them together are too large.
    pub(super) fn count_ring(&self, before: RingSize, after: RingSize) -> bool {
        let count = |all: &AtomicU64, before: u64, after: u64| {
            let grown = after.wrapping_sub(before);
            all.fetch_add(grown, Ordering::Relaxed).wrapping_add(grown)
        };
        let events = count(&self.ring_events, before.events, after.events);
        let bytes = count(&self.ring_bytes, before.bytes, after.bytes);
        events > self.options.rings_events_max as u64 || bytes > self.options.rings_bytes_max as u64
    }

    /// Takes room for a page before it is read; `None` if there is none, and the page has to be one event.
    pub(super) fn take_page_room(&self) -> Option<Room> {
        self.pages.take(self.options.page_bytes_max as u64, self.options.pages_bytes_max)
    }

    /// Counts what is in memory, and how far a part of the readers is behind.
    pub(super) fn measure(&self, round: u64) {
        self.meter.memory(self.topics().len(), self.ring_bytes.load(Ordering::Relaxed));
        let wall = self.clock.wall();
        for lag in self.readers.lags(wall, Some((self.options.lag_samples_max, round))) {
            self.meter.lag(&lag);
        }
    }

    /// Wakes a topic's readers, or has them woken within the window.
    pub(super) fn wake(&self, state: &Arc<TopicState>) {
        let window = self.options.wake_window;
        let now = self.clock.now();
        if !window.is_zero() && self.keeper.is_running() {
            let mut live = state.lock();
            if live.is_dirty {
                return;
            }
            if live.woken.is_some_and(|woken| now.saturating_duration_since(woken) < window) {
                live.is_dirty = true;
                drop(live);
                self.keeper.wake_later(Arc::clone(state));
                return;
            }
        }
        self.wake_now(state, now);
    }

    pub(super) fn wake_now(&self, state: &TopicState, now: Instant) {
        state.take_waiters(now).into_iter().flatten().for_each(Waker::wake);
    }

    /// Asks the store for the keys of cursors; with the first, those go on who are still to be told that the store is back.
    pub(super) async fn load_keys(&self) -> Result<(), StoreError> {
        if self.in_time(|| self.keyring.load(&*self.store, self.clock.wall())).await? {
            self.wake_all();
        }
        Ok(())
    }

    /// Whether somebody looks at each subscription.
    pub(super) fn is_inspected(&self) -> bool {
        #[cfg(feature = "console")]
        return self.is_inspected.load(Ordering::Acquire);
        #[cfg(not(feature = "console"))]
        false
    }

    /// From here on each subscription is read by itself, so that it can be looked at and told what to do.
    #[cfg(feature = "console")]
    pub(super) fn inspect(&self) {
        if !self.is_inspected.swap(true, Ordering::AcqRel) {
            self.wake_all();
        }
    }

    /// Tells how often the store has gone away or come back; odd while it is away.
    pub(super) fn absences(&self) -> u64 {
        self.absence.changes()
    }

    /// Tells those whom it concerns that the store has gone away or come back.
    pub(super) fn tell_absence(&self, change: AbsenceChange) {
        match change {
            AbsenceChange::None => {}
            AbsenceChange::Gone => {
                self.gather.went_blind();
                self.wake_all();
            }
            AbsenceChange::Back => {
                self.is_back.store(true, Ordering::Release);
                self.keeper.wake();
            }
        }
    }

    fn wake_all(&self) {
        let now = self.clock.now();
        for state in self.topics() {
            self.wake_now(&state, now);
        }
    }
}

impl StoreSink for Shared {
    fn appended(&self, topic: &Topic, epoch: Epoch, records: &[Record]) {
        self.gather.appended(topic, epoch, records, &self.options);
        if let Some(state) = self.topic(topic) {
            state.appended(epoch, records, self);
            self.wake(&state);
        }
    }

    fn away(&self) {
        self.topics().iter().for_each(|state| state.went_away());
        self.gather.went_blind();
        self.tell_absence(self.absence.set_said(true));
    }

    fn back(&self) {
        self.tell_absence(self.absence.set_said(false));
    }
}
