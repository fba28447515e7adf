//! Every bound, on each side.

use crate::support::{Notes, OrderCreated, logged, start};
use oriole::events::{EmitError, EventsModule, EventsOptions, Missed};
use oriole::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

#[injectable]
struct Slow {
    #[inject(default)]
    go: Arc<Notify>,
    #[inject(default)]
    notes: Notes,
}

#[listeners]
impl Slow {
    #[on_event("work")]
    async fn work(&self, number: &u32) {
        self.go.notified().await;
        self.notes.add(number.to_string());
    }

    #[on_event("work")]
    async fn other(&self, number: &u32) {
        self.notes.add(format!("other {number}"));
    }
}

#[module(root, imports = [EventsModule::for_root(EventsOptions::new().queue_max(2).stream_buffer_max(2))], providers = [Slow])]
struct SlowModule;

#[tokio::test(start_paused = true)]
async fn events_that_wait_for_a_listener_are_bounded() {
    let (app, bus) = start::<SlowModule>().await;
    let slow = app.get::<Slow>().unwrap();
    bus.emit_named("work", 0_u32).unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    // One is with the listener, and there is room for two.
    bus.emit_named("work", 1_u32).unwrap();
    bus.emit_named("work", 2_u32).unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    let error = bus.emit_named("work", 3_u32).unwrap_err();
    assert!(matches!(&error, EmitError::Full { listener } if listener == "Slow::work"), "{error}");
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(slow.notes.take(), ["other 0", "other 1", "other 2"], "no listener got what one had no room for");
    slow.go.notify_one();
    tokio::time::sleep(Duration::from_millis(1)).await;
    bus.emit_named("work", 4_u32).expect("there is room again");
    for _ in 0..3 {
        slow.go.notify_one();
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(slow.notes.take(), ["0", "other 4", "1", "2", "4"]);
    app.close().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_behind_is_told_what_it_missed() {
    let (app, bus) = start::<SlowModule>().await;
    let mut all = bus.stream("**").unwrap();
    for number in 0..2_u32 {
        bus.emit_named("number", number).unwrap();
    }
    for number in 0..2_u32 {
        assert_eq!(*all.next().await.unwrap().unwrap().get::<u32>().unwrap(), number, "two are kept");
    }
    for number in 0..3_u32 {
        bus.emit_named("number", number).unwrap();
    }
    assert_eq!(all.next().await.unwrap().unwrap_err(), Missed(1));
    assert_eq!(*all.next().await.unwrap().unwrap().get::<u32>().unwrap(), 1);
    app.close().await.unwrap();
}

/// Parity: EVT.8.
#[tokio::test(start_paused = true)]
async fn who_waits_for_one_event_misses_it_for_no_others() {
    let (app, bus) = start::<SlowModule>().await;
    let created = bus.wait_for::<OrderCreated>();
    bus.emit(OrderCreated(7)).unwrap();
    for number in 0..300_u32 {
        bus.emit_named("number", number).unwrap();
    }
    let created = tokio::time::timeout(Duration::from_secs(1), created).await.expect("it was emitted");
    assert_eq!(created.unwrap().0, 7);
    app.close().await.unwrap();
}

#[module(
    root,
    imports = [EventsModule::for_root(
        EventsOptions::new().queue_max(usize::MAX).stream_buffer_max(usize::MAX).drain_timeout(Duration::MAX),
    )],
    providers = [Slow],
)]
struct BoundlessModule;

#[tokio::test(start_paused = true)]
async fn what_is_too_much_is_as_much_as_there_can_be() {
    let (app, bus) = start::<BoundlessModule>().await;
    let mut all = bus.stream("**").unwrap();
    let slow = app.get::<Slow>().unwrap();
    bus.emit_named("work", 1_u32).unwrap();
    slow.go.notify_one();
    assert_eq!(all.next().await.unwrap().unwrap().name(), "work");
    app.close().await.unwrap();
    assert_eq!(slow.notes.take(), ["1", "other 1"], "the end has waited");
}

/// Parity: EVT.2.
#[tokio::test]
async fn more_listeners_than_are_expected_are_told() {
    let (log, _guard) = logged();
    let (app, bus) = start::<crate::support::Plain>().await;
    let listen = || bus.on("order.created", |_| async { Ok(()) }).unwrap().keep();
    (0..10).for_each(|_| listen());
    assert!(log.take().is_empty(), "ten are expected");
    listen();
    let said = "11 listeners to `order.created`: are some forgotten? `listeners_max` says how many are expected";
    assert_eq!(log.take(), [said]);
    listen();
    assert!(log.take().is_empty(), "it is said once");
    app.close().await.unwrap();
}

#[module(root, imports = [EventsModule::for_root(EventsOptions::new().listeners_max(2))])]
struct FewModule;

#[tokio::test]
async fn so_many_listeners_are_expected_as_is_said() {
    let (log, _guard) = logged();
    let (app, bus) = start::<FewModule>().await;
    let listen = || bus.on("order.created", |_| async { Ok(()) }).unwrap().keep();
    (0..2).for_each(|_| listen());
    assert!(log.take().is_empty(), "two are expected");
    listen();
    let said = "3 listeners to `order.created`: are some forgotten? `listeners_max` says how many are expected";
    assert_eq!(log.take(), [said]);
    app.close().await.unwrap();
}
