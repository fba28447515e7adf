//! The values of one request.

use super::handle::scoped;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

type Values = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// The values of one request: one of each type. A clone is the same store.
///
/// [`LocalStorage`](super::LocalStorage) reads the one that is current. Make one by hand for a job, or for a test of what reads
/// it (`RAL.3`).
///
/// # Examples
///
/// ```
/// use oriole::{LocalStorage, LocalStore};
///
/// #[derive(Debug, PartialEq)]
/// struct UserId(u32);
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let store = LocalStore::new().with(UserId(7));
/// let id = store.scope(async { LocalStorage::new().get::<UserId>() }).await;
/// assert_eq!(id.as_deref(), Some(&UserId(7)));
/// assert!(LocalStorage::new().get::<UserId>().is_none(), "outside of it there is none");
/// # }
/// ```
#[derive(Clone, Default)]
pub struct LocalStore {
    values: Arc<RwLock<Values>>,
    id: Option<Arc<str>>,
}

impl LocalStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names whom it belongs to: what [`LocalStorage::id`](super::LocalStorage::id) gives.
    #[must_use]
    pub fn with_id(self, id: impl Into<Arc<str>>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// Adds a value, in place of another of its type.
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(self, value: T) -> Self {
        self.set(value);
        self
    }

    /// Adds a value, in place of another of its type.
    pub fn set<T: Send + Sync + 'static>(&self, value: T) {
        let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
        // What was there is dropped when the lock is not held any more: it may look here.
        let before = values.insert(TypeId::of::<T>(), Arc::new(value));
        drop(values);
        drop(before);
    }

    /// The value of a type.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(values.get(&TypeId::of::<T>())?).downcast().ok()
    }

    /// Whom it belongs to.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// A future for which this store is current, wherever it is polled: what a task is spawned with that goes on for a request.
    ///
    /// # Cancel safety
    ///
    /// That of the future. What it drops then still sees the store.
    pub fn scope<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        super::handle::CURRENT.scope(self.clone(), future)
    }

    /// Calls a function for which this store is current.
    pub fn enter<R>(&self, call: impl FnOnce() -> R) -> R {
        scoped(self.clone(), call)
    }
}

impl fmt::Debug for LocalStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.values.read().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("LocalStore").field("id", &self.id).field("values", &count).finish()
    }
}
