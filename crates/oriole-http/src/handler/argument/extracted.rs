//! Arguments that a function of the application's own finds in the request's head.

use super::reader::Value;
use super::refusal::Refusal;
use crate::HttpException;
use http::request::Parts;

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

/// What a function of `#[extract(..)]` finds.
#[allow(clippy::missing_errors_doc, reason = "generated code only")]
pub fn extracted<T: Send + 'static, M>(parts: &mut Parts, function: impl Extract<T, M>) -> Result<Value, Refusal> {
    match function.extract(parts) {
        Ok(value) => Ok(Box::new(value)),
        Err(exception) => Err(Ok(exception)),
    }
}
