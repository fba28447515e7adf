//! Steering a source from elsewhere.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

/// Is the state of a source, numbered as in browsers (rule A1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ReadyState {
    /// There is no connection: not yet, or not at the moment.
    Connecting = 0,
    /// There is a connection.
    Open = 1,
    /// There will be no connection again.
    Closed = 2,
}

/// Steers an [`EventSource`](super::EventSource) that another task reads; made by
/// [`EventSource::handle`](super::EventSource::handle).
///
/// Any number of clones may exist; none keeps the source alive.
#[derive(Clone)]
pub struct EventSourceHandle {
    pub(super) shared: Arc<Shared>,
}

/// What a source shares with its handles.
#[derive(Debug)]
pub(super) struct Shared {
    url: Box<str>,
    state: AtomicU8,
    restart: AtomicBool,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    waker: Option<Waker>,
    last_event_id: Arc<str>,
}

impl EventSourceHandle {
    /// Closes the source (rule A2): nothing comes any more, not even what has arrived, and no reconnection follows.
    ///
    /// The reader is woken and drops the connection. A source that nobody polls keeps it until it is dropped itself.
    pub fn close(&self) {
        self.shared.set_state(ReadyState::Closed);
        self.shared.wake();
    }

    /// Drops the connection, or ends the wait for it, and connects anew at once.
    ///
    /// The request is sent again whatever its method is, since this asks for it.
    pub fn restart(&self) {
        self.shared.restart.store(true, Ordering::Release);
        self.shared.wake();
    }

    /// Tells the state.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        self.shared.state()
    }

    /// Tells the last event id, which the next request will carry; empty if there is none.
    #[must_use]
    pub fn last_event_id(&self) -> Arc<str> {
        self.shared.last_event_id()
    }

    /// Shows the address that the source was made with (rule A4), without fragment and credentials.
    #[must_use]
    pub fn url(&self) -> &str {
        self.shared.url()
    }
}

impl Shared {
    pub(super) fn new(url: &str, last_event_id: Arc<str>) -> Self {
        Self {
            url: url.into(),
            state: AtomicU8::new(ReadyState::Connecting as u8),
            restart: AtomicBool::new(false),
            inner: Mutex::new(Inner { waker: None, last_event_id }),
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The address as a log may have it: a query may hold a token.
    pub(super) fn logged_url(&self) -> &str {
        self.url.split('?').next().unwrap_or_default()
    }

    pub(super) fn state(&self) -> ReadyState {
        match self.state.load(Ordering::Acquire) {
            0 => ReadyState::Connecting,
            1 => ReadyState::Open,
            _ => ReadyState::Closed,
        }
    }

    /// Changes the state; CLOSED stays. Tells whether it is the one that was asked for.
    pub(super) fn set_state(&self, state: ReadyState) -> bool {
        let changed = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| {
            (now != ReadyState::Closed as u8).then_some(state as u8)
        });
        changed.is_ok() || state == ReadyState::Closed
    }

    pub(super) fn take_restart(&self) -> bool {
        self.restart.load(Ordering::Acquire) && self.restart.swap(false, Ordering::AcqRel)
    }

    pub(super) fn wake_by(&self, waker: &Waker) {
        let mut inner = self.lock();
        if !inner.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            inner.waker = Some(waker.clone());
        }
    }

    pub(super) fn last_event_id(&self) -> Arc<str> {
        Arc::clone(&self.lock().last_event_id)
    }

    pub(super) fn set_last_event_id(&self, id: Arc<str>) {
        self.lock().last_event_id = id;
    }

    fn wake(&self) {
        let waker = self.lock().waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for EventSourceHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSourceHandle")
            .field("url", &self.url())
            .field("ready_state", &self.ready_state())
            .finish_non_exhaustive()
    }
}
