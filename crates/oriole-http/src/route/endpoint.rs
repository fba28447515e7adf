//! The service behind one route.

use super::unattended::{Attended, Unattended};
use super::{RouteKind, RouteRef};
use crate::exception::{HttpException, too_large};
use crate::handler::{Call, Handling};
use crate::pipeline::{self, Globals};
use crate::raw_body::BodyLimits;
use crate::trace;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http_body::Body as _;
use http_body_util::Limited;
use oriole_core::panic_text;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

/// Runs one route.
#[derive(Clone)]
pub(super) struct Endpoint(Arc<Inner>);

/// Shared, since axum's router clones an endpoint for each request.
struct Inner {
    route: RouteRef,
    /// With the prefixes, as the router knows it.
    path: String,
    globals: Arc<Globals>,
    unattended: Unattended,
}

/// Asks a route whether it would be found, without running it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probe;

impl Endpoint {
    pub(super) fn new(route: RouteRef, path: String, globals: Arc<Globals>, unattended: Unattended) -> Self {
        Self(Arc::new(Inner { route, path, globals, unattended }))
    }

    /// Answers a request.
    pub(super) fn answer(&self, mut request: Request) -> EndpointFuture {
        let Inner { route, path, .. } = &*self.0;
        if !request.body().is_end_stream() {
            match limit_body(request, route.body_limits()) {
                Ok(limited) => request = limited,
                Err(request) => return self.refuse(*request, too_large()),
            }
        } else if request.extensions().get::<Probe>().is_some() {
            return EndpointFuture::Answered(Some(Response::default()));
        }
        if let Some(checking) = route.checking() {
            request.extensions_mut().extend(checking.clone());
        }
        trace::routed(request.extensions(), request.method().as_str(), path);
        if route.descriptor().kind == RouteKind::Sse {
            let guard = &route.streams().options().cross_site;
            if let Err(rejection) = guard.check(request.headers(), request.uri()) {
                return self.refuse(request, rejection.into());
            }
            if route.shows_extensions() {
                // Where extractors find the bound on the length of an id.
                request.extensions_mut().insert(route.streams().clone());
                // Where `RouteGuards` finds them.
                #[cfg(feature = "sse-hub")]
                request.extensions_mut().insert(route.clone());
            }
            #[cfg(feature = "sse-console")]
            {
                let scope = origin(&request, path).into_scope();
                return EndpointFuture::Shown(Box::new(self.run(request)), scope);
            }
        }
        self.run(request)
    }

    fn marked(&self) -> Option<RouteRef> {
        let route = &self.0.route;
        (!route.descriptor().headers.is_empty()).then(|| route.clone())
    }

    fn run(&self, request: Request) -> EndpointFuture {
        let Inner { route, unattended, .. } = &*self.0;
        let for_client = route.for_client(&request);
        let route = for_client.as_ref().unwrap_or(route);
        if route.runs_to_end() {
            let answer = Box::pin(pipeline::run(request, route.clone()));
            return EndpointFuture::Attended(unattended.attend(answer));
        }
        if !route.pipeline().is_bare() {
            return EndpointFuture::Piped(Box::pin(pipeline::run(request, route.clone())));
        }
        let call = route.descriptor().call;
        EndpointFuture::Running(Handling::new(Call::new(request, route.clone()), call), self.marked())
    }

    /// Before the guards, as with a body parser that is a middleware.
    fn refuse(&self, request: Request, exception: HttpException) -> EndpointFuture {
        let globals = &self.0.globals;
        if !globals.has_filters() {
            return EndpointFuture::Answered(Some(exception.into_response()));
        }
        let globals = Arc::clone(globals);
        let (parts, _) = request.into_parts();
        EndpointFuture::Piped(Box::pin(async move { pipeline::refuse(&globals, exception, parts).await }))
    }
}

impl Service<Request> for Endpoint {
    type Response = Response;
    type Error = Infallible;
    type Future = EndpointFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> EndpointFuture {
        self.answer(request)
    }
}

/// What the development console shows of a request: not its query, which may hold secrets.
#[cfg(feature = "sse-console")]
fn origin(request: &Request, pattern: &str) -> oriole_sse::StreamOrigin {
    oriole_sse::StreamOrigin {
        route: Some(format!("{} {pattern}", request.method()).into()),
        path: Some(request.uri().path().into()),
        peer: crate::server::console_peer(request.extensions()),
    }
}

/// axum's own limit, beyond which its extractors refuse.
const AXUM_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Bounds the body, whoever reads it; gives back a request whose body says that it is too large. A body that says its
/// length costs nothing; hyper holds it to its word.
fn limit_body(mut request: Request, limits: &BodyLimits) -> Result<Request, Box<Request>> {
    let bytes_max = limits.of(request.headers());
    let hint = request.body().size_hint();
    if hint.lower() > bytes_max as u64 {
        return Err(Box::new(request));
    }
    let is_bounded = hint.upper().is_some_and(|upper| upper <= bytes_max as u64);
    if !is_bounded {
        request = request.map(|body| Body::new(Limited::new(body, bytes_max)));
    }
    if bytes_max > AXUM_BYTES_MAX {
        DefaultBodyLimit::disable().apply(&mut request);
    }
    Ok(request)
}

/// A route at work.
#[allow(
    clippy::large_enum_variant,
    reason = "it lives where the router keeps its futures; a box would be one more for each request"
)]
pub(super) enum EndpointFuture {
    Answered(Option<Response>),
    /// With the route, if an error of its handler has the headers of its markers.
    Running(Handling, Option<RouteRef>),
    Piped(BoxFuture<'static, Response>),
    Attended(Attended),
    /// An event stream, which the development console shows with its request.
    #[cfg(feature = "sse-console")]
    Shown(Box<Self>, oriole_sse::StreamScope),
}

impl Future for EndpointFuture {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = match &mut *self {
            Self::Answered(response) => response.take().unwrap_or_default(),
            Self::Running(future, route) => match catch_unwind(AssertUnwindSafe(|| Pin::new(future).poll(cx))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(Ok(reply))) => reply.into_plain(),
                Ok(Poll::Ready(Err(exception))) => failed(exception, route.as_ref()),
                Err(panic) => failed(panicked(panic.as_ref()), route.as_ref()),
            },
            Self::Piped(future) => match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(response)) => response,
                Err(panic) => panicked(panic.as_ref()).into_response(),
            },
            Self::Attended(future) => match catch_unwind(AssertUnwindSafe(|| Pin::new(future).poll(cx))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(response)) => response,
                Err(panic) => panicked(panic.as_ref()).into_response(),
            },
            #[cfg(feature = "sse-console")]
            Self::Shown(future, scope) => return scope.enter(|| Pin::new(&mut **future).poll(cx)),
        };
        Poll::Ready(Ok(response))
    }
}

/// The markers' headers are on the response before the handler runs (`RLC.16`).
fn failed(exception: HttpException, route: Option<&RouteRef>) -> Response {
    let mut response = exception.into_response();
    if let Some(route) = route {
        route.add_headers(response.headers_mut());
    }
    response
}

/// What a client reads when a handler panicked; the log reads what it said (the place is in the panic hook's line).
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> HttpException {
    HttpException::internal(format!("a handler panicked: {}", panic_text(panic)))
}

impl fmt::Debug for EndpointFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointFuture")
    }
}
