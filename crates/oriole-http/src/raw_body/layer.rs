//! Reads bodies whole, and keeps them.

use super::BodyLimits;
use super::extract::Kept;
use crate::HttpException;
use crate::application::BoxService;
use crate::exception::too_large;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use http_body_util::{BodyExt, Limited};
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;

/// Refuses a body that cannot be kept, before anything further in sees the request.
///
/// `pause_max` is how long the body may pause. Kinds that nobody registered may be large, and are streamed.
pub(crate) async fn kept(
    request: Request,
    inner: BoxService,
    limits: BodyLimits,
    pause_max: Option<Duration>,
) -> Result<Response, HttpException> {
    Ok(inner.oneshot(keep(request, &limits, pause_max).await?).await?)
}

async fn keep(
    mut request: Request,
    limits: &BodyLimits,
    pause_max: Option<Duration>,
) -> Result<Request, HttpException> {
    if request.body().is_end_stream() {
        request.extensions_mut().insert(Kept::Bytes(Bytes::new()));
        return Ok(request);
    }
    if !limits.is_known(request.headers()) {
        request.extensions_mut().insert(Kept::Streamed);
        return Ok(request);
    }
    let bytes_max = limits.of(request.headers());
    if request.body().size_hint().lower() > bytes_max as u64 {
        return Err(too_large());
    }
    let (mut parts, body) = request.into_parts();
    let bytes = read(body, bytes_max, pause_max).await?;
    parts.extensions.insert(Kept::Bytes(bytes.clone()));
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

async fn read(body: Body, bytes_max: usize, pause_max: Option<Duration>) -> Result<Bytes, HttpException> {
    let mut body = Limited::new(body, bytes_max);
    let mut bytes = BytesMut::new();
    loop {
        let next = match pause_max {
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
