//! One response on its way out.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use super::StreamOrigin;

/// Counts what a response writes, and takes orders for it: with every poll the body looks whether there was one.
#[derive(Debug, Default)]
pub(crate) struct Tap {
    origin: StreamOrigin,
    /// How many orders there were, for the response and for what is read by way of it.
    orders: AtomicU32,
    is_held: AtomicBool,
    is_cut: AtomicBool,
    /// Whom to wake for an order.
    response: Mutex<Option<Weak<dyn Sleeper>>>,
    /// Set when a body is at it: how often that says something at least.
    opened: OnceLock<Option<Duration>>,
    frames: AtomicU64,
    bytes: AtomicU64,
    heartbeats: AtomicU64,
    /// Milliseconds of Unix time; 0 for never.
    wrote_at: AtomicU64,
}

/// Is a response that may be waiting.
pub(crate) trait Sleeper: fmt::Debug + Send + Sync {
    /// Has it look for orders.
    fn wake(&self);
}

/// Says what a body is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Go,
    /// Nothing, as if nobody took what it gives.
    Hold,
    /// End without a word.
    Cut,
}

impl Tap {
    pub(crate) fn new(origin: StreamOrigin) -> Self {
        Self { origin, ..Self::default() }
    }

    pub(crate) fn origin(&self) -> &StreamOrigin {
        &self.origin
    }

    /// Notes that a response is read by way of this.
    pub(crate) fn open(&self, heartbeat_interval: Option<Duration>, response: Weak<dyn Sleeper>) {
        let _ = self.opened.set(heartbeat_interval);
        *self.response.lock().unwrap_or_else(PoisonError::into_inner) = Some(response);
    }

    /// Counts the orders that there were. None, as for almost every stream there is, costs a relaxed load.
    ///
    /// Whoever waits looks again once it can be woken: an order is counted first, and then wakes.
    pub(crate) fn orders(&self) -> u32 {
        match self.orders.load(Ordering::Relaxed) {
            0 => 0,
            // With what is ordered.
            _ => self.orders.load(Ordering::Acquire),
        }
    }

    /// Counts an order, once it can be seen.
    pub(crate) fn ordered(&self) {
        self.orders.fetch_add(1, Ordering::Release);
    }

    /// Tells what to do now.
    pub(crate) fn now(&self) -> Order {
        if self.is_cut.load(Ordering::Acquire) {
            Order::Cut
        } else if self.is_held() {
            Order::Hold
        } else {
            Order::Go
        }
    }

    pub(crate) fn is_held(&self) -> bool {
        self.is_held.load(Ordering::Acquire)
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut.load(Ordering::Acquire)
    }

    pub(crate) fn set_held(&self, is_held: bool) {
        self.is_held.store(is_held, Ordering::Release);
        self.ordered();
        self.wake();
    }

    pub(crate) fn cut(&self) {
        self.is_cut.store(true, Ordering::Release);
        self.ordered();
        self.wake();
    }

    fn wake(&self) {
        let response = self.response.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(response) = response.and_then(|response| response.upgrade()) {
            response.wake();
        }
    }

    pub(crate) fn wrote(&self, bytes: usize, wall: SystemTime) {
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        let since = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.wrote_at.store(u64::try_from(since.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(crate) fn heartbeat(&self) {
        self.heartbeats.fetch_add(1, Ordering::Relaxed);
    }

    /// Tells what was written, if a response is read by way of this.
    pub(crate) fn written(&self) -> Option<Written> {
        let heartbeat_interval = *self.opened.get()?;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let last = Some(count(&self.wrote_at)).filter(|last| *last > 0);
        Some(Written {
            frames: count(&self.frames),
            bytes: count(&self.bytes),
            heartbeats: count(&self.heartbeats),
            last: last.and_then(|last| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(last))),
            heartbeat_interval,
        })
    }
}

/// Tells what a response gave to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// How many pieces; each is a write at the most.
    pub frames: u64,
    /// How many bytes.
    pub bytes: u64,
    /// How many of the pieces were heartbeats.
    pub heartbeats: u64,
    /// When the last piece was given, to the millisecond.
    pub last: Option<SystemTime>,
    /// After how long a silence there is a heartbeat.
    pub heartbeat_interval: Option<Duration>,
}
