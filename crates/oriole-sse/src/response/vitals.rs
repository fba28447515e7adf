//! What is looked at and noted for each event, side by side.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::task::Waker;

use crate::lock::lock;

/// One stream as those see it who look after it from outside: the timer of heartbeats, the hub, a drain.
///
/// All that is touched for each event is here, so that the rest need not come into the processor's caches. What else there is to
/// know of a stream is looked at again only when it was called. In this order, the waker is not among it.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Vitals {
    calls: AtomicU32,
    /// When it was written to last, in nanoseconds as the registry of open streams counts them.
    pub(crate) written: AtomicU64,
    /// When its subscription was read last, in nanoseconds as the hub's readers count them.
    #[cfg(feature = "hub")]
    pub(crate) polled: AtomicU64,
    /// Where it is in the first topic that it began with, which is the only one of most.
    #[cfg(feature = "hub")]
    pub(crate) place: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

impl Vitals {
    /// Says which task to wake.
    pub(crate) fn wake_by(&self, waker: &Waker) {
        let mut kept = lock(&self.waker);
        match &mut *kept {
            Some(kept) => kept.clone_from(waker),
            None => *kept = Some(waker.clone()),
        }
    }

    /// Wakes it, to look at what was noted for it before.
    pub(crate) fn call(&self) {
        self.calls.fetch_add(1, Ordering::Release);
        let waker = lock(&self.waker).clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Tells how often it was called. As often as before, and nothing was noted for it since, or whoever did is about to call.
    pub(crate) fn calls(&self) -> u32 {
        self.calls.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "hub")]
    use std::mem::offset_of;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Wake, Waker};

    use super::Vitals;

    /// Notes what those see who are woken.
    struct Witness {
        vitals: Arc<Vitals>,
        seen: AtomicU32,
    }

    impl Wake for Witness {
        fn wake(self: Arc<Self>) {
            self.seen.store(self.vitals.calls(), Ordering::Relaxed);
        }
    }

    #[cfg(feature = "hub")]
    #[test]
    fn what_an_event_touches_lies_side_by_side() {
        let touched = [offset_of!(Vitals, written), offset_of!(Vitals, polled), offset_of!(Vitals, place)];
        assert!(touched.iter().all(|at| *at < offset_of!(Vitals, waker)), "{touched:?}");
    }

    #[test]
    fn a_call_counts_before_it_wakes() {
        let vitals = Arc::<Vitals>::default();
        vitals.call();
        let witness = Arc::new(Witness { vitals: Arc::clone(&vitals), seen: AtomicU32::new(0) });
        vitals.wake_by(&Waker::from(Arc::clone(&witness)));
        for calls in [2, 3] {
            vitals.call();
            assert_eq!(witness.seen.load(Ordering::Relaxed), calls, "again, without being told the waker again");
        }
    }
}
