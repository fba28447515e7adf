//! Why there is no value.

use crate::HttpException;
use axum::response::{IntoResponse, Response};
use std::any::Any;

/// An exception, or what an extractor of axum's answers.
pub(crate) type Refusal = Result<HttpException, Box<Response>>;

/// An exception that is a rejection stays what it is.
pub(super) fn unwrap<R: IntoResponse + 'static>(rejection: R) -> Refusal {
    let mut rejection = Some(rejection);
    let any: &mut dyn Any = &mut rejection;
    if let Some(exception) = any.downcast_mut::<Option<HttpException>>().and_then(Option::take) {
        return Ok(exception);
    }
    Err(Box::new(rejection.map_or_else(Response::default, IntoResponse::into_response)))
}
