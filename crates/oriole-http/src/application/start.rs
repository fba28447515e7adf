//! From set-up to service: hooks, routing table, listener.

use super::place::{Placed, in_order};
use super::running::Running;
#[cfg(feature = "health")]
use super::running::connections_timeout;
use super::{AppService, Application, Around, Place, Shutdown};
use crate::Error;
use crate::adapter::HttpAdapterHost;
use crate::middleware::{Known, chain, configure};
use crate::pipeline::Globals;
use crate::raw_body;
use crate::route::{Table, TableOptions, Unattended, Versioning, place};
use crate::server::{Listen, Listener, Server, ServerOptions, bind};
use futures_util::future::BoxFuture;
#[cfg(feature = "health")]
use oriole_core::Container;
use oriole_core::HookLimit;
use oriole_sse::EventStreams;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, ToSocketAddrs};

/// A socket that is being bound.
type Binding<'a> = BoxFuture<'a, std::io::Result<TcpListener>>;

/// An application whose hooks have run and whose table is built.
pub(crate) struct Ready {
    pub(crate) service: AppService,
    pub(crate) options: ServerOptions,
    pub(crate) shutdown: Shutdown,
    /// Whom to tell when addresses are bound.
    pub(crate) host: Option<Arc<HttpAdapterHost>>,
}

impl Application {
    /// Starts the application and serves it until it is ended; the shortest way from `create` to a running server.
    ///
    /// The address is a text (`"127.0.0.1:3000"`) or a `SocketAddr`. For the port that the system chose, see
    /// [`bind`](Self::bind).
    ///
    /// # Errors
    ///
    /// Those of [`bind`](Self::bind).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the listener and every connection at once, without hooks. Use
    /// [`shutdown_handle`](Self::shutdown_handle) for an end in good order.
    pub async fn listen<A: ToSocketAddrs + fmt::Display + Send>(self, addr: A) -> Result<(), Error> {
        let (name, peer_timeout) = (addr.to_string(), self.options.peer_timeout);
        self.listen_on(name, Box::pin(bind(addr, peer_timeout))).await
    }

    /// Starts the application and binds its address, without serving it yet.
    ///
    /// `on_module_init` and `on_application_bootstrap` run before the address is bound (`LCE.1`).
    ///
    /// # Errors
    ///
    /// - [`Error::Settings`] if what the application was told cannot be.
    /// - [`Error::Boot`] if a hook fails; the address was not bound then.
    /// - [`Error::Route`] if a route cannot be served.
    /// - [`Error::Listen`] if the address cannot be bound.
    pub async fn bind<A: ToSocketAddrs + fmt::Display + Send>(self, addr: A) -> Result<Server, Error> {
        let (name, peer_timeout) = (addr.to_string(), self.options.peer_timeout);
        self.bind_on(name, Box::pin(bind(addr, peer_timeout))).await
    }

    // Boxed here, so that the code of these futures is made in this crate and not in every application's.

    fn listen_on(self, addr: String, socket: Binding<'_>) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move { self.bind_on(addr, socket).await?.serve().await })
    }

