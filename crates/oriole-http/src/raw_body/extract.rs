//! The extractor.

use crate::HttpException;
use axum::extract::FromRequestParts;
use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use std::ops::Deref;

/// The body as it was sent, beside an argument that parses it: for the signatures of webhooks.
///
/// It needs [`Application::raw_body`](crate::Application::raw_body). Where nothing else reads the body, axum's `Bytes` as
/// the last argument does without. A request without a body has no bytes.
///
/// # Errors
///
/// - 415 if the body is of a kind that is not kept: neither JSON nor a form, nor
///   [registered](crate::Application::use_body_parser).
/// - 413 for a body beyond the limit, before the handler is called.
/// - 500 if the application does not keep bodies; the log says so.
///
/// # Examples
///
/// ```
/// use oriole_http::{HttpException, Json, RawBody};
///
/// fn is_signed(body: &[u8]) -> bool {
///     body.ends_with(b"}")
/// }
///
/// async fn hook(raw: RawBody, Json(event): Json<serde_json::Value>) -> Result<String, HttpException> {
///     if !is_signed(&raw) {
///         return Err(HttpException::unauthorized("the signature does not fit"));
///     }
///     Ok(event["kind"].to_string())
/// }
/// # let _ = hook;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawBody(pub Bytes);

impl Deref for RawBody {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// What the layer leaves with a request.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    Bytes(Bytes),
    /// A body of a kind that is not kept.
    Streamed,
}

impl<S: Sync> FromRequestParts<S> for RawBody {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, HttpException> {
        match parts.extensions.get::<Kept>() {
            Some(Kept::Bytes(bytes)) => Ok(Self(bytes.clone())),
            Some(Kept::Streamed) => {
                Err(HttpException::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bodies of this type are not kept"))
            }
            None => Err(HttpException::internal("`RawBody` needs `Application::raw_body(true)`")),
        }
    }
}
