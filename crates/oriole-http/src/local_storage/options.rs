//! How stores are made, and the one line that turns them on.

use super::{LocalStorageLayer, LocalStore};
use crate::Application;
use crate::application::Place;
use http::request::Parts;
use std::fmt;
use std::sync::Arc;

/// How the store of each request is made.
///
/// # Examples
///
/// ```
/// use oriole::LocalStorageOptions;
///
/// let options = LocalStorageOptions::new()
///     .id(|request| {
///         let given = request.headers.get("x-request-id").and_then(|id| id.to_str().ok());
///         given.unwrap_or("none").to_owned()
///     })
///     .setup(|store, request| store.set(request.method.clone()));
/// # let _ = options;
/// ```
#[derive(Clone, Default)]
pub struct LocalStorageOptions {
    id: Option<Arc<MakeId>>,
    setup: Option<Arc<SetUp>>,
}

type MakeId = dyn Fn(&Parts) -> String + Send + Sync;
type SetUp = dyn Fn(&LocalStore, &Parts) + Send + Sync;

impl LocalStorageOptions {
    /// An empty store without an id.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives each request an id. One that the client sends is the client's word: bound its length, and do not rely on it.
    #[must_use]
    pub fn id(mut self, id: impl Fn(&Parts) -> String + Send + Sync + 'static) -> Self {
        self.id = Some(Arc::new(id));
        self
    }

    /// Sets the first values, before anything else sees the request.
    #[must_use]
    pub fn setup(mut self, setup: impl Fn(&LocalStore, &Parts) + Send + Sync + 'static) -> Self {
        self.setup = Some(Arc::new(setup));
        self
    }

    pub(super) fn store(&self, request: &Parts) -> LocalStore {
        let mut store = LocalStore::new();
        if let Some(id) = &self.id {
            store = store.with_id(id(request));
        }
        if let Some(setup) = &self.setup {
            setup(&store, request);
        }
        store
    }
}

impl fmt::Debug for LocalStorageOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalStorageOptions")
            .field("has_id", &self.id.is_some())
            .field("has_setup", &self.setup.is_some())
            .finish()
    }
}

impl Application {
    /// Gives each request a [`LocalStore`], which [`LocalStorage`](super::LocalStorage) reads; none unless this is called.
    ///
    /// It stands outside everything else, wherever it is called, so that every layer and middleware is within.
    pub fn local_storage(self, options: LocalStorageOptions) -> Self {
        self.place(Place::LocalStorage, LocalStorageLayer::new(options))
    }
}
