//! Requests without a socket.

use super::Case;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use http_body::Body as _;
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use tower_service::Service;

/// What both applications are.
pub trait Driver: Service<Request<Body>, Response = Response, Error = Infallible, Future: Send> + Clone + Send {}

impl<S> Driver for S where
    S: Service<Request<Body>, Response = Response, Error = Infallible, Future: Send> + Clone + Send
{
}

/// One request, read to its end as a server reads it; gives the status and the bytes of the body.
///
/// # Panics
///
/// If the body breaks.
pub async fn drive(service: &impl Driver, case: Case) -> (u16, usize) {
    ask(service, case.request()).await
}

/// As [`drive`], for any request.
///
/// # Panics
///
/// If the body breaks.
pub async fn ask(service: &impl Driver, request: Request<Body>) -> (u16, usize) {
    // As servers do: a clone for each request.
    let mut service = service.clone();
    let response = match service.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let status = response.status().as_u16();
    let mut body = pin!(response.into_body());
    let mut bytes = 0;
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        bytes += frame.expect("the body is at hand").data_ref().map_or(0, bytes::Bytes::len);
    }
    (status, bytes)
}
