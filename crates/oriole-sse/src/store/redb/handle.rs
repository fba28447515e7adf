//! The threads of a store, and their end.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::{Semaphore, oneshot};

use super::super::StoreError;
use super::jobs::{Answer, Read, Write};
use super::state::Shared;
use super::writer::Writer;
use super::{RedbStoreOptions, pages};

/// Is what all clones of a store have in common; the threads end with it.
pub(super) struct Handle {
    pub(super) shared: Arc<Shared>,
    /// The room of what waits to be committed, in bytes.
    pub(super) room: Arc<Semaphore>,
    writes: Option<Sender<Write>>,
    reads: Option<Sender<Read>>,
    writer: thread::ThreadId,
    /// Says nothing, and ends with the writer.
    ended: Mutex<Receiver<()>>,
}

impl Handle {
    pub(super) fn start(shared: Shared) -> std::io::Result<Self> {
        let shared = Arc::new(shared);
        let options = shared.options;
        let (writes, to_write) = channel();
        let (reads, to_read) = channel();
        let (ending, ended) = channel();
        let writer = Writer::new(Arc::clone(&shared), to_write);
        let writer = thread::Builder::new().name("oriole-sse-writer".into()).spawn(move || {
            let _ending: Sender<()> = ending;
            writer.run();
        })?;
        let to_read = Arc::new(Mutex::new(to_read));
        for _ in 0..options.readers.clamp(1, RedbStoreOptions::READERS_MAX) {
            let (shared, to_read) = (Arc::clone(&shared), Arc::clone(&to_read));
            thread::Builder::new().name("oriole-sse-reader".into()).spawn(move || pages::run(&shared, &to_read))?;
        }
        Ok(Self {
            room: Arc::new(Semaphore::new(room_of(&options))),
            shared,
            writes: Some(writes),
            reads: Some(reads),
            writer: writer.thread().id(),
            ended: Mutex::new(ended),
        })
    }

    /// Asks the thread that writes.
    pub(super) async fn write<T>(&self, job: impl FnOnce(Answer<T>) -> Write) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.writes.as_ref().and_then(|writes| writes.send(job(answer)).ok()).ok_or_else(|| StoreError::away(None))?;
        // Nobody answers what came after the end, or if the thread has panicked meanwhile.
        answered.await.unwrap_or_else(|_| {
            let has_ended = self.shared.state().has_ended;
            Err(if has_ended { StoreError::away(None) } else { StoreError::in_doubt(None) })
        })
    }

    /// Asks the threads that read.
    pub(super) async fn read<T>(&self, job: impl FnOnce(Answer<T>) -> Read) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.reads.as_ref().and_then(|reads| reads.send(job(answer)).ok()).ok_or_else(|| StoreError::away(None))?;
        answered.await.unwrap_or_else(|_| Err(StoreError::away(None)))
    }
}

pub(super) fn room_of(options: &RedbStoreOptions) -> usize {
    options.queue_bytes_max.clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize))
}

impl Drop for Handle {
    /// What was asked for is still written.
    fn drop(&mut self) {
        (self.writes, self.reads) = (None, None);
        // The writer itself can be the last to hold a hub, and the hub the last to hold the store.
        if thread::current().id() != self.writer {
            let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
            let _ = ended.recv_timeout(self.shared.options.close_timeout);
        }
    }
}
