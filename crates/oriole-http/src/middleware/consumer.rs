//! What a module is given to say which middleware is for which routes.

use super::routes::{RouteMatch, Routes};
use super::selection::{Known, Selection};
use super::traits::{IntoMiddleware, MiddlewareLayer};
use crate::application::{BoxLayer, BoxService, layer};
use crate::{Error, HttpException};
use axum::extract::Request;
use axum::response::IntoResponse;
use oriole_core::Location;
use std::fmt;
use tower_layer::Layer;
use tower_service::Service;

/// Takes middleware and the routes that it is for: see [`ConfigureMiddleware`](super::ConfigureMiddleware).
///
/// What is applied first runs first.
#[derive(Default)]
pub struct MiddlewareConsumer {
    said: Vec<Said>,
}

/// One sentence: middleware, exclusions, routes.
struct Said {
    layers: Vec<BoxLayer>,
    excluded: Vec<RouteMatch>,
    routes: Vec<RouteMatch>,
    at: Location,
}

/// The same, with what it comes down to.
pub(crate) struct Bound {
    pub(super) layers: Vec<BoxLayer>,
    pub(super) selection: Selection,
}

impl MiddlewareConsumer {
    /// Applies a middleware: a type, an `Arc` of one (a field of the module), or a function.
    #[track_caller]
    pub fn apply<K>(&mut self, middleware: impl IntoMiddleware<K>) -> MiddlewareBinding<'_> {
        self.begin().and(middleware)
    }

    /// Applies any tower layer. Its error becomes an [`HttpException`]: a boxed error is answered 500 and logged.
    #[track_caller]
    pub fn layer<L>(&mut self, outer: L) -> MiddlewareBinding<'_>
    where
        L: Layer<BoxService> + Send + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<HttpException> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.begin().and_layer(outer)
    }

    #[track_caller]
    fn begin(&mut self) -> MiddlewareBinding<'_> {
        let at = std::panic::Location::caller();
        let at = Location { file: at.file(), line: at.line(), column: at.column() };
        let index = self.said.len();
        self.said.push(Said { layers: Vec::new(), excluded: Vec::new(), routes: Vec::new(), at });
        MiddlewareBinding { said: &mut self.said[index] }
    }

    /// What all of it comes down to, or all that is wrong with it.
    pub(super) fn resolve(self, known: &Known<'_>) -> Result<Vec<Bound>, Error> {
        let mut problems = Vec::new();
        let mut all = Vec::new();
        for Said { layers, excluded, routes, at } in self.said {
            let mut rules = |of: &[RouteMatch], is_below: bool| {
                let mut rules = Vec::new();
                for one in of {
                    match known.rules(one, is_below) {
                        Ok(found) => rules.extend(found),
                        Err(problem) => problems.push(format!("a middleware {problem}\n  --> {at}")),
                    }
                }
                rules
            };
            let selection = Selection { chosen: rules(&routes, true), excluded: rules(&excluded, false) };
            if routes.is_empty() {
                problems.push(format!("a middleware is for no routes: end with `.for_routes(..)`\n  --> {at}"));
            }
            all.push(Bound { layers, selection });
        }
        if problems.is_empty() { Ok(all) } else { Err(Error::Settings { problems: problems.join("\n") }) }
    }
}

/// Middleware that is waiting to be told its routes; without any the application does not start.
#[must_use = "a middleware runs for no routes until it is told which: `.for_routes(..)`"]
pub struct MiddlewareBinding<'a> {
    said: &'a mut Said,
}

impl MiddlewareBinding<'_> {
    /// Applies a further middleware after this one, for the same routes.
    pub fn and<K>(self, middleware: impl IntoMiddleware<K>) -> Self {
        self.and_layer(MiddlewareLayer::of(middleware))
    }

    /// Applies a further tower layer after this one, for the same routes.
    pub fn and_layer<L>(self, outer: L) -> Self
    where
        L: Layer<BoxService> + Send + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<HttpException> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.said.layers.push(layer(outer));
        self
    }

    /// Leaves requests out, whatever routes are chosen.
    ///
    /// A text leaves out that path alone, under any method; `{*rest}` at its end what is below it.
    pub fn exclude(self, routes: impl Into<Routes>) -> Self {
        self.said.excluded.extend(routes.into().0);
        self
    }

    /// Says which requests it is for.
    pub fn for_routes(self, routes: impl Into<Routes>) {
        self.said.routes.extend(routes.into().0);
    }
}

impl fmt::Debug for MiddlewareConsumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MiddlewareConsumer").field("said", &self.said.len()).finish()
    }
}

impl fmt::Debug for MiddlewareBinding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MiddlewareBinding").field("at", &self.said.at).finish_non_exhaustive()
    }
}
