//! A stream that is written to with others.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::registry::{Connection, Registry};
use super::tether::Pulse;
use crate::hub::Landing;
#[cfg(feature = "console")]
use crate::inspect::Tap;

/// What those know of a stream who write to it with others.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(super) registry: Arc<Registry>,
    pub(super) connection: Arc<Connection>,
    #[cfg(feature = "console")]
    pub(super) tap: Option<Arc<Tap>>,
}

impl Line {
    /// Whether its heartbeat is the same for all networks.
    pub(super) fn is_regular(&self) -> bool {
        self.connection.client.is_none()
    }

    /// Whether both are of one set of streams.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.registry, &other.registry)
    }

    /// Whether each write of this connection tells something about its network.
    pub(crate) fn is_learning(&self) -> bool {
        self.connection.client.is_some()
    }

    pub(crate) fn frame_bytes_max(&self) -> u64 {
        self.registry.options.frame_bytes_max.max(1) as u64
    }

    /// From here on it was written to when all of them were.
    pub(crate) fn follow(&self, pulse: &Arc<Pulse>, bytes: u64) {
        *self.connection.pulse() = Some((Arc::clone(pulse), bytes));
    }

    /// Goes on by itself, having been written what the others were.
    pub(super) fn land(&self, landing: Landing) {
        let followed = self.connection.pulse().take();
        self.connection.vitals.written.fetch_max(landing.written, Ordering::Relaxed);
        #[cfg(feature = "console")]
        if let (Some(tap), Some((_, before))) = (&self.tap, followed)
            && let Ok(bytes @ 1..) = usize::try_from(landing.bytes.saturating_sub(before))
        {
            tap.wrote(bytes, self.registry.clock.wall());
        }
        #[cfg(not(feature = "console"))]
        drop(followed);
    }

    /// Counts what is sent.
    pub(crate) fn sent(&self, bytes: usize) {
        self.registry.meter.sent(bytes);
    }

    pub(crate) fn now(&self) -> u64 {
        self.registry.now()
    }
}
