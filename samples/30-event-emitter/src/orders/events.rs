//! What happens to orders.

use oriole::events::Event;
use serde::Serialize;

/// An order was taken.
#[derive(Clone, Serialize)]
pub(crate) struct OrderCreated {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) item: String,
}

impl Event for OrderCreated {
    const NAME: &'static str = "order.created";
}

/// An invoice was written for it.
pub(crate) struct OrderInvoiced {
    pub(crate) id: u32,
}

impl Event for OrderInvoiced {
    const NAME: &'static str = "order.invoiced";
}
