//! Rooms that survive: what is said in them is in a file, and pages go on where they left off.
//!
//! ```text
//! cargo run -p sample-sse-hub        # then open http://127.0.0.1:3000 in two tabs
//! ```
//!
//! `PORT` chooses another port, `LOG` another file than one among the temporary ones, `LISTENERS_MAX` how many may listen at a time,
//! `TRUSTED_PROXIES` whose `X-Forwarded-For` is believed (`loopback,10.0.0.0/8`), and `COMPRESSED=1` has the streams compressed. End the server with Ctrl-C and start it
//! again while the tabs are open; the README says what else to try.

mod doors;
mod rooms;
#[cfg(test)]
mod types;

use doors::{Doors, DoorsController, OpenRooms};
use oriole::prelude::*;
use oriole::sse::{EventCompression, HubOptions, RedbStore, SseOptions};
use oriole::{SseModule, SseModuleOptions};
use rooms::RoomsController;
use std::path::PathBuf;
use std::time::Duration;

#[injectable]
struct PageController;

#[controller]
impl PageController {
    #[get]
    async fn index(&self) -> Html<&'static str> {
        Html(include_str!("page.html"))
    }
}

/// The log outlives the process, and so do the keys that sign cursors, which are in the same file.
fn options() -> Result<SseModuleOptions, BoxError> {
    let file = std::env::var_os("LOG").map(PathBuf::from);
    let store = RedbStore::open(file.unwrap_or_else(|| std::env::temp_dir().join("oriole-sse-hub.redb")))?;
    let mut hub = HubOptions::default().address_subscriptions_max(5_000);
    if let Ok(listeners) = std::env::var("LISTENERS_MAX") {
        hub = hub.subscriptions_max(listeners.parse()?);
    }
    Ok(SseModuleOptions::default().hub(hub).store(store).drain_window(Duration::from_secs(1)))
}

#[module(
    imports = [SseModule::for_root(options()?)],
    controllers = [PageController, RoomsController, DoorsController],
    providers = [Doors, OpenRooms],
)]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let is_compressed = std::env::var_os("COMPRESSED").is_some();
    let sse = SseOptions::default().compression(is_compressed.then(EventCompression::default));
    // Nobody, unless it is said: behind a proxy all clients would count as one address.
    let proxies = std::env::var("TRUSTED_PROXIES").unwrap_or_default();
    Oriole::create::<AppModule>().await?.sse(sse).trusted_proxies(proxies).listen(format!("127.0.0.1:{port}")).await
}
