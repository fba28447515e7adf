//! Listeners come and go.

use super::EventBus;
use super::ListenError;
use super::registry::Registered;
use super::work::work;
use crate::AnyEvent;
use crate::listener::{Heard, ListenerChange, Pattern, has_wildcards};
use oriole_core::BoxError;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, PoisonError, Weak};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// What a listener does.
pub(crate) type Call = Arc<dyn Fn(&AnyEvent) -> Heard + Send + Sync>;

/// A listener to be.
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) who: String,
    pub(crate) call: Call,
    pub(crate) is_queued: bool,
    pub(crate) is_prepended: bool,
    pub(crate) suppresses_errors: bool,
}

impl EventBus {
    /// Listens with a function to a name or pattern, until what is given back is dropped.
    ///
    /// The function is called apart from whoever emits, with one event after the other. Use it for what comes and goes while the
    /// application runs; a provider has `#[on_event(..)]`.
    ///
    /// # Errors
    ///
    /// [`ListenError`]: the name is none, there is no runtime, or the application has ended.
    pub fn on<F, Fut>(&self, name: &str, listener: F) -> Result<Subscription, ListenError>
    where
        F: Fn(AnyEvent) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        let call: Call = Arc::new(move |event| Heard::Later(Box::pin(listener(event.clone()))));
        let who = format!("a listener to {name}");
        let (name, is_queued) = (name.to_owned(), true);
        self.add(Wanted { name, who, call, is_queued, is_prepended: false, suppresses_errors: true })
    }

    pub(crate) fn add(&self, wanted: Wanted) -> Result<Subscription, ListenError> {
        let shared = &self.shared;
        let Wanted { name, who, call, is_queued, is_prepended, suppresses_errors } = wanted;
        let wild = has_wildcards(&name, &shared.options.delimiter);
        if name.is_empty() || (wild && !shared.options.wildcard) {
            return Err(ListenError::Name { name });
        }
        let pattern = Pattern::new(&name, &shared.options.delimiter);
        let (id, count) = {
            let mut registry = shared.registry.write().unwrap_or_else(PoisonError::into_inner);
            let id = registry.next_id();
            let order = if is_prepended { -(id as i64) } else { id as i64 };
            let listener = |queue| Registered {
                id,
                order,
                name: name.clone(),
                pattern: pattern.clone(),
                who: who.clone(),
                call: Arc::clone(&call),
                queue,
                suppresses_errors,
            };
            let mut tasks = shared.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(tasks) = &mut *tasks else { return Err(ListenError::Closed) };
            let queue = if is_queued {
                let runtime = Handle::try_current().map_err(|_| ListenError::NoRuntime)?;
                let (sender, receiver) = mpsc::channel(shared.options.queue_max);
                while tasks.try_join_next().is_some() {}
                tasks.spawn_on(work(listener(None), receiver, Arc::clone(&shared.pending)), &runtime);
                Some(sender)
            } else {
                None
            };
            (id, registry.add(listener(queue)))
        };
        let most = shared.options.listeners_max;
        if most > 0 && count == most + 1 {
            tracing::warn!(
                target: "oriole::Events",
                "{count} listeners to `{name}`: are some forgotten? `listeners_max` says how many are expected"
            );
        }
        if shared.options.announce {
            // Whoever wants to know it listens; that nobody does is no fault.
            let _ = self.emit_named("newListener", ListenerChange { name: name.clone(), listener: who });
        }
        Ok(Subscription { bus: Arc::downgrade(shared), name, id, is_kept: false })
    }

    fn remove(&self, name: &str, id: u64) {
        let removed = {
            let mut registry = self.shared.registry.write().unwrap_or_else(PoisonError::into_inner);
            registry.remove(name, id)
        };
        if let Some(removed) = removed
            && self.shared.options.announce
        {
            let change = ListenerChange { name: name.to_owned(), listener: removed.who.clone() };
            let _ = self.emit_named("removeListener", change);
        }
    }
}

/// A listener of [`EventBus::on`]: dropped, it listens no more. Events that wait for it are still worked off.
#[must_use = "dropped, it listens no more"]
pub struct Subscription {
    bus: Weak<super::handle::Shared>,
    name: String,
    id: u64,
    is_kept: bool,
}

impl Subscription {
    /// Listens as long as the application lives.
    pub fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let (false, Some(shared)) = (self.is_kept, self.bus.upgrade()) {
            EventBus { shared }.remove(&self.name, self.id);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("name", &self.name).finish_non_exhaustive()
    }
}
