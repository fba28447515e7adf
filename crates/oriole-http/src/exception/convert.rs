//! What becomes an exception with `?`.

use super::rejection::shaped;
use super::{Detail, HttpException, Message};
use crate::handler::BodyTimeout;
use axum::extract::rejection::{
    BytesRejection, ExtensionRejection, FormRejection, JsonRejection, PathRejection, QueryRejection, RawFormRejection,
    RawPathParamsRejection, StringRejection,
};
use axum::response::IntoResponse;
use http::StatusCode;
use http_body_util::LengthLimitError;
use oriole_core::BoxError;
use std::convert::Infallible;

impl From<StatusCode> for HttpException {
    /// The bare exception of a status: `{"message": reason, "statusCode"}`.
    fn from(status: StatusCode) -> Self {
        Self::builtin(status, Message::Standard)
    }
}

impl From<Infallible> for HttpException {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<axum::response::ErrorResponse> for HttpException {
    /// The response as it is.
    fn from(error: axum::response::ErrorResponse) -> Self {
        let response = Err::<(), _>(error).into_response();
        Self::of(response.status(), Detail::response(response))
    }
}

impl From<BoxError> for HttpException {
    /// An exception inside the box stays what it is; anything else is [`internal`](HttpException::internal).
    fn from(error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(exception) => *exception,
            Err(error) if is_caused_by::<LengthLimitError>(&*error) => too_large(),
            Err(error) if is_caused_by::<BodyTimeout>(&*error) => timed_out(),
            Err(error) => Self::unknown().with_source(error),
        }
    }
}

impl From<axum::Error> for HttpException {
    /// 413 where a body went beyond its limit, 408 where it did not come in time, else 500; the error is for the log.
    fn from(error: axum::Error) -> Self {
        Self::from(error.into_inner())
    }
}

/// What a client reads whose body is beyond the limit; the parsers' own have two keys.
pub(crate) fn too_large() -> HttpException {
    HttpException::new(StatusCode::PAYLOAD_TOO_LARGE, "request entity too large")
}

/// What a client reads whose body did not come in time.
pub(crate) fn timed_out() -> HttpException {
    HttpException::request_timeout(BodyTimeout.to_string())
}

/// Whether an error comes from another, by whatever layers.
fn is_caused_by<E: std::error::Error + 'static>(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<E>())
}

macro_rules! internal {
    ($($error:ty),*) => {$(
        impl From<$error> for HttpException {
            /// 500; the error is for the log.
            fn from(error: $error) -> Self {
                Self::internal(error)
            }
        }
    )*};
}
internal!(std::io::Error, std::fmt::Error, serde_json::Error, http::Error);

macro_rules! rejections {
    ($($rejection:ty),*) => {$(
        impl From<$rejection> for HttpException {
            /// The rejection's status and text, as if the extractor stood in the signature.
            fn from(rejection: $rejection) -> Self {
                if is_caused_by::<BodyTimeout>(&rejection) {
                    return timed_out();
                }
                let source = rejection.body_text();
                shaped(rejection.status(), source)
            }
        }
    )*};
}
rejections!(
    BytesRejection,
    ExtensionRejection,
    FormRejection,
    JsonRejection,
    PathRejection,
    QueryRejection,
    RawFormRejection,
    RawPathParamsRejection,
    StringRejection,
    oriole_sse::CrossSiteRejection,
    oriole_sse::LastEventIdRejection
);
