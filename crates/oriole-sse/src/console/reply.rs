//! Answers, with the headers that all of them have.

use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};

use crate::response::EventBody;

/// On every answer: it is not kept, not guessed at, not framed, and nobody else's page reads it.
static HEADERS: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// An answer of this type, with the common headers.
pub(super) fn reply(status: StatusCode, content_type: &'static str, body: impl Into<Vec<u8>>) -> Response<EventBody> {
    let mut response = Response::new(EventBody::complete(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    guarded(response)
}

/// A text for whoever reads answers.
pub(super) fn text(status: StatusCode, text: &str) -> Response<EventBody> {
    reply(status, "text/plain; charset=utf-8", text)
}

/// What is done.
pub(super) fn done() -> Response<EventBody> {
    guarded({
        let mut response = Response::new(EventBody::complete(Vec::new()));
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
    })
}

pub(super) fn not_allowed(methods: &'static str) -> Response<EventBody> {
    let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "this is asked for in another way");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
    response
}

pub(super) fn too_many_pages() -> Response<EventBody> {
    let why = "so many consoles are open already: see `ConsoleOptions::pages_max`";
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, why);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// Adds the common headers.
pub(super) fn guarded(mut response: Response<EventBody>) -> Response<EventBody> {
    for (name, value) in &HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
