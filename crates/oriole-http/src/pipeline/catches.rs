//! What a filter declares.

use crate::{HttpException, StatusCode};
use std::error::Error;
use std::fmt;

/// The errors that an [`ExceptionFilter`](super::ExceptionFilter) answers (`EXF.13`).
///
/// # Examples
///
/// ```
/// use oriole_http::{Catches, HttpException};
/// use std::{fmt, io};
///
/// let catches = Catches::error::<io::Error>().or(Catches::error::<fmt::Error>());
/// assert!(catches.accepts(&HttpException::internal(fmt::Error)));
/// assert!(!catches.accepts(&HttpException::not_found("no such cat")));
/// ```
#[derive(Clone)]
#[must_use]
pub struct Catches(Vec<Case>);

#[derive(Clone, Copy)]
enum Case {
    Anything,
    Http,
    Status(StatusCode),
    Error { name: fn() -> &'static str, is: fn(&HttpException) -> bool },
}

impl Catches {
    /// Every error: exceptions, unknown errors and panics.
    pub fn anything() -> Self {
        Self(vec![Case::Anything])
    }

    /// Every exception that was made on purpose; not the 500 that an unknown error or a panic becomes.
    pub fn http() -> Self {
        Self(vec![Case::Http])
    }

    /// Exceptions of one status, made on purpose.
    pub fn status(status: StatusCode) -> Self {
        Self(vec![Case::Status(status)])
    }

    /// Exceptions that were caused by an error of the type `E`: see [`HttpException::cause`].
    pub fn error<E: CatchableError>() -> Self {
        Self(vec![Case::Error { name: std::any::type_name::<E>, is: |exception| E::find(exception).is_some() }])
    }

    /// What either catches.
    pub fn or(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether an exception is one of them.
    #[must_use]
    pub fn accepts(&self, exception: &HttpException) -> bool {
        self.0.iter().any(|case| match case {
            Case::Anything => true,
            Case::Http => !exception.is_unknown(),
            Case::Status(status) => !exception.is_unknown() && exception.status() == *status,
            Case::Error { is, .. } => is(exception),
        })
    }
}

/// An error that can be the cause of an exception.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error, so no filter can catch it",
    label = "does not implement `std::error::Error`",
    note = "a filter catches `Catches::anything()`, `Catches::http()`, `Catches::status(..)` or `Catches::error::<E>()`"
)]
pub trait CatchableError: 'static {
    #[doc(hidden)]
    fn find(exception: &HttpException) -> Option<&Self>;
}

#[diagnostic::do_not_recommend]
impl<E: Error + 'static> CatchableError for E {
    fn find(exception: &HttpException) -> Option<&Self> {
        exception.cause::<E>()
    }
}

impl fmt::Debug for Catches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|case| match case {
            Case::Anything => "anything".to_owned(),
            Case::Http => "http".to_owned(),
            Case::Status(status) => status.as_str().to_owned(),
            Case::Error { name, .. } => name().to_owned(),
        });
        f.debug_set().entries(names).finish()
    }
}
