//! All subscriptions of a hub, and what is done to several of them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::atomic::Ordering;
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
        Self { begun, state: Mutex::default(), left: Notify::new(), handles: HandleKey::default() }
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
        let readers: Vec<_> = self.lock().readers.values().cloned().collect();
        for reader in readers {
            let silent = now.saturating_sub(reader.polled_at());
            if now >= reader.ends_at {
                reader.end(EndReason::Lifetime);
            } else if silent >= timeout && reader.was_asked() {
                reader.end(EndReason::Stalled);
            } else if silent >= timeout / 2 {
                // Who waits for an event is not heard of either, and is as soon as it is woken.
                reader.ask();
            } else if now >= reader.guard_due.load(Ordering::Relaxed) {
                reader.wake();
            }
        }
    }

    pub(in crate::hub) fn nanos(&self, moment: Instant) -> u64 {
        nanos(moment.saturating_duration_since(self.begun))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
