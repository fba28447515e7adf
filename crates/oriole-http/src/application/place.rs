//! Where a layer stands among the others.

use super::Application;
use super::service::{BoxLayer, BoxService, layer};
use crate::HttpException;
use axum::extract::Request;
use axum::response::IntoResponse;
use tower_layer::Layer;
use tower_service::Service;

/// From the innermost to the outermost. Each but `Own` is taken by one layer at most.
///
/// Answers of every layer pass through those that are further out: a refusal for want of a token has CORS headers, so
/// that the page that was refused can read why.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Place {
    /// What modules apply to routes.
    Modules,
    /// Reads bodies: only of requests that nothing refused.
    RawBody,
    /// The application's middleware, the first outermost.
    Middleware,
    /// The layers that users add, in their own order.
    Own,
    /// Finds its token among the cookies.
    #[cfg(feature = "csrf")]
    Csrf,
    #[cfg(feature = "cookies")]
    Cookies,
    #[cfg(feature = "compression")]
    Compression,
    #[cfg(feature = "cors")]
    Cors,
    #[cfg(feature = "helmet")]
    Helmet,
    #[cfg(feature = "local-storage")]
    LocalStorage,
}

/// A layer and its place.
pub(super) struct Placed {
    pub(super) place: Place,
    pub(super) layer: BoxLayer,
}

impl Application {
    /// Puts a layer in its place, instead of the one that was there.
    pub(crate) fn place<L>(mut self, place: Place, outer: L) -> Self
    where
        L: Layer<BoxService> + Send + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<HttpException> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.layers.retain(|placed| placed.place != place);
        self.layers.push(Placed { place, layer: layer(outer) });
        self
    }

    /// Notes something that cannot be set; the start fails with it.
    #[cfg(any(feature = "cookies", feature = "cors", feature = "helmet"))]
    pub(crate) fn mistake(mut self, what: impl std::fmt::Display) -> Self {
        self.mistakes.push(what.to_string());
        self
    }
}

/// The layers in the order in which they are wrapped around the routes, and whether the application has added none.
pub(super) fn in_order(mut layers: Vec<Placed>) -> (Vec<BoxLayer>, bool) {
    layers.sort_by_key(|placed| placed.place);
    let is_own = |placed: &Placed| matches!(placed.place, Place::Modules | Place::Middleware | Place::Own);
    let is_bare = !layers.iter().any(is_own);
    (layers.into_iter().map(|placed| placed.layer).collect(), is_bare)
}