    fn bind_on(self, addr: String, socket: Binding<'_>) -> BoxFuture<'_, Result<Server, Error>> {
        Box::pin(async move {
            let ready = self.start().await?;
            let failed = |source| Error::Listen { addr: addr.clone(), source };
            let socket = socket.await.map_err(failed)?;
            Ok(server(ready, vec![Listener::plain(socket).map_err(failed)?]))
        })
    }

    /// Starts the application and serves it on several addresses until it is ended, each with or without TLS (`MSV.2`).
    ///
    /// All of them serve the same application and end with it.
    ///
    /// # Errors
    ///
    /// Those of [`bind_all`](Self::bind_all).
    ///
    /// # Cancel safety
    ///
    /// As for [`listen`](Self::listen).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use oriole_http::{Application, Error};
    /// use oriole_http::Listen;
    ///
    /// # async fn run(app: Application) -> Result<(), Error> {
    /// app.listen_all([Listen::http("0.0.0.0:3000"), Listen::http("127.0.0.1:9000")]).await
    /// # }
    /// ```
    pub async fn listen_all(self, addrs: impl IntoIterator<Item = Listen>) -> Result<(), Error> {
        self.bind_all(addrs).await?.serve().await
    }

    /// Starts the application and binds several addresses, without serving them yet.
    ///
    /// # Errors
    ///
    /// Those of [`bind`](Self::bind), and [`Error::Settings`] if there is no address at all, or if a certificate or its key
    /// cannot be read. None is bound then.
    pub async fn bind_all(self, addrs: impl IntoIterator<Item = Listen>) -> Result<Server, Error> {
        let addrs: Vec<_> = addrs.into_iter().collect();
        if addrs.is_empty() {
            return Err(Error::Settings { problems: "there is no address to listen on".to_owned() });
        }
        let ready = self.start().await?;
        let mut listeners = Vec::new();
        for addr in addrs {
            listeners.push(addr.bind(ready.options.peer_timeout).await?);
        }
        Ok(server(ready, listeners))
    }

    /// Starts the application and gives it as a tower service, for another server or for a test without a socket.
    ///
    /// That server decides about connections: [`header_read_timeout`](Self::header_read_timeout),
    /// [`peer_timeout`](Self::peer_timeout) and [`connections_max`](Self::connections_max) have no effect, and no signal is
    /// listened to. Call [`AppService::close`] while that server still serves, so that event streams end and hooks run.
    ///
    /// # Errors
    ///
    /// - [`Error::Boot`] if a hook fails.
    /// - [`Error::Route`] if a route cannot be served.
    pub async fn into_service(self) -> Result<AppService, Error> {
        Ok(self.start().await?.service)
    }

    pub(crate) async fn start(mut self) -> Result<Ready, Error> {
        self.mistakes.extend(self.global_prefix.mistakes());
        self.mistakes.extend(self.versioning.iter().flat_map(Versioning::mistakes));
        #[cfg(feature = "csrf")]
        if self.needs_cookie_secret && self.cookie_secrets.is_empty() {
            self.mistakes.push("tokens against forged requests need `Application::cookie_secret(..)`".to_owned());
        }
        if !self.mistakes.is_empty() {
            return Err(Error::Settings { problems: self.mistakes.join("\n") });
        }
        if self.raw_body {
            let (limits, pause_max) = (self.body_limits.clone(), self.body_read_timeout);
            let layer = Around(move |request, inner| raw_body::kept(request, inner, limits.clone(), pause_max));
            self = self.place(Place::RawBody, layer);
        }
        let mut options = self.options;
        // By network, which somebody has to say.
        options.peer_addr |= self.sse.adaptive_heartbeat.is_some();
        #[cfg(feature = "csrf")]
        if self.judges_origins {
            self.sse = self.sse.cross_site(oriole_sse::CrossSite::allowed());
        }
        #[cfg(feature = "health")]
        let finish_timeout = self.sse.finish_timeout;
        let streams = EventStreams::with_clock(self.sse, self.clock);
        let globals = Arc::new(Globals::new(&self.container, self.given)?);
        let unattended = Unattended::new(self.unattended_max);
        let table = TableOptions {
            global_prefix: self.global_prefix,
            globals: Arc::clone(&globals),
            global_prefix_at: self.global_prefix_at,
            body_limits: self.body_limits,
            body_read_timeout: self.body_read_timeout,
            versioning: self.versioning,
            mounts: self.mounts,
            streams: streams.clone(),
            checking: self.checking,
            unattended: unattended.clone(),
        };
        let placed = place(&self.container, &table)?;
        #[cfg(feature = "health")]
        let end_delay = end_delay(&self.container, options.shutdown_timeout, finish_timeout, &placed)?;
        #[cfg(not(feature = "health"))]
        let end_delay = Duration::ZERO;
        #[cfg(feature = "sse-console")]
        if let Some(host) = self.container.get::<HttpAdapterHost>() {
            host.console_among(&placed);
        }
        let known = Known { placed: &placed, prefix: &table.global_prefix, versioning: table.versioning.as_ref() };
        let bound = configure(&self.container, &known).await?;
        if !bound.is_empty() {
            let versioning = table.versioning.clone();
            let layer = Box::new(move |routes, globals: &_| chain(bound, versioning, &routes, globals));
            self.layers.push(Placed { place: Place::Modules, layer });
        }
        let table = Table::build(&placed, table)?;
        let hook_timeout = options.hook_timeout;
        self.container.limit_hooks(HookLimit::new(move || Box::pin(tokio::time::sleep(hook_timeout))));
        self.container.init().await?;
        self.container.bootstrap().await?;
        tracing::info!(target: "oriole::OrioleApplication", "Oriole application successfully started");
        let host = self.container.get::<HttpAdapterHost>();
        let shutdown_timeout = options.shutdown_timeout;
        let running = Running { container: self.container, streams, unattended, shutdown_timeout, end_delay };
        let service = AppService::new(table, Arc::new(running), in_order(self.layers), &globals);
        Ok(Ready { service, options, shutdown: self.shutdown, host })
    }
}

/// How long the end waits for balancers, if that is asked for and there is time.
#[cfg(feature = "health")]
fn end_delay(
    container: &Container,
    shutdown_timeout: Duration,
    finish_timeout: Duration,
    placed: &[crate::route::Placed],
) -> Result<Duration, Error> {
    let Some(health) = container.get::<crate::Health>() else { return Ok(Duration::ZERO) };
    let finish_timeout = if placed.iter().any(|placed| placed.may_finish()) { finish_timeout } else { Duration::ZERO };
    health
        .end_delay(shutdown_timeout, connections_timeout(shutdown_timeout), finish_timeout)
        .map_err(|problems| Error::Settings { problems })
}

fn server(ready: Ready, listeners: Vec<Listener>) -> Server {
    for listener in &listeners {
        tracing::info!(target: "oriole::OrioleApplication", "Listening on {listener}");
    }
    #[cfg(feature = "sse-console")]
    if let Some(host) = &ready.host {
        host.log_console(&listeners);
    }
    Server::new(ready, listeners)
}
