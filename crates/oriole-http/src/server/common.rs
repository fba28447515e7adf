//! What a connection's service, its stream and its task know together.

use super::takeover::Handover;
use crate::trace::Peer;
use std::sync::atomic::{AtomicBool, Ordering};

/// One connection: who is at the other end, and what has become of it so far. One allocation for all three of them.
pub(super) struct Common {
    pub(super) peer: Peer,
    pub(super) handover: Handover,
    was_used: AtomicBool,
    is_upgraded: AtomicBool,
}

impl Common {
    pub(super) fn new(peer: Peer) -> Self {
        Self {
            peer,
            handover: Handover::default(),
            was_used: AtomicBool::new(false),
            is_upgraded: AtomicBool::new(false),
        }
    }

    /// Whether anything was asked by now.
    pub(super) fn was_used(&self) -> bool {
        self.was_used.load(Ordering::Relaxed)
    }

    /// Whether it speaks another protocol now, as a WebSocket does.
    pub(super) fn is_upgraded(&self) -> bool {
        self.is_upgraded.load(Ordering::Relaxed)
    }

    pub(super) fn is_asked(&self) {
        self.was_used.store(true, Ordering::Relaxed);
    }

    pub(super) fn upgrades(&self) {
        self.is_upgraded.store(true, Ordering::Relaxed);
    }
}
