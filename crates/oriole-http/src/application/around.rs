//! Layers that are one function.

use super::service::BoxService;
use crate::HttpException;
use axum::extract::Request;
use axum::response::Response;
use std::future::Future;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// A layer that is a function of a request and of what stands further in.
///
/// What it fails with belongs to no route: the application's filters see it, as with Nest's middleware (`RLC.17`).
#[derive(Clone)]
pub(crate) struct Around<F>(pub(crate) F);

impl<F: Clone> Layer<BoxService> for Around<F> {
    type Service = AroundService<F>;

    fn layer(&self, inner: BoxService) -> AroundService<F> {
        AroundService { inner, run: self.0.clone() }
    }
}

#[derive(Clone)]
pub(crate) struct AroundService<F> {
    inner: BoxService,
    run: F,
}

impl<F, Fut> Service<Request> for AroundService<F>
where
    F: Fn(Request, BoxService) -> Fut,
    Fut: Future<Output = Result<Response, HttpException>>,
{
    type Response = Response;
    type Error = HttpException;
    type Future = Fut;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), HttpException>> {
        // The function waits for what it calls.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Fut {
        (self.run)(request, self.inner.clone())
    }
}
