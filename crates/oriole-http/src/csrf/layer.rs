//! What refuses.

use super::CsrfTokens;
use super::options::Except;
use super::provenance::{Provenance, has_ambient_credentials};
use super::token::{self, Issuer};
use crate::HttpException;
use crate::application::BoxService;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Method};
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

pub(super) struct CsrfLayer {
    pub(super) provenance: Provenance,
    pub(super) except: Option<Except>,
    pub(super) tokens: Option<Arc<CsrfTokens>>,
}

impl Layer<BoxService> for CsrfLayer {
    type Service = Csrf;

    fn layer(&self, inner: BoxService) -> Csrf {
        let (provenance, except, tokens) = (self.provenance.clone(), self.except.clone(), self.tokens.clone());
        Csrf { inner, provenance, except, tokens }
    }
}

#[derive(Clone)]
pub(super) struct Csrf {
    inner: BoxService,
    provenance: Provenance,
    except: Option<Except>,
    tokens: Option<Arc<CsrfTokens>>,
}

impl Service<Request> for Csrf {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        if let Some(tokens) = &self.tokens {
            request.extensions_mut().insert(Issuer { tokens: Arc::clone(tokens) });
        }
        let is_excepted = self.except.as_ref().is_some_and(|except| except(request.method(), request.uri()));
        if is_excepted {
            return self.inner.call(request).boxed();
        }
        let headers = request.headers();
        let is_foreign = || self.provenance.is_foreign(request.uri(), headers);
        if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
            if !has_ambient_credentials(headers) || !is_foreign() {
                return self.inner.call(request).boxed();
            }
            if names(headers, &ACCEPT) {
                return refused(foreign());
            }
            // Nobody said that it is an event stream: the answer does.
            let answer = self.inner.call(request).map(|Ok(answer)| {
                let is_stream = names(answer.headers(), &CONTENT_TYPE);
                Ok(if is_stream { foreign().into_response() } else { answer })
            });
            return answer.boxed();
        }
        if is_foreign() {
            return refused(foreign());
        }
        if let Some(tokens) = &self.tokens
            && let Err(exception) = token::verify(tokens, headers, request.extensions())
        {
            return refused(exception);
        }
        self.inner.call(request).boxed()
    }
}

fn foreign() -> HttpException {
    HttpException::forbidden("cross-origin request refused")
}

fn refused(exception: HttpException) -> BoxFuture<'static, Result<Response, Infallible>> {
    ready(Ok(exception.into_response())).boxed()
}

/// Whether a header names the type of event streams.
fn names(headers: &HeaderMap, header: &HeaderName) -> bool {
    headers.get_all(header).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        let mut kinds = value.split([',', ';']).map(str::trim);
        kinds.any(|kind| kind.eq_ignore_ascii_case("text/event-stream"))
    })
}
