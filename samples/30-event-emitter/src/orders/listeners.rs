//! Who wants to know.

use super::events::{OrderCreated, OrderInvoiced};
use oriole::events::{AnyEvent, EventBus};
use oriole::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// Writes invoices, apart from the request.
#[injectable]
pub(crate) struct Invoices {
    bus: Arc<EventBus>,
}

#[listeners]
impl Invoices {
    #[on_event]
    async fn created(&self, order: &OrderCreated) -> Result<(), BoxError> {
        if order.item == "nothing" {
            // It is logged; the order stands, and so do the other listeners.
            return Err(format!("order {} is of nothing", order.id).into());
        }
        self.bus.emit(OrderInvoiced { id: order.id })?;
        Ok(())
    }
}

/// The names of all events of orders, as they happened.
#[injectable]
pub(crate) struct Journal {
    #[inject(default)]
    lines: Mutex<Vec<String>>,
}

/// What is kept.
const LINES_MAX: usize = 100;

#[listeners]
impl Journal {
    #[on_event("order.*")]
    fn any(&self, event: AnyEvent) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == LINES_MAX {
            lines.remove(0);
        }
        let line = match event.get::<OrderInvoiced>() {
            Some(invoiced) => format!("{} {}", event.name(), invoiced.id),
            None => event.name().to_owned(),
        };
        lines.push(line);
    }
}

impl Journal {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
