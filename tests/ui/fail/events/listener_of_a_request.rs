use oriole::prelude::*;
use oriole::CurrentRequest;
use oriole::events::EventsModule;
use std::sync::Arc;

#[injectable]
pub struct Visitor {
    pub request: CurrentRequest,
}

// Of the request because of what it needs, and no request is there when an event is.
#[injectable]
pub struct OrderLog {
    pub visitor: Arc<Visitor>,
}

#[listeners]
impl OrderLog {
    #[on_event("order.created")]
    async fn created(&self) {}
}

#[injectable(transient)]
pub struct Counter;

#[listeners]
impl Counter {
    #[on_event("order.created")]
    fn count(&self) {}
}

#[module(root, imports = [EventsModule], providers = [Visitor, OrderLog, Counter])]
pub struct AppModule;

fn main() {}

// Parity: SCO.9, EVT.6.
