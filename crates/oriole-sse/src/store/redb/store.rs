//! The store itself.

use std::fmt;
use std::future::ready;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::time::SystemTime;

use bytes::Bytes;

use super::super::{
    Append, AppendRefusal, Appended, Bounds, Page, PageLimits, Position, Rewind, Store, StoreError, StoreFuture,
    StoreSink, Topic,
};
use super::format::{load, open_file, renew};
use super::handle::{Handle, room_of};
use super::jobs::{Batch, Read, Write};
use super::state::{OpenDatabase, Shared};
use super::{RedbOpenError, RedbStoreOptions};

/// Keeps logs in one file, which outlives the process: clients that were there before a restart go on where they left off.
///
/// An event is acknowledged when it is on the disk, as far as the system keeps its word (`fdatasync`): neither the end of the
/// process, however sudden, nor of the machine takes back what was acknowledged. Events that come at the same time share
/// this cost, within [`RedbStoreOptions::commit_window`]. The keys that sign cursors are in the file as well: whoever can
/// read it can forge cursors, so it is made readable for its owner alone.
///
/// One process has the file at a time. Where several serve the same topics, take a store that they share.
///
/// A file that cannot be written, because the disk is full, say, is *away*: publishers of what was under way get
/// [`StoreError::InDoubt`], subscribers are served live and told, and every [`RedbStoreOptions::retry_interval`] the file is
/// opened again; it has to be the same file.
///
/// Files are read and written on threads of the store's own, never on those of a runtime. A clone is the same store. The last one
/// that is dropped waits until what was appended is written; [`Store::shutdown`] does so without blocking.
///
/// In tests under tokio's paused clock take a [`MemoryStore`](crate::MemoryStore): time would run ahead while the file is written.
///
/// # Examples
///
/// ```
/// use oriole_sse::{Hub, HubOptions, MessageEvent, RedbStore, Store};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("events.redb");
/// let store = RedbStore::open(&path)?;
/// let hub = Hub::with_store(HubOptions::default(), store.clone());
/// let first = hub.publish("rooms/7", MessageEvent::new("hello")).await?.position().ok_or("stored")?;
/// store.shutdown().await?;
/// drop((hub, store));
///
/// let hub = Hub::with_store(HubOptions::default(), RedbStore::open(&path)?);
/// let second = hub.publish("rooms/7", MessageEvent::new("again")).after(first).await?.position().ok_or("stored")?;
/// assert_eq!(second.epoch, first.epoch);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedbStore {
    handle: Arc<Handle>,
}

impl RedbStore {
    /// Opens a file with the default options, and makes it if it is not there.
    ///
    /// It blocks, for as long as it takes to read the whole file if the process that had it last was killed: open it before
    /// anything is served. A file in the format of an earlier version is turned into this one's first, which may write all of its
    /// events anew: that takes time, and up to as much room again on the disk, which is used for later events. The earlier version
    /// does not read it any more, so copy it before if you may have to go back. Where the room is missing it stays as it was.
    ///
    /// # Errors
    ///
    /// [`RedbOpenError`]: the file is in use, something else, of a newer version, or damaged, or the disk is full.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, RedbOpenError> {
        Self::open_with(path, RedbStoreOptions::default())
    }

    /// Opens a file with these options, and makes it if it is not there. The options are not kept in the file: what is
    /// beyond a retention that has become smaller is forgotten at the next [`sweep`](Store::sweep).
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn open_with(path: impl Into<PathBuf>, options: RedbStoreOptions) -> Result<Self, RedbOpenError> {
        let path = path.into();
        let file = path.clone();
        Self::open_by(&path, options, Box::new(move |may_be_made| open_file(&file, options.cache_bytes, may_be_made)))
    }

    /// Begins every log in a file anew, with the events that it has: for a file that was put back from a copy.
    ///
    /// Clients may have seen what was published after the copy was made; numbers that are given again would be taken for those.
    /// Afterwards whoever comes with an older place is told of a gap with the reason `restart`, and gets what is kept. Positions that
    /// the application holds are worth nothing any more. It blocks, as [`open`](Self::open).
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn renew(path: impl AsRef<Path>) -> Result<(), RedbOpenError> {
        let path = path.as_ref();
        renew(path, || open_file(path, RedbStoreOptions::default().cache_bytes, false))
    }

    pub(super) fn open_by(path: &Path, options: RedbStoreOptions, open: OpenDatabase) -> Result<Self, RedbOpenError> {
        let loaded = load(path, || open(true))?;
        let handle = Handle::start(Shared::new(path.into(), options, open, loaded));
        let handle = handle.map_err(|error| RedbOpenError::failed(path, error))?;
        Ok(Self { handle: Arc::new(handle) })
    }

    /// Shows the options.
    #[must_use]
    pub fn options(&self) -> &RedbStoreOptions {
        &self.handle.shared.options
    }

    /// Shows where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.handle.shared.path
    }
}

