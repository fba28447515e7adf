//! The end of the application.

use crate::support::{Notes, start};
use oriole::events::{EmitError, EventBus, EventsModule, EventsOptions};
use oriole::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

#[injectable]
struct Slow {
    bus: Arc<EventBus>,
    #[inject(default)]
    notes: Notes,
}

#[listeners]
impl Slow {
    #[on_event("work")]
    async fn work(&self, millis: &u64) {
        let _cut = Cut(self.notes.clone());
        tokio::time::sleep(Duration::from_millis(*millis)).await;
        self.notes.add(format!("worked {millis}"));
    }
}

/// Notes when a call is dropped, or done.
struct Cut(Notes);

impl Drop for Cut {
    fn drop(&mut self) {
        self.0.add("dropped");
    }
}

impl OnApplicationShutdown for Slow {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.notes.add("shut down");
        self.bus.emit_named("work", 300_u64)?;
        Ok(())
    }
}

fn options() -> EventsOptions {
    EventsOptions::new().drain_timeout(Duration::from_secs(1))
}

#[module(root, imports = [EventsModule::for_root(options())], providers = [Slow])]
struct SlowModule;

#[tokio::test(start_paused = true)]
async fn what_was_emitted_is_worked_off() {
    let (app, bus) = start::<SlowModule>().await;
    let slow = app.get::<Slow>().unwrap();
    for millis in [400_u64, 500] {
        bus.emit_named("work", millis).unwrap();
    }
    app.close().await.unwrap();
    let notes = slow.notes.take();
    assert_eq!(notes, ["worked 400", "dropped", "worked 500", "dropped", "shut down", "worked 300", "dropped"]);
    assert!(matches!(bus.emit_named("work", 1_u64), Err(EmitError::Closed)));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_is_cut_off() {
    let (app, bus) = start::<SlowModule>().await;
    let slow = app.get::<Slow>().unwrap();
    bus.emit_named("work", 60_000_u64).unwrap();
    let began = Instant::now();
    app.close().await.unwrap();
    let took = began.elapsed();
    assert_eq!(slow.notes.take(), ["shut down", "dropped"]);
    assert!((Duration::from_secs(2)..Duration::from_secs(3)).contains(&took), "once and once more: {took:?}");
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_dropped_takes_its_tasks_along() {
    let (app, bus) = start::<SlowModule>().await;
    let slow = app.get::<Slow>().unwrap();
    let notes = slow.notes.clone();
    bus.emit_named("work", 60_000_u64).unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    drop((slow, bus));
    drop(app);
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(notes.take(), ["dropped"]);
}
