//! Where the logs of a schedule are.

use std::future::Future;
#[cfg(feature = "hub-redb")]
use std::time::Duration;

use oriole_sse::{MemoryStore, MemoryStoreOptions, Retention, Store};

/// Makes the store of a schedule, and makes it again.
pub(super) trait Backing {
    type Store: Store;

    /// One runtime serves so many, and ends with all their tasks.
    const CHUNK: u64;

    /// Makes an empty store.
    fn make(retention: Option<Retention>) -> (Self, Self::Store)
    where
        Self: Sized;

    /// Gives the store as the next process finds it.
    fn reopen(&self, store: &Self::Store) -> impl Future<Output = Self::Store>;
}

/// The store outlives the process, as a service does.
pub(super) struct Memory;

impl Backing for Memory {
    type Store = MemoryStore;

    const CHUNK: u64 = 250;

    fn make(retention: Option<Retention>) -> (Self, MemoryStore) {
        let options = MemoryStoreOptions::default().retention(retention.unwrap_or_default());
        (Self, MemoryStore::new(options))
    }

    async fn reopen(&self, store: &MemoryStore) -> MemoryStore {
        store.clone()
    }
}

#[cfg(feature = "hub-redb")]
pub(super) struct File {
    folder: tempfile::TempDir,
    options: oriole_sse::RedbStoreOptions,
}

#[cfg(feature = "hub-redb")]
impl File {
    fn open(&self) -> oriole_sse::RedbStore {
        oriole_sse::RedbStore::open_with(self.folder.path().join("events.redb"), self.options).expect("a store")
    }
}

#[cfg(feature = "hub-redb")]
impl Backing for File {
    type Store = oriole_sse::RedbStore;

    const CHUNK: u64 = 10;

    fn make(retention: Option<Retention>) -> (Self, Self::Store) {
        let options = oriole_sse::RedbStoreOptions::default()
            .retention(retention.unwrap_or_default())
            .commit_window(Duration::ZERO)
            .cache_bytes(1024 * 1024)
            .readers(1);
        let this = Self { folder: tempfile::tempdir().expect("a folder"), options };
        let store = this.open();
        (this, store)
    }

    async fn reopen(&self, store: &Self::Store) -> Self::Store {
        store.shutdown().await.expect("closed");
        self.open()
    }
}
