//! What enhancers are told of a request and of the handler that it goes to.

use crate::route::{RouteKind, RouteRef};
use http::request::Parts;
use std::fmt;

/// The request on its way, and the handler that it goes to.
///
/// Guards, interceptors and filters receive it. The body is not here: the handler's last argument takes it.
///
/// # Examples
///
/// ```
/// use oriole_http::{ContextKind, ExecutionContext};
///
/// let (parts, ()) = http::Request::get("/cats").body(())?.into_parts();
/// let ctx = ExecutionContext::new(parts);
/// assert_eq!(ctx.http().uri.path(), "/cats");
/// assert_eq!(ctx.kind(), ContextKind::Http);
/// assert_eq!(ctx.handler(), "");
/// # Ok::<(), http::Error>(())
/// ```
pub struct ExecutionContext {
    parts: Parts,
    /// `None` where no route wants the request.
    route: Option<RouteRef>,
}

/// How the handler answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContextKind {
    /// Once.
    Http,
    /// With a stream of events.
    Sse,
}

impl ExecutionContext {
    /// A context without a handler, as filters see it for a request that no route wants; for tests of enhancers.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self { parts, route: None }
    }

    pub(super) fn of_route(parts: Parts, route: RouteRef) -> Self {
        Self { parts, route: Some(route) }
    }

    /// The request's head.
    ///
    /// Where nothing stands around a handler but guards and pipes, the handler's arguments take it.
    #[must_use]
    pub fn http(&self) -> &Parts {
        &self.parts
    }

    /// The request's head, for changes that the handler's arguments shall see: insert a user into its `extensions`, and
    /// `Extension<User>` is an argument.
    pub fn http_mut(&mut self) -> &mut Parts {
        &mut self.parts
    }

    /// How the handler answers.
    #[must_use]
    pub fn kind(&self) -> ContextKind {
        match self.route.as_ref().map(|route| route.descriptor().kind) {
            Some(RouteKind::Sse) => ContextKind::Sse,
            Some(RouteKind::Http) | None => ContextKind::Http,
        }
    }

    /// The controller's name; empty where no route wants the request.
    #[must_use]
    pub fn controller(&self) -> &'static str {
        self.route.as_ref().map_or("", |route| route.pipeline().controller)
    }

    /// The handler's name; empty where no route wants the request.
    #[must_use]
    pub fn handler(&self) -> &'static str {
        self.route.as_ref().map_or("", |route| route.descriptor().handler)
    }

    /// What `#[meta(..)]` says of the type `T`: the handler's, or else the controller's (`EXC.6`).
    #[must_use]
    pub fn meta<T: 'static>(&self) -> Option<&T> {
        self.meta_all::<T>().next()
    }

    /// Everything that `#[meta(..)]` says of the type `T`, the handler's first (`EXC.7`).
    pub fn meta_all<T: 'static>(&self) -> impl Iterator<Item = &T> {
        let all = self.route.as_ref().map(|route| &route.pipeline().meta);
        all.into_iter().flatten().filter_map(|meta| meta.get::<T>())
    }

    /// Everything that `#[meta(..)]` says of the type `T` in one: the handler's, into which the controller's is merged.
    #[must_use]
    pub fn meta_merged<T: Clone + 'static>(&self, merge: impl FnMut(T, &T) -> T) -> Option<T> {
        let mut all = self.meta_all::<T>();
        let first = all.next()?.clone();
        Some(all.fold(first, merge))
    }

    pub(super) fn parts_for_handler(&mut self, keep: bool) -> Parts {
        let nothing = || http::Request::new(()).into_parts().0;
        if keep { self.parts.clone() } else { std::mem::replace(&mut self.parts, nothing()) }
    }
}

impl fmt::Debug for ExecutionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecutionContext")
            .field("kind", &self.kind())
            .field("controller", &self.controller())
            .field("handler", &self.handler())
            .field("method", &self.parts.method)
            .field("uri", &self.parts.uri)
            .finish_non_exhaustive()
    }
}
