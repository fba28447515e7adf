//! The routing table: one axum router per HTTP method.
//!
//! So `GET /cats/{id}` stands beside `POST /cats/{name}`, and axum's own `Path` works in both.

use super::boot::{check_path, check_prefix};
use super::endpoint::{Endpoint, Probe};
use super::plan::default_status;
use super::{GlobalPrefix, HttpController, RouteDescriptor, RouteKind, RoutePlan, RouteRef, Unattended};
use crate::pipeline::{self, Built, Globals, Pipeline};
use crate::raw_body::BodyLimits;
use crate::{Error, HttpException};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::future::RouteFuture;
use futures_util::future::BoxFuture;
use http::header::ALLOW;
use http::{Extensions, HeaderName, HeaderValue, Method, StatusCode, Uri};
use oriole_core::{Container, Held, Location};
use oriole_sse::EventStreams;
use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;
use tower_service::Service;

/// The methods with a table of their own, in the order of an `Allow` header.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const GET: usize = 0;
const HEAD: usize = 1;
/// Any other method: only routes for all methods.
const OTHER: usize = METHODS.len();

pub(crate) struct Table {
    routers: [Option<Router>; METHODS.len() + 1],
    mounts: Option<Router>,
    unmatched: Unmatched,
    globals: Arc<Globals>,
}

/// What every route of an application shares.
pub(crate) struct TableOptions {
    pub(crate) global_prefix: GlobalPrefix,
    pub(crate) globals: Arc<Globals>,
    pub(crate) global_prefix_at: Location,
    pub(crate) body_limits: BodyLimits,
    pub(crate) body_read_timeout: Option<Duration>,
    pub(crate) mounts: Vec<(String, Router)>,
    pub(crate) streams: EventStreams,
    pub(crate) checking: Option<Extensions>,
    pub(crate) unattended: Unattended,
}

/// A route on its way into the tables.
struct Placed {
    path: String,
    method: &'static str,
    route: RouteRef,
}

impl Table {
    pub(crate) fn build(container: &Container, options: TableOptions) -> Result<Arc<Self>, Error> {
        check_prefix(options.global_prefix.as_str(), options.global_prefix_at)?;
        let mut placed = Vec::new();
        for (controller, instance, module) in container.controllers() {
            let Some(http) = controller.transport.downcast_ref::<HttpController>() else { continue };
            let prefix = join(&[options.global_prefix.as_str(), http.prefix]);
            tracing::info!(target: "oriole::RoutesResolver", "{} {{{prefix}}}:", controller.name);
            let built = Built {
                container,
                module,
                controller: controller.name,
                globals: &options.globals,
                is_scoped: matches!(instance, Held::PerRequest(_)),
            };
            let class = built.level(&http.enhancers)?;
            let mut all_bare = true;
            for descriptor in http.routes {
                let pipeline = Pipeline::build(built, &class, &descriptor.enhancers, descriptor.args)?;
                let mut plan = plan(descriptor, &instance, pipeline, &options)?;
                plan.runs_to_end &= http.enhancers.run_to_end || descriptor.enhancers.run_to_end;
                if cfg!(debug_assertions) && !descriptor.enhancers.meta.is_empty() && plan.pipeline.is_bare() {
                    warn_of_unread(&format!("{}::{}", controller.name, descriptor.handler), descriptor.at);
                }
                all_bare &= plan.pipeline.is_bare();
                let route = RouteRef::new(plan);
                for path in descriptor.paths {
                    let path = options.global_prefix.before(descriptor.method, join(&[http.prefix, path]));
                    check_path(descriptor.handler, &path, descriptor.at)?;
                    let method = if descriptor.method == "*" { "ALL" } else { descriptor.method };
                    tracing::info!(target: "oriole::RouterExplorer", "Mapped {{{path}, {method}}} route");
                    placed.push(Placed { path, method: descriptor.method, route: route.clone() });
                }
            }
            if cfg!(debug_assertions) && !http.enhancers.meta.is_empty() && all_bare {
                warn_of_unread(controller.name, controller.at);
            }
        }
        if let Some(unknown) = placed.iter().find(|placed| index(placed.method).is_none()) {
            let reason = format!("`{}` is no method that a route can have", unknown.method);
            return Err(Error::Route { reason, at: unknown.route.descriptor().at });
        }
        if options.global_prefix.excludes() {
            refuse_duplicates(&placed)?;
        }
        let (mounts, globals, unattended) = (options.mounts, options.globals, options.unattended);
        let table = Arc::new_cyclic(|table| {
            let unmatched = Unmatched { table: Weak::clone(table), after_mounts: false };
            Self {
                routers: routers(&placed, &unmatched, &globals, &unattended),
                mounts: mount(mounts, &unmatched),
                unmatched,
                globals,
            }
        });
        Ok(table)
    }

