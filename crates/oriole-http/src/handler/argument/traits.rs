//! What may be an argument.

use super::reader::Value;
use super::reading::{in_time, request};
use super::refusal::{Refusal, unwrap};
use crate::handler::Call;
use crate::pipe::ArgSource;
use axum::extract::{FromRequest, FromRequestParts};
use futures_util::future::BoxFuture;
use std::any::{TypeId, type_name};

/// Anything that may be an argument of a handler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "not an extractor",
    note = "an argument is anything that implements axum's `FromRequestParts<()>`: `Path<T>`, `Query<T>`, `HeaderMap`, ...",
    note = "an extractor of the body (`Json<T>`, `Form<T>`, `Bytes`, `String`) may only be the last argument"
)]
pub trait Argument: FromRequestParts<()> + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<()> + Send + 'static> Argument for T {}

/// Anything that may be the last argument of a handler, which may consume the body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the last argument of a handler",
    label = "not an extractor",
    note = "the last argument is anything that implements axum's `FromRequest<()>` or `FromRequestParts<()>`: `Json<T>`, `Form<T>`, `Bytes`, `String`, `Path<T>`, `Query<T>`, `HeaderMap`, ...",
    note = "`Json<T>` and `Form<T>` want `T: serde::Deserialize`"
)]
pub trait LastArgument<M>: FromRequest<(), M> + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: FromRequest<(), M> + Send + 'static, M: 'static> LastArgument<M> for T {}

/// What a reader of an extractor gives: where the value came from, and the value.
pub(super) type Extracted = (ArgSource, Result<Value, Refusal>);

/// Reads what is no last argument; `None` if the request is gone.
pub(super) fn extract<T: Argument>(call: &mut Call) -> BoxFuture<'_, Option<Extracted>> {
    Box::pin(async move {
        let source = ArgSource::named(type_name::<T>(), false);
        // A rejection need not be `Send`: nothing of it may live across another `await`.
        let value = match T::from_request_parts(call.parts()?, &()).await {
            Ok(value) => Ok(Box::new(value) as Value),
            Err(rejection) => Err(unwrap(rejection)),
        };
        Some((source, value))
    })
}

/// Reads the last argument; a body must keep coming: 408 if it did not.
pub(super) fn extract_last<T: LastArgument<M>, M: 'static>(call: &mut Call) -> BoxFuture<'_, Option<Extracted>> {
    Box::pin(async move {
        let consumes = consumes_request::<M>();
        let source = ArgSource::named(type_name::<T>(), consumes);
        let (request, late) = request(call, consumes).await?;
        let value = match T::from_request(request, &()).await {
            Ok(value) => Ok(Box::new(value) as Value),
            Err(rejection) => Err(unwrap(rejection)),
        };
        Some((source, in_time(value, late)))
    })
}

/// Tells axum's two markers apart without naming them, which axum does not allow: `HeaderMap` is extracted from the
/// request's head.
fn consumes_request<M: 'static>() -> bool {
    trait Marker<M> {
        fn id() -> TypeId;
    }
    impl<T: FromRequest<(), M>, M: 'static> Marker<M> for T {
        fn id() -> TypeId {
            TypeId::of::<M>()
        }
    }
    TypeId::of::<M>() != <http::HeaderMap as Marker<_>>::id()
}
