//! Reads bodies whole, and keeps them.

use super::extract::Kept;
use crate::HttpException;
use crate::application::BoxService;
use crate::exception::too_large;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body::Body as _;
use http_body_util::{BodyExt, Limited};
use std::convert::Infallible;
use std::task::{Context, Poll};
use tower::ServiceExt;
use tower_layer::Layer;
use tower_service::Service;

#[derive(Clone, Copy)]
pub(crate) struct RawBodyLayer {
    pub(crate) bytes_max: usize,
}

impl Layer<BoxService> for RawBodyLayer {
    type Service = Keeping;

    fn layer(&self, inner: BoxService) -> Keeping {
        Keeping { inner, bytes_max: self.bytes_max }
    }
}

#[derive(Clone)]
pub(crate) struct Keeping {
    inner: BoxService,
    bytes_max: usize,
}

impl Service<Request> for Keeping {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (inner, bytes_max) = (self.inner.clone(), self.bytes_max);
        Box::pin(async move {
            match keep(request, bytes_max).await {
                Ok(request) => inner.oneshot(request).await,
                Err(refused) => Ok(refused.into_response()),
            }
        })
    }
}

async fn keep(mut request: Request, bytes_max: usize) -> Result<Request, HttpException> {
    if request.body().is_end_stream() {
        request.extensions_mut().insert(Kept::Bytes(Bytes::new()));
        return Ok(request);
    }
    if !is_kept(request.headers()) {
        request.extensions_mut().insert(Kept::Streamed);
        return Ok(request);
    }
    if request.body().size_hint().lower() > bytes_max as u64 {
        return Err(too_large());
    }
    let (mut parts, body) = request.into_parts();
    let bytes = match Limited::new(body, bytes_max).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) => return Err(unread(HttpException::from(error))),
    };
    parts.extensions.insert(Kept::Bytes(bytes.clone()));
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// A body that breaks off is the client's doing.
fn unread(exception: HttpException) -> HttpException {
    if exception.status().is_server_error() {
        return HttpException::bad_request("the body could not be read").with_source(exception);
    }
    exception
}

/// JSON, forms and texts are small and parsed; what else comes may be large and is streamed.
fn is_kept(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.starts_with("text/")
        || matches!(kind.as_str(), "application/json" | "application/x-www-form-urlencoded" | "application/xml")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
}
