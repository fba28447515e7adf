//! Serves one topic whose log is in a file.
//!
//! ```text
//! FILE=events.redb PORT=3000 feed
//! ```

use std::sync::Arc;
use std::time::Duration;

use oriole::prelude::*;
use oriole::sse::{Hub, HubOptions, RedbStore, Start, Subscription};
use oriole::{SseModule, SseModuleOptions};

#[injectable]
struct Feed {
    hub: Arc<Hub>,
}

#[controller("feed")]
impl Feed {
    /// A text is published once, however often it is sent.
    #[post]
    async fn publish(&self, text: String) -> Result<(), HttpException> {
        let event = MessageEvent::new(text.clone());
        self.hub.publish("feed", event).idempotency_key(text).await?;
        Ok(())
    }

    #[sse]
    async fn events(&self, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("feed").from(start).await?)
    }
}

fn options() -> Result<SseModuleOptions, BoxError> {
    let store = RedbStore::open(std::env::var("FILE")?)?;
    let hub = HubOptions::default()
        .drain_retry(Duration::from_millis(10)..=Duration::from_millis(200))
        // A machine that does everything at once may keep the disk for longer than the default.
        .store_timeout(Duration::from_secs(120));
    Ok(SseModuleOptions::default().hub(hub).store(store).drain_window(Duration::from_millis(100)))
}

#[module(root, imports = [SseModule::for_root(options()?)], controllers = [Feed])]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.dies_of_signal(false).listen(format!("127.0.0.1:{port}")).await
}
