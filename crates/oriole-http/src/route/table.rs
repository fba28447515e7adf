//! The routing table: one axum router per HTTP method, in each realm.
//!
//! So `GET /cats/{id}` stands beside `POST /cats/{name}`, and axum's own `Path` works in both.

use super::boot::check_mount;
use super::endpoint::{Endpoint, Probe};
use super::host::Found;
use super::place::Placed;
use super::realm::{Candidates, Choice, Realm};
use super::{GlobalPrefix, Unattended, Versioning};
use crate::pipeline::{self, Globals};
use crate::raw_body::BodyLimits;
use crate::{Error, HttpException};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use http::header::ALLOW;
use http::request::Parts;
use http::{Extensions, HeaderValue, Method, StatusCode};
use oriole_core::Location;
use oriole_sse::EventStreams;
use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;
use tower_service::Service;

/// The methods with a table of their own, in the order of an `Allow` header.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"];
const GET: usize = 0;
const HEAD: usize = 1;
/// Any other method: only routes for all methods.
const OTHER: usize = METHODS.len();

type Routers = [Option<Routes>; METHODS.len() + 1];

/// The routes of one method.
struct Routes {
    router: Router,
    /// Those whose paths are the same for all who ask, and who look at nothing that a router says of a request, by their paths: the
    /// router would find the same.
    literal: Vec<(String, Endpoint)>,
}

impl Routes {
    #[inline]
    fn literal(&self, path: &str) -> Option<&Endpoint> {
        let at = self.literal.binary_search_by(|(known, _)| known.as_str().cmp(path)).ok()?;
        Some(&self.literal[at].1)
    }
}

pub(crate) struct Table {
    realms: Vec<Routers>,
    /// `None` where there is one realm, of no host and no version.
    choice: Option<Choice>,
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
    pub(crate) versioning: Option<Versioning>,
    pub(crate) mounts: Vec<Mount>,
    pub(crate) streams: EventStreams,
    pub(crate) checking: Option<Extensions>,
    pub(crate) unattended: Unattended,
}

/// A router of axum's, and where it stands.
pub(crate) struct Mount {
    pub(crate) path: String,
    pub(crate) router: Router,
    pub(crate) at: Location,
}

impl Table {
    pub(crate) fn build(placed: &[Placed], options: TableOptions) -> Result<Arc<Self>, Error> {
        for mount in &options.mounts {
            check_mount(&mount.path, mount.at)?;
        }
        let mut realms: Vec<Realm> = Vec::new();
        for placed in placed {
            let realm = placed.realm();
            if !realms.contains(&realm) {
                realms.push(realm);
            }
        }
        let (mounts, globals, unattended) = (options.mounts, options.globals, options.unattended);
        let mut failed = None;
        let table = Arc::new_cyclic(|table| {
            let unmatched = Unmatched { table: Weak::clone(table), after_mounts: false };
            let of = |realm: &Realm| {
                let own: Vec<_> = placed.iter().filter(|placed| placed.realm() == *realm).collect();
                routers(&own, &unmatched, &globals, &unattended)
            };
            let mounts = mount(mounts, &unmatched).unwrap_or_else(|problem| {
                failed = Some(problem);
                None
            });
            Self {
                realms: if realms.is_empty() { vec![Default::default()] } else { realms.iter().map(of).collect() },
                choice: Choice::among(&realms, options.versioning.as_ref()),
                mounts,
                unmatched,
                globals,
            }
        });
        failed.map_or(Ok(table), |problems| Err(Error::Settings { problems }))
    }

    /// Finds the route, or the answer to a request that has none.
    #[inline]
    pub(crate) fn call(&self, request: Request) -> Answering {
        if let Some(choice) = &self.choice {
            let (mut parts, body) = request.into_parts();
            let candidates = choice.candidates(&parts);
            parts.extensions.insert(candidates);
            let mut request = Request::from_parts(parts, body);
            return match self.next(&mut request) {
                Some(routes) => Box::pin(routes.router.clone().call(request)),
                None => self.unmatched.clone().call(request),
            };
        }
        match self.routes(0, request.method()) {
            Some(routes) => match routes.literal(request.uri().path()) {
                Some(endpoint) => Box::pin(endpoint.answer(request)),
                None => Box::pin(routes.router.clone().call(request)),
            },
            None => self.unmatched.clone().call(request),
        }
    }

    /// The routes of a realm for a method.
    #[inline]
    fn routes(&self, realm: usize, method: &Method) -> Option<&Routes> {
        let routers = &self.realms[realm];
        let at = METHODS.iter().position(|known| *known == method.as_str()).unwrap_or(OTHER);
        match &routers[at] {
            // HEAD is answered by GET's routes.
            None if at == HEAD => routers[GET].as_ref(),
            routes => routes.as_ref(),
        }
    }

