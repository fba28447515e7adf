//! What has become of a connection so far.

use std::sync::atomic::{AtomicBool, Ordering};

/// Known to the service of a connection, and to those around it.
#[derive(Default)]
pub(super) struct Usage {
    was_used: AtomicBool,
    is_upgraded: AtomicBool,
}

impl Usage {
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
