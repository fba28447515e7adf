//! From an exception to the response.

use super::http_exception::Inner;
use super::{HttpException, Message, builtin};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

/// The public part of an exception.
pub(crate) enum Detail {
    /// `{"statusCode", "message"}`.
    Bare(Message),
    /// `{"message", "error", "statusCode"}`, without `error` where the message is the standard one.
    BuiltIn { message: Message, error: Cow<'static, str>, code: Option<Cow<'static, str>> },
    /// JSON that the user gave.
    Verbatim(Bytes),
    /// A response that someone else made; a body is `Send` but not `Sync`, hence the lock.
    Response(Box<Mutex<Response>>),
}

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

impl Detail {
    pub(crate) fn response(response: Response) -> Self {
        Self::Response(Box::new(Mutex::new(response)))
    }

    pub(super) fn describe(&mut self, status: StatusCode, description: Cow<'static, str>) {
        if let Some((error, _)) = self.built_in(status) {
            *error = description;
        }
    }

    pub(super) fn code(&mut self, status: StatusCode, value: Cow<'static, str>) {
        if let Some((_, code)) = self.built_in(status) {
            *code = Some(value);
        }
    }

    #[allow(clippy::type_complexity, reason = "two fields of one variant")]
    fn built_in(&mut self, status: StatusCode) -> Option<(&mut Cow<'static, str>, &mut Option<Cow<'static, str>>)> {
        if let Self::Bare(message) = self {
            let message = std::mem::replace(message, Message::Standard);
            *self = Self::BuiltIn { message, error: builtin::description(status).into(), code: None };
        }
        match self {
            Self::BuiltIn { error, code, .. } => Some((error, code)),
            Self::Bare(_) | Self::Verbatim(_) | Self::Response(_) => None,
        }
    }

    pub(super) fn message(&self, status: StatusCode) -> Cow<'_, str> {
        match self {
            Self::Bare(message) | Self::BuiltIn { message, .. } => match message {
                Message::Standard => builtin::description(status).into(),
                Message::Text(text) => Cow::Borrowed(text),
                Message::List(texts) => texts.join(", ").into(),
            },
            Self::Verbatim(_) | Self::Response(_) => builtin::description(status).into(),
        }
    }

    pub(super) fn json(&self, status: StatusCode) -> Bytes {
        match self {
            Self::Verbatim(json) => json.clone(),
            Self::Response(_) => Bytes::new(),
            // A map of texts and a number always serialises.
            Self::Bare(_) | Self::BuiltIn { .. } => {
                serde_json::to_vec(&Shape { detail: self, status }).unwrap_or_default().into()
            }
        }
    }
}

/// The key sets and their order, which is Nest's: `statusCode` first in the plain shape, last in the others.
struct Shape<'a> {
    detail: &'a Detail,
    status: StatusCode,
}

impl Serialize for Shape<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.detail {
            Detail::Bare(message) => {
                map.serialize_entry("statusCode", &self.status.as_u16())?;
                self.message(&mut map, message)?;
            }
            Detail::BuiltIn { message, error, code } => {
                self.message(&mut map, message)?;
                if !matches!(message, Message::Standard) {
                    map.serialize_entry("error", error)?;
                }
                map.serialize_entry("statusCode", &self.status.as_u16())?;
                if let Some(code) = code {
                    map.serialize_entry("errorCode", code)?;
                }
            }
            Detail::Verbatim(_) | Detail::Response(_) => {}
        }
        map.end()
    }
}

impl Shape<'_> {
    fn message<M: SerializeMap>(&self, map: &mut M, message: &Message) -> Result<(), M::Error> {
        match message {
            Message::Standard => map.serialize_entry("message", builtin::description(self.status)),
            Message::Text(text) => map.serialize_entry("message", text),
            Message::List(texts) => map.serialize_entry("message", texts),
        }
    }
}

impl IntoResponse for HttpException {
    /// Logs the source of a status of 500 or above, and gives the body its JSON.
    fn into_response(self) -> Response {
        self.log();
        let Inner { status, detail, .. } = self.into_inner();
        if let Detail::Response(response) = detail {
            return response.into_inner().unwrap_or_else(PoisonError::into_inner);
        }
        let mut response = if has_no_body(status) {
            Response::new(Body::empty())
        } else {
            let mut response = Response::new(Body::from(detail.json(status)));
            response.headers_mut().insert(CONTENT_TYPE, JSON);
            response
        };
        *response.status_mut() = status;
        response
    }
}

impl HttpException {
    /// What the log reads, where there is something that the client was not told.
    pub(crate) fn log(&self) {
        let Some(source) = std::error::Error::source(self) else { return };
        if !self.status().is_server_error() {
            return;
        }
        let text = with_causes(source);
        tracing::error!(target: "oriole::ExceptionsHandler", status = self.status().as_u16(), "{text}");
    }
}

/// An error with everything that caused it, on one line.
pub(crate) fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a `String` does not fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

/// Statuses whose answer ends with its head.
pub(crate) fn has_no_body(status: StatusCode) -> bool {
    matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
        || status.is_informational()
}
