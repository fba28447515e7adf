//! Runs the middleware that a request is for, each around the next.
//!
//! Every middleware is built once, around a place that looks for the next one when a request comes by. So a request pays
//! for the middleware that it meets, and a look for each that it does not.

use super::consumer::Bound;
use super::selection::Selection;
use crate::application::BoxService;
use crate::pipeline::Globals;
use crate::route::Versioning;
use axum::extract::Request;
use axum::response::Response;
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::util::BoxCloneSyncService;
use tower_service::Service;

/// One middleware, and those after it.
struct Link {
    selection: Selection,
    service: BoxService,
    next: Option<Arc<Link>>,
}

/// Goes on with the next middleware that the request is for, or to the routes.
#[derive(Clone)]
struct Onward {
    link: Option<Arc<Link>>,
    routes: BoxService,
    versioning: Option<Arc<Versioning>>,
}

/// Puts middleware before the routes.
pub(crate) fn chain(
    all: Vec<Bound>,
    versioning: Option<Versioning>,
    routes: &BoxService,
    globals: &Arc<Globals>,
) -> BoxService {
    let versioning = versioning.map(Arc::new);
    let onward = |link| Onward { link, routes: routes.clone(), versioning: versioning.clone() };
    let mut link = None;
    for Bound { layers, selection } in all.into_iter().rev() {
        let after = BoxCloneSyncService::new(onward(link.clone()));
        let service = layers.into_iter().rev().fold(after, |inner, layer| layer(inner, globals));
        link = Some(Arc::new(Link { selection, service, next: link }));
    }
    BoxCloneSyncService::new(onward(link))
}

impl Service<Request> for Onward {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Everything below is ready at any time: layers are waited for in their futures.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (parts, body) = request.into_parts();
        let mut link = self.link.as_ref();
        while let Some(one) = link {
            if one.selection.covers(&parts, self.versioning.as_deref()) {
                return one.service.clone().call(Request::from_parts(parts, body));
            }
            link = one.next.as_ref();
        }
        self.routes.clone().call(Request::from_parts(parts, body))
    }
}
