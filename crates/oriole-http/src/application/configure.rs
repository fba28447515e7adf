//! What an application can be told before it serves.

use super::Application;
use super::place::{Place, Placed};
use super::service::layer;
use crate::middleware::{IntoMiddleware, MiddlewareLayer};
use crate::route::{GlobalPrefix, Mount, Versioning};
use crate::scope::DurableOptions;
use crate::{ExceptionFilter, Guard, HttpException, Interceptor, Pipe};
use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use oriole_core::Location;
use oriole_sse::{Clock, SseOptions};
use std::sync::Arc;
use std::time::Duration;
use tower_layer::Layer;
use tower_service::Service;

impl Application {
    /// Asks a guard before every handler; several in the order in which they were given, after those that a module lists as
    /// [`APP_GUARD`](crate::APP_GUARD).
    ///
    /// It has no needs: list it in a module where it has some.
    pub fn use_global_guard(mut self, guard: impl Guard) -> Self {
        self.given.guards.push(Arc::new(guard));
        self
    }

    /// Puts an interceptor around every handler; the first is the outermost, within those that a module lists as
    /// [`APP_INTERCEPTOR`](crate::APP_INTERCEPTOR).
    pub fn use_global_interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.given.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Shows every argument of every handler to a pipe; several run in the order in which they were given, after those
    /// that a module lists as [`APP_PIPE`](crate::APP_PIPE).
    ///
    /// Routes cost nothing for it while there is no pipe.
    pub fn use_global_pipe(mut self, pipe: impl Pipe) -> Self {
        self.given.pipes.push(Arc::new(pipe));
        self
    }

    /// Lets a filter answer the errors that no filter of a route or controller catches, and those of requests that have no
    /// route; of several the last that catches an error, and before those that a module lists as
    /// [`APP_FILTER`](crate::APP_FILTER).
    pub fn use_global_filter(mut self, filter: impl ExceptionFilter) -> Self {
        self.given.filters.push(Arc::new(filter));
        self
    }

    /// Lets every request pass a middleware first, before the layers of modules; several in the order in which they were
    /// given (`MDW.10`).
    ///
    /// It has no needs: a middleware that has some is applied by a module, to
    /// [`RouteMatch::all`](crate::RouteMatch::all). Requests without a route pass it as well, and mounted routers.
    pub fn use_global_middleware<K>(mut self, middleware: impl IntoMiddleware<K>) -> Self {
        let layer = layer(MiddlewareLayer::of(middleware));
        self.layers.insert(0, Placed { place: Place::Middleware, layer });
        self
    }

    /// Which requests share the durable providers of a sub-tree, and how many sub-trees are kept (`SCO.11`).
    ///
    /// Without it, durable providers are made for each request.
    pub fn durable(mut self, options: DurableOptions) -> Self {
        self.given.durable = Some(options);
        self
    }

    /// Puts a prefix before the path of every route (`GPX.1`), or of all but some: see [`GlobalPrefix`]. Mounted routers
    /// keep their own paths.
    ///
    /// It may have parameters. One that is no path (`ORI008`), or that takes the rest, is an
    /// [`Error::Route`](crate::Error::Route) when the application starts.
    #[track_caller]
    pub fn global_prefix(mut self, prefix: impl Into<GlobalPrefix>) -> Self {
        self.global_prefix_at = caller();
        self.global_prefix = prefix.into();
        self
    }

    /// Tells how requests name the version that they want (`VER.1`); without it no route may have one.
    pub fn versioning(mut self, versioning: Versioning) -> Self {
        self.versioning = Some(versioning);
        self
    }

