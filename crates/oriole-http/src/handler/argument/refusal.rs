//! Why there is no value.

use crate::HttpException;
use axum::response::{IntoResponse, Response};
use std::any::Any;

/// An exception, or what an extractor of axum's answers.
pub(crate) type Refusal = Result<HttpException, Response>;

/// An exception that is a rejection stays what it is.
#[allow(clippy::result_large_err, reason = "taken apart at once")]
pub(super) fn unwrap<R: IntoResponse + 'static>(rejection: R) -> Refusal {
    let mut rejection = Some(rejection);
    let any: &mut dyn Any = &mut rejection;
    if let Some(exception) = any.downcast_mut::<Option<HttpException>>().and_then(Option::take) {
        return Ok(exception);
    }
    Err(rejection.map_or_else(Response::default, IntoResponse::into_response))
}
