//! What reads and sends them.

use super::{CookieSecret, Jar};
use crate::application::BoxService;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

pub(super) struct CookieLayer {
    pub(super) secrets: Arc<[CookieSecret]>,
}

impl Layer<BoxService> for CookieLayer {
    type Service = CookieService;

    fn layer(&self, inner: BoxService) -> CookieService {
        CookieService { inner, secrets: Arc::clone(&self.secrets) }
    }
}

#[derive(Clone)]
pub(super) struct CookieService {
    inner: BoxService,
    secrets: Arc<[CookieSecret]>,
}

impl Service<Request> for CookieService {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let jar = Jar::of(request.headers(), &self.secrets);
        request.extensions_mut().insert(jar.clone());
        let answer = self.inner.call(request).map(move |Ok(mut answer)| {
            jar.write(answer.headers_mut());
            Ok(answer)
        });
        Box::pin(answer)
    }
}