    /// Serves an axum router below a path.
    ///
    /// The application's own routes come first; a request that none of them wants goes to the mounted routers, and one
    /// that those do not know either is answered 404 in the usual shape.
    ///
    /// A path that is none (`ORI008`) is an [`Error::Route`](crate::Error::Route) when the application starts, and two
    /// routers that have one route are an [`Error::Settings`](crate::Error::Settings).
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole::axum::body::Body;
    /// use oriole::axum::{Router, routing};
    /// use oriole::prelude::*;
    /// use tower::ServiceExt;
    ///
    /// #[module]
    /// struct App;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let legacy = Router::new().route("/ping", routing::get(|| async { "pong" }));
    /// let service = Oriole::create::<App>().await?.mount("/legacy", legacy).into_service().await?;
    ///
    /// let request = oriole::http::Request::get("/legacy/ping").body(Body::empty())?;
    /// assert_eq!(service.oneshot(request).await?.status(), StatusCode::OK);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn mount(mut self, path: impl Into<String>, router: Router) -> Self {
        self.mounts.push(Mount { path: path.into(), router, at: caller() });
        self
    }

    /// Wraps everything in a tower layer: routes, mounted routers, and the answers to unknown paths.
    ///
    /// A layer that is added later is further out and sees a request earlier, as with axum; what has a method of its own
    /// here (CORS, cookies, compression and the like) has a fixed place, whatever the order of the calls. A layer's error
    /// becomes an [`HttpException`]: a boxed error is answered 500 and logged.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole::axum::body::Body;
    /// use oriole::axum::{middleware, response::Response};
    /// use oriole::prelude::*;
    /// use tower::ServiceExt;
    ///
    /// #[module]
    /// struct App;
    ///
    /// async fn brand(mut response: Response) -> Response {
    ///     response.headers_mut().insert("x-powered-by", oriole::http::HeaderValue::from_static("Oriole"));
    ///     response
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let app = Oriole::create::<App>().await?.layer(middleware::map_response(brand));
    /// let request = oriole::http::Request::get("/nothing").body(Body::empty())?;
    /// let response = app.into_service().await?.oneshot(request).await?;
    /// assert_eq!(response.headers()["x-powered-by"], "Oriole");
    /// # Ok(())
    /// # }
    /// ```
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
    /// Kinds of bodies may have [their own](Self::use_body_parser).
    /// It bounds every reader of the body in the application's own routes, streaming ones included; mounted routers bound
    /// theirs.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limits.all = bytes;
        self
    }

    /// Keeps the bytes of bodies that are parsed, for the [`RawBody`](crate::RawBody) extractor; off by default (`RAW.1`).
    ///
    /// It reads the bodies of JSON and forms whole, within their limits, before the handler is called, in mounted routers
    /// as well; other kinds once they are [registered](Self::use_body_parser). What is left stays a stream.
    pub fn raw_body(mut self, on: bool) -> Self {
        self.raw_body = on;
        self
    }

    /// Registers a kind of body beside JSON and forms, or changes one: [`RawBody`](crate::RawBody) keeps it, and a limit of
    /// its own goes before [`body_limit`](Self::body_limit), smaller or larger (`RAW.3`, `RAW.4`).
    ///
    /// The kind is a type, or a family such as `text/*`; JSON is `application/json` and whatever ends in `+json`.
    ///
    /// # Errors
    ///
    /// The start fails with [`Error::Settings`](crate::Error::Settings) if it is no type.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::Application;
    ///
    /// fn configure(app: Application) -> Application {
    ///     app.raw_body(true).use_body_parser("application/xml", None).use_body_parser("application/json", 10 * 1024)
    /// }
    /// # let _ = configure;
    /// ```
    pub fn use_body_parser(mut self, mime: &str, bytes_max: impl Into<Option<usize>>) -> Self {
        if let Err(mistake) = self.body_limits.add(mime, bytes_max.into()) {
            self.mistakes.push(mistake);
        }
        self
    }

    /// How long a request's body may pause before it is given up; 30 s by default, `None` waits for ever.
    ///
    /// It counts from when the body is read, and anew with everything that comes of it. A handler whose argument is the body
    /// is not called, and the request is answered 408; one that reads it itself gets an error, which `?` makes a 408. Mounted
    /// routers bound theirs.
    pub fn body_read_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.body_read_timeout = timeout.into();
        self
    }

    /// How many handlers marked `#[run_to_end]` may go on at once after their clients have left; 10,000 by default.
    ///
    /// Beyond it a handler is dropped where it stands as any other is, with a line in the log. The end of the application
    /// waits for them as it does for requests in flight, within [`shutdown_timeout`](Self::shutdown_timeout).
    pub fn unattended_max(mut self, handlers: usize) -> Self {
        self.unattended_max = handlers;
        self
    }

    /// How event streams behave: heartbeats, the delay of the head, the size of frames.
    pub fn sse(mut self, options: SseOptions) -> Self {
        self.sse = options;
        self
    }

    /// Lets event streams go by another clock than the system's: their heartbeats, and the delay of their heads.
    ///
    /// It is for tests that steer time where tokio's paused clock cannot, over sockets above all. Timers of the application's
    /// own do not follow it.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// A handle that ends the application from anywhere.
    #[must_use]
    pub fn shutdown_handle(&self) -> super::Shutdown {
        self.shutdown.clone()
    }
}

/// Where the user's call stands.
#[track_caller]
fn caller() -> Location {
    let at = std::panic::Location::caller();
    Location { file: at.file(), line: at.line(), column: at.column() }
}
