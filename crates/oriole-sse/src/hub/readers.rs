//! All subscriptions of a hub: how many there may be, and how they are ended.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::Notify;

use super::change::{Changing, HandleKey};
use super::control::EndReason;
use super::crowd::Crowd;
#[cfg(feature = "console")]
use super::inspect::Probe;
use super::lag::{Mark, ReaderLag};
use super::shared::Shared;
use super::verdict::Verdict;
use crate::cursor::Principal;
use crate::response::{household, spread};

#[derive(Debug)]
pub(super) struct Readers {
    /// Moments are counted in nanoseconds from here.
    begun: Instant,
    state: Mutex<State>,
    left: Notify,
    pub(super) handles: HandleKey,
}

#[derive(Debug, Default)]
struct State {
    readers: HashMap<u64, Arc<Reader>>,
    next: u64,
    by_principal: HashMap<Principal, usize>,
    by_address: HashMap<IpAddr, usize>,
    is_draining: bool,
}

/// One subscription, as the hub sees it.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) number: u64,
    pub(super) principal: Option<Principal>,
    pub(super) address: Option<IpAddr>,
    pub(super) ends_at: u64,
    polled_at: AtomicU64,
    /// Why it is to end; 0 as long as it is not.
    ended: AtomicU8,
    /// When the guard's last answer, or the time for its next one, is over; never without a guard.
    guard_due: AtomicU64,
    /// The guard is to be asked as soon as may be.
    is_doubted: AtomicBool,
    pub(super) has_guard: bool,
    /// For those who change it, if it may be changed.
    changing: Option<Arc<Changing>>,
    /// It stands for the others of this name.
    replaces: Option<Arc<str>>,
    waker: Mutex<Option<Waker>>,
    /// Where it is in each of its topics.
    marks: Mutex<Vec<Arc<Mark>>>,
    /// What it shows beside.
    #[cfg(feature = "console")]
    pub(super) probe: Probe,
}

/// Counts a subscription until it is dropped.
#[derive(Debug)]
pub(super) struct Admission {
    pub(super) reader: Arc<Reader>,
    shared: Arc<Shared>,
    /// Whether it counts as begun.
    has_begun: bool,
}

/// Who asks to be admitted.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) principal: Option<Principal>,
    pub(super) address: Option<IpAddr>,
    pub(super) lifetime: Option<Duration>,
    /// It goes on where it left off.
    pub(super) returns: bool,
    pub(super) has_guard: bool,
    pub(super) changing: Option<Arc<Changing>>,
    /// It stands for the others of this name.
    pub(super) replaces: Option<Arc<str>>,
}

/// Says why a candidate is not admitted.
#[derive(Debug)]
pub(super) enum NotAdmitted {
    /// There are too many; when to come back.
    Crowded(Crowd, Duration),
    /// The hub drains; come back after this time.
    Draining(Duration),
}

impl Readers {
    pub(super) fn new(begun: Instant) -> Self {
        Self { begun, state: Mutex::default(), left: Notify::new(), handles: HandleKey::default() }
    }

