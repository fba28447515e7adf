//! The hub as a module.

use std::sync::Arc;
use std::time::Duration;

use oriole_core::{BeforeApplicationShutdown, BoxError, OnApplicationShutdown, Signal};
use oriole_macros::{module, provider, token};
use oriole_sse::{Hub, HubOptions, MemoryStore, ProducerOptions, Producers, Store, SystemClock};

/// Says how the hub of an [`SseModule`] is made.
#[derive(Debug)]
#[token]
pub struct SseModuleOptions {
    hub: HubOptions,
    producers: ProducerOptions,
    store: Arc<dyn Store>,
    pub(crate) drain_window: Duration,
}

impl SseModuleOptions {
    /// Takes the hub's options.
    #[must_use]
    pub fn hub(mut self, options: HubOptions) -> Self {
        self.hub = options;
        self
    }

    /// Takes the options of producers, which outlive their readers.
    #[must_use]
    pub fn producers(mut self, options: ProducerOptions) -> Self {
        self.producers = options;
        self
    }

    /// Keeps the logs in this store. In memory unless it is said.
    #[must_use]
    pub fn store(mut self, store: impl Store) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// Ends the subscriptions over this time when the application ends, before anything else of it does. 2 s by default; it is
    /// part of the application's `shutdown_timeout`.
    #[must_use]
    pub fn drain_window(mut self, window: Duration) -> Self {
        self.drain_window = window;
        self
    }
}

impl Default for SseModuleOptions {
    fn default() -> Self {
        Self {
            hub: HubOptions::default(),
            producers: ProducerOptions::default(),
            store: Arc::new(MemoryStore::default()),
            drain_window: Duration::from_secs(2),
        }
    }
}

#[provider]
fn hub(options: Arc<SseModuleOptions>) -> Hub {
    Hub::with_clock(options.hub.clone(), Arc::clone(&options.store), SystemClock)
}

#[provider]
fn producers(options: Arc<SseModuleOptions>, hub: Arc<Hub>) -> Producers {
    Producers::new(Hub::clone(&hub), options.producers.clone())
}

/// Provides a [`Hub`]: topics that handlers publish to, and whose subscriptions `#[sse]` handlers return.
///
/// Also provides [`Producers`] on that hub: streams that run on without their readers.
///
/// When the application ends, the hub's subscriptions end first, over [`SseModuleOptions::drain_window`], and then the runs of
/// producers are interrupted; the store is [shut down](Store::shutdown) last, so that hooks may still publish.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::sse::{Hub, Start, Subscription};
/// use oriole::{SseModule, SseModuleOptions};
/// use std::sync::Arc;
///
/// #[injectable]
/// pub struct RoomsController {
///     hub: Arc<Hub>,
/// }
///
/// #[controller("rooms/{room}")]
/// impl RoomsController {
///     #[post]
///     async fn say(&self, Path(room): Path<String>, text: String) -> Result<(), HttpException> {
///         self.hub.publish(room, MessageEvent::new(text)).await?;
///         Ok(())
///     }
///
///     #[sse("events")]
///     async fn events(&self, Path(room): Path<String>, start: Start) -> Result<Subscription, HttpException> {
///         Ok(self.hub.subscribe(room).from(start).await?)
///     }
/// }
///
/// #[module(root, imports = [SseModule::for_root(SseModuleOptions::default())], controllers = [RoomsController])]
/// pub struct AppModule;
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// #     let app = Oriole::create::<AppModule>().await?;
/// #     assert_eq!(app.get::<Hub>().expect("provided").subscriptions(), 0);
/// #     Ok(())
/// # }
/// ```
#[module(for_root = SseModuleOptions, providers = [hub, producers], exports = [Hub, Producers])]
#[derive(Debug)]
pub struct SseModule {
    hub: Arc<Hub>,
    producers: Arc<Producers>,
    options: Arc<SseModuleOptions>,
}

impl BeforeApplicationShutdown for SseModule {
    async fn before_application_shutdown(&self, _signal: Option<Signal>) -> Result<(), BoxError> {
        self.hub.drain(self.options.drain_window).await;
        self.producers.drain().await;
        Ok(())
    }
}

impl OnApplicationShutdown for SseModule {
    async fn on_application_shutdown(&self, _signal: Option<Signal>) -> Result<(), BoxError> {
        Ok(self.options.store.shutdown().await?)
    }
}
