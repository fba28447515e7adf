//! What an application can be told before it serves.

use super::Application;
use super::place::{Place, Placed};
use super::service::layer;
use crate::route::GlobalPrefix;
use crate::{HttpException, Pipe};
use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use oriole_sse::SseOptions;
use std::sync::Arc;
use std::time::Duration;
use tower_layer::Layer;
use tower_service::Service;

impl Application {
    /// Shows every argument of every handler to a pipe; several run in the order in which they were given.
    ///
    /// Routes cost nothing for it while there is no pipe.
    pub fn use_global_pipe(mut self, pipe: impl Pipe) -> Self {
        self.pipes.push(Arc::new(pipe));
        self
    }

    /// Puts a prefix before the path of every route (`GPX.1`), or of all but some: see [`GlobalPrefix`]. Mounted routers
    /// keep their own paths.
    pub fn global_prefix(mut self, prefix: impl Into<GlobalPrefix>) -> Self {
        self.global_prefix = prefix.into();
        self
    }

    /// Serves an axum router below a path.
    ///
    /// The application's own routes come first; a request that none of them wants goes to the mounted routers, and one
    /// that those do not know either is answered 404 in the usual shape.
    ///
    /// # Panics
    ///
    /// When the application starts to serve, if two mounted routers overlap: axum's own panic.
    pub fn mount(mut self, path: impl Into<String>, router: Router) -> Self {
        self.mounts.push((path.into(), router));
        self
    }

    /// Wraps everything in a tower layer: routes, mounted routers, and the answers to unknown paths.
    ///
    /// A layer that is added later is further out and sees a request earlier, as with axum; what has a method of its own
    /// here (CORS, cookies, compression and the like) has a fixed place, whatever the order of the calls. A layer's error becomes an
    /// [`HttpException`]: a boxed error is answered 500 and logged.
    pub fn layer<L>(mut self, outer: L) -> Self
    where
        L: Layer<super::service::BoxService> + Send + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<HttpException> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.layers.push(Placed { place: Place::Own, layer: layer(outer) });
        self
    }

    /// How many bytes a request's body may have; 1 MiB by default. Beyond it a request is answered 413.
    ///
    /// It bounds every reader of the body in the application's own routes, streaming ones included; mounted routers bound
    /// theirs.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Keeps the bytes of bodies that are parsed, for the [`RawBody`](crate::RawBody) extractor; off by default (`RAW.1`).
    ///
    /// It reads the bodies of JSON, forms and texts whole, within [`body_limit`](Self::body_limit), before the handler is
    /// called, in mounted routers as well. Other bodies stay streams.
    pub fn raw_body(mut self, on: bool) -> Self {
        self.raw_body = on;
        self
    }

    /// How event streams behave: heartbeats, the delay of the head, the size of frames.
    pub fn sse(mut self, options: SseOptions) -> Self {
        self.sse = options;
        self
    }

    /// How long written bytes may stay unacknowledged before a peer counts as gone; 60 s by default, `None` leaves it to
    /// the operating system, which may take a quarter of an hour.
    ///
    /// On Linux it sets `TCP_USER_TIMEOUT`; an event stream's heartbeat is what it waits to see acknowledged.
    pub fn peer_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.sse = self.sse.peer_timeout(timeout);
        self
    }

    /// How long a client may take to send a request's head, from the first byte or from the end of the last request; 30 s
    /// by default. A connection that is too slow, or idle for so long, is closed.
    pub fn header_read_timeout(mut self, timeout: Duration) -> Self {
        self.options.header_read_timeout = timeout;
        self
    }

    /// Whether a connection of HTTP/1.1 serves further requests; on by default.
    ///
    /// How long it may rest between two is [`header_read_timeout`](Self::header_read_timeout). Turn it off where a load
    /// balancer must spread every request.
    pub fn http1_keep_alive(mut self, on: bool) -> Self {
        self.options.http1_keep_alive = on;
        self
    }

    /// Whether the end closes connections at once, with whatever they carry; off by default (`KAL.2`).
    ///
    /// Use it where programs are restarted by the minute. Requests in flight and event streams are cut off where they are.
    /// Without it the end waits for them, no longer than [`shutdown_timeout`](Self::shutdown_timeout).
    pub fn force_close_connections(mut self, on: bool) -> Self {
        self.options.force_close_connections = on;
        self
    }

    /// How many connections are served at once; 100,000 by default. Further ones wait in the operating system's queue.
    pub fn connections_max(mut self, connections: usize) -> Self {
        self.options.connections_max = connections;
        self
    }

    /// How long the end may take in all; 10 s by default.
    ///
    /// The hooks, the event streams, the requests in flight: whatever is not done by then is cut off, with a line in the
    /// log. A fifth of the time is kept for `on_application_shutdown`.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.options.shutdown_timeout = timeout;
        self
    }

    /// Whether SIGTERM and Ctrl-C end the application in good order; on by default.
    ///
    /// A second signal ends it at once. Turn it off where something else decides, and use
    /// [`shutdown_handle`](Self::shutdown_handle).
    pub fn shutdown_on_signals(mut self, on: bool) -> Self {
        self.options.signals = on;
        self
    }

    /// A handle that ends the application from anywhere.
    #[must_use]
    pub fn shutdown_handle(&self) -> super::Shutdown {
        self.shutdown.clone()
    }
}
