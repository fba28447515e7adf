//! Events reach those who listen.

use super::handle::Phase;
use super::registry::Registered;
use super::{EmitError, EventBus, calls};
use crate::listener::{Heard, has_wildcards};
use crate::{AnyEvent, Event};
use futures_util::future::join_all;
use oriole_core::BoxError;
use std::sync::{Arc, PoisonError};
use tokio::sync::mpsc::error::TrySendError;

impl EventBus {
    /// Emits an event, and tells how many listeners it has (`EVT.3`).
    ///
    /// Plain functions are called before this returns, in their order; async ones, and those that are marked `async`, are called
    /// apart, each with one event after the other. What a listener fails with, or panics with, is logged and reaches nobody else.
    ///
    /// # Errors
    ///
    /// - [`EmitError::Full`] if too many events wait for a listener; none gets this one then.
    /// - [`EmitError::NotReady`] and [`EmitError::Closed`] before modules are initialised, and when the application has ended.
    pub fn emit<E: Event>(&self, event: E) -> Result<usize, EmitError> {
        self.emit_named(E::NAME, event)
    }

    /// Emits anything under a name.
    ///
    /// # Errors
    ///
    /// As [`emit`](Self::emit), and
    ///
    /// - [`EmitError::Name`] if there is no name, or wildcards are on and in it.
    /// - [`EmitError::Unheard`] if nobody listens to `error`, unless
    ///   [`ignore_errors`](crate::EventsOptions::ignore_errors) is on.
    pub fn emit_named<T: Send + Sync + 'static>(&self, name: &str, payload: T) -> Result<usize, EmitError> {
        let (event, listeners) = self.begin(name, payload)?;
        // All or none: what is reserved for the others goes back when one has no room.
        let mut places = Vec::with_capacity(listeners.len());
        for listener in &listeners {
            places.push(match &listener.queue {
                None => None,
                Some(queue) => match queue.clone().try_reserve_owned() {
                    Ok(place) => Some(place),
                    Err(TrySendError::Full(_)) => return Err(EmitError::Full { listener: listener.who.clone() }),
                    // It was cut off at the end of the application.
                    Err(TrySendError::Closed(_)) => return Err(EmitError::Closed),
                },
            });
        }
        self.show(event.clone());
        for (listener, place) in listeners.iter().zip(places) {
            match place {
                Some(place) => {
                    self.shared.pending.add();
                    place.send(event.clone());
                }
                None => {
                    if let Heard::Now(Err(error)) = calls::begin(listener, &event) {
                        calls::log(&listener.who, &event, &error);
                    }
                }
            }
        }
        Ok(listeners.len())
    }

    /// Emits an event and waits for its listeners, which run at once and together, past those events that wait already.
    ///
    /// # Errors
    ///
    /// As [`emit_named`](Self::emit_named), and [`EmitError::Listener`] with the first listener that failed and is marked
    /// `suppress_errors = false`. Nothing is ever full: it is the caller who waits.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the listeners where they are.
    pub async fn emit_async<E: Event>(&self, event: E) -> Result<usize, EmitError> {
        self.emit_named_async(E::NAME, event).await
    }

    /// As [`emit_async`](Self::emit_async), under a name.
    ///
    /// # Errors
    ///
    /// As [`emit_async`](Self::emit_async).
    ///
    /// # Cancel safety
    ///
    /// As [`emit_async`](Self::emit_async).
    pub async fn emit_named_async<T: Send + Sync + 'static>(&self, name: &str, payload: T) -> Result<usize, EmitError> {
        let (event, listeners) = self.begin(name, payload)?;
        self.show(event.clone());
        let begun: Vec<_> = listeners.iter().map(|listener| (listener, calls::begin(listener, &event))).collect();
        let ended = begun.into_iter().map(|(listener, heard)| {
            let event = &event;
            async move { (listener, calls::end(listener, event, heard).await) }
        });
        let failed = join_all(ended).await.into_iter().find_map(raised);
        match failed {
            Some(error) => Err(error),
            None => Ok(listeners.len()),
        }
    }

    fn begin<T: Send + Sync + 'static>(
        &self,
        name: &str,
        payload: T,
    ) -> Result<(AnyEvent, Vec<Arc<Registered>>), EmitError> {
        let options = &self.shared.options;
        match *self.shared.phase.borrow() {
            Phase::Building => return Err(EmitError::NotReady),
            Phase::Closed => return Err(EmitError::Closed),
            Phase::Ready => {}
        }
        if name.is_empty() || (options.wildcard && has_wildcards(name, &options.delimiter)) {
            return Err(EmitError::Name { name: name.to_owned() });
        }
        let registry = self.shared.registry.read().unwrap_or_else(PoisonError::into_inner);
        let listeners = registry.of(name, &options.delimiter);
        if listeners.is_empty() && name == "error" && !options.ignore_errors {
            return Err(EmitError::Unheard);
        }
        Ok((AnyEvent::new(name, payload), listeners))
    }
}

fn raised((listener, outcome): (&Arc<Registered>, Result<(), BoxError>)) -> Option<EmitError> {
    let source = outcome.err().filter(|_| !listener.suppresses_errors)?;
    Some(EmitError::Listener { listener: listener.who.clone(), source })
}
