//! What the tests share.

use oriole::ApplicationContext;
use oriole::events::{Event, EventBus, EventsModule};
use oriole::prelude::*;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Metadata, Subscriber};

/// An order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OrderCreated(pub(crate) u32);

impl Event for OrderCreated {
    const NAME: &'static str = "order.created";
}

/// An application with a bus and nothing else.
#[module(root, imports = [EventsModule])]
pub(crate) struct Plain;

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

/// What is logged on this thread, until the guard is dropped.
pub(crate) fn logged() -> (Notes, DefaultGuard) {
    let notes = Notes::default();
    (notes.clone(), tracing::subscriber::set_default(Keeps(notes)))
}

/// Keeps warnings and errors.
struct Keeps(Notes);

struct Message<'a>(&'a Notes);

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0.add(format!("{value:?}"));
        }
    }
}

impl Subscriber for Keeps {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target() == "oriole::Events"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Message(&self.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
