//! Arguments that a function of the application's own finds in the request's head.

use super::Call;
use super::argument::{Shown, pass_pipes};
use crate::HttpException;
use http::request::Parts;
use std::any::type_name;
use std::future::Future;

/// What `#[extract(..)]` takes: a function of the request's head that gives the argument, or a `Result` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not extract `{T}`",
    label = "not a function from `&Parts` to `{T}`",
    note = "`#[extract(..)]` takes a `fn(&http::request::Parts) -> {T}`, or one that gives a `Result<{T}, E>` whose error is an `HttpException`",
    note = "a closure says what it takes: `|parts: &Parts| ..`"
)]
pub trait Extract<T, M> {
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "generated code only")]
    fn extract(self, parts: &Parts) -> Result<T, HttpException>;
}

/// Marks functions that always have a value.
#[derive(Debug)]
pub struct Plain;

/// Marks functions that may refuse.
#[derive(Debug)]
pub struct Fallible;

#[diagnostic::do_not_recommend]
impl<F: FnOnce(&Parts) -> T, T> Extract<T, Plain> for F {
    fn extract(self, parts: &Parts) -> Result<T, HttpException> {
        Ok(self(parts))
    }
}

#[diagnostic::do_not_recommend]
impl<F: FnOnce(&Parts) -> Result<T, E>, T, E: Into<HttpException>> Extract<T, Fallible> for F {
    fn extract(self, parts: &Parts) -> Result<T, HttpException> {
        self(parts).map_err(Into::into)
    }
}

/// Extracts an argument by a function and shows it to the route's pipes; `None` if it was [refused](Call::refused).
pub fn extracted<T: Send + 'static, M>(
    call: &mut Call,
    index: usize,
    function: impl Extract<T, M>,
) -> impl Future<Output = Option<T>> + Send {
    let value = call.parts().map(|parts| function.extract(parts));
    async move {
        match value? {
            Ok(mut value) => {
                let shown = Shown { index, type_name: type_name::<T>(), consumes_request: false };
                (!call.route().has_pipes() || pass_pipes(call, &mut value, shown).await).then_some(value)
            }
            Err(exception) => {
                call.refuse(exception);
                None
            }
        }
    }
}
