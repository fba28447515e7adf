//! The handle that is injected.

use super::EmitError;
use super::registry::Registry;
use super::wait::Waiters;
use super::work::Pending;
use crate::{AnyEvent, EventsOptions};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Emits events, and lets them be listened to: what [`EventsModule`](crate::EventsModule) provides. A clone is the same bus.
#[derive(Clone)]
pub struct EventBus {
    pub(super) shared: Arc<Shared>,
}

/// What the handles of a bus share.
pub(super) struct Shared {
    pub(super) options: EventsOptions,
    pub(super) registry: RwLock<Registry>,
    /// The tasks of listeners that are called apart; `None` when the application has ended.
    pub(super) tasks: Mutex<Option<JoinSet<()>>>,
    pub(super) pending: Arc<Pending>,
    pub(super) observers: Mutex<Option<broadcast::Sender<AnyEvent>>>,
    /// Those who wait for one event; `None` when the application has ended.
    pub(super) waiters: Mutex<Option<Waiters>>,
    pub(super) phase: watch::Sender<Phase>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    Building,
    Ready,
    Closed,
}

impl EventBus {
    pub(crate) fn new(options: EventsOptions) -> Self {
        let observers = broadcast::Sender::new(options.stream_buffer_max);
        Self {
            shared: Arc::new(Shared {
                options,
                registry: RwLock::default(),
                tasks: Mutex::new(Some(JoinSet::new())),
                pending: Arc::default(),
                observers: Mutex::new(Some(observers)),
                waiters: Mutex::new(Some(Waiters::default())),
                phase: watch::Sender::new(Phase::Building),
            }),
        }
    }

    /// Waits until listeners are there: from then on no event is lost (`EVT.7`). At once in every hook of a module that is
    /// initialised after the [`EventsModule`](crate::EventsModule), which is global and so among the first.
    ///
    /// Do not wait for it in a constructor or factory: the application waits for those.
    ///
    /// # Errors
    ///
    /// [`EmitError::Closed`] if the application did not start, or has ended.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub async fn ready(&self) -> Result<(), EmitError> {
        let mut phase = self.shared.phase.subscribe();
        match phase.wait_for(|phase| *phase != Phase::Building).await.as_deref() {
            Ok(Phase::Ready) => Ok(()),
            _ => Err(EmitError::Closed),
        }
    }

    /// How many listeners an event of this name reaches.
    #[must_use]
    pub fn listeners(&self, name: &str) -> usize {
        let registry = self.shared.registry.read().unwrap_or_else(PoisonError::into_inner);
        registry.of(name, &self.shared.options.delimiter).len()
    }

    /// Listeners are there.
    pub(crate) fn open(&self) {
        self.shared.phase.send_if_modified(|phase| {
            let opens = *phase == Phase::Building;
            if opens {
                *phase = Phase::Ready;
            }
            opens
        });
    }

    /// Waits for the events that were emitted, until the timeout.
    pub(crate) async fn drain(&self) {
        let told = Told { bus: self, what: "were still under way" };
        if timeout(self.shared.options.drain_timeout, self.shared.pending.none()).await.is_ok() {
            told.nothing();
        }
    }

    /// Takes no further events, waits for those that were emitted, and cuts off what does not end.
    pub(crate) async fn close(&self) {
        let Some(mut tasks) = self.shut() else { return };
        // It goes before the tasks do, also where this future is dropped: the limit of hooks may be the shorter one.
        let told = Told { bus: self, what: "were cut off" };
        let joined = async { while tasks.join_next().await.is_some() {} };
        if timeout(self.shared.options.drain_timeout, joined).await.is_ok() {
            told.nothing();
        } else {
            drop(told);
            tasks.shutdown().await;
        }
    }

    /// Takes no further events. The tasks end when their queues are empty.
    pub(crate) fn shut(&self) -> Option<JoinSet<()>> {
        let shared = &self.shared;
        shared.phase.send_replace(Phase::Closed);
        // Before the registry is cleared: who comes later finds no place for a task, and adds nothing.
        let tasks = shared.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        // What is dropped is of the application, and may come back to the bus: no lock is held then.
        let registry = std::mem::take(&mut *shared.registry.write().unwrap_or_else(PoisonError::into_inner));
        let observers = shared.observers.lock().unwrap_or_else(PoisonError::into_inner).take();
        let waiters = shared.waiters.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop((registry, observers, waiters));
        tasks
    }
}

/// Tells in the log how many events there are when it is dropped.
struct Told<'a> {
    bus: &'a EventBus,
    what: &'static str,
}

impl Told<'_> {
    /// There are none.
    fn nothing(self) {
        std::mem::forget(self);
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        let (count, what) = (self.bus.shared.pending.count(), self.what);
        tracing::warn!(target: "oriole::Events", "{count} events {what} when the time to end was over");
    }
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBus").field("phase", &*self.shared.phase.borrow()).finish_non_exhaustive()
    }
}
