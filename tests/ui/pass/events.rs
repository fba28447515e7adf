//! Listeners under lints, conditions and macros of the user's own.
#![deny(warnings, missing_docs)]

use oriole::events::{AnyEvent, Event, EventBus, EventsModule, EventsOptions};
use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const SHIPPED: &str = "order.shipped";

/// An order.
#[derive(Debug)]
pub struct OrderCreated;

impl Event for OrderCreated {
    const NAME: &'static str = "order.created";
}

/// Counts.
#[injectable]
#[derive(Debug)]
pub struct Log {
    #[inject(default)]
    heard: AtomicU32,
}

impl Log {
    fn add(&self, number: u32) {
        self.heard.fetch_add(number, Ordering::Relaxed);
    }
}

macro_rules! listens {
    ($type:ty, $name:literal, $number:literal) => {
        #[listeners]
        impl $type {
            #[on_event($name)]
            #[on_event(SHIPPED, prepend)]
            fn made(&self) {
                self.add($number);
            }

            #[cfg(any())]
            #[on_event("order.created")]
            fn not_there(&self, _: &Nothing) {}

            #[on_event]
            async fn r#async(&self, _order: Arc<OrderCreated>) -> Result<(), String> {
                self.add(100);
                Ok(())
            }

            #[oriole::on_event("**", async)]
            fn all(&self, event: AnyEvent) -> Result<(), std::io::Error> {
                drop(event);
                self.add(1000);
                Ok(())
            }
        }
    };
}
listens!(Log, "order.created", 10);

#[module(root, imports = [EventsModule::for_root(EventsOptions::new().wildcard(true))], providers = [Log])]
struct AppModule;

#[oriole::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = oriole::ApplicationContext::create::<AppModule>().await?;
    let (bus, log) = (app.get::<EventBus>().expect("provided"), app.get::<Log>().expect("provided"));
    assert_eq!(bus.emit_async(OrderCreated).await?, 3);
    assert_eq!(log.heard.swap(0, Ordering::Relaxed), 1110);
    assert_eq!(bus.emit_named_async(SHIPPED, ()).await?, 2);
    assert_eq!(log.heard.load(Ordering::Relaxed), 1010);
    app.close().await?;
    Ok(())
}
