//! What a middleware is: a type, or a function.

use crate::HttpException;
use crate::application::BoxService;
use axum::extract::Request;
use axum::response::Response;
use futures_util::future::BoxFuture;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// Stands between requests and routes, and either answers or goes on (`MDW.1`).
///
/// Write it with a plain `async fn`; an `async fn` without a type is one as well. It knows the request and not the handler,
/// which is found after it: use a [`Guard`](crate::Guard) for what depends on the handler, an
/// [`Interceptor`](crate::Interceptor) for what changes its reply. Event streams pass it like any other response.
///
/// A module applies it in [`ConfigureMiddleware::configure`](super::ConfigureMiddleware::configure); for the whole
/// application there is [`Application::use_global_middleware`](crate::Application::use_global_middleware). What it fails
/// with goes to the application's exception filters.
///
/// # Cancel safety
///
/// The future is dropped when the client leaves.
///
/// # Examples
///
/// ```
/// use oriole_http::axum::{extract::Request, response::Response};
/// use oriole_http::{HttpException, Middleware, NextService};
///
/// struct NeedsKey;
///
/// impl Middleware for NeedsKey {
///     async fn handle(&self, request: Request, next: NextService) -> Result<Response, HttpException> {
///         if !request.headers().contains_key("x-key") {
///             return Err(HttpException::unauthorized("a key is needed"));
///         }
///         Ok(next.run(request).await)
///     }
/// }
///
/// /// The same as a function.
/// async fn needs_key(request: Request, next: NextService) -> Result<Response, HttpException> {
///     NeedsKey.handle(request, next).await
/// }
/// # let _ = |app: oriole_http::Application| app.use_global_middleware(NeedsKey).use_global_middleware(needs_key);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a middleware",
    label = "used as a middleware here",
    note = "implement `Middleware` with `async fn handle(&self, request: Request, next: NextService) -> Result<Response, HttpException>`"
)]
pub trait Middleware: Send + Sync + 'static {
    /// Answers a request, or lets it go on with `next`.
    ///
    /// # Errors
    ///
    /// What the client shall read; the application's exception filters are asked first.
    fn handle(
        &self,
        request: Request,
        next: NextService,
    ) -> impl Future<Output = Result<Response, HttpException>> + Send;
}

impl<M: Middleware> Middleware for Arc<M> {
    fn handle(
        &self,
        request: Request,
        next: NextService,
    ) -> impl Future<Output = Result<Response, HttpException>> + Send {
        M::handle(self, request, next)
    }
}

/// What comes after a middleware: further ones, and the route.
#[derive(Clone)]
pub struct NextService(BoxService);

impl NextService {
    /// Goes on with a request, perhaps a changed one.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the handler.
    pub async fn run(mut self, request: Request) -> Response {
        // What is built here is always ready.
        match self.0.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

impl fmt::Debug for NextService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NextService")
    }
}

/// Anything that can be applied: a [`Middleware`], an `Arc` of one, or a function of a request and what comes next.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a middleware",
    label = "used as a middleware here",
    note = "a function is `async fn(request: Request, next: NextService) -> Result<Response, HttpException>`",
    note = "a type implements `Middleware`; a tower layer is applied with `.layer(..)`"
)]
pub trait IntoMiddleware<Kind> {
    /// What it is then.
    type Middleware: Middleware;
    /// Makes it one.
    fn into_middleware(self) -> Self::Middleware;
}

/// A type that is one.
#[derive(Debug)]
#[non_exhaustive]
pub struct ByType;

/// A function.
#[derive(Debug)]
#[non_exhaustive]
pub struct ByFunction;

impl<M: Middleware> IntoMiddleware<ByType> for M {
    type Middleware = M;

    fn into_middleware(self) -> M {
        self
    }
}

impl<F, R> IntoMiddleware<ByFunction> for F
where
    F: Fn(Request, NextService) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response, HttpException>> + Send + 'static,
{
    type Middleware = OfFunction<F>;

    fn into_middleware(self) -> OfFunction<F> {
        OfFunction(self)
    }
}

/// A function as a middleware.
#[derive(Debug)]
pub struct OfFunction<F>(F);

impl<F, R> Middleware for OfFunction<F>
where
    F: Fn(Request, NextService) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Response, HttpException>> + Send + 'static,
{
    fn handle(
        &self,
        request: Request,
        next: NextService,
    ) -> impl Future<Output = Result<Response, HttpException>> + Send {
        (self.0)(request, next)
    }
}

/// A middleware as a tower layer.
pub(crate) struct MiddlewareLayer<M>(Arc<M>);

impl<M: Middleware> MiddlewareLayer<M> {
    pub(crate) fn of<K>(middleware: impl IntoMiddleware<K, Middleware = M>) -> Self {
        Self(Arc::new(middleware.into_middleware()))
    }
}

impl<M> Layer<BoxService> for MiddlewareLayer<M> {
    type Service = MiddlewareService<M>;

    fn layer(&self, inner: BoxService) -> MiddlewareService<M> {
        MiddlewareService { middleware: Arc::clone(&self.0), inner }
    }
}

/// A middleware with what comes after it.
pub(crate) struct MiddlewareService<M> {
    middleware: Arc<M>,
    inner: BoxService,
}

impl<M> Clone for MiddlewareService<M> {
    fn clone(&self) -> Self {
        Self { middleware: Arc::clone(&self.middleware), inner: self.inner.clone() }
    }
}

impl<M: Middleware> Service<Request> for MiddlewareService<M> {
    type Response = Response;
    type Error = HttpException;
    type Future = BoxFuture<'static, Result<Response, HttpException>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), HttpException>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (middleware, next) = (Arc::clone(&self.middleware), NextService(self.inner.clone()));
        Box::pin(async move { middleware.handle(request, next).await })
    }
}