    pub(super) fn admit(&self, shared: &Arc<Shared>, mut candidate: Candidate) -> Result<Admission, NotAdmitted> {
        let options = &shared.options;
        candidate.address = candidate.address.map(household);
        let now = shared.clock.now();
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        if state.is_draining {
            return Err(NotAdmitted::Draining(spread(&options.drain_retry, number)));
        }
        let is_early = self.is_early(shared);
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
        let reader = Arc::new(Reader {
            number,
            principal: candidate.principal,
            address: candidate.address,
            ends_at: lifetime.map_or(u64::MAX, |lifetime| now.saturating_add(nanos(lifetime))),
            polled_at: AtomicU64::new(now),
            ended: AtomicU8::new(0),
            guard_due: AtomicU64::new(u64::MAX),
            is_doubted: AtomicBool::new(false),
            has_guard: candidate.has_guard,
            changing: candidate.changing,
            replaces: candidate.replaces,
            waker: Mutex::default(),
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
        Ok(Admission { reader, shared: Arc::clone(shared), has_begun: false })
    }

    /// Whether those go first who come back.
    fn is_early(&self, shared: &Shared) -> bool {
        shared.clock.now().saturating_duration_since(self.begun) < shared.options.resume_window
    }

    /// Judges somebody who came with a cursor, which turned out to be worth nothing, as one who is new.
    pub(super) fn admit_stale(&self, shared: &Shared) -> Result<(), (Crowd, Duration)> {
        let options = &shared.options;
        if self.is_early(shared) && self.count() > options.fresh_subscriptions_max {
            return Err((Crowd::Fresh, self.retry_after(&options.retry_after)));
        }
        Ok(())
    }

    /// Tells when somebody who is turned away may come back, by chance of the number of those who came.
    pub(super) fn retry_after(&self, range: &RangeInclusive<Duration>) -> Duration {
        let mut state = self.lock();
        state.next += 1;
        spread(range, state.next)
    }

    pub(super) fn count(&self) -> usize {
        self.lock().readers.len()
    }

    /// Ends the subscriptions of a principal; tells how many.
    pub(super) fn revoke(&self, principal: &Principal) -> usize {
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
    pub(super) fn replace(&self, reader: &Reader) {
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
    pub(super) fn recheck(&self, principal: Option<&Principal>) -> usize {
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
    pub(super) fn find(&self, handle: &str, principal: Option<&Principal>) -> Option<Arc<Reader>> {
        let number = HandleKey::number(handle).filter(|_| self.handles.has_signed(handle, principal))?;
        self.lock().readers.get(&number).cloned()
    }

    /// Turns everybody away from now on, and gives those who are to leave, in an order that is nobody's.
    pub(super) fn begin_drain(&self) -> Vec<Arc<Reader>> {
        let mut state = self.lock();
        state.is_draining = true;
        state.readers.values().cloned().collect()
    }

    /// Waits until there is no subscription.
    pub(super) async fn all_left(&self) {
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
    pub(super) fn lags(&self, wall: SystemTime, sample: Option<(usize, u64)>) -> Vec<ReaderLag> {
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
    pub(super) fn all(&self) -> Vec<Arc<Reader>> {
        let mut all: Vec<_> = self.lock().readers.values().cloned().collect();
        all.sort_unstable_by_key(|reader| reader.number);
        all
    }

    #[cfg(feature = "console")]
    pub(super) fn one(&self, number: u64) -> Option<Arc<Reader>> {
        self.lock().readers.get(&number).cloned()
    }

    /// Ends those that are too old or take nothing, and wakes those that have not been heard of for long.
    pub(super) fn look(&self, now: Instant, write_timeout: Option<Duration>) {
        let now = self.nanos(now);
        let timeout = write_timeout.map_or(u64::MAX, nanos);
        let readers: Vec<_> = self.lock().readers.values().cloned().collect();
        for reader in readers {
            let silent = now.saturating_sub(reader.polled_at.load(Ordering::Relaxed));
            if now >= reader.ends_at {
                reader.end(EndReason::Lifetime);
            } else if silent >= timeout {
                reader.end(EndReason::Stalled);
            } else if silent >= timeout / 2 || now >= reader.guard_due.load(Ordering::Relaxed) {
                reader.wake();
            }
        }
    }

    pub(super) fn nanos(&self, moment: Instant) -> u64 {
        nanos(moment.saturating_duration_since(self.begun))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// Tells that the subscription is read.
    pub(super) fn polled(&self, now: u64) {
        self.polled_at.store(now, Ordering::Relaxed);
    }

    /// Says whom to wake for its end.
    pub(super) fn wake_by(&self, waker: &Waker) {
        let mut kept = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *kept {
            Some(kept) => kept.clone_from(waker),
            None => *kept = Some(waker.clone()),
        }
    }

    pub(super) fn end(&self, reason: EndReason) {
        if self.ended.compare_exchange(0, reason.number(), Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.wake();
        }
    }

    /// Notes why it ends, where it is not to be woken for that.
    pub(super) fn note_end(&self, reason: EndReason) {
        let _ = self.ended.compare_exchange(0, reason.number(), Ordering::AcqRel, Ordering::Acquire);
    }

    pub(super) fn ended(&self) -> Option<EndReason> {
        EndReason::from_number(self.ended.load(Ordering::Acquire))
    }

    /// Says until when the guard has no say.
    pub(super) fn guard_again_at(&self, moment: u64) {
        self.guard_due.store(moment, Ordering::Relaxed);
    }

    pub(super) fn guard_due(&self) -> u64 {
        self.guard_due.load(Ordering::Relaxed)
    }

    pub(super) fn is_doubted(&self) -> bool {
        self.is_doubted.load(Ordering::Acquire)
    }

    /// Tells, once, that the guard is to be asked as soon as may be.
    pub(super) fn take_doubt(&self) -> bool {
        self.is_doubted() && self.is_doubted.swap(false, Ordering::AcqRel)
    }

    pub(super) fn retry(&self, range: &RangeInclusive<Duration>) -> Duration {
        spread(range, self.number)
    }

    /// Tells from where the client comes; in IPv6 its network of 64 bits.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.address
    }

    pub(super) fn changing(&self) -> Option<&Arc<Changing>> {
        self.changing.as_ref()
    }

    /// Says where it is in each of its topics.
    pub(super) fn set_marks(&self, marks: Vec<Arc<Mark>>) {
        *self.marks.lock().unwrap_or_else(PoisonError::into_inner) = marks;
    }

    pub(super) fn marks(&self) -> Vec<Arc<Mark>> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn wake(&self) {
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Admission {
    /// Gives what the client shows to change the subscription, if it may be changed.
    pub(super) fn handle(&self) -> Option<String> {
        let Reader { number, principal, changing, .. } = &*self.reader;
        changing.as_ref().and_then(|_| self.shared.readers.handles.sign(*number, principal.as_ref()))
    }

    /// Counts the subscription as begun.
    pub(super) fn begin(&mut self, verdict: Verdict, marks: Vec<Arc<Mark>>) {
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

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
