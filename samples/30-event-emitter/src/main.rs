//! Orders are taken; who else wants to know of them listens.
//!
//! ```text
//! cargo run -p sample-event-emitter
//! curl -N http://127.0.0.1:3000/orders/events
//! curl -X POST http://127.0.0.1:3000/orders -H 'Content-Type: application/json' -d '{"name":"Ada","item":"tea"}'
//! ```
//!
//! `PORT` chooses another port.

mod orders;

use orders::OrdersModule;
use oriole::events::{EventsModule, EventsOptions};
use oriole::prelude::*;

#[module(root, imports = [EventsModule::for_root(EventsOptions::new().wildcard(true)), OrdersModule])]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.listen(format!("127.0.0.1:{port}")).await
}
