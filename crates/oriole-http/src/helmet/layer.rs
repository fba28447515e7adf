//! What marks answers.

use crate::application::BoxService;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue};
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// A header, and what it says; one that says nothing is taken away.
pub(super) type Header = (HeaderName, Option<HeaderValue>);

pub(super) struct HelmetLayer {
    pub(super) headers: Arc<[Header]>,
}

impl Layer<BoxService> for HelmetLayer {
    type Service = Helmet;

    fn layer(&self, inner: BoxService) -> Helmet {
        Helmet { inner, headers: Arc::clone(&self.headers) }
    }
}

#[derive(Clone)]
pub(super) struct Helmet {
    inner: BoxService,
    headers: Arc<[Header]>,
}

impl Service<Request> for Helmet {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let headers = Arc::clone(&self.headers);
        let answer = self.inner.call(request).map(move |Ok(mut answer)| {
            for (name, value) in headers.iter() {
                match value {
                    Some(value) => {
                        answer.headers_mut().entry(name).or_insert_with(|| value.clone());
                    }
                    None => {
                        answer.headers_mut().remove(name);
                    }
                }
            }
            Ok(answer)
        });
        Box::pin(answer)
    }
}
