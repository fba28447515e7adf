//! One subscription, as the hub sees it.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;
use std::time::Duration;

use crate::cursor::Principal;
use crate::hub::change::Changing;
use crate::hub::control::EndReason;
#[cfg(feature = "console")]
use crate::hub::inspect::Probe;
use crate::hub::lag::Marks;
use crate::response::{Vitals, spread};

/// One subscription, as the hub sees it.
#[derive(Debug)]
pub(in crate::hub) struct Reader {
    pub(in crate::hub) number: u64,
    pub(in crate::hub) principal: Option<Principal>,
    pub(in crate::hub) address: Option<IpAddr>,
    pub(in crate::hub) ends_at: u64,
    /// When it was polled last, and whom to wake.
    pub(in crate::hub) vitals: Arc<Vitals>,
    /// When it had been heard of last when it was woken to be heard of.
    pub(super) asked_at: AtomicU64,
    /// Why it is to end; 0 as long as it is not.
    pub(super) ended: AtomicU8,
    /// When the guard's last answer, or the time for its next one, is over; never without a guard.
    pub(super) guard_due: AtomicU64,
    /// The guard is to be asked as soon as may be.
    pub(super) is_doubted: AtomicBool,
    pub(in crate::hub) has_guard: bool,
    /// For those who change it, if it may be changed.
    pub(super) changing: Option<Arc<Changing>>,
    /// It stands for the others of this name.
    pub(super) replaces: Option<Arc<str>>,
    /// Where it is in each of its topics.
    pub(super) marks: Mutex<Marks>,
    /// What it shows beside.
    #[cfg(feature = "console")]
    pub(in crate::hub) probe: Probe,
}

impl Reader {
    /// When it is too old, has not been heard of for half of this time, or its guard is to be asked. Being heard of puts that off.
    pub(super) fn due(&self, timeout: u64) -> u64 {
        self.ends_at.min(self.polled_at().saturating_add(timeout / 2)).min(self.guard_due())
    }

    /// Wakes it to be heard of.
    pub(super) fn ask(&self) {
        self.asked_at.store(self.polled_at(), Ordering::Relaxed);
        self.wake();
    }

    /// Whether it was woken, and has not been heard of since.
    pub(in crate::hub) fn was_asked(&self) -> bool {
        self.asked_at.load(Ordering::Relaxed) == self.polled_at()
    }

    pub(super) fn polled_at(&self) -> u64 {
        self.vitals.polled.load(Ordering::Relaxed)
    }

    /// Says whom to wake for its end.
    pub(in crate::hub) fn wake_by(&self, waker: &Waker) {
        self.vitals.wake_by(waker);
    }

    pub(in crate::hub) fn end(&self, reason: EndReason) {
        if self.ended.compare_exchange(0, reason.number(), Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.wake();
        }
    }

    /// Notes why it ends, where it is not to be woken for that.
    pub(in crate::hub) fn note_end(&self, reason: EndReason) {
        let _ = self.ended.compare_exchange(0, reason.number(), Ordering::AcqRel, Ordering::Acquire);
    }

    pub(in crate::hub) fn ended(&self) -> Option<EndReason> {
        EndReason::from_number(self.ended.load(Ordering::Acquire))
    }

    pub(in crate::hub) fn guard_due(&self) -> u64 {
        self.guard_due.load(Ordering::Relaxed)
    }

    pub(in crate::hub) fn is_doubted(&self) -> bool {
        self.is_doubted.load(Ordering::Acquire)
    }

    /// Tells, once, that the guard is to be asked as soon as may be.
    pub(in crate::hub) fn take_doubt(&self) -> bool {
        self.is_doubted() && self.is_doubted.swap(false, Ordering::AcqRel)
    }

    pub(in crate::hub) fn retry(&self, range: &RangeInclusive<Duration>) -> Duration {
        spread(range, self.number)
    }

    /// Tells from where the client comes; in IPv6 its network of 64 bits.
    pub(in crate::hub) fn address(&self) -> Option<IpAddr> {
        self.address
    }

    pub(in crate::hub) fn changing(&self) -> Option<&Arc<Changing>> {
        self.changing.as_ref()
    }

    /// Says where it is in each of its topics.
    pub(in crate::hub) fn set_marks(&self, marks: Marks) {
        *self.marks.lock().unwrap_or_else(PoisonError::into_inner) = marks;
    }

    pub(in crate::hub) fn marks(&self) -> Marks {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(in crate::hub) fn wake(&self) {
        self.vitals.call();
    }
}
