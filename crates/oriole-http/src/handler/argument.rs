//! Arguments: any axum extractor, with errors in our words.

use super::Call;
use super::timed_body::{Late, timed};
use crate::HttpException;
use crate::exception::{from_rejection, timed_out};
use crate::pipe::{ArgSource, Checked, Rules};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http_body::Body as _;
use std::any::{Any, TypeId, type_name};
use std::future::Future;

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

/// Extracts an argument and shows it to the route's pipes; `None` if it was [refused](Call::refused).
///
/// The bound stands here, on a free function, because rustc ignores `do_not_recommend` on a path such as
/// `<T as Argument>::extract`.
#[allow(clippy::manual_async_fn, reason = "with `Send` in the signature, rustc need not prove it in every handler")]
pub fn argument<T: Argument>(call: &mut Call, index: usize) -> impl Future<Output = Option<T>> + Send {
    async move {
        let extracted = match call.route().rules(index) {
            Some(Rules::Head(read)) => unboxed(read(call.parts()?).await),
            // A rejection need not be `Send`: nothing of it may live across the next `await`.
            _ => match T::from_request_parts(call.parts()?, &()).await {
                Ok(value) => Ok(value),
                Err(rejection) => Err(unwrap(rejection)),
            },
        };
        let shown = Shown { index, type_name: type_name::<T>(), consumes_request: false };
        match extracted {
            Ok(mut value) => (!call.route().has_pipes() || pass_pipes(call, &mut value, shown).await).then_some(value),
            Err(rejected) => {
                reject(call, rejected, None).await;
                None
            }
        }
    }
}

/// As [`argument`], for the one that may consume the body, which must keep coming: 408 if it did not.
#[allow(clippy::manual_async_fn, reason = "with `Send` in the signature, rustc need not prove it in every handler")]
pub fn last_argument<T: LastArgument<M>, M: 'static>(
    call: &mut Call,
    index: usize,
) -> impl Future<Output = Option<T>> + Send {
    async move {
        let (request, late) = request(call, consumes_request::<M>()).await?;
        let extracted = match call.route().rules(index) {
            Some(rules) => unboxed(read(rules, request).await),
            None => match T::from_request(request, &()).await {
                Ok(value) => Ok(value),
                Err(rejection) => Err(unwrap(rejection)),
            },
        };
        let shown = Shown { index, type_name: type_name::<T>(), consumes_request: consumes_request::<M>() };
        match extracted {
            Ok(mut value) => (!call.route().has_pipes() || pass_pipes(call, &mut value, shown).await).then_some(value),
            Err(rejected) => {
                reject(call, rejected, late).await;
                None
            }
        }
    }
}

/// The request with its body, bounded in time where that can matter.
async fn request(call: &mut Call, consumes_request: bool) -> Option<(Request, Option<Late>)> {
    let timeout = call.route().body_read_timeout();
    let (parts, body) = call.take()?;
    let (body, late) = match timeout {
        Some(timeout) if consumes_request && !body.is_end_stream() => timed(body, timeout).await,
        _ => (body, None),
    };
    Some((Request::from_parts(parts, body), late))
}

/// Reads and checks the last argument.
async fn read(rules: Rules, request: Request) -> Checked {
    match rules {
        Rules::Body(read) => read(request).await,
        Rules::Head(read) => read(&mut request.into_parts().0).await,
    }
}

/// What was read by its rules is of the type that they were found for.
#[allow(clippy::result_large_err, reason = "taken apart at once")]
fn unboxed<T: 'static>(checked: Checked) -> Result<T, Refusal> {
    match checked {
        Ok(value) => match value.downcast::<T>() {
            Ok(value) => Ok(*value),
            Err(_) => Err(Ok(HttpException::internal("the rules are not those of the argument's type"))),
        },
        Err(exception) => Err(Ok(exception)),
    }
}

/// Which argument a pipe is shown.
pub(super) struct Shown {
    pub(super) index: usize,
    pub(super) type_name: &'static str,
    pub(super) consumes_request: bool,
}

/// Shows a value to the route's pipes; `false` if one refused it.
pub(super) async fn pass_pipes(call: &mut Call, value: &mut (dyn Any + Send), shown: Shown) -> bool {
    let Shown { index, type_name, consumes_request } = shown;
    match call.route().run_pipes(value, index, ArgSource::named(type_name, consumes_request)).await {
        Ok(()) => true,
        Err(refused) => {
            call.refuse(refused);
            false
        }
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

/// Why there is no value: an exception, or what an extractor of axum's answers.
type Refusal = Result<HttpException, Response>;

/// An exception that is a rejection stays what it is.
#[allow(clippy::result_large_err, reason = "taken apart at once")]
fn unwrap<R: IntoResponse + 'static>(rejection: R) -> Refusal {
    let mut rejection = Some(rejection);
    let any: &mut dyn Any = &mut rejection;
    if let Some(exception) = any.downcast_mut::<Option<HttpException>>().and_then(Option::take) {
        return Ok(exception);
    }
    Err(rejection.map_or_else(Response::default, IntoResponse::into_response))
}

/// Keeps the rejection in our words, or says that the body came too late, whatever the extractor made of that.
async fn reject(call: &mut Call, rejected: Refusal, late: Option<Late>) {
    let exception = match rejected {
        _ if late.is_some_and(|late| late.is_set()) => timed_out(),
        Ok(exception) => exception,
        Err(response) => from_rejection(response).await,
    };
    call.refuse(exception);
}
