//! `Result<T, E>` to `T`; anything else stays.

use super::answered::{Fifth, First, Fourth, Second, Sixth, Third};
use crate::HttpException;
use crate::exception::Detail;
use axum::response::IntoResponse;
use oriole_core::BoxError;
use std::borrow::Cow;

/// An error that says itself what the client shall read.
pub trait SplitException {
    #[doc(hidden)]
    type Ok;
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "generated code only")]
    fn split(&mut self) -> Result<Self::Ok, HttpException>;
}

impl<T, E: Into<HttpException>> SplitException for First<Result<T, E>> {
    type Ok = T;
    fn split(&mut self) -> Result<T, HttpException> {
        self.take().map_err(Into::into)
    }
}

/// A bare text as error: 500, and the text is for the log.
pub trait SplitText {
    #[doc(hidden)]
    type Ok;
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "generated code only")]
    fn split(&mut self) -> Result<Self::Ok, HttpException>;
}

macro_rules! texts {
    ($($text:ty),*) => {$(
        impl<T> SplitText for Second<Result<T, $text>> {
            type Ok = T;
            fn split(&mut self) -> Result<T, HttpException> {
                self.take().map_err(|text| HttpException::internal(String::from(text)))
            }
        }
    )*};
}
texts!(String, &'static str, Cow<'static, str>);

/// An error that is a response: it goes out as it is.
pub trait SplitResponse {
    #[doc(hidden)]
    type Ok;
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "generated code only")]
    fn split(&mut self) -> Result<Self::Ok, HttpException>;
}

impl<T, E: IntoResponse> SplitResponse for Third<Result<T, E>> {
    type Ok = T;
    fn split(&mut self) -> Result<T, HttpException> {
        self.take().map_err(|error| {
            let response = error.into_response();
            HttpException::of(response.status(), Detail::response(response))
        })
    }
}

/// Any other error: 500, and the error is for the log (`EXF.2`).
pub trait SplitError {
    #[doc(hidden)]
    type Ok;
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "generated code only")]
    fn split(&mut self) -> Result<Self::Ok, HttpException>;
}

impl<T, E: Into<BoxError>> SplitError for Fourth<Result<T, E>> {
    type Ok = T;
    fn split(&mut self) -> Result<T, HttpException> {
        self.take().map_err(|error| HttpException::from(error.into()))
    }
}

/// What a handler may fail with.
#[diagnostic::on_unimplemented(
    message = "a handler cannot fail with `{Self}`",
    label = "neither an exception, nor a response, nor an error",
    note = "implement `From<{Self}> for HttpException`, or `std::error::Error` for a 500 whose cause is logged"
)]
pub trait IntoException {}

/// An error that nobody can answer.
pub trait SplitNone<E> {
    #[doc(hidden)]
    type Ok;
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "generated code only")]
    fn split(&mut self) -> Result<Self::Ok, HttpException>
    where
        E: IntoException;
}

impl<T, E> SplitNone<E> for Fifth<Result<T, E>> {
    type Ok = T;
    fn split(&mut self) -> Result<T, HttpException>
    where
        E: IntoException,
    {
        self.take().map_err(|_| HttpException::unknown())
    }
}

/// No `Result` at all.
pub trait SplitPlain {
    #[doc(hidden)]
    type Ok;
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "generated code only")]
    fn split(&mut self) -> Result<Self::Ok, HttpException>;
}

impl<T> SplitPlain for Sixth<T> {
    type Ok = T;
    fn split(&mut self) -> Result<T, HttpException> {
        Ok(self.take())
    }
}
