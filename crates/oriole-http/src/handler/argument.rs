//! Arguments: any axum extractor, with errors in our words.

use super::timed_body::timed;
use crate::HttpException;
use crate::exception::{from_rejection, timed_out};
use crate::pipe::Rules;
use crate::route::RouteRef;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http_body::Body as _;
use std::any::{Any, TypeId};
use std::future::Future;

/// Anything that may be an argument of a handler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    label = "not an extractor",
    note = "an argument is anything that implements axum's `FromRequestParts<()>`: `Path<T>`, `Query<T>`, `HeaderMap`, ...",
    note = "an extractor of the body (`Json<T>`, `Form<T>`, `Bytes`, `String`) may only be the last argument"
)]
pub trait Argument: Sized + Send + 'static {
    #[doc(hidden)]
    fn extract(parts: &mut Parts) -> impl Future<Output = Result<Self, HttpException>> + Send;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequestParts<()> + Send + 'static> Argument for T {
    async fn extract(parts: &mut Parts) -> Result<Self, HttpException> {
        // A rejection need not be `Send`: nothing of it may live across the next `await`.
        let rejected = match T::from_request_parts(parts, &()).await {
            Ok(value) => return Ok(value),
            Err(rejection) => unwrap(rejection),
        };
        Err(shape(rejected).await)
    }
}

/// Anything that may be the last argument of a handler, which may consume the body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the last argument of a handler",
    label = "not an extractor",
    note = "the last argument is anything that implements axum's `FromRequest<()>` or `FromRequestParts<()>`: `Json<T>`, `Form<T>`, `Bytes`, `String`, `Path<T>`, `Query<T>`, `HeaderMap`, ...",
    note = "`Json<T>` and `Form<T>` want `T: serde::Deserialize`"
)]
pub trait LastArgument<M>: Sized + Send + 'static {
    #[doc(hidden)]
    fn extract_last(request: Request) -> impl Future<Output = Result<Self, HttpException>> + Send;
}

#[diagnostic::do_not_recommend]
impl<T: FromRequest<(), M> + Send + 'static, M: 'static> LastArgument<M> for T {
    async fn extract_last(request: Request) -> Result<Self, HttpException> {
        let rejected = match T::from_request(request, &()).await {
            Ok(value) => return Ok(value),
            Err(rejection) => unwrap(rejection),
        };
        Err(shape(rejected).await)
    }
}

/// Extracts an argument and shows it to the route's pipes.
///
/// The bound stands here, on a free function, because rustc ignores `do_not_recommend` on a path such as
/// `<T as Argument>::extract`.
///
/// # Errors
///
/// The extractor's rejection in Nest's shape, or what a pipe refused with.
#[allow(clippy::manual_async_fn, reason = "with `Send` in the signature, rustc need not prove it in every handler")]
pub fn argument<T: Argument>(
    parts: &mut Parts,
    route: &RouteRef,
    index: usize,
) -> impl Future<Output = Result<T, HttpException>> + Send {
    async move {
        let mut value = match route.rules(index) {
            Some(Rules::Head(read)) => unboxed::<T>(read(parts).await?)?,
            _ => T::extract(parts).await?,
        };
        if route.has_pipes() {
            route.run_pipes(&mut value, index, false).await?;
        }
        Ok(value)
    }
}

/// As [`argument`], for the one that may consume the body, which must keep coming.
///
/// # Errors
///
/// As [`argument`]; 408 if the body did not come in time.
#[allow(clippy::manual_async_fn, reason = "with `Send` in the signature, rustc need not prove it in every handler")]
pub fn last_argument<T: LastArgument<M>, M: 'static>(
    parts: Parts,
    body: Body,
    route: &RouteRef,
    index: usize,
) -> impl Future<Output = Result<T, HttpException>> + Send {
    async move {
        let mut value = match route.body_read_timeout() {
            Some(timeout) if !body.is_end_stream() && consumes_request::<M>() => {
                let (body, late) = timed(body, timeout).await;
                let extracted = last::<T, M>(Request::from_parts(parts, body), route, index).await;
                // Whatever the extractor made of a body that did not come.
                extracted
                    .map_err(|rejected| if late.is_some_and(|late| late.is_set()) { timed_out() } else { rejected })?
            }
            _ => last::<T, M>(Request::from_parts(parts, body), route, index).await?,
        };
        if route.has_pipes() {
            route.run_pipes(&mut value, index, consumes_request::<M>()).await?;
        }
        Ok(value)
    }
}

async fn last<T: LastArgument<M>, M: 'static>(
    request: Request,
    route: &RouteRef,
    index: usize,
) -> Result<T, HttpException> {
    match route.rules(index) {
        None => T::extract_last(request).await,
        Some(Rules::Body(read)) => unboxed(read(request).await?),
        Some(Rules::Head(read)) => {
            let (mut parts, _) = request.into_parts();
            unboxed(read(&mut parts).await?)
        }
    }
}

/// What was read by its rules is of the type that they were found for.
fn unboxed<T: 'static>(value: Box<dyn Any + Send>) -> Result<T, HttpException> {
    match value.downcast::<T>() {
        Ok(value) => Ok(*value),
        Err(_) => Err(HttpException::internal(format!("the rules are not those of `{}`", std::any::type_name::<T>()))),
    }
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

/// An exception that is a rejection stays what it is.
#[allow(clippy::result_large_err, reason = "taken apart at once")]
fn unwrap<R: IntoResponse + 'static>(rejection: R) -> Result<HttpException, Response> {
    let mut rejection = Some(rejection);
    let any: &mut dyn Any = &mut rejection;
    if let Some(exception) = any.downcast_mut::<Option<HttpException>>().and_then(Option::take) {
        return Ok(exception);
    }
    Err(rejection.map_or_else(Response::default, IntoResponse::into_response))
}

async fn shape(rejected: Result<HttpException, Response>) -> HttpException {
    match rejected {
        Ok(exception) => exception,
        Err(response) => from_rejection(response).await,
    }
}
