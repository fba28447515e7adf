//! The application as a tower service.

use super::running::Running;
use crate::HttpException;
use crate::pipeline::{self, Globals};
use crate::route::{Answering, Table, panicked};
use crate::trace::{self, Peer, RequestSpan};
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method};
use http_body::Body as _;
use oriole_core::BoxError;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
use tower_layer::Layer;
use tower_service::Service;
use tracing::Span;

/// What layers wrap: a service that never fails, as axum's middleware wants it.
pub type BoxService = BoxCloneSyncService<Request, Response, Infallible>;

pub(crate) type BoxLayer = Box<dyn FnOnce(BoxService, &Arc<Globals>) -> BoxService + Send>;

pub(crate) fn layer<L>(layer: L) -> BoxLayer
where
    L: Layer<BoxService> + Send + 'static,
    L::Service: Service<Request> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request>>::Response: IntoResponse + 'static,
    <L::Service as Service<Request>>::Error: Into<HttpException> + 'static,
    <L::Service as Service<Request>>::Future: Send + 'static,
{
    Box::new(move |inner, globals| {
        BoxCloneSyncService::new(Settled { service: layer.layer(inner), globals: Arc::clone(globals) })
    })
}

/// A layer's service, with its error made a response.
#[derive(Clone)]
struct Settled<S> {
    service: S,
    globals: Arc<Globals>,
}

impl<S> Service<Request> for Settled<S>
where
    S: Service<Request> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Error: Into<HttpException>,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Waited for in the future, since a failure to be ready is an answer as well.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let globals = Arc::clone(&self.globals);
        let (parts, body) = request.into_parts();
        // What a filter is told: the layer takes the request itself.
        let head = globals.has_filters().then(|| parts.clone());
        let service = self.service.clone().oneshot(Request::from_parts(parts, body));
        Box::pin(async move {
            let exception = match service.await {
                Ok(response) => return Ok(response.into_response()),
                Err(error) => error.into(),
            };
            Ok(match head {
                Some(parts) => pipeline::refuse(&globals, exception, parts).await,
                None => exception.into_response(),
            })
        })
    }
}

/// An application as a tower service: routes, mounted routers and layers.
///
/// A clone is cheap and is the same application. It never fails and is always ready; dropping its future drops the
/// handler, as servers do when the client leaves.
#[derive(Clone)]
pub struct AppService {
    table: Arc<Table>,
    pub(super) running: Arc<Running>,
    /// With layers, what is outermost.
    layered: Option<BoxService>,
    /// Whether all layers are the framework's own.
    is_bare: bool,
}

impl AppService {
    pub(super) fn new(
        table: Arc<Table>,
        running: Arc<Running>,
        (layers, is_bare): (Vec<BoxLayer>, bool),
        globals: &Arc<Globals>,
    ) -> Self {
        let mut service = Self { table, running, layered: None, is_bare };
        for wrap in layers {
            let inner = match service.layered.take() {
                Some(inner) => inner,
                None => BoxCloneSyncService::new(service.clone()),
            };
            service.layered = Some(wrap(inner, globals));
        }
        service
    }

    /// Whether no layer or middleware of the application's sees the answers.
    pub(crate) fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// Answers a request, which came over a connection of our own or some other way.
    pub(crate) fn answer<B>(&self, request: http::Request<B>, peer: Option<&Peer>) -> ResponseFuture
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let span = trace::request(&request, peer);
        let entered = span.enter();
        let mut request = request.map(Body::new);
        if !span.is_disabled() {
            request.extensions_mut().insert(RequestSpan(span.clone()));
        }
        let is_head = request.method() == Method::HEAD;
        let future: Answering = match &self.layered {
            Some(layered) => Box::pin(layered.clone().oneshot(request)),
            // Nobody else's code runs before the future is polled.
            None => self.table.call(request),
        };
        drop(entered);
        ResponseFuture { future, is_head, span, _table: Arc::clone(&self.table) }
    }
}

impl<B> Service<http::Request<B>> for AppService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // The service below a layer is waited for in the future.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> ResponseFuture {
        self.answer(request, None)
    }
}

impl fmt::Debug for AppService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppService").field("is_layered", &self.layered.is_some()).finish_non_exhaustive()
    }
}

/// The answer of an [`AppService`].
pub struct ResponseFuture {
    future: Answering,
    is_head: bool,
    span: Span,
    // What an unmatched request asks for the other methods.
    _table: Arc<Table>,
}

impl Future for ResponseFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let _entered = this.span.enter();
        // The edge: whatever panics below it, a layer or a mounted router, the connection lives.
        let polled = catch_unwind(AssertUnwindSafe(|| this.future.as_mut().poll(cx)));
        let mut response = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Ok(response))) => response,
            Err(panic) => panicked(panic.as_ref()).into_response(),
        };
        if this.is_head {
            strip_body(&mut response);
        }
        if !this.span.is_disabled() {
            trace::answered(&this.span, &mut response);
        }
        Poll::Ready(Ok(response))
    }
}

/// HEAD is answered as GET, up to the body: its length is told, itself is not sent.
fn strip_body(response: &mut Response) {
    if let Some(length) = response.body().size_hint().exact()
        && length > 0
    {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
    *response.body_mut() = Body::empty();
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseFuture")
    }
}