    /// Finds the route, or the answer to a request that has none.
    #[inline]
    pub(crate) fn call(&self, request: Request) -> Routed {
        let at = METHODS.iter().position(|method| *method == request.method().as_str()).unwrap_or(OTHER);
        let router = match &self.routers[at] {
            // HEAD is answered by GET's routes.
            None if at == HEAD => &self.routers[GET],
            router => router,
        };
        match router {
            Some(router) => Routed::Matched(router.clone().call(request)),
            None => Routed::Unmatched(self.unmatched.clone().call(request)),
        }
    }
}

#[allow(
    clippy::large_enum_variant,
    reason = "the large one is the usual one, and a box would be an allocation a request"
)]
pub(crate) enum Routed {
    Matched(RouteFuture<Infallible>),
    Unmatched(BoxFuture<'static, Result<Response, Infallible>>),
}

/// Metadata is for those that stand around a handler: where nobody does, a guard was forgotten.
fn warn_of_unread(what: &str, at: Location) {
    tracing::warn!(
        target: "oriole::RouterExplorer",
        "nobody reads what `#[meta(..)]` says of `{what}`: no guard, interceptor or filter stands around it\n  --> {at}"
    );
}

fn index(method: &str) -> Option<usize> {
    if method == "*" { Some(OTHER) } else { METHODS.iter().position(|known| *known == method) }
}

fn plan(
    descriptor: &'static RouteDescriptor,
    controller: &Held,
    pipeline: Pipeline,
    options: &TableOptions,
) -> Result<RoutePlan, Error> {
    let invalid = |reason: String| Error::Route { reason, at: descriptor.at };
    let status = match descriptor.status {
        None => default_status(descriptor),
        Some(status) => {
            StatusCode::from_u16(status).map_err(|_| invalid(format!("{status} is no status that a reply can have")))?
        }
    };
    let headers = descriptor.headers.iter().map(|(name, value)| {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(*value)) else {
            return Err(invalid(format!("`{name}: {value}` is no header that a reply can have")));
        };
        Ok((name, value))
    });
    Ok(RoutePlan {
        descriptor,
        controller: controller.clone(),
        status,
        headers: headers.collect::<Result<_, _>>()?,
        pipeline,
        body_limits: options.body_limits.clone(),
        body_read_timeout: options.body_read_timeout,
        streams: options.streams.clone(),
        checking: options.checking.clone(),
        // A stream has no end of its own.
        runs_to_end: descriptor.kind == RouteKind::Http,
    })
}

/// One router for each method that has routes.
fn routers(
    placed: &[Placed],
    unmatched: &Unmatched,
    globals: &Arc<Globals>,
    unattended: &Unattended,
) -> [Option<Router>; METHODS.len() + 1] {
    let for_all: Vec<_> = placed.iter().filter(|placed| placed.method == "*").collect();
    std::array::from_fn(|at| {
        let own = placed.iter().filter(|placed| index(placed.method) == Some(at) && placed.method != "*");
        let mut routes: Vec<_> = own.collect();
        if routes.is_empty() && (at == HEAD || for_all.is_empty()) {
            // HEAD without routes of its own goes to GET's table.
            return None;
        }
        let from_get = placed.iter().filter(|placed| at == HEAD && placed.method == "GET");
        let others: Vec<_> = from_get.chain(for_all.iter().copied()).collect();
        if !others.is_empty() {
            // The more specific method wins where the router would see the same path.
            let mut taken: HashSet<_> = routes.iter().map(|placed| blank(&placed.path)).collect();
            routes.extend(others.into_iter().filter(|placed| taken.insert(blank(&placed.path))));
        }
        let router = routes.into_iter().fold(Router::new(), |router, placed| {
            router.route_service(
                &placed.path,
                Endpoint::new(placed.route.clone(), placed.path.clone(), Arc::clone(globals), unattended.clone()),
            )
        });
        Some(router.fallback_service(unmatched.clone()))
    })
}

