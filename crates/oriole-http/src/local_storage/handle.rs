//! The one bridge from code to whatever request it runs for.

use super::LocalStore;
use oriole_core::{BoxError, Inject, Instance, NeedKind};
use std::fmt;
use std::future::Future;
use std::sync::Arc;

tokio::task_local! {
    /// The store of whatever is polled. A task has its own; two applications in one process share none.
    pub(super) static CURRENT: LocalStore;
}

/// What belongs to the request that code runs for, without arguments (`RAL.1`).
///
/// A field of this type is a need that the container meets. It leads to the store of the current request wherever
/// [`Application::local_storage`](crate::Application::local_storage) is on: in middleware, guards, interceptors, pipes, handlers
/// and all that they call, and in the stream of an `#[sse]` handler while the server reads it. Any of them may
/// [`set`](Self::set) what those that come later [`get`](Self::get).
///
/// A task that is spawned has no store unless it is given one: [`carry`](Self::carry).
///
/// Use it for what many need and few pass on: who asks, a request's id, a transaction. It is implicit: what a method needs to do
/// its work belongs into its arguments, and what is made for a request into a request-scoped provider.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::{LocalStorage, LocalStorageOptions};
/// use std::sync::Arc;
///
/// pub struct User(String);
///
/// /// Lives as long as the application, and knows who asks.
/// #[injectable]
/// pub struct Audit {
///     local: LocalStorage,
/// }
///
/// impl Audit {
///     fn line(&self, what: &str) -> String {
///         let user = self.local.get::<User>();
///         format!("{} {what}", user.as_ref().map_or("nobody", |user| &user.0))
///     }
/// }
///
/// #[injectable]
/// pub struct Identify {
///     local: LocalStorage,
/// }
///
/// impl Guard for Identify {
///     async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
///         let user = ctx.http().headers.get("x-user").and_then(|name| name.to_str().ok());
///         Ok(user.is_some_and(|user| self.local.set(User(user.to_owned()))))
///     }
/// }
///
/// #[injectable]
/// pub struct Cats {
///     audit: Arc<Audit>,
/// }
///
/// #[controller("cats")]
/// #[use_guards(Identify)]
/// impl Cats {
///     #[get]
///     async fn all(&self) -> String {
///         self.audit.line("reads cats")
///     }
/// }
///
/// #[module(root, providers = [Audit], controllers = [Cats])]
/// pub struct AppModule;
///
/// # async fn start() -> oriole::Result<()> {
/// Oriole::create::<AppModule>().await?.local_storage(LocalStorageOptions::new()).listen("127.0.0.1:3000").await
/// # }
/// # fn main() {}
/// ```
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct LocalStorage;

impl LocalStorage {
    /// The handle, where there is no container: in tests, and in functions.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// The current store; `None` where no request is.
    #[must_use]
    pub fn store(&self) -> Option<LocalStore> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// The value of a type; `None` if nobody has set one, or no request is current.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        CURRENT.try_with(LocalStore::get::<T>).ok().flatten()
    }

    /// Sets a value, in place of another of its type; `false` if no request is current.
    pub fn set<T: Send + Sync + 'static>(&self, value: T) -> bool {
        match self.store() {
            Some(store) => {
                store.set(value);
                true
            }
            None => false,
        }
    }

    /// The id of the current request, if [`LocalStorageOptions::id`](super::LocalStorageOptions::id) gives one.
    #[must_use]
    pub fn id(&self) -> Option<Arc<str>> {
        CURRENT.try_with(|store| store.id().map(Arc::from)).ok().flatten()
    }

    /// Takes the current store along into a task that is spawned. Without one the future is what it was.
    pub fn carry<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        let store = self.store();
        async move {
            match store {
                Some(store) => store.scope(future).await,
                None => future.await,
            }
        }
    }
}

/// Calls a function while a store is current.
pub(super) fn scoped<R>(store: LocalStore, call: impl FnOnce() -> R) -> R {
    CURRENT.sync_scope(store, call)
}

impl Inject for LocalStorage {
    type Target = Self;
    const OPTIONAL: bool = false;
    const KIND: NeedKind = NeedKind::Container(|_| Instance::new(Arc::new(LocalStorage)));

    fn from_instance(_: Option<Instance>) -> Result<Self, BoxError> {
        Ok(Self)
    }
}

impl fmt::Debug for LocalStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalStorage").field("store", &self.store()).finish()
    }
}
