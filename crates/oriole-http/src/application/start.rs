//! From set-up to service: hooks, routing table, listener.

use super::running::Running;
use super::{AppService, Application, Shutdown};
use crate::Error;
use crate::route::{Table, TableOptions};
use crate::server::{Server, ServerOptions};
use oriole_sse::EventStreams;
use std::fmt;
use std::sync::Arc;
use tokio::net::{TcpListener, ToSocketAddrs};

/// An application whose hooks have run and whose table is built.
pub(crate) struct Ready {
    pub(crate) service: AppService,
    pub(crate) options: ServerOptions,
    pub(crate) shutdown: Shutdown,
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
    pub async fn listen<A: ToSocketAddrs + fmt::Display>(self, addr: A) -> Result<(), Error> {
        self.bind(addr).await?.serve().await
    }

    /// Starts the application and binds its address, without serving it yet.
    ///
    /// `on_module_init` and `on_application_bootstrap` run before the address is bound (`LCE.1`).
    ///
    /// # Errors
    ///
    /// - [`Error::Boot`] if a hook fails; the address was not bound then.
    /// - [`Error::Route`] if a route cannot be served.
    /// - [`Error::Listen`] if the address cannot be bound.
    pub async fn bind<A: ToSocketAddrs + fmt::Display>(self, addr: A) -> Result<Server, Error> {
        let ready = self.start().await?;
        let failed = |source| Error::Listen { addr: addr.to_string(), source };
        let listener = TcpListener::bind(&addr).await.map_err(failed)?;
        let server = Server::new(ready, listener).map_err(failed)?;
        tracing::info!(target: "oriole::OrioleApplication", "Listening on http://{}", server.local_addr());
        Ok(server)
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

    pub(crate) async fn start(self) -> Result<Ready, Error> {
        let options = self.options;
        let streams = EventStreams::new(self.sse);
        let table = TableOptions {
            global_prefix: self.global_prefix,
            global_prefix_at: self.global_prefix_at,
            pipes: self.pipes.into(),
            body_limit: self.body_limit,
            body_read_timeout: self.body_read_timeout,
            mounts: self.mounts,
            streams: streams.clone(),
        };
        let table = Table::build(&self.container, table)?;
        self.container.init().await?;
        self.container.bootstrap().await?;
        tracing::info!(target: "oriole::OrioleApplication", "Oriole application successfully started");
        let running = Running { container: self.container, streams, shutdown_timeout: options.shutdown_timeout };
        Ok(Ready { service: AppService::new(table, Arc::new(running), self.layers), options, shutdown: self.shutdown })
    }
}
