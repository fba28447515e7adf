//! What all subscriptions together hold of one kind, in bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the bytes of a kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Held(Arc<AtomicU64>);

/// Is what one subscription holds, until it is dropped.
#[derive(Debug)]
pub(super) struct Room {
    held: Held,
    bytes: u64,
}

impl Held {
    /// Takes room; `None` if all together would hold more than this.
    pub(super) fn take(&self, bytes: u64, bytes_max: usize) -> Option<Room> {
        let all = self.0.fetch_add(bytes, Ordering::Relaxed).wrapping_add(bytes);
        let room = Room { held: self.clone(), bytes };
        (all <= bytes_max as u64).then_some(room)
    }
}

impl Room {
    /// Says how much it is, now that it is known.
    pub(super) fn set(&mut self, bytes: u64) {
        self.held.0.fetch_add(bytes.wrapping_sub(self.bytes), Ordering::Relaxed);
        self.bytes = bytes;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.held.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
