//! The development console as a module.

use std::sync::{Arc, OnceLock};

use oriole_core::{BeforeApplicationShutdown, BoxError, ModuleRef, OnModuleInit, Signal};
use oriole_http::__private::console_peer;
use oriole_http::axum::extract::{Path, Request};
use oriole_http::axum::response::{IntoResponse, Response};
use oriole_http::{HttpAdapterHost, HttpAdapterModule, HttpException};
use oriole_macros::{controller, injectable, module, token};
use oriole_sse::{Console, ConsoleOptions, Hub};

/// Says how the console of an [`SseConsoleModule`] is made.
#[derive(Debug, Default)]
#[token]
pub struct SseConsoleOptions {
    console: ConsoleOptions,
    hub: Option<String>,
}

impl SseConsoleOptions {
    /// Takes the console's options. Where requests come from is known to the module.
    #[must_use]
    pub fn console(mut self, options: ConsoleOptions) -> Self {
        self.console = options;
        self
    }

    /// Shows the hub of this [name](oriole_sse::HubOptions::name), where an application has several.
    #[must_use]
    pub fn hub(mut self, name: impl Into<String>) -> Self {
        self.hub = Some(name.into());
        self
    }

    fn finds(&self, hub: &Hub) -> bool {
        self.hub.as_deref().is_none_or(|name| hub.options().name.as_deref() == Some(name))
    }
}

/// The console, once the hub is there.
#[derive(Debug)]
#[injectable]
struct Opened {
    #[inject(default)]
    console: OnceLock<Console>,
}

#[injectable]
struct SseConsoleController {
    opened: Arc<Opened>,
}

#[controller("sse-console")]
impl SseConsoleController {
    #[all]
    async fn page(&self, request: Request) -> Result<Response, HttpException> {
        self.respond("/", request).await
    }

    #[all("{*path}")]
    async fn part(&self, Path(path): Path<String>, request: Request) -> Result<Response, HttpException> {
        self.respond(&path, request).await
    }
}

impl SseConsoleController {
    async fn respond(&self, path: &str, request: Request) -> Result<Response, HttpException> {
        match self.opened.console.get() {
            Some(console) => Ok(console.respond(path, request).await.into_response()),
            None => Err(HttpException::service_unavailable("the application has not started")),
        }
    }
}

/// Serves the [development console](Console) at `/sse-console`: a page that shows the streams and topics of the application's hub, and
/// does to streams what happens to streams.
///
/// It answers those who have its link, which is logged when the application listens (`oriole::SseConsole`, `info`) and has a secret in
/// it: another one after each start, or [`ConsoleOptions::token`]. Of these it answers this machine alone, by a name of this machine's,
/// and its page alone; the application's global guards stand before it as before any route. An application that is not built for development does not start with it: leave it out there, or say
/// [`ConsoleOptions::development`].
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::{SseConsoleModule, SseConsoleOptions, SseModule, SseModuleOptions};
///
/// #[module(root, imports = [
///     SseModule::for_root(SseModuleOptions::default()),
///     #[cfg(debug_assertions)]
///     SseConsoleModule::for_root(SseConsoleOptions::default()),
/// ])]
/// pub struct AppModule;
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// #     let server = Oriole::create::<AppModule>().await?.bind("127.0.0.1:0").await?;
/// #     server.shutdown_handle().shutdown();
/// #     server.serve().await
/// # }
/// ```
#[module(for_root = SseConsoleOptions, imports = [HttpAdapterModule], controllers = [SseConsoleController], providers = [Opened])]
#[derive(Debug)]
pub struct SseConsoleModule {
    options: Arc<SseConsoleOptions>,
    opened: Arc<Opened>,
    host: Arc<HttpAdapterHost>,
    module: ModuleRef,
}

impl OnModuleInit for SseConsoleModule {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        let hubs = self.module.everywhere().get_each::<Hub>().unwrap_or_default();
        let Some(hub) = hubs.iter().find(|hub| self.options.finds(hub)) else {
            let name = self.options.hub.as_deref().map_or(String::new(), |name| format!(" of the name `{name}`"));
            return Err(format!("the development console finds no hub{name}: import `SseModule` as well").into());
        };
        let peer = |extensions: &oriole_http::http::Extensions| console_peer(extensions).map(|peer| peer.ip());
        let console = Console::new(Hub::clone(hub), self.options.console.clone().peer_by(peer))?;
        let shown = console.clone();
        self.host.__console_link(move |page| shown.link(page));
        let _ = self.opened.console.set(console);
        Ok(())
    }
}

impl BeforeApplicationShutdown for SseConsoleModule {
    async fn before_application_shutdown(&self, _signal: Option<Signal>) -> Result<(), BoxError> {
        if let Some(console) = self.opened.console.get() {
            console.drain().await;
        }
        Ok(())
    }
}