    /// The next routes to ask, where there is a choice.
    fn next(&self, request: &mut Request) -> Option<&Routes> {
        while let Some(candidate) = request.extensions_mut().get_mut::<Candidates>().and_then(Candidates::next) {
            let Some(routes) = self.routes(candidate.realm, request.method()) else { continue };
            if let Some(found) = candidate.found {
                request.extensions_mut().insert(found);
            } else {
                request.extensions_mut().remove::<Found>();
            }
            return Some(routes);
        }
        None
    }
}

/// An answer on its way. Boxed: hyper keeps the room of what it is given for as long as a connection lasts.
pub(crate) type Answering = BoxFuture<'static, Result<Response, Infallible>>;

/// Whether a route can have the method.
pub(super) fn knows(method: &str) -> bool {
    index(method).is_some()
}

fn index(method: &str) -> Option<usize> {
    if method == "*" { Some(OTHER) } else { METHODS.iter().position(|known| *known == method) }
}

/// Those of each method that has routes.
fn routers(placed: &[&Placed], unmatched: &Unmatched, globals: &Arc<Globals>, unattended: &Unattended) -> Routers {
    let placed = || placed.iter().copied();
    let for_all: Vec<_> = placed().filter(|placed| placed.method == "*").collect();
    std::array::from_fn(|at| {
        let own = placed().filter(|placed| index(placed.method) == Some(at) && placed.method != "*");
        let mut routes: Vec<_> = own.collect();
        if routes.is_empty() && (at == HEAD || for_all.is_empty()) {
            // HEAD without routes of its own goes to GET's table.
            return None;
        }
        let from_get = placed().filter(|placed| at == HEAD && placed.method == "GET");
        let others: Vec<_> = from_get.chain(for_all.iter().copied()).collect();
        if !others.is_empty() {
            // The more specific method wins where the router would see the same path.
            let mut taken: HashSet<_> = routes.iter().map(|placed| blank(&placed.path)).collect();
            routes.extend(others.into_iter().filter(|placed| taken.insert(blank(&placed.path))));
        }
        let mut literal = Vec::new();
        let router = routes.into_iter().fold(Router::new(), |router, placed| {
            let Placed { path, route, .. } = placed;
            let endpoint = Endpoint::new(route.clone(), path.clone(), Arc::clone(globals), unattended.clone());
            // The router has a word on answers to `CONNECT`, which is among the other methods.
            if at != OTHER && !path.contains(['{', '}']) && !route.shows_extensions() {
                literal.push((path.clone(), endpoint.clone()));
            }
            router.route_service(path, endpoint)
        });
        literal.sort_unstable_by(|(path, _), (other, _)| path.cmp(other));
        Some(Routes { router: router.fallback_service(unmatched.clone()), literal })
    })
}

fn mount(mounts: Vec<Mount>, unmatched: &Unmatched) -> Result<Option<Router>, String> {
    if mounts.is_empty() {
        return Ok(None);
    }
    // What routers have within them they do not tell: axum panics where two of them meet.
    let mounted = catch_unwind(AssertUnwindSafe(|| {
        mounts.into_iter().fold(Router::new(), |all, Mount { path, router, .. }| {
            let path = join(&[&path]);
            if path == "/" { all.merge(router) } else { all.nest(&path, router) }
        })
    }));
    let mounted = mounted.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        format!("the mounted routers cannot stand together: {}", text.unwrap_or_default())
    })?;
    Ok(Some(mounted.fallback_service(Unmatched { after_mounts: true, ..unmatched.clone() })))
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
pub(super) fn blank(path: &str) -> String {
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

    fn call(&mut self, mut request: Request) -> Self::Future {
        // Whoever polls this holds the table.
        let table = self.table.upgrade();
        let after_mounts = self.after_mounts;
        Box::pin(async move {
            let Some(table) = table else { return Ok(HttpException::unknown().into_response()) };
            if table.choice.is_some()
                && !after_mounts
                && let Some(routes) = table.next(&mut request)
            {
                return routes.router.clone().call(request).await;
            }
            if request.extensions().get::<Probe>().is_some() {
                return Ok(StatusCode::NOT_FOUND.into_response());
            }
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
        for method in METHODS {
            if self.matches(&request, method).await {
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

    /// Whether the request would have a route under another method.
    async fn matches(&self, request: &Parts, method: &'static str) -> bool {
        let mut probe = Request::new(Body::empty());
        *probe.uri_mut() = request.uri.clone();
        *probe.method_mut() = Method::from_bytes(method.as_bytes()).unwrap_or_default();
        probe.extensions_mut().insert(Probe);
        let routes = match &self.choice {
            Some(choice) => {
                probe.extensions_mut().insert(choice.candidates(request));
                self.next(&mut probe)
            }
            None => self.routes(0, probe.method()),
        };
        let Some(Routes { router, .. }) = routes else { return false };
        match router.clone().call(probe).await {
            Ok(response) => response.status() == StatusCode::OK,
            Err(never) => match never {},
        }
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
