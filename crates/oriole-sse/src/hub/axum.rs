//! Subscribing in axum handlers.

use std::time::Duration;

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{HeaderValue, StatusCode};

use super::{Start, StartRejection, SubscribeError};
use crate::request::LastEventId;
use crate::response::EventStreams;

/// Takes at most [`SseOptions::last_event_id_bytes_max`](crate::SseOptions::last_event_id_bytes_max) bytes where the
/// request carries an [`EventStreams`] as an extension, else [`LastEventId::BYTES_MAX`].
impl<S: Sync> FromRequestParts<S> for Start {
    type Rejection = StartRejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, StartRejection> {
        let streams = parts.extensions.get::<EventStreams>();
        let bytes_max = streams.map_or(LastEventId::BYTES_MAX, |streams| streams.options().last_event_id_bytes_max);
        Self::read(&parts.headers, &parts.uri, bytes_max)
    }
}

impl IntoResponse for StartRejection {
    fn into_response(self) -> Response {
        (self.status(), self.body_text()).into_response()
    }
}

impl IntoResponse for SubscribeError {
    fn into_response(self) -> Response {
        if let Self::Store(error) = &self {
            tracing::error!(%error, source = ?std::error::Error::source(error), "a subscription did not begin");
        }
        if matches!(self, Self::Over) {
            return self.status().into_response();
        }
        refusal(self.status(), self.body_text(), self.retry_after())
    }
}

/// Makes the answer to a client that may come back, after a time if it is known.
pub(crate) fn refusal(status: StatusCode, text: String, retry_after: Option<Duration>) -> Response {
    let mut response = (status, text).into_response();
    // A part of a second is a whole one.
    let seconds = retry_after.map(|wait| wait.as_millis().div_ceil(1000).to_string());
    if let Some(Ok(seconds)) = seconds.map(|seconds| HeaderValue::from_str(&seconds)) {
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}
