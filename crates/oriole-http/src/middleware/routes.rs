//! Which routes a middleware is for, as a module says it.

use http::Method;
use oriole_core::{Controller, ControllerDescriptor};

/// Requests that a middleware is for, or is not for.
///
/// A text is the path of everything at and below it: `"cats"` stands for `/cats` and `/cats/7`, whatever the method, and
/// `"/"` for everything; where it excludes, it is that path alone. A method with a path is always that path alone, as routes write theirs: `{id}` for one segment, `{*rest}`
/// at the end for a rest that is not empty, `{*rest?}` for one that may be (`MDW.9`). The global prefix stands before
/// them, and under versions in the URI that of every version, unless one is named.
///
/// # Examples
///
/// ```
/// use oriole_http::http::Method;
/// use oriole_http::{MiddlewareConsumer, NextService, RouteMatch};
///
/// fn choose(consumer: &mut MiddlewareConsumer) {
///     let passes = |request, next: NextService| async { Ok(next.run(request).await) };
///     consumer.apply(passes).for_routes("cats");
///     consumer.apply(passes).for_routes([(Method::GET, "cats/{id}"), (Method::POST, "cats")]);
///     consumer.apply(passes).for_routes(RouteMatch::path("cats").version("2"));
///     consumer.apply(passes).for_routes(RouteMatch::all());
/// }
/// # let _ = choose;
/// ```
#[derive(Clone, Debug)]
#[must_use = "it chooses nothing until it is given to a middleware"]
pub struct RouteMatch {
    pub(super) target: Target,
    pub(super) method: Option<Method>,
    pub(super) version: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Target {
    All,
    Path(String),
    Controller(&'static ControllerDescriptor),
}

impl RouteMatch {
    /// Every request, those that no route wants and those of mounted routers included.
    pub fn all() -> Self {
        Self::of(Target::All)
    }

    /// A path and everything below it; with a [`method`](Self::method) the path alone.
    pub fn path(path: impl Into<String>) -> Self {
        Self::of(Target::Path(path.into()))
    }

    /// The routes of a controller, with their methods, hosts and versions. One that no module lists is an error of the start.
    pub fn controller<C: Controller>() -> Self {
        Self::of(Target::Controller(C::CONTROLLER))
    }

    /// Of these only requests of one method; GET stands for HEAD as well.
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Of these only requests that ask for a version.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    fn of(target: Target) -> Self {
        Self { target, method: None, version: None }
    }
}

/// One or several [`RouteMatch`]es.
#[derive(Clone, Debug)]
pub struct Routes(pub(super) Vec<RouteMatch>);

impl From<RouteMatch> for Routes {
    fn from(one: RouteMatch) -> Self {
        Self(vec![one])
    }
}

impl From<&str> for Routes {
    fn from(path: &str) -> Self {
        RouteMatch::path(path).into()
    }
}

impl From<String> for Routes {
    fn from(path: String) -> Self {
        RouteMatch::path(path).into()
    }
}

impl From<(Method, &str)> for Routes {
    fn from((method, path): (Method, &str)) -> Self {
        RouteMatch::path(path).method(method).into()
    }
}

impl<T: Into<Self>, const N: usize> From<[T; N]> for Routes {
    fn from(all: [T; N]) -> Self {
        Vec::from(all).into()
    }
}

impl<T: Into<Self>> From<Vec<T>> for Routes {
    fn from(all: Vec<T>) -> Self {
        Self(all.into_iter().flat_map(|routes| routes.into().0).collect())
    }
}
