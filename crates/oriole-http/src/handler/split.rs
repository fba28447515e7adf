//! `Result<T, E>` to `Result<T, HttpException>`; anything else is `Ok`.

use super::answered::Answered;
use crate::HttpException;
use crate::exception::Detail;
use axum::response::IntoResponse;
use oriole_core::BoxError;
use std::borrow::Cow;

macro_rules! traits {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub trait $name {
            #[doc(hidden)]
            type Given;
            #[doc(hidden)]
            type Ok;
            #[doc(hidden)]
            #[allow(clippy::missing_errors_doc, reason = "generated code only")]
            fn __split(&self, given: Self::Given) -> Result<Self::Ok, HttpException>;
        }
    )*};
}
traits! {
    /// An error that says itself what the client shall read.
    SplitException;
    /// A bare text as error: 500, and the text is for the log.
    SplitText;
    /// An error that is a response: it goes out as it is.
    SplitResponse;
    /// Any other error: 500, and the error is for the log (`EXF.2`).
    SplitError;
    /// No `Result` at all.
    SplitPlain;
}

impl<T, E: Into<HttpException>> SplitException for &&&&&Answered<Result<T, E>> {
    type Given = Result<T, E>;
    type Ok = T;
    fn __split(&self, given: Result<T, E>) -> Result<T, HttpException> {
        match given {
            Ok(value) => Ok(value),
            Err(error) => Err(error.into()),
        }
    }
}

macro_rules! texts {
    ($(<$($life:lifetime)?> $text:ty),*) => {$(
        impl<$($life,)? T> SplitText for &&&&Answered<Result<T, $text>> {
            type Given = Result<T, $text>;
            type Ok = T;
            fn __split(&self, given: Result<T, $text>) -> Result<T, HttpException> {
                match given {
                    Ok(value) => Ok(value),
                    Err(text) => Err(HttpException::internal(String::from(text))),
                }
            }
        }
    )*};
}
texts!(<> String, <'a> &'a str, <'a> Cow<'a, str>);

impl<T, E: IntoResponse> SplitResponse for &&&Answered<Result<T, E>> {
    type Given = Result<T, E>;
    type Ok = T;
    fn __split(&self, given: Result<T, E>) -> Result<T, HttpException> {
        given.map_err(|error| {
            let response = error.into_response();
            HttpException::of(response.status(), Detail::response(response))
        })
    }
}

impl<T, E: Into<BoxError>> SplitError for &&Answered<Result<T, E>> {
    type Given = Result<T, E>;
    type Ok = T;
    fn __split(&self, given: Result<T, E>) -> Result<T, HttpException> {
        given.map_err(|error| HttpException::from(error.into()))
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
    type Given;
    #[doc(hidden)]
    type Ok;
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "generated code only")]
    fn __split(&self, given: Self::Given) -> Result<Self::Ok, HttpException>
    where
        E: IntoException;
}

impl<T, E> SplitNone<E> for &Answered<Result<T, E>> {
    type Given = Result<T, E>;
    type Ok = T;
    fn __split(&self, given: Result<T, E>) -> Result<T, HttpException>
    where
        E: IntoException,
    {
        given.map_err(|_| HttpException::unknown())
    }
}

impl<T> SplitPlain for Answered<T> {
    type Given = T;
    type Ok = T;
    fn __split(&self, given: T) -> Result<T, HttpException> {
        Ok(given)
    }
}
