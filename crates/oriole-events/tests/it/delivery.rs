//! Who gets which event, when, and what becomes of errors.

use crate::support::{Notes, OrderCreated, start};
use oriole::events::{AnyEvent, EmitError, EventBus, EventsModule, EventsOptions};
use oriole::prelude::*;
use std::sync::Arc;
use tokio::sync::Notify;

#[injectable]
struct Log {
    #[inject(default)]
    notes: Notes,
    #[inject(default)]
    go: Arc<Notify>,
}

#[listeners]
impl Log {
    #[on_event]
    fn first(&self, order: &OrderCreated) {
        self.notes.add(format!("first {}", order.0));
    }

    #[on_event("order.created", "order.*")]
    fn named(&self, event: AnyEvent) {
        self.notes.add(format!("named {}", event.name()));
    }

    #[on_event("order.created", prepend)]
    fn before(&self, order: Arc<OrderCreated>) {
        self.notes.add(format!("before {}", order.0));
    }

    #[on_event("slow")]
    async fn slow(&self, text: &&'static str) {
        self.go.notified().await;
        self.notes.add(*text);
    }

    #[on_event("late", async)]
    fn late(&self) {
        self.notes.add("late");
    }
}

#[module(root, imports = [EventsModule::for_root(EventsOptions::new().wildcard(true))], providers = [Log])]
struct LogModule;

/// Parity: EVT.3, EVT.4, EVT.5.
#[tokio::test(start_paused = true)]
async fn plain_functions_are_called_at_once_and_in_order() {
    let (app, bus) = start::<LogModule>().await;
    let log = app.get::<Log>().unwrap();
    assert_eq!(bus.emit(OrderCreated(1)).unwrap(), 4);
    assert_eq!(log.notes.take(), ["before 1", "first 1", "named order.created", "named order.created"]);
    assert_eq!(bus.emit_named("order.shipped", ()).unwrap(), 1, "a pattern");
    assert_eq!(log.notes.take(), ["named order.shipped"]);
    assert_eq!(bus.emit_named("order.item.added", ()).unwrap(), 0, "a star is one part");
    assert_eq!((bus.listeners("order.created"), bus.listeners("slow"), bus.listeners("none")), (4, 1, 0));
    app.close().await.unwrap();
}

/// Parity: EVT.4.
#[tokio::test(start_paused = true)]
async fn async_listeners_are_called_apart_one_event_after_the_other() {
    let (app, bus) = start::<LogModule>().await;
    let log = app.get::<Log>().unwrap();
    for text in ["a", "b", "c"] {
        assert_eq!(bus.emit_named("slow", text).unwrap(), 1);
    }
    bus.emit_named("late", ()).unwrap();
    assert_eq!(log.notes.take(), [""; 0], "nobody waits for them");
    tokio::task::yield_now().await;
    assert_eq!(log.notes.take(), ["late"], "nor do they wait for one another");
    for text in ["a", "b", "c"] {
        log.go.notify_one();
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        assert_eq!(log.notes.take(), [text]);
    }
    app.close().await.unwrap();
}

/// Parity: EVT.3.
#[tokio::test(start_paused = true)]
async fn whoever_wants_to_wait_does() {
    let (app, bus) = start::<LogModule>().await;
    let log = app.get::<Log>().unwrap();
    let emitted = bus.emit_named_async("slow", "waited for");
    let released = async {
        tokio::task::yield_now().await;
        assert_eq!(log.notes.take(), [""; 0]);
        log.go.notify_one();
    };
    assert_eq!(tokio::join!(emitted, released).0.unwrap(), 1);
    assert_eq!(log.notes.take(), ["waited for"]);
    app.close().await.unwrap();
}

#[injectable]
struct Faulty {
    #[inject(default)]
    notes: Notes,
}

#[listeners]
impl Faulty {
    #[on_event("fault")]
    fn fails(&self) -> Result<(), String> {
        self.notes.add("fails");
        Err("it does not go".to_owned())
    }

    #[on_event("fault")]
    fn panics(&self) {
        self.notes.add("panics");
        panic!("it does not go at all");
    }

    #[on_event("fault", suppress_errors = false)]
    async fn raises(&self) -> Result<(), BoxError> {
        self.notes.add("raises");
        Err("somebody should know".into())
    }

    #[on_event("fault")]
    async fn panics_later(&self) {
        tokio::task::yield_now().await;
        self.notes.add("panics later");
        panic!("later");
    }

    #[on_event("fault")]
    async fn is_fine(&self) {
        tokio::task::yield_now().await;
        self.notes.add("is fine");
    }
}

#[module(root, imports = [EventsModule], providers = [Faulty])]
struct FaultyModule;