fn mount(mounts: Vec<(String, Router)>, unmatched: &Unmatched) -> Option<Router> {
    if mounts.is_empty() {
        return None;
    }
    let mounted = mounts.into_iter().fold(Router::new(), |all, (path, router)| {
        let path = join(&[&path]);
        if path == "/" { all.merge(router) } else { all.nest(&path, router) }
    });
    Some(mounted.fallback_service(Unmatched { after_mounts: true, ..unmatched.clone() }))
}

/// The compiler saw paths without the prefix: one that lacks it may meet another that has it.
fn refuse_duplicates(placed: &[Placed]) -> Result<(), Error> {
    let mut taken = HashSet::new();
    match placed.iter().find(|placed| !taken.insert((placed.method, blank(&placed.path)))) {
        None => Ok(()),
        Some(Placed { path, method, route }) => {
            let reason = format!("`{method} {path}` is served by two routes, one of them without the global prefix");
            Err(Error::Route { reason, at: route.descriptor().at })
        }
    }
}

/// `/a/b` of parts with or without slashes.
pub(super) fn join(parts: &[&str]) -> String {
    let mut path = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts.iter().map(|part| part.trim_matches('/')).filter(|part| !part.is_empty()) {
        path.push('/');
        path.push_str(part);
    }
    if path.is_empty() {
        path.push('/');
    }
    path
}

/// A path with the names of its parameters left out.
fn blank(path: &str) -> String {
    let mut blank = String::with_capacity(path.len());
    let mut in_name = false;
    for character in path.chars() {
        in_name &= character != '}';
        if !in_name || character == '*' {
            blank.push(character);
        }
        in_name |= character == '{';
    }
    blank
}

/// Where a request ends up that no route wants: at a mounted router, or at 404 or 405.
#[derive(Clone)]
struct Unmatched {
    /// Weak, since the table holds it.
    table: Weak<Table>,
    /// Whether the mounted routers were asked already.
    after_mounts: bool,
}

impl Service<Request> for Unmatched {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.extensions().get::<Probe>().is_some() {
            return Box::pin(async { Ok(StatusCode::NOT_FOUND.into_response()) });
        }
        // Whoever polls this holds the table.
        let table = self.table.upgrade();
        let after_mounts = self.after_mounts;
        Box::pin(async move {
            let Some(table) = table else { return Ok(HttpException::unknown().into_response()) };
            match &table.mounts {
                Some(mounts) if !after_mounts => mounts.clone().call(request).await,
                _ => Ok(table.refuse(request).await),
            }
        })
    }
}

impl Table {
    /// 405 with `Allow` if another method has the path, else 404. Only requests without a route pay for it.
    async fn refuse(&self, request: Request) -> Response {
        // The body is dropped here: it is not `Sync`, and nobody wants it.
        let (request, _) = request.into_parts();
        let mut allow = String::new();
        for (at, method) in METHODS.iter().enumerate() {
            let router = match &self.routers[at] {
                None if at == HEAD => &self.routers[GET],
                router => router,
            };
            if let Some(router) = router
                && matches(router.clone(), &request.uri, method).await
            {
                let separator = if allow.is_empty() { "" } else { ", " };
                // Writing to a `String` does not fail.
                let _ = write!(allow, "{separator}{method}");
            }
        }
        let target = request.uri.path_and_query().map_or("/", |target| target.as_str());
        let message = format!("Cannot {} {target}", request.method);
        let Ok(allow) = HeaderValue::try_from(allow) else { return HttpException::unknown().into_response() };
        if allow.is_empty() {
            return pipeline::refuse(&self.globals, HttpException::not_found(message), request).await;
        }
        let exception = HttpException::method_not_allowed(message);
        let mut response = pipeline::refuse(&self.globals, exception, request).await;
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, allow);
        }
        response
    }
}

async fn matches(mut router: Router, uri: &Uri, method: &'static str) -> bool {
    let mut probe = Request::new(Body::empty());
    *probe.uri_mut() = uri.clone();
    *probe.method_mut() = Method::from_bytes(method.as_bytes()).unwrap_or_default();
    probe.extensions_mut().insert(Probe);
    match router.call(probe).await {
        Ok(response) => response.status() == StatusCode::OK,
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::{blank, join};

    #[test]
    fn paths_are_joined_and_blanked() {
        assert_eq!(join(&["", "cats", "{id}"]), "/cats/{id}");
        assert_eq!(join(&["/api/", "", ""]), "/api");
        assert_eq!(join(&["", ""]), "/");
        assert_eq!(blank("/a/{id}/v{v}/{*rest}"), "/a/{}/v{}/{*}");
    }
}
