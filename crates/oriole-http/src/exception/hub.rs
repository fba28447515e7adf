//! What a hub refuses.

use super::rejection::shaped;
use super::{Detail, HttpException};
use axum::response::IntoResponse;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use oriole_sse::{AppendRefusal, ChangeError, ProducerError, PublishError, StartRejection, StoreError, SubscribeError};
use std::time::Duration;

impl From<StartRejection> for HttpException {
    /// 400 with the rejection's text.
    fn from(rejection: StartRejection) -> Self {
        shaped(rejection.status(), rejection.body_text())
    }
}

impl From<SubscribeError> for HttpException {
    /// 204 without a body for a client that was told not to come back; 400, 403, 429 or 503 with the error's text, and `Retry-After` where
    /// that may help; 500 for a store that failed.
    fn from(error: SubscribeError) -> Self {
        match error.retry_after() {
            _ if matches!(error, SubscribeError::Over) => {
                Self::of(error.status(), Detail::response(error.status().into_response()))
            }
            Some(wait) => later(error.status(), error.body_text(), wait),
            None => shaped(error.status(), error.body_text()).with_source(error),
        }
    }
}

impl From<ChangeError> for HttpException {
    /// 400, 403, 404, 429 or 503 with the error's text, and `Retry-After` where that may help; 500 for a store that failed.
    fn from(error: ChangeError) -> Self {
        match (error.retry_after(), error) {
            (_, ChangeError::Subscribe(error)) => error.into(),
            (Some(wait), error) => later(error.status(), error.body_text(), wait),
            (None, error) => shaped(error.status(), error.body_text()),
        }
    }
}

/// An answer that says when to try again.
fn later(status: StatusCode, text: String, wait: Duration) -> HttpException {
    let mut response = shaped(status, text).into_response();
    // A part of a second is a whole one.
    if let Ok(seconds) = HeaderValue::from_str(&wait.as_millis().div_ceil(1000).to_string()) {
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    HttpException::of(status, Detail::response(response))
}

impl From<ProducerError> for HttpException {
    /// 204 without a body where everything was read, 400, 404 or 503 with the error's text, and `Retry-After` where that may help; 500
    /// for a store that failed.
    fn from(error: ProducerError) -> Self {
        let status = error.status();
        match error {
            ProducerError::Finished => Self::of(status, Detail::response(status.into_response())),
            ProducerError::Subscribe(error) => error.into(),
            ProducerError::Store(_) => shaped(status, error.body_text()).with_source(error),
            _ => match error.retry_after() {
                Some(wait) => later(status, error.body_text(), wait),
                None => shaped(status, error.body_text()),
            },
        }
    }
}

impl From<PublishError> for HttpException {
    /// 400 for a topic's name, 409 for another predecessor, 413 for too large an event, 503 for a store that is away,
    /// full, or did not say whether it was done; else 500, with the error for the log.
    fn from(error: PublishError) -> Self {
        let status = match &error {
            PublishError::Topic(_) => StatusCode::BAD_REQUEST,
            PublishError::Refused(AppendRefusal::Conflict { .. }) => StatusCode::CONFLICT,
            PublishError::TooLarge { .. } | PublishError::Refused(AppendRefusal::TooLarge { .. }) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            PublishError::Away
            | PublishError::Refused(AppendRefusal::TooManyTopics { .. })
            | PublishError::Store(StoreError::InDoubt { .. }) => StatusCode::SERVICE_UNAVAILABLE,
            _ => return Self::internal(error),
        };
        let text = error.to_string();
        shaped(status, text).with_source(error)
    }
}
