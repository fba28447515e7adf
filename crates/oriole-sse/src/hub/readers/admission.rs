//! Who is let in, and counts until it leaves.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::all::Readers;
use super::reader::Reader;
use crate::clock::nanos;
use crate::cursor::Principal;
use crate::hub::change::Changing;
use crate::hub::crowd::Crowd;
#[cfg(feature = "console")]
use crate::hub::inspect::Probe;
use crate::hub::lag::Marks;
use crate::hub::shared::Shared;
use crate::hub::verdict::Verdict;
use crate::response::{Vitals, household, spread};

/// Counts a subscription until it is dropped.
#[derive(Debug)]
pub(in crate::hub) struct Admission {
    pub(in crate::hub) reader: Arc<Reader>,
    shared: Arc<Shared>,
    /// Whether it counts as begun.
    has_begun: bool,
}

/// Who asks to be admitted.
#[derive(Debug)]
pub(in crate::hub) struct Candidate {
    pub(in crate::hub) principal: Option<Principal>,
    pub(in crate::hub) address: Option<IpAddr>,
    pub(in crate::hub) lifetime: Option<Duration>,
    /// It goes on where it left off.
    pub(in crate::hub) returns: bool,
    pub(in crate::hub) has_guard: bool,
    pub(in crate::hub) changing: Option<Arc<Changing>>,
    /// It stands for the others of this name.
    pub(in crate::hub) replaces: Option<Arc<str>>,
}

/// Says why a candidate is not admitted.
#[derive(Debug)]
pub(in crate::hub) enum NotAdmitted {
    /// There are too many; when to come back.
    Crowded(Crowd, Duration),
    /// The hub drains; come back after this time.
    Draining(Duration),
}

impl Readers {
    pub(in crate::hub) fn admit(
        &self,
        shared: &Arc<Shared>,
        mut candidate: Candidate,
    ) -> Result<Admission, NotAdmitted> {
        let options = &shared.options;
        candidate.address = candidate.address.map(household);
        let now = shared.clock.now();
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        if state.is_draining {
            return Err(NotAdmitted::Draining(spread(&options.drain_retry, number)));
        }
        let is_early = self.is_early(shared, now);
        let count = state.readers.len();
        // Those who are replaced are there until their connections are closed.
        let of_principal_max = if candidate.replaces.is_some() {
            options.principal_subscriptions_max.saturating_mul(2)
        } else {
            options.principal_subscriptions_max
        };
        let crowd = if count >= options.subscriptions_max {
            Some(Crowd::All)
        } else if is_early && !candidate.returns && count >= options.fresh_subscriptions_max {
            Some(Crowd::Fresh)
        } else if is_full(&state.by_principal, candidate.principal.as_ref(), of_principal_max) {
            Some(Crowd::Principal)
        } else if is_full(&state.by_address, candidate.address.as_ref(), options.address_subscriptions_max) {
            Some(Crowd::Address)
        } else {
            None
        };
        if let Some(crowd) = crowd {
            return Err(NotAdmitted::Crowded(crowd, spread(&options.retry_after, number)));
        }
        let lifetime = [candidate.lifetime, options.lifetime_max].into_iter().flatten().min();
        let now = self.nanos(now);
        let vitals = Arc::<Vitals>::default();
        vitals.polled.store(now, Ordering::Relaxed);
        let reader = Arc::new(Reader {
            number,
            principal: candidate.principal,
            address: candidate.address,
            ends_at: lifetime.map_or(u64::MAX, |lifetime| now.saturating_add(nanos(lifetime))),
            vitals,
            asked_at: AtomicU64::new(u64::MAX),
            ended: AtomicU8::new(0),
            guard_due: AtomicU64::new(u64::MAX),
            is_doubted: AtomicBool::new(false),
            has_guard: candidate.has_guard,
            changing: candidate.changing,
            replaces: candidate.replaces,
            marks: Mutex::default(),
            #[cfg(feature = "console")]
            probe: Probe::new(shared),
        });
        if let Some(principal) = &reader.principal {
            *state.by_principal.entry(principal.clone()).or_default() += 1;
        }
        if let Some(address) = reader.address {
            *state.by_address.entry(address).or_default() += 1;
        }
        state.readers.insert(number, Arc::clone(&reader));
        self.quiet_by(0);
        Ok(Admission { reader, shared: Arc::clone(shared), has_begun: false })
    }

    /// Whether those go first who come back.
    fn is_early(&self, shared: &Shared, now: Instant) -> bool {
        now.saturating_duration_since(self.begun) < shared.options.resume_window
    }

    /// Judges somebody who came with a cursor, which turned out to be worth nothing, as one who is new.
    pub(in crate::hub) fn admit_stale(&self, shared: &Shared) -> Result<(), (Crowd, Duration)> {
        let options = &shared.options;
        if self.is_early(shared, shared.clock.now()) && self.count() > options.fresh_subscriptions_max {
            return Err((Crowd::Fresh, self.retry_after(&options.retry_after)));
        }
        Ok(())
    }
}

impl Admission {
    /// Gives what the client shows to change the subscription, if it may be changed.
    pub(in crate::hub) fn handle(&self) -> Option<String> {
        let Reader { number, principal, changing, .. } = &*self.reader;
        changing.as_ref().and_then(|_| self.shared.readers.handles.sign(*number, principal.as_ref()))
    }

    /// Counts the subscription as begun.
    pub(in crate::hub) fn begin(&mut self, verdict: Verdict, marks: Marks) {
        self.reader.set_marks(marks);
        self.has_begun = true;
        #[cfg(feature = "console")]
        self.reader.probe.begun(verdict);
        self.shared.meter.began(verdict);
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if self.has_begun {
            self.shared.meter.ended(self.reader.ended());
        }
        self.reader.changing.iter().for_each(|changing| changing.close());
        let readers = &self.shared.readers;
        let mut state = readers.lock();
        state.readers.remove(&self.reader.number);
        leave(&mut state.by_principal, self.reader.principal.as_ref());
        leave(&mut state.by_address, self.reader.address.as_ref());
        if state.readers.is_empty() {
            drop(state);
            readers.left.notify_waiters();
        }
    }
}

fn is_full<K: Eq + Hash>(counts: &HashMap<K, usize>, key: Option<&K>, max: usize) -> bool {
    key.is_some_and(|key| counts.get(key).copied().unwrap_or(0) >= max)
}

fn leave<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: Option<&K>) {
    if let Some(key) = key
        && let Some(count) = counts.get_mut(key)
    {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}
