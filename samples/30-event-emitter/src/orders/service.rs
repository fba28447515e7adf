//! Takes orders, and tells of them.

use super::events::OrderCreated;
use oriole::events::{EmitError, EventBus};
use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[injectable]
pub(crate) struct Orders {
    bus: Arc<EventBus>,
    #[inject(default)]
    taken: AtomicU32,
}

impl Orders {
    /// Who listens is none of its concern.
    pub(crate) fn take(&self, name: String, item: String) -> Result<OrderCreated, EmitError> {
        let id = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let order = OrderCreated { id, name, item };
        self.bus.emit(order.clone())?;
        Ok(order)
    }
}
