//! The store in one file.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use oriole_sse::{
    AppendRefusal, Epoch, Hub, HubOptions, LastEventId, MessageEvent, PageLimits, Position, RedbOpenError, RedbStore,
    RedbStoreOptions, Retention, Rewind, Sequence, Start, Store, StoreError,
};
use tempfile::TempDir;

use super::suite::{Limits, MakeStore, append, at, read_all, topic};

/// Each store has a folder, which goes with the test.
#[derive(Default)]
struct Redb(Mutex<Vec<TempDir>>);

impl MakeStore for Redb {
    type Store = RedbStore;

    async fn make(&self, limits: Limits) -> RedbStore {
        let folder = tempfile::tempdir().expect("a folder");
        let options = RedbStoreOptions::default()
            .retention(limits.retention)
            .idempotency_window(limits.idempotency_window)
            .idempotency_keys_max(limits.idempotency_keys_max as u64);
        let store = RedbStore::open_with(file(&folder), options).expect("a new file");
        self.0.lock().expect("no panic").push(folder);
        store
    }
}

store_suite!(Redb::default());

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("events.redb")
}

fn open(path: &Path) -> RedbStore {
    RedbStore::open(path).expect("a store")
}
