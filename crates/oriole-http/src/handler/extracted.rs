//! Arguments that a function of the application's own finds in the request's head.

use crate::HttpException;
use crate::route::RouteRef;
use http::request::Parts;
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

/// Extracts an argument by a function and shows it to the route's pipes.
///
/// # Errors
///
/// What the function or a pipe refused with.
pub fn extracted<T: Send + 'static, M>(
    parts: &mut Parts,
    route: &RouteRef,
    index: usize,
    function: impl Extract<T, M>,
) -> impl Future<Output = Result<T, HttpException>> + Send {
    let value = function.extract(parts);
    async move {
        let mut value = value?;
        if route.has_pipes() {
            route.run_pipes(&mut value, index, false).await?;
        }
        Ok(value)
    }
}