/// Parity: EVT.4.
#[tokio::test(start_paused = true)]
async fn what_one_listener_fails_with_reaches_no_other() {
    let (app, bus) = start::<FaultyModule>().await;
    let faulty = app.get::<Faulty>().unwrap();
    for _ in 0..2 {
        assert_eq!(bus.emit_named("fault", ()).unwrap(), 5);
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        let mut notes = faulty.notes.take();
        notes.sort();
        assert_eq!(notes, ["fails", "is fine", "panics", "panics later", "raises"]);
    }
    let error = bus.emit_named_async("fault", ()).await.unwrap_err();
    assert_eq!(error.to_string(), "the listener `Faulty::raises` failed: somebody should know");
    assert!(matches!(error, EmitError::Listener { .. }));
    assert_eq!(faulty.notes.take().len(), 5, "all of them ran");
    app.close().await.unwrap();
}

#[injectable]
struct Typed {
    #[inject(default)]
    notes: Notes,
}

#[listeners]
impl Typed {
    #[on_event("order.created", suppress_errors = false)]
    fn order(&self, order: &OrderCreated) {
        self.notes.add(format!("{}", order.0));
    }
}

#[module(root, imports = [EventsModule], providers = [Typed])]
struct TypedModule;

#[tokio::test]
async fn an_event_that_carries_something_else_is_an_error_in_words() {
    let (app, bus) = start::<TypedModule>().await;
    let error = bus.emit_named_async("order.created", 7_u8).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the listener `Typed::order` failed: it takes `it::support::OrderCreated`, and `order.created` carries `u8`",
    );
    assert_eq!(bus.emit_named("order.created", 7_u8).unwrap(), 1, "else it is logged");
    assert_eq!(app.get::<Typed>().unwrap().notes.take(), [""; 0]);
    app.close().await.unwrap();
}

/// Parity: EVT.2.
#[tokio::test]
async fn an_error_that_nobody_hears_is_one() {
    let (app, bus) = start::<TypedModule>().await;
    assert!(matches!(bus.emit_named("error", ()), Err(EmitError::Unheard)));
    assert_eq!(bus.emit_named("other", ()).unwrap(), 0, "any other may go unheard");
    let heard = bus.on("error", |_| async { Ok(()) }).unwrap();
    assert_eq!(bus.emit_named("error", ()).unwrap(), 1);
    drop(heard);
    assert!(matches!(bus.emit_named_async("error", ()).await, Err(EmitError::Unheard)));
    app.close().await.unwrap();

    #[module(root, imports = [EventsModule::for_root(EventsOptions::new().ignore_errors(true))])]
    struct IgnoringModule;
    let (app, bus) = start::<IgnoringModule>().await;
    assert_eq!(bus.emit_named("error", ()).unwrap(), 0);
    app.close().await.unwrap();
}

#[tokio::test]
async fn names_are_names() {
    let (app, bus) = start::<LogModule>().await;
    assert!(matches!(bus.emit_named("", ()), Err(EmitError::Name { .. })));
    assert!(matches!(bus.emit_named("order.*", ()), Err(EmitError::Name { .. })), "nobody emits to a pattern");
    app.close().await.unwrap();
    let (app, bus) = start::<TypedModule>().await;
    assert_eq!(bus.emit_named("order.*", ()).unwrap(), 0, "without wildcards it is a name like any other");
    app.close().await.unwrap();
}

#[injectable]
struct Emitter {
    bus: Arc<EventBus>,
    #[inject(default)]
    notes: Notes,
}

#[listeners]
impl Emitter {
    #[on_event("again")]
    async fn again(&self, left: &u32) -> Result<(), BoxError> {
        self.notes.add(left.to_string());
        if *left > 0 {
            // It listens itself: waiting must not wait for itself.
            self.bus.emit_named_async("again", left - 1).await?;
        }
        Ok(())
    }

    #[on_event("inline")]
    fn inline(&self, left: &u32) -> Result<(), BoxError> {
        self.notes.add(left.to_string());
        if *left > 0 {
            self.bus.emit_named("inline", left - 1)?;
        }
        Ok(())
    }
}

#[module(root, imports = [EventsModule], providers = [Emitter])]
struct EmitterModule;

#[tokio::test]
async fn a_listener_may_emit_what_it_listens_to() {
    let (app, bus) = start::<EmitterModule>().await;
    let emitter = app.get::<Emitter>().unwrap();
    bus.emit_named("inline", 2_u32).unwrap();
    assert_eq!(emitter.notes.take(), ["2", "1", "0"]);
    bus.emit_named_async("again", 2_u32).await.unwrap();
    assert_eq!(emitter.notes.take(), ["2", "1", "0"]);
    let gone = Arc::downgrade(&emitter);
    drop((emitter, bus, app));
    assert!(gone.upgrade().is_none(), "listeners that hold the bus are freed with their application");
}