impl Store for RedbStore {
    fn append(&self, batch: Vec<Append>) -> StoreFuture<'_, Vec<Result<Appended, AppendRefusal>>> {
        Box::pin(async move {
            if self.is_away() {
                return Err(StoreError::away(None));
            }
            if batch.is_empty() {
                return Ok(vec![]);
            }
            let bytes = batch.iter().map(waiting_bytes).sum::<usize>().min(room_of(self.options()));
            let room = Arc::clone(&self.handle.room).acquire_many_owned(u32::try_from(bytes).unwrap_or(u32::MAX));
            let room = room.await.map_err(|_| StoreError::away(None))?;
            self.handle.write(|answer| Write::Append(Batch { events: batch, answer, _room: room })).await
        })
    }

    fn open<'a>(&'a self, topic: &'a Topic) -> StoreFuture<'a, Bounds> {
        let opened = {
            let mut state = self.handle.shared.state();
            if state.is_away { Err(StoreError::away(None)) } else { Ok(state.open(topic)) }
        };
        Box::pin(ready(opened))
    }

    fn close(&self, topic: &Topic) {
        self.handle.shared.state().close(topic);
    }

    fn read<'a>(&'a self, topic: &'a Topic, after: Position, limits: PageLimits) -> StoreFuture<'a, Page> {
        let topic = topic.clone();
        Box::pin(self.handle.read(move |answer| Read::Page { topic, after, limits, answer }))
    }

    fn find<'a>(&'a self, topic: &'a Topic, rewind: Rewind) -> StoreFuture<'a, Position> {
        let topic = topic.clone();
        Box::pin(self.handle.read(move |answer| Read::Find { topic, rewind, answer }))
    }

    fn sweep(&self, now: SystemTime) -> StoreFuture<'_, ()> {
        Box::pin(self.handle.write(move |answer| Write::Sweep { now, answer }))
    }

    fn note<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Bytes>> {
        let name = name.to_owned();
        Box::pin(self.handle.read(move |answer| Read::Note { name, answer }))
    }

    fn swap_note<'a>(&'a self, name: &'a str, old: Option<Bytes>, new: Bytes) -> StoreFuture<'a, bool> {
        let name = name.to_owned();
        Box::pin(self.handle.write(move |answer| Write::SwapNote { name, old, new, answer }))
    }

    fn attach(&self, sink: Weak<dyn StoreSink>) {
        self.handle.shared.state().sinks.push(sink);
    }

    fn is_away(&self) -> bool {
        self.handle.shared.state().is_away
    }

    fn shutdown(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            if self.is_away() {
                return Ok(());
            }
            self.handle.write(|answer| Write::End { answer }).await
        })
    }
}

/// What an event takes of the room of those that wait: its texts, and about what the rest of it takes in memory.
fn waiting_bytes(append: &Append) -> usize {
    let texts = [Some(append.topic.as_str()), append.coalesce_key.as_deref(), append.idempotency_key.as_deref()];
    256 + append.frame.len() + texts.into_iter().flatten().map(str::len).sum::<usize>()
}

impl fmt::Debug for RedbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedbStore").field("path", &self.path()).finish_non_exhaustive()
    }
}
