//! How much of what was produced before is in memory.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Room for all progress together, in KiB.
#[derive(Debug)]
pub(super) struct Memory {
    all: u32,
    free: Arc<Semaphore>,
}

/// Is some of the room, until it is dropped.
#[derive(Debug)]
pub(super) struct Room(Option<OwnedSemaphorePermit>);

impl Memory {
    pub(super) fn new(bytes_max: usize) -> Self {
        // One can have its progress, whatever the bound.
        let all = kib(bytes_max).max(1);
        Self { all, free: Arc::new(Semaphore::new(all as usize)) }
    }

    /// Waits for room for so many bytes, or for all that there is: first come, first served.
    pub(super) async fn take(&self, bytes: usize) -> Room {
        let kib = kib(bytes).clamp(1, self.all);
        // It is never closed.
        Room(Arc::clone(&self.free).acquire_many_owned(kib).await.ok())
    }
}

impl Room {
    /// Gives back what is not needed for so many bytes.
    pub(super) fn shrink(&mut self, bytes: usize) {
        if let Some(permit) = &mut self.0 {
            let surplus = permit.num_permits().saturating_sub(kib(bytes).max(1) as usize);
            drop(permit.split(surplus));
        }
    }
}

fn kib(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}
