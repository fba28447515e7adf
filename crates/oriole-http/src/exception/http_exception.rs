//! The exception itself.

use super::{Detail, Message};
use http::StatusCode;
use oriole_core::BoxError;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// An error that a client is told: a status, a public body, and a private source for the log.
///
/// Return it as the error of a handler, a pipe or a factory of replies. The body has the shape that Nest gives it
/// (`EXF.4` to `EXF.10`). What you pass to [`with_source`](Self::with_source) or [`internal`](Self::internal) never
/// reaches the client; it is logged at error level if the status is 500 or above. An exception without a source is part of
/// the conversation with the client and is not logged (`EXF.11`).
///
/// Do not use it for the inner errors of services that know nothing of HTTP: convert those where the handler ends, with
/// `impl From<MyError> for HttpException`.
///
/// # Examples
///
/// ```
/// use oriole_http::{HttpException, StatusCode};
///
/// let exception = HttpException::not_found("no such cat");
/// assert_eq!(exception.status(), StatusCode::NOT_FOUND);
/// assert_eq!(exception.body_text(), r#"{"message":"no such cat","error":"Not Found","statusCode":404}"#);
///
/// let exception = HttpException::internal("the disk is full");
/// assert_eq!(exception.body_text(), r#"{"statusCode":500,"message":"Internal server error"}"#);
/// ```
pub struct HttpException(Box<Inner>);

pub(super) struct Inner {
    pub(super) status: StatusCode,
    pub(super) detail: Detail,
    pub(super) source: Option<BoxError>,
    /// What `internal` makes: nobody meant the client to read it.
    pub(super) is_unknown: bool,
}

impl HttpException {
    /// Makes an exception of any status with the body `{"statusCode", "message"}` (`EXF.4`).
    ///
    /// For the statuses that have a constructor of their own, such as [`not_found`](Self::not_found), that one adds the
    /// key `error`, as Nest does.
    #[must_use]
    pub fn new(status: StatusCode, message: impl Into<Message>) -> Self {
        Self::of(status, Detail::Bare(message.into()))
    }

    /// Makes an exception whose body is a value as JSON, verbatim (`EXF.5`).
    ///
    /// A value that does not serialise makes it an [`internal`](Self::internal) one.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::{HttpException, StatusCode};
    ///
    /// let exception = HttpException::with_body(StatusCode::CONFLICT, &["taken"]);
    /// assert_eq!(exception.body_text(), r#"["taken"]"#);
    /// ```
    #[must_use]
    pub fn with_body<T: Serialize + ?Sized>(status: StatusCode, body: &T) -> Self {
        match serde_json::to_vec(body) {
            Ok(json) => Self::of(status, Detail::Verbatim(json.into())),
            Err(error) => Self::internal(error),
        }
    }

    /// Makes the answer to an error that is no HTTP exception: 500, `Internal server error`; the source is logged
    /// (`EXF.2`).
    ///
    /// Use it as `map_err(HttpException::internal)`.
    #[must_use]
    pub fn internal(source: impl Into<BoxError>) -> Self {
        Self::unknown().with_source(source)
    }

    /// Replaces the text of `error` (`EXF.8`); it shows only beside a message.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail.describe(self.0.status, description.into());
        self
    }

    /// Adds the key `errorCode`, for programs that must tell one error from another.
    #[must_use]
    pub fn with_error_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail.code(self.0.status, code.into());
        self
    }

    /// Keeps the cause for the log; clients never see it (`EXF.6`).
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What a client reads as `message`, in one text: a list is joined with `, `.
    ///
    /// An exception whose body is not ours to read gives the status' reason.
    #[must_use]
    pub fn message(&self) -> Cow<'_, str> {
        self.0.detail.message(self.0.status)
    }

    /// The body that a client receives; empty for a response that is passed through.
    #[must_use]
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.0.detail.json(self.0.status)).into_owned()
    }

    /// The private source, or what caused that, if one of them is an `E`.
    ///
    /// An error of a handler that implements `std::error::Error` is the source of the 500 that it becomes; what an
    /// `impl From<E> for HttpException` makes has the source that it gives with [`with_source`](Self::with_source).
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::HttpException;
    /// use std::fmt;
    ///
    /// let exception = HttpException::conflict("taken").with_source(fmt::Error);
    /// assert_eq!(exception.cause::<fmt::Error>(), Some(&fmt::Error));
    /// ```
    #[must_use]
    pub fn cause<E: std::error::Error + 'static>(&self) -> Option<&E> {
        let mut next = std::error::Error::source(self);
        while let Some(error) = next {
            if let Some(found) = error.downcast_ref::<E>() {
                return Some(found);
            }
            next = error.source();
        }
        None
    }

    /// Whether it stands for an error that was no exception, or for a panic: see [`internal`](Self::internal).
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.0.is_unknown
    }

    pub(crate) fn unknown() -> Self {
        let detail = Detail::Bare(Message::from("Internal server error"));
        let mut exception = Self::of(StatusCode::INTERNAL_SERVER_ERROR, detail);
        exception.0.is_unknown = true;
        exception
    }

    pub(crate) fn of(status: StatusCode, detail: Detail) -> Self {
        Self(Box::new(Inner { status, detail, source: None, is_unknown: false }))
    }

    pub(super) fn into_inner(self) -> Inner {
        *self.0
    }
}

impl fmt::Display for HttpException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status.as_u16(), self.message())
    }
}

impl fmt::Debug for HttpException {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpException")
            .field("status", &self.0.status)
            .field("message", &self.message())
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for HttpException {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
