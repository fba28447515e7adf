//! The handle that is injected.

use super::EmitError;
use super::registry::Registry;
use super::work::Pending;
use crate::{AnyEvent, EventsOptions};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

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
        let deadline = Instant::now() + self.shared.options.drain_timeout;
        if timeout_at(deadline, self.shared.pending.none()).await.is_err() {
            self.warn("were still under way");
        }
    }

    /// Takes no further events, waits for those that were emitted, and cuts off what does not end.
    pub(crate) async fn close(&self) {
        let Some(mut tasks) = self.shut() else { return };
        let deadline = Instant::now() + self.shared.options.drain_timeout;
        let joined = async { while tasks.join_next().await.is_some() {} };
        if timeout_at(deadline, joined).await.is_err() {
            self.warn("were cut off");
            tasks.shutdown().await;
        }
    }

    /// Takes no further events. The tasks end when their queues are empty.
    pub(crate) fn shut(&self) -> Option<JoinSet<()>> {
        let shared = &self.shared;
        shared.phase.send_replace(Phase::Closed);
        // Before the registry is cleared: who comes later finds no place for a task, and adds nothing.
        let tasks = shared.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        shared.registry.write().unwrap_or_else(PoisonError::into_inner).clear();
        shared.observers.lock().unwrap_or_else(PoisonError::into_inner).take();
        tasks
    }

    fn warn(&self, what: &str) {
        let count = self.shared.pending.count();
        tracing::warn!(target: "oriole::Events", "{count} events {what} at the end of the drain timeout");
    }
}

impl fmt::Debug for EventBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBus").field("phase", &*self.shared.phase.borrow()).finish_non_exhaustive()
    }
}
