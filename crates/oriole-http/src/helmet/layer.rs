//! What marks answers.

use super::HelmetOptions;
use crate::Error;
use http::{HeaderName, HeaderValue, Request, Response};
use pin_project_lite::pin_project;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tower_layer::Layer;
use tower_service::Service;

/// A header, and what it says; one that says nothing is taken away.
pub(super) type Header = (HeaderName, Option<HeaderValue>);

/// Helmet as a tower layer: it covers what it is put around, and nothing further out (`HLM.2`).
///
/// Use it where a part of an application has rules of its own, such as a mounted router with a page that needs a wider
/// policy (`HLM.3`); for all of it, [`Application::enable_helmet`](crate::Application::enable_helmet) is shorter and cannot
/// stand in the wrong place. Headers that are there already stay, so the innermost layer decides.
///
/// # Examples
///
/// ```
/// use oriole_http::axum::Router;
/// use oriole_http::axum::routing::get;
/// use oriole_http::{ContentSecurityPolicy, HelmetLayer, HelmetOptions};
///
/// # fn sandbox() -> Result<Router, oriole_http::Error> {
/// let policy = ContentSecurityPolicy::default().directive("script-src", ["'self'", "https://cdn.example"]);
/// let layer = HelmetLayer::new(HelmetOptions::default().content_security_policy(policy))?;
/// Ok(Router::new().route("/", get(|| async { "<script src=https://cdn.example/a.js></script>" })).layer(layer))
/// # }
/// # assert!(sandbox().is_ok());
/// ```
#[derive(Clone)]
pub struct HelmetLayer {
    headers: Arc<[Header]>,
}

impl HelmetLayer {
    /// Makes a layer of options.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] if a value cannot stand in a header, or a policy cannot be.
    pub fn new(options: HelmetOptions) -> Result<Self, Error> {
        let (layer, mistakes) = Self::checked(options);
        if mistakes.is_empty() { Ok(layer) } else { Err(Error::Settings { problems: mistakes.join("\n") }) }
    }

    pub(super) fn checked(options: HelmetOptions) -> (Self, Vec<String>) {
        let (headers, mistakes) = options.headers();
        (Self { headers: headers.into() }, mistakes)
    }
}

impl fmt::Debug for HelmetLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HelmetLayer").field("headers", &self.headers).finish()
    }
}

impl<S> Layer<S> for HelmetLayer {
    type Service = Helmet<S>;

    fn layer(&self, inner: S) -> Helmet<S> {
        Helmet { inner, headers: Arc::clone(&self.headers) }
    }
}

/// What [`HelmetLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct Helmet<S> {
    inner: S,
    headers: Arc<[Header]>,
}

impl<S, B, R> Service<Request<B>> for Helmet<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = HelmetFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        HelmetFuture { answer: self.inner.call(request), headers: Arc::clone(&self.headers) }
    }
}

pin_project! {
    /// The answer of [`Helmet`].
    #[derive(Debug)]
    pub struct HelmetFuture<F> {
        #[pin]
        answer: F,
        headers: Arc<[Header]>,
    }
}

impl<F, R, E> Future for HelmetFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut answer = ready!(this.answer.poll(cx))?;
        for (name, value) in this.headers.iter() {
            match value {
                Some(value) => {
                    answer.headers_mut().entry(name).or_insert_with(|| value.clone());
                }
                None => {
                    answer.headers_mut().remove(name);
                }
            }
        }
        Poll::Ready(Ok(answer))
    }
}
