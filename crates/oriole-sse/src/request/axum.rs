//! What a request's head says, as arguments of axum handlers.

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;

use super::{CrossSite, CrossSiteRejection, LastEventId, LastEventIdRejection};
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

/// Refuses a request that a page of another origin made with its user's credentials; see [`CrossSite`].
///
/// It goes by [`SseOptions::cross_site`](crate::SseOptions::cross_site) where the request carries an [`EventStreams`] as an
/// extension, else by the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SameOrigin;

impl<S: Sync> FromRequestParts<S> for SameOrigin {
    type Rejection = CrossSiteRejection;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, CrossSiteRejection> {
        match parts.extensions.get::<EventStreams>() {
            Some(streams) => streams.options().cross_site.check(&parts.headers, &parts.uri)?,
            None => CrossSite::default().check(&parts.headers, &parts.uri)?,
        }
        Ok(Self)
    }
}

impl IntoResponse for CrossSiteRejection {
    fn into_response(self) -> Response {
        (self.status(), self.body_text()).into_response()
    }
}
