//! A topic that somebody reads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;

use super::frame::Frame;
use super::gather::{Gather, Gathered};
use super::greeting::Greeting;
use super::idle::IdleTicket;
use super::pages::Pages;
use super::ring::{Ring, RingLimits, RingSize};
use super::shared::Shared;
use super::trace::Traces;
use super::volatile::Volatile;
use super::waiters::Waiters;
use crate::cursor::{CursorKey, Place, TopicTag};
use crate::pattern::Pattern;
use crate::store::{Bounds, Epoch, Position, Record, Sequence, StoreError, Topic};

#[derive(Debug)]
pub(super) struct TopicState {
    pub(super) topic: Topic,
    pub(super) tag: TopicTag,
    /// Whether the store has it open; held while that changes.
    opened: tokio::sync::Mutex<bool>,
    live: Mutex<Live>,
    /// In which round of waking those are who wait; changes under the lock only.
    round: AtomicU64,
    /// If it is a pattern's log, what keeps it.
    gathered: Mutex<Option<Arc<Gathered>>>,
}

/// What changes with every event.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// `None` as long as the store was never there.
    pub(super) epoch: Option<Epoch>,
    pub(super) ring: Ring,
    pub(super) volatile: Volatile,
    pub(super) pages: Pages,
    pub(super) traces: Traces,
    pub(super) waiters: Waiters,
    /// What the last subscriber was told first.
    pub(super) greeting: Option<Greeting>,
    /// How many subscriptions there are.
    pub(super) readers: usize,
    /// Where it is among those that nobody reads, if it is.
    idle: Option<IdleTicket>,
    /// When the readers were last woken, and whether that is due again.
    pub(super) woken: Option<Instant>,
    pub(super) is_dirty: bool,
    /// The store was away, and may not have told everything: what it tells is left for it to be read, until its end is known.
    pub(super) is_stale: bool,
    /// The end of what was left so.
    left: Option<Position>,
    /// How often the store went away.
    absences: u64,
    /// How often the end was found again after that.
    pub(super) returns: u64,
    /// Nobody has it any more but those who are about to let go of it.
    is_retired: bool,
}

/// Counts a subscription to a topic until it is dropped.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Seat {
    shared: Arc<Shared>,
    // What an event touches is at this end, beside the rest of a lane.
    pub(super) state: Arc<TopicState>,
}

impl TopicState {
    pub(super) fn new(topic: Topic) -> Self {
        let tag = TopicTag::of(&topic);
        Self {
            topic,
            tag,
            opened: tokio::sync::Mutex::default(),
            round: AtomicU64::new(Waiters::FIRST_ROUND.get()),
            live: Mutex::default(),
            gathered: Mutex::default(),
        }
    }

    /// A panic of another holder leaves nothing half-done behind here.
    pub(super) fn lock(&self) -> MutexGuard<'_, Live> {
        #[cfg(test)]
        crate::looks::note();
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the topic in the store, once; a store that is away is no error.
    ///
    /// What is seldom waited for is boxed, so that nobody needs room for it who does not.
    pub(super) async fn open(&self, shared: &Arc<Shared>) -> Result<(), StoreError> {
        let mut opened = self.opened.lock().await;
        if !*opened || self.lock().is_stale {
            match Box::pin(self.look(&mut opened, shared)).await {
                Ok(()) => {}
                Err(StoreError::Away { .. } | StoreError::InDoubt { .. }) => self.lock().is_stale = true,
                Err(error) => return Err(error),
            }
        }
        if *opened {
            self.keep(shared).await?;
        }
        Ok(())
    }

    /// Looks at the store again after it was away: what was not told is left to be read.
    pub(super) async fn reopen(&self, shared: &Arc<Shared>) -> Result<(), StoreError> {
        let mut opened = self.opened.lock().await;
        self.look(&mut opened, shared).await?;
        self.keep(shared).await
    }

    async fn look(&self, opened: &mut bool, shared: &Shared) -> Result<(), StoreError> {
        let absences = self.lock().absences;
        let bounds = shared.in_time(|| shared.store.open(&self.topic)).await?;
        if std::mem::replace(opened, true) {
            shared.store.close(&self.topic);
        }
        self.found(bounds, absences, shared);
        // Who waits for that goes on.
        shared.wake_now(self, shared.clock.now());
        Ok(())
    }

    /// Notes that from here on the store does not tell everything.
    pub(super) fn went_away(&self) {
        let mut live = self.lock();
        live.is_stale = true;
        live.left = None;
        live.absences += 1;
    }

