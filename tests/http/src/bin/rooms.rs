//! A hub in a process of its own, whose log is in a file: for what many clients see of a deploy.
//!
//! It listens on `ADDR`, keeps its log in `LOG`, and lets those in first who come back for `RESUME_WINDOW_MS`; streams are taken
//! over if `TAKEOVER` is `true`. When it listens it prints its address.
#![allow(clippy::print_stdout, reason = "the test reads what it prints")]

use http_tests::PATIENCE;
use oriole::prelude::*;
use oriole::sse::{Hub, HubOptions, RedbStore, Start, Subscription};
use oriole::{SseModule, SseModuleOptions};
use std::env;
use std::sync::Arc;
use std::time::Duration;

#[injectable]
struct Rooms {
    hub: Arc<Hub>,
}

#[controller]
impl Rooms {
    /// Takes each text once, however often it is said.
    #[post("say")]
    async fn say(&self, text: String) -> Result<(), HttpException> {
        self.hub.publish("room", MessageEvent::new(&*text)).idempotency_key(text).await?;
        Ok(())
    }

    #[sse("events")]
    async fn events(&self, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("room").from(start).await?)
    }
}

fn options() -> Result<SseModuleOptions, BoxError> {
    let millis = |from, to| Duration::from_millis(from)..=Duration::from_millis(to);
    let hub = HubOptions::default()
        .subscriptions_max(2_100)
        .fresh_subscriptions_max(10)
        .resume_window(Duration::from_millis(env::var("RESUME_WINDOW_MS")?.parse()?))
        .retry_after(millis(1_000, 3_000))
        // A machine that does everything at once may keep the disk for longer than the default.
        .store_timeout(PATIENCE)
        .drain_grace(PATIENCE)
        .drain_retry(millis(200, 2_200));
    let store = RedbStore::open(env::var("LOG")?)?;
    Ok(SseModuleOptions::default().hub(hub).store(store).drain_window(Duration::from_millis(500)))
}

#[module(imports = [SseModule::for_root(options()?)], controllers = [Rooms])]
struct RoomsModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let is_taken_over = env::var("TAKEOVER").is_ok_and(|said| said == "true");
    let app = Oriole::create::<RoomsModule>().await?.event_stream_takeover(is_taken_over).shutdown_timeout(PATIENCE);
    let server = app.bind(env::var("ADDR").unwrap_or_default()).await?;
    println!("{}", server.local_addr());
    server.serve().await
}
