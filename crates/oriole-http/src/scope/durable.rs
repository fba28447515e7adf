//! Sub-trees that are kept for a key.

use http::request::Parts;
use oriole_core::ContextId;
use std::any::type_name;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The key of those whom durable providers are kept for, a tenant for example, and what is to be known of them.
///
/// See [`DurableOptions`].
pub struct DurableKey {
    key: String,
    context: ContextId,
}

impl DurableKey {
    /// Requests of one key share the instances of durable providers.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), context: ContextId::new() }
    }

    /// What durable providers get as [`Payload<T>`](oriole_core::Payload). It is that of the first request of the key.
    #[must_use]
    pub fn payload<T: Send + Sync + 'static>(self, payload: T) -> Self {
        Self { key: self.key, context: self.context.with(Arc::new(payload)) }
    }
}

impl fmt::Debug for DurableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DurableKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Which requests share durable providers, and how many of their sub-trees are kept (`SCO.11`).
///
/// Give it to [`Application::durable`](crate::Application::durable). Use it where building the request-scoped providers of each
/// request would cost too much, and all requests of one kind may share them: a pool for each tenant. A request without a key has
/// durable providers of its own.
///
/// # Examples
///
/// ```
/// use oriole::{DurableKey, DurableOptions};
///
/// let by_tenant = DurableOptions::by(|request| {
///     let tenant = request.headers.get("x-tenant")?.to_str().ok()?;
///     Some(DurableKey::new(tenant).payload(tenant.to_owned()))
/// })
/// .kept_max(100);
/// assert!(format!("{by_tenant:?}").contains("100"));
/// ```
#[derive(Clone)]
pub struct DurableOptions {
    strategy: Arc<Strategy>,
    kept_max: usize,
}

type Strategy = dyn Fn(&Parts) -> Option<DurableKey> + Send + Sync;

/// The default of [`DurableOptions::kept_max`].
const KEPT_MAX: usize = 1024;

impl DurableOptions {
    /// Assigns requests to keys.
    #[must_use]
    pub fn by(strategy: impl Fn(&Parts) -> Option<DurableKey> + Send + Sync + 'static) -> Self {
        Self { strategy: Arc::new(strategy), kept_max: KEPT_MAX }
    }

    /// How many keys are kept; 1,024 by default, at least one. Beyond it, the one that was used least recently is given up;
    /// requests that are under way keep theirs, and the next of its key builds it anew.
    #[must_use]
    pub fn kept_max(mut self, keys: usize) -> Self {
        self.kept_max = keys.max(1);
        self
    }
}

impl fmt::Debug for DurableOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DurableOptions")
            .field("strategy", &type_name::<Strategy>())
            .field("kept_max", &self.kept_max)
            .finish()
    }
}

/// The sub-trees of an application.
pub(super) struct Durable {
    options: DurableOptions,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    contexts: HashMap<String, (u64, ContextId)>,
    /// Counts uses, so that the least recent is known.
    uses: u64,
}

impl Durable {
    pub(super) fn new(options: DurableOptions) -> Self {
        Self { options, kept: Mutex::default() }
    }

    /// The sub-tree of a request's key, if it has one.
    pub(super) fn context(&self, request: &Parts) -> Option<ContextId> {
        let DurableKey { key, context } = (self.options.strategy)(request)?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let now = kept.uses;
        if let Some((used, known)) = kept.contexts.get_mut(&key) {
            *used = now;
            return Some(known.clone());
        }
        let mut given_up = None;
        if kept.contexts.len() >= self.options.kept_max
            && let Some(oldest) = kept.contexts.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone())
        {
            given_up = kept.contexts.remove(&oldest);
        }
        kept.contexts.insert(key, (now, context.clone()));
        // Its providers are dropped when nobody waits for the lock any more: that may take a while.
        drop(kept);
        drop(given_up);
        Some(context)
    }
}

#[cfg(test)]
mod tests;
