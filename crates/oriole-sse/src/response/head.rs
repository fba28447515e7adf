//! The response's head.

use std::sync::LazyLock;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, EXPIRES, PRAGMA};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use super::EventBody;

/// The headers of every event stream. To copy them is cheaper than to find a place for each anew.
///
/// No hop-by-hop header is among them: what `Connection` says is the server's to decide, and HTTP/2 forbids it.
static EVENT_STREAM: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::with_capacity(5);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache, no-store, must-revalidate, max-age=0, no-transform"),
    );
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(EXPIRES, HeaderValue::from_static("0"));
    // nginx and what learnt from it would otherwise hold events back until a buffer is full.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    headers
});

/// Puts the head of an event stream before a body: always 200, whatever the method.
pub(super) fn event_stream(body: EventBody) -> Response<EventBody> {
    let mut response = Response::new(body);
    *response.headers_mut() = EVENT_STREAM.clone();
    response
}

/// Tells a client not to come back, and caches not to tell others so.
pub(super) fn no_content() -> Response<EventBody> {
    let mut response = Response::new(EventBody::complete(Vec::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Answers a stream that failed before its head, where the caller has no answer of its own.
pub(super) fn internal_server_error() -> Response<EventBody> {
    let mut response = Response::new(EventBody::complete("Internal Server Error".into()));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
