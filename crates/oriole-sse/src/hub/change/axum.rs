//! Changes in axum handlers.

use axum_core::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::RETRY_AFTER;

use super::ChangeError;

impl IntoResponse for ChangeError {
    fn into_response(self) -> Response {
        if let Self::Subscribe(error) = self {
            return error.into_response();
        }
        let mut response = (self.status(), self.body_text()).into_response();
        if let Some(wait) = self.retry_after() {
            // A part of a second is a whole one.
            let seconds = wait.as_millis().div_ceil(1000);
            if let Ok(seconds) = HeaderValue::from_str(&seconds.to_string()) {
                response.headers_mut().insert(RETRY_AFTER, seconds);
            }
        }
        response
    }
}
