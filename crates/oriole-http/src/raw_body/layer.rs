//! Reads bodies whole, and keeps them.

use super::extract::Kept;
use crate::HttpException;
use crate::application::BoxService;
use crate::exception::too_large;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body::Body as _;
use http_body_util::{BodyExt, Limited};
use std::convert::Infallible;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;
use tower_layer::Layer;
use tower_service::Service;

#[derive(Clone, Copy)]
pub(crate) struct RawBodyLayer {
    pub(crate) bytes_max: usize,
    /// How long the body may pause.
    pub(crate) timeout: Option<Duration>,
}

impl Layer<BoxService> for RawBodyLayer {
    type Service = Keeping;

    fn layer(&self, inner: BoxService) -> Keeping {
        Keeping { inner, layer: *self }
    }
}

#[derive(Clone)]
pub(crate) struct Keeping {
    inner: BoxService,
    layer: RawBodyLayer,
}

impl Service<Request> for Keeping {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let (inner, layer) = (self.inner.clone(), self.layer);
        Box::pin(async move {
            match keep(request, layer).await {
                Ok(request) => inner.oneshot(request).await,
                Err(refused) => Ok(refused.into_response()),
            }
        })
    }
}

async fn keep(mut request: Request, layer: RawBodyLayer) -> Result<Request, HttpException> {
    if request.body().is_end_stream() {
        request.extensions_mut().insert(Kept::Bytes(Bytes::new()));
        return Ok(request);
    }
    if !is_kept(request.headers()) {
        request.extensions_mut().insert(Kept::Streamed);
        return Ok(request);
    }
    if request.body().size_hint().lower() > layer.bytes_max as u64 {
        return Err(too_large());
    }
    let (mut parts, body) = request.into_parts();
    let bytes = read(body, layer).await?;
    parts.extensions.insert(Kept::Bytes(bytes.clone()));
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

async fn read(body: Body, layer: RawBodyLayer) -> Result<Bytes, HttpException> {
    let mut body = Limited::new(body, layer.bytes_max);
    let mut bytes = BytesMut::new();
    loop {
        let next = match layer.timeout {
            Some(pause) => timeout(pause, body.frame()).await.map_err(|_| late())?,
            None => body.frame().await,
        };
        let Some(frame) = next else { return Ok(bytes.freeze()) };
        let frame = frame.map_err(|error| unread(HttpException::from(error)))?;
        bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| &data[..]));
    }
}

fn late() -> HttpException {
    HttpException::request_timeout("the request's body did not come in time")
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
