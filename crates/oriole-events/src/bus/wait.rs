//! Waiting for one event.

use super::handle::Shared;
use super::{EmitError, EventBus};
use crate::{AnyEvent, Event};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, PoisonError, Weak};
use tokio::sync::oneshot;

/// Who waits for one event, by its name.
#[derive(Default)]
pub(super) struct Waiters {
    by_name: HashMap<&'static str, Vec<Waiter>>,
    ids: u64,
}

struct Waiter {
    id: u64,
    /// Takes the event, if it is one that is waited for.
    take: Box<dyn FnMut(&AnyEvent) -> bool + Send>,
}

impl Waiters {
    fn add(&mut self, name: &'static str, take: Box<dyn FnMut(&AnyEvent) -> bool + Send>) -> u64 {
        self.ids += 1;
        self.by_name.entry(name).or_default().push(Waiter { id: self.ids, take });
        self.ids
    }

    fn retain(&mut self, name: &str, is_kept: impl FnMut(&mut Waiter) -> bool) {
        if let Some(waiters) = self.by_name.get_mut(name) {
            waiters.retain_mut(is_kept);
            if waiters.is_empty() {
                self.by_name.remove(name);
            }
        }
    }

    /// Gives an event to those who wait for it.
    pub(super) fn show(&mut self, event: &AnyEvent) {
        self.retain(event.name(), |waiter| !(waiter.take)(event));
    }
}

/// Takes a waiter out that waits no longer.
struct Waiting {
    bus: Weak<Shared>,
    name: &'static str,
    /// `None` if the application has ended.
    id: Option<u64>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(shared) = self.bus.upgrade()
            && let Some(waiters) = &mut *shared.waiters.lock().unwrap_or_else(PoisonError::into_inner)
        {
            waiters.retain(self.name, |waiter| Some(waiter.id) != self.id);
        }
    }
}

impl EventBus {
    /// Waits for the next event of a type (`EVT.8`). It listens from the call on, not from the first poll, and misses none,
    /// however many others are emitted meanwhile.
    ///
    /// # Errors
    ///
    /// [`EmitError::Closed`] when the application ends before.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives up waiting.
    pub fn wait_for<E: Event>(&self) -> impl Future<Output = Result<Arc<E>, EmitError>> + Send + use<E> {
        let (sender, receiver) = oneshot::channel();
        let mut sender = Some(sender);
        let take = move |event: &AnyEvent| match (event.get::<E>(), sender.take()) {
            (Some(event), Some(sender)) => {
                // That nobody waits any more is no fault.
                let _ = sender.send(event);
                true
            }
            // One of this name that carries something else is somebody else's.
            (_, unused) => {
                sender = unused;
                sender.is_none()
            }
        };
        let id = {
            let mut waiters = self.shared.waiters.lock().unwrap_or_else(PoisonError::into_inner);
            waiters.as_mut().map(|waiters| waiters.add(E::NAME, Box::new(take)))
        };
        let waiting = Waiting { bus: Arc::downgrade(&self.shared), name: E::NAME, id };
        async move {
            let event = receiver.await.map_err(|_| EmitError::Closed);
            drop(waiting);
            event
        }
    }
}
