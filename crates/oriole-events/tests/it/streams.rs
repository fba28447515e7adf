//! Waiting for one event, and observing all.

use crate::support::{OrderCreated, start};
use oriole::events::{EmitError, EventBus, EventsModule, EventsOptions, ListenError};
use oriole::prelude::*;
use std::sync::Arc;

#[module(root, imports = [EventsModule::for_root(EventsOptions::new().wildcard(true))])]
struct WildModule;

/// Parity: EVT.8.
#[tokio::test]
async fn one_event_is_waited_for_and_all_are_observed() {
    let (app, bus) = start::<WildModule>().await;
    let created = bus.wait_for::<OrderCreated>();
    let (mut all, mut orders, mut typed) =
        (bus.stream("**").unwrap(), bus.stream("order.*").unwrap(), bus.stream_typed::<OrderCreated>());
    bus.emit_named("cat.fed", ()).unwrap();
    bus.emit_named("order.created", "of another type").unwrap();
    bus.emit(OrderCreated(7)).unwrap();
    bus.emit_async(OrderCreated(8)).await.unwrap();
    assert_eq!(created.await.unwrap().0, 7, "it listens from the call on");
    let mut names = Vec::new();
    for _ in 0..4 {
        names.push(all.next().await.unwrap().unwrap().name().to_owned());
    }
    assert_eq!(names, ["cat.fed", "order.created", "order.created", "order.created"]);
    assert_eq!(orders.next().await.unwrap().unwrap().get::<&str>().as_deref(), Some(&"of another type"));
    assert_eq!(typed.next().await.unwrap().unwrap().0, 7);
    assert_eq!(typed.next().await.unwrap().unwrap().0, 8);
    app.close().await.unwrap();
}

/// Asks for another event as soon as it hears of one.
#[injectable]
struct Chain {
    bus: Arc<EventBus>,
}

#[listeners]
impl Chain {
    #[on_event("first")]
    fn first(&self) -> Result<(), EmitError> {
        self.bus.emit_named("second", ())?;
        Ok(())
    }
}

#[module(root, imports = [EventsModule], providers = [Chain])]
struct ChainModule;

/// What an event brings about comes after it, whichever way it was emitted.
#[tokio::test]
async fn a_stream_shows_an_event_before_what_it_brings_about() {
    let (app, bus) = start::<ChainModule>().await;
    let mut all = bus.stream("**").unwrap();
    bus.emit_named("first", ()).unwrap();
    bus.emit_named_async("first", ()).await.unwrap();
    let mut names = Vec::new();
    for _ in 0..4 {
        names.push(all.next().await.unwrap().unwrap().name().to_owned());
    }
    assert_eq!(names, ["first", "second", "first", "second"]);
    app.close().await.unwrap();
}

#[tokio::test]
async fn streams_end_with_the_application() {
    let (app, bus) = start::<WildModule>().await;
    let (mut all, waited) = (bus.stream("**").unwrap(), bus.wait_for::<OrderCreated>());
    app.close().await.unwrap();
    assert!(all.next().await.is_none());
    assert!(matches!(waited.await, Err(EmitError::Closed)));
    assert!(bus.stream_typed::<OrderCreated>().next().await.is_none());
}

#[tokio::test]
async fn patterns_of_streams_need_wildcards_but_for_all() {
    let (app, bus) = start::<crate::support::Plain>().await;
    assert!(matches!(bus.stream("order.*"), Err(ListenError::Name { .. })));
    assert!(matches!(bus.stream(""), Err(ListenError::Name { .. })));
    let mut all = bus.stream("**").unwrap();
    bus.emit(OrderCreated(1)).unwrap();
    assert_eq!(all.next().await.unwrap().unwrap().name(), "order.created");
    app.close().await.unwrap();
}
