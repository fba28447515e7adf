//! Between a response's body and a server that reads for many clients at once.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::hub::{Berth, Landing};

/// Marks the response of a hub's subscription, whose body waits for nothing but the hub; Oriole's server looks for it.
///
/// A server that holds it can take the subscription's place in its topic, read for all that are at the same place, and give the
/// place back whenever it likes. Until then it does not poll the body.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct Tether {
    inner: Arc<Inner>,
    is_of_route: bool,
}

#[derive(Debug, Default)]
struct Inner {
    /// Whether there is anything to look at below.
    is_taut: AtomicBool,
    tied: Mutex<Tied>,
}

#[derive(Debug, Default)]
struct Tied {
    probes: bool,
    asks: bool,
    berth: Option<Box<Berth>>,
    passed: Passed,
}

/// What one end has for the other.
#[derive(Debug, Default)]
enum Passed {
    #[default]
    Nothing,
    /// Behind these bytes the subscription had nothing more; held, so that no others come to lie at the same place.
    Last(Bytes),
    /// All that was given is written.
    Written,
    /// Where the subscription goes on.
    Landing(Landing),
}

/// What a body gives that is probed: a comment, if anybody sends it.
static PROBE: &[u8] = b": the way is clear\n\n";

impl Tether {
    /// Says that a route of the server's own application has answered with it: what a mounted router has put around another's is not
    /// known.
    pub fn set_of_route(&mut self) {
        self.is_of_route = true;
    }

    #[must_use]
    pub fn is_of_route(&self) -> bool {
        self.is_of_route
    }

    /// Has the body give the probe next: it comes out as it is if nothing around the body changes bytes.
    pub fn probe(&self) {
        self.lock().probes = true;
        self.inner.is_taut.store(true, Ordering::Release);
    }

    /// Whether these are the very bytes of the probe.
    #[must_use]
    pub fn is_probe(bytes: &Bytes) -> bool {
        bytes.as_ptr() == PROBE.as_ptr() && bytes.len() == PROBE.len()
    }

    /// Says whether the subscription is to offer its place when it waits; one that has done so is not woken by its topic.
    pub fn ask(&self, asks: bool) {
        let mut tied = self.lock();
        (tied.asks, tied.berth) = (asks, None);
        drop(tied);
        self.inner.is_taut.store(true, Ordering::Release);
    }

    /// Takes the place that is offered.
    #[must_use]
    pub fn take_berth(&self) -> Option<Box<Berth>> {
        self.lock().berth.take()
    }

    /// Gives the place back, before the body is polled again.
    pub fn land(&self, landing: Landing) {
        self.lock().passed = Passed::Landing(landing);
        self.inner.is_taut.store(true, Ordering::Release);
    }

    /// Whether these are the very bytes behind which the subscription had nothing more to give, by its own word: then nobody need ask it to
    /// know that it would wait, and nothing around the body changes bytes. To be asked before anything else is said.
    #[must_use]
    pub fn is_last(&self, bytes: &Bytes) -> bool {
        let passed = std::mem::take(&mut self.lock().passed);
        matches!(passed, Passed::Last(last) if last.as_ptr() == bytes.as_ptr() && last.len() == bytes.len())
    }

    /// Says behind which bytes the subscription has nothing more to give.
    pub(super) fn ends_behind(&self, bytes: &Bytes) {
        self.lock().passed = Passed::Last(bytes.clone());
    }

    /// Says that all that the body gave is written, where it was not asked since, as those ask who write.
    pub fn was_written(&self) {
        self.lock().passed = Passed::Written;
        self.inner.is_taut.store(true, Ordering::Release);
    }

    /// Whether all that the body gave is written, though it was not asked since.
    pub(super) fn is_written(&self) -> bool {
        matches!(self.lock().passed, Passed::Written)
    }

    /// Whether nobody else has it, and nobody who had it has said anything: nobody will any more.
    pub(super) fn is_let_go(&mut self) -> bool {
        Arc::get_mut(&mut self.inner).is_some_and(|inner| !*inner.is_taut.get_mut())
    }

    /// Looks, for the body, whether the server has said anything.
    pub(super) fn is_taut(&self) -> bool {
        self.inner.is_taut.load(Ordering::Acquire)
    }

    /// What is to be done before anything is polled; a place that was offered before is worth nothing any more.
    pub(super) fn heave(&self) -> (Option<Landing>, Option<Bytes>) {
        let mut tied = self.lock();
        tied.berth = None;
        let probe = std::mem::take(&mut tied.probes).then(|| Bytes::from_static(PROBE));
        let landing = match std::mem::take(&mut tied.passed) {
            Passed::Landing(landing) => Some(landing),
            Passed::Nothing | Passed::Last(_) | Passed::Written => None,
        };
        (landing, probe)
    }

    pub(super) fn is_asked(&self) -> bool {
        self.lock().asks
    }

    pub(super) fn offer(&self, berth: Berth) {
        self.lock().berth = Some(Box::new(berth));
    }

    fn lock(&self) -> MutexGuard<'_, Tied> {
        self.inner.tied.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What many connections have in common: where they are, and when something was written to them last.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    /// A sequence.
    pub(crate) place: AtomicU64,
    /// In nanoseconds, as the registry counts them.
    pub(crate) written: AtomicU64,
}
