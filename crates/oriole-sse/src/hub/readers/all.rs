//! All subscriptions of a hub, and what is done to several of them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;

use super::numbers::Numbers;
use super::reader::Reader;
use crate::clock::nanos;
use crate::cursor::Principal;
use crate::hub::change::HandleKey;
use crate::hub::control::EndReason;
use crate::hub::lag::ReaderLag;
use crate::response::spread;

#[derive(Debug)]
pub(in crate::hub) struct Readers {
    /// Moments are counted in nanoseconds from here.
    pub(super) begun: Instant,
    state: Mutex<State>,
    /// Before this moment it is time for nobody: to be ended or woken for being old or silent, or to have a guard asked.
    quiet_until: AtomicU64,
    pub(super) left: Notify,
    pub(in crate::hub) handles: HandleKey,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) readers: HashMap<u64, Arc<Reader>, Numbers>,
    pub(super) next: u64,
    pub(super) by_principal: HashMap<Principal, usize>,
    pub(super) by_address: HashMap<IpAddr, usize>,
    pub(super) is_draining: bool,
}

impl Readers {
    pub(in crate::hub) fn new(begun: Instant) -> Self {
        Self {
            begun,
            state: Mutex::default(),
            quiet_until: AtomicU64::new(0),
            left: Notify::new(),
            handles: HandleKey::default(),
        }
    }

    /// Tells when somebody who is turned away may come back, by chance of the number of those who came.
    pub(in crate::hub) fn retry_after(&self, range: &RangeInclusive<Duration>) -> Duration {
        let mut state = self.lock();
        state.next += 1;
        spread(range, state.next)
    }

    pub(in crate::hub) fn count(&self) -> usize {
        self.lock().readers.len()
    }

    /// Ends the subscriptions of a principal; tells how many.
    pub(in crate::hub) fn revoke(&self, principal: &Principal) -> usize {
        let theirs: Vec<_> = self
            .lock()
            .readers
            .values()
            .filter(|reader| reader.principal.as_ref() == Some(principal))
            .cloned()
            .collect();
        theirs.iter().for_each(|reader| reader.end(EndReason::Revoked));
        theirs.len()
    }

    /// Ends the others of its name and principal, which it replaces.
    pub(in crate::hub) fn replace(&self, reader: &Reader) {
        if reader.principal.is_none() || reader.replaces.is_none() {
            return;
        }
        let is_older = |other: &Reader| {
            (&other.principal, &other.replaces) == (&reader.principal, &reader.replaces) && other.number < reader.number
        };
        let older: Vec<_> = self.lock().readers.values().filter(|other| is_older(other)).cloned().collect();
        older.iter().for_each(|older| older.end(EndReason::Replaced));
    }

    /// Has the guards asked of those subscriptions that have one; tells how many.
    pub(in crate::hub) fn recheck(&self, principal: Option<&Principal>) -> usize {
        let is_meant =
            |reader: &Reader| reader.has_guard && principal.is_none_or(|one| reader.principal.as_ref() == Some(one));
        let doubted: Vec<_> = self.lock().readers.values().filter(|reader| is_meant(reader)).cloned().collect();
        for reader in &doubted {
            reader.changing.iter().for_each(|changing| changing.doubt());
            reader.is_doubted.store(true, Ordering::Release);
            reader.wake();
        }
        doubted.len()
    }

    /// Finds the subscription whose handle somebody shows, if it is theirs.
    pub(in crate::hub) fn find(&self, handle: &str, principal: Option<&Principal>) -> Option<Arc<Reader>> {
        let number = HandleKey::number(handle).filter(|_| self.handles.has_signed(handle, principal))?;
        self.lock().readers.get(&number).cloned()
    }

    /// Turns everybody away from now on, and gives those who are to leave, in an order that is nobody's.
    pub(in crate::hub) fn begin_drain(&self) -> Vec<Arc<Reader>> {
        let mut state = self.lock();
        state.is_draining = true;
        state.readers.values().cloned().collect()
    }

    /// Waits until there is no subscription.
    pub(in crate::hub) async fn all_left(&self) {
        let mut left = std::pin::pin!(self.left.notified());
        loop {
            left.as_mut().enable();
            if self.count() == 0 {
                return;
            }
            left.as_mut().await;
            left.set(self.left.notified());
        }
    }

    /// Tells how far readers are behind: all, or in each round as many others.
    pub(in crate::hub) fn lags(&self, wall: SystemTime, sample: Option<(usize, u64)>) -> Vec<ReaderLag> {
        let readers: Vec<_> = {
            let state = self.lock();
            let (step, round) = match sample {
                Some((0, _)) => return vec![],
                Some((max, round)) => (state.readers.len().div_ceil(max).max(1) as u64, round),
                None => (1, 0),
            };
            let is_due = |number: u64| number % step == round % step;
            state.readers.iter().filter(|(number, _)| is_due(**number)).map(|(_, reader)| Arc::clone(reader)).collect()
        };
        let lags = readers
            .iter()
            .flat_map(|reader| reader.marks().into_iter().map(|mark| mark.lag(reader.principal.clone(), wall)));
        lags.collect()
    }

    /// Gives those that are there, by their numbers.
    #[cfg(feature = "console")]
    pub(in crate::hub) fn all(&self) -> Vec<Arc<Reader>> {
        let mut all: Vec<_> = self.lock().readers.values().cloned().collect();
        all.sort_unstable_by_key(|reader| reader.number);
        all
    }

