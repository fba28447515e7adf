//! One open stream, as the timer and the body share it.

use std::net::IpAddr;
use std::sync::Arc;
#[cfg(feature = "hub")]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[cfg(feature = "console")]
use crate::inspect::Sleeper;
#[cfg(feature = "hub")]
use crate::lock::lock;
#[cfg(feature = "hub")]
use crate::response::tether::Pulse;
use crate::response::vitals::Vitals;

/// One open stream, as the timer and the body share it.
#[derive(Debug)]
pub(in crate::response) struct Connection {
    pub(super) number: u64,
    /// The first part of its key; changes only under the registry's lock.
    pub(super) look: AtomicU64,
    pub(in crate::response) vitals: Arc<Vitals>,
    /// How long the stream may be silent.
    pub(super) interval: AtomicU64,
    /// If the interval depends on it, from where the client comes.
    pub(in crate::response) client: Option<IpAddr>,
    /// The longest silence that its client may have survived, and when it ended; nobody knows as yet.
    pub(super) silence: AtomicU64,
    pub(super) silence_ended: AtomicU64,
    pub(super) heartbeat_due: AtomicBool,
    pub(super) draining: AtomicBool,
    pub(super) may_finish: bool,
    /// When a stream that may finish has to be over; never, as long as nothing drains.
    pub(super) finish_by: AtomicU64,
    /// When it was written to, while it is written to with others, and how many bytes those had had before.
    #[cfg(feature = "hub")]
    pulse: Mutex<Option<(Arc<Pulse>, u64)>>,
}

impl Connection {
    pub(super) fn new(
        number: u64,
        vitals: Arc<Vitals>,
        now: u64,
        interval: u64,
        client: Option<IpAddr>,
        may_finish: bool,
    ) -> Self {
        vitals.written.store(now, Ordering::Relaxed);
        Self {
            number,
            look: AtomicU64::new(now.saturating_add(interval)),
            vitals,
            interval: AtomicU64::new(interval),
            client,
            silence: AtomicU64::new(0),
            silence_ended: AtomicU64::new(now),
            heartbeat_due: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            may_finish,
            finish_by: AtomicU64::new(u64::MAX),
            #[cfg(feature = "hub")]
            pulse: Mutex::default(),
        }
    }

    pub(super) fn written(&self) -> u64 {
        let written = self.vitals.written.load(Ordering::Relaxed);
        #[cfg(feature = "hub")]
        if let Some((pulse, _)) = &*self.pulse() {
            return written.max(pulse.written.load(Ordering::Relaxed));
        }
        written
    }

    #[cfg(feature = "hub")]
    pub(in crate::response) fn pulse(&self) -> std::sync::MutexGuard<'_, Option<(Arc<Pulse>, u64)>> {
        lock(&self.pulse)
    }

    pub(super) fn wake(&self) {
        self.vitals.call();
    }
}

#[cfg(feature = "console")]
impl Sleeper for Connection {
    fn wake(&self) {
        self.wake();
    }
}
