//! What the tests share.

use oriole::ApplicationContext;
use oriole::events::{Event, EventBus};
use std::sync::{Arc, Mutex};

/// An order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OrderCreated(pub(crate) u32);

impl Event for OrderCreated {
    const NAME: &'static str = "order.created";
}

/// What listeners write down, in their order.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    pub(crate) fn add(&self, note: impl Into<String>) {
        self.0.lock().expect("nobody panics with it").push(note.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics with it"))
    }
}

pub(crate) async fn start<M: oriole::Module>() -> (ApplicationContext, Arc<EventBus>) {
    let app = ApplicationContext::create::<M>().await.expect("it is sound");
    let bus = app.get::<EventBus>().expect("the module is imported");
    (app, bus)
}
