//! The layer that makes a store current, for an application or for a router of axum's.

use super::body::LocalBody;
use super::{LocalStorageOptions, LocalStore};
use axum::body::Body;
use axum::response::Response;
use futures_util::future::BoxFuture;
use http::Request;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// Makes a store current for each request, and for the body of its reply.
///
/// [`Application::local_storage`](crate::Application::local_storage) is the same for a whole application; this is for a router of
/// axum's that stands alone.
#[derive(Clone, Debug)]
pub struct LocalStorageLayer {
    options: LocalStorageOptions,
}

impl LocalStorageLayer {
    /// Makes stores by these options.
    #[must_use]
    pub fn new(options: LocalStorageOptions) -> Self {
        Self { options }
    }
}

impl<S> Layer<S> for LocalStorageLayer {
    type Service = Local<S>;

    fn layer(&self, inner: S) -> Local<S> {
        Local { inner, options: self.options.clone() }
    }
}

/// What [`LocalStorageLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct Local<S> {
    inner: S,
    options: LocalStorageOptions,
}

impl<S, B> Service<Request<B>> for Local<S>
where
    S: Service<Request<B>, Response = Response>,
    S::Error: 'static,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let store = self.options.store(&parts);
        let answer = store.enter(|| self.inner.call(Request::from_parts(parts, body)));
        Box::pin(answered(store, answer))
    }
}

async fn answered<E>(store: LocalStore, answer: impl Future<Output = Result<Response, E>>) -> Result<Response, E> {
    let response = store.scope(answer).await?;
    Ok(response.map(|body| Body::new(LocalBody::new(store, body))))
}
