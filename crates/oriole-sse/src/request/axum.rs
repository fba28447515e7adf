//! `LastEventId` as an argument of axum handlers.

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;

use super::{LastEventId, LastEventIdRejection};
use crate::response::EventStreams;

/// Takes at most [`SseOptions::last_event_id_bytes_max`](crate::SseOptions::last_event_id_bytes_max) bytes where the
/// request carries an [`EventStreams`] as an extension, else [`LastEventId::BYTES_MAX`].
impl<S: Sync> FromRequestParts<S> for LastEventId {
    type Rejection = LastEventIdRejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, LastEventIdRejection> {
        let bytes_max = parts
            .extensions
            .get::<EventStreams>()
            .map_or(LastEventId::BYTES_MAX, |streams| streams.options().last_event_id_bytes_max);
        Self::read(&parts.headers, &parts.uri, bytes_max)
    }
}

impl IntoResponse for LastEventIdRejection {
    fn into_response(self) -> Response {
        (self.status(), self.body_text()).into_response()
    }
}