    #[cfg(feature = "console")]
    pub(in crate::hub) fn one(&self, number: u64) -> Option<Arc<Reader>> {
        self.lock().readers.get(&number).cloned()
    }

    /// Ends those that are too old or take nothing, and wakes those that have not been heard of for long.
    pub(in crate::hub) fn look(&self, now: Instant, write_timeout: Option<Duration>) {
        let now = self.nanos(now);
        let timeout = write_timeout.map_or(u64::MAX, nanos);
        for reader in self.take_due(now, timeout) {
            let silent = now.saturating_sub(reader.polled_at());
            if now >= reader.ends_at {
                reader.end(EndReason::Lifetime);
            } else if silent >= timeout && reader.was_asked() {
                reader.end(EndReason::Stalled);
            } else if silent >= timeout / 2 {
                // Who waits for an event is not heard of either, and is as soon as it is woken.
                reader.ask();
            } else if now >= reader.guard_due() {
                reader.wake();
            }
        }
    }

    /// Gives those for whom it is time. Until it is for one of them, and nobody has come, none is touched: that they are many is
    /// no reason to have their memory come by each second.
    fn take_due(&self, now: u64, timeout: u64) -> Vec<Arc<Reader>> {
        let state = self.lock();
        let mut due = vec![];
        if now < self.quiet_until.load(Ordering::Acquire) {
            return due;
        }
        // From here on nobody's moment is missed: who says it before is seen below, and who says it later lowers it again.
        self.quiet_until.swap(u64::MAX, Ordering::AcqRel);
        let mut quiet_until = u64::MAX;
        for reader in state.readers.values() {
            #[cfg(test)]
            crate::looks::note();
            let moment = reader.due(timeout);
            if moment <= now {
                due.push(Arc::clone(reader));
            }
            quiet_until = quiet_until.min(moment);
        }
        self.quiet_by(quiet_until);
        due
    }

    /// Has all be looked at when this moment has come.
    pub(super) fn quiet_by(&self, moment: u64) {
        self.quiet_until.fetch_min(moment, Ordering::AcqRel);
    }

    /// Says until when a reader's guard has no say, which may be sooner than it was.
    pub(in crate::hub) fn guard_again_at(&self, reader: &Reader, moment: u64) {
        reader.guard_due.store(moment, Ordering::Relaxed);
        self.quiet_by(moment);
    }

    pub(in crate::hub) fn nanos(&self, moment: Instant) -> u64 {
        nanos(moment.saturating_duration_since(self.begun))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use futures_util::{FutureExt, StreamExt};

    use crate::hub::{GuardAnswer, Hub, HubOptions};

    const SECOND: Duration = Duration::from_secs(1);

    /// Has all be looked at as if it were so many seconds later; tells how many were. Nothing else runs meanwhile.
    fn look(hub: &Hub, seconds: u32) -> usize {
        let (shared, before) = (hub.shared(), crate::looks::count());
        shared.readers.look(shared.clock.now() + seconds * SECOND, shared.options.write_timeout);
        crate::looks::count() - before
    }

    /// Ten thousand that wait do not go through the caches each second.
    #[tokio::test(start_paused = true)]
    async fn those_for_whom_it_is_not_time_are_looked_at_once() {
        let hub = Hub::new(HubOptions::default().write_timeout(60 * SECOND));
        let mut subscriptions = vec![];
        for _ in 0..100 {
            subscriptions.push(hub.subscribe("a").await.expect("room"));
        }
        assert_eq!([1, 2, 29].map(|seconds| look(&hub, seconds)), [100, 0, 0]);
        subscriptions.push(hub.subscribe("a").await.expect("room"));
        assert_eq!([3, 4].map(|seconds| look(&hub, seconds)), [101, 0], "somebody came");
        assert_eq!([30, 31].map(|seconds| look(&hub, seconds)), [101, 101], "they are silent, and are watched");

        let hub = Hub::new(HubOptions::default().write_timeout(None));
        let _brief = hub.subscribe("a").lifetime(10 * SECOND).await.expect("room");
        assert_eq!([1, 9, 10].map(|seconds| look(&hub, seconds)), [1, 0, 1], "until it is too old");
    }

    /// Nor do they because one of them has a guard.
    #[tokio::test(start_paused = true)]
    async fn a_guard_is_asked_in_time_though_its_answer_is_good_for_less_than_before() {
        let hub = Hub::new(HubOptions::default().write_timeout(None));
        let mut subscriptions = vec![];
        for _ in 0..9 {
            subscriptions.push(hub.subscribe("a").await.expect("room"));
        }
        let good_for = Arc::new(AtomicU64::new(10));
        let asked = Arc::clone(&good_for);
        let guard = move |_| ready(GuardAnswer::PassFor(Duration::from_secs(asked.load(Ordering::Relaxed))));
        let mut guarded = hub.subscribe("a").guard(guard).await.expect("let in");
        assert_eq!([1, 2, 9].map(|seconds| look(&hub, seconds)), [10, 0, 0]);

        good_for.store(5, Ordering::Relaxed);
        assert_eq!(hub.recheck_all(), 1);
        while guarded.next().now_or_never().is_some() {}
        assert_eq!([4, 5].map(|seconds| look(&hub, seconds)), [0, 10]);
    }
}