    /// Has the log kept, if it is a pattern's and is not kept yet; a store that is away is no error.
    async fn keep(&self, shared: &Arc<Shared>) -> Result<(), StoreError> {
        if self.gathered().is_some() {
            return Ok(());
        }
        let Some(pattern) = Pattern::of(&self.topic) else {
            return Ok(());
        };
        match Box::pin(Gather::activate(shared, pattern, &self.topic)).await {
            Ok(gathered) => *self.gathered() = Some(gathered),
            Err(StoreError::Away { .. } | StoreError::InDoubt { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn gathered(&self) -> MutexGuard<'_, Option<Arc<Gathered>>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns what the log held after the store had gone away so often.
    fn found(&self, bounds: Bounds, absences: u64, shared: &Shared) {
        let mut live = self.lock();
        if live.is_retired || live.absences != absences {
            return;
        }
        if live.is_stale {
            // What was left is in the store as well.
            let left = live.left.take().filter(|left| left.epoch == bounds.epoch);
            let last = left.map_or(bounds.last, |left| left.sequence.max(bounds.last));
            live.is_stale = false;
            live.returns += 1;
            if live.epoch == Some(bounds.epoch) && live.ring.last() == last {
                return;
            }
            live.epoch = Some(bounds.epoch);
            shared.count_ring(live.ring.size(), RingSize::default());
            live.ring = Ring::after(last);
        } else if live.epoch != Some(bounds.epoch) || live.ring.last() < bounds.last {
            live.epoch = Some(bounds.epoch);
            shared.count_ring(live.ring.size(), RingSize::default());
            live.ring = Ring::after(bounds.last);
        } else {
            live.ring.lower_base(bounds.last);
        }
    }

    /// Takes leave of the store, when the last reader is gone for long.
    pub(super) fn retire(&self, shared: &Shared) {
        let (ring, volatile) = {
            let mut live = self.lock();
            live.traces = Traces::default();
            live.pages.forget();
            live.is_retired = true;
            let live = &mut *live;
            (std::mem::take(&mut live.ring), std::mem::take(&mut live.volatile))
        };
        shared.count_ring(ring.size(), RingSize::default());
        shared.count_ring(volatile.size(), RingSize::default());
        if let Some(gathered) = self.gathered().take() {
            shared.gather.deactivate(&gathered);
        }
        // Nobody else has it any more, so the lock is free.
        if self.opened.try_lock().is_ok_and(|mut opened| std::mem::take(&mut *opened)) {
            shared.store.close(&self.topic);
        }
    }

    /// Takes in what was appended to the log.
    pub(super) fn appended(&self, epoch: Epoch, records: &[Record], shared: &Shared) {
        let keys = shared.keyring.keys();
        for record in records {
            let frame = self.frame(keys.as_deref().and_then(<[_]>::first), epoch, record);
            let mut live = self.lock();
            if live.is_retired {
                return;
            }
            if live.is_stale {
                live.left = Some(Position { epoch, sequence: record.sequence });
                continue;
            }
            if live.epoch != Some(epoch) {
                // A new log, or one whose bounds are still to come.
                shared.count_ring(live.ring.size(), RingSize::default());
                live.ring = Ring::after(Sequence(record.sequence.0.saturating_sub(1)));
                live.epoch = Some(epoch);
            }
            if record.sequence > live.ring.last() {
                let before = live.ring.size();
                live.ring.push(record, frame, shared.ring_limits());
                let readers = live.readers;
                live.traces.appended(record, shared.options.trace_events_max, readers);
                if shared.count_ring(before, live.ring.size()) {
                    let before = live.ring.size();
                    live.ring.trim(RingLimits { events_max: 1, ..shared.ring_limits() });
                    live.ring.forget_latest();
                    shared.count_ring(before, live.ring.size());
                }
            }
        }
    }

    /// Takes in an event that no log has.
    pub(super) fn push_volatile(&self, frame: Bytes, shared: &Shared) {
        let mut live = self.lock();
        if live.is_retired {
            return;
        }
        let options = &shared.options;
        let before = live.volatile.size();
        live.volatile.push(frame, options.volatile_events_max, options.volatile_bytes_max as u64);
        if shared.count_ring(before, live.volatile.size()) {
            let before = live.volatile.size();
            live.volatile.trim(1, 0);
            shared.count_ring(before, live.volatile.size());
        }
    }

    /// Tells in which round those are who wait; it needs no lock.
    pub(super) fn round(&self) -> u64 {
        self.round.load(Ordering::Acquire)
    }

    /// Takes the wakers of those who wait; to be called without the lock.
    pub(super) fn take_waiters(&self, now: Instant) -> Vec<Option<Waker>> {
        let mut live = self.lock();
        live.woken = Some(now);
        live.is_dirty = false;
        let waiters = live.waiters.take();
        self.round.store(live.waiters.round(), Ordering::Release);
        waiters
    }

    /// Makes the event as all subscribers get it who have this topic alone and no principal.
    fn frame(&self, key: Option<&CursorKey>, epoch: Epoch, record: &Record) -> Frame {
        let position = Position { epoch, sequence: record.sequence };
        match key {
            Some(key) => Frame::with_id(&record.frame, key, None, [Place { topic: self.tag, position }]),
            None => Frame::without_id(record.frame.clone()),
        }
    }
}

impl Live {
    /// Tells the place after everything.
    pub(super) fn end(&self) -> Option<Position> {
        self.epoch.map(|epoch| Position { epoch, sequence: self.ring.last() })
    }
}

impl Seat {
    /// The caller holds the lock of all topics, so that this one is not retired meanwhile.
    pub(super) fn take(state: &Arc<TopicState>, shared: &Arc<Shared>) -> Self {
        let mut live = state.lock();
        live.readers += 1;
        if let Some(ticket) = live.idle.take() {
            shared.idle.remove(ticket);
        }
        drop(live);
        Self { state: Arc::clone(state), shared: Arc::clone(shared) }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut live = self.state.lock();
        live.readers -= 1;
        if live.readers == 0 {
            live.idle = Some(self.shared.idle.add(self.shared.clock.now(), &self.state));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::SystemTime;

    use bytes::Bytes;

    use super::TopicState;
    use crate::clock::SystemClock;
    use crate::hub::HubOptions;
    use crate::hub::ring::RingSize;
    use crate::hub::shared::Shared;
    use crate::store::{Epoch, MemoryStore, Record, Sequence, Topic};

    /// All that a topic holds counts: what is in its ring, the latest of its keys, and what is not kept.
    #[test]
    fn what_is_held_beside_the_ring_is_bounded_as_well() {
        let held = |rings_bytes_max| {
            let options = HubOptions::default().ring_events_max(1).rings_bytes_max(rings_bytes_max);
            let shared = Shared::new(options, Arc::new(MemoryStore::default()), SystemClock);
            let state = TopicState::new(Topic::new("a").expect("a topic"));
            for (sequence, key) in [(1, "x"), (2, "y"), (3, "z")] {
                let key = Some(key.into());
                let record = Record::new(Sequence(sequence), SystemTime::UNIX_EPOCH, vec![b'-'; 10].into(), key);
                state.appended(Epoch(1), &[record], &shared);
            }
            for _ in 0..3 {
                state.push_volatile(vec![b'-'; 10].into(), &shared);
            }
            let live = state.lock();
            (live.ring.size().bytes, live.volatile.size().bytes)
        };
        assert_eq!(held(70), (40, 30), "one in the ring, three latest, three volatile");
        assert_eq!(held(69), (40, 10), "the latest volatile one");
        assert_eq!(held(39), (20, 10), "the latest, which is the latest of its key");
    }

    /// A sink may hold a topic that is being let go of: what it puts there would never be taken from the sum of all.
    #[test]
    fn what_is_told_to_a_topic_that_was_let_go_of_takes_no_room() {
        let options = HubOptions::default().rings_events_max(1);
        let shared = Shared::new(options, Arc::new(MemoryStore::default()), SystemClock);
        let state = TopicState::new(Topic::new("a").expect("a topic"));
        let frame = Bytes::from_static(b"data: 1\n\n");
        let record = |sequence| Record::new(Sequence(sequence), SystemTime::UNIX_EPOCH, frame.clone(), None);
        state.appended(Epoch(1), &[record(1)], &shared);
        assert!(!shared.count_ring(RingSize::default(), RingSize::default()), "there is room for one");
        state.retire(&shared);
        state.appended(Epoch(1), &[record(2)], &shared);
        state.retire(&shared);
        state.appended(Epoch(1), &[record(3)], &shared);
        assert_eq!(state.lock().ring.size().events, 0);
        let one = RingSize { events: 1, bytes: 0 };
        assert!(!shared.count_ring(RingSize::default(), one), "nothing is left of it");
    }
}
