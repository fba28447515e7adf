//! What a reply holds that is no response yet.

use crate::HttpException;
use crate::exception::JSON;
use crate::handler::into_reply;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
#[cfg(feature = "sse-hub")]
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use oriole_sse::MessageEvent;
#[cfg(feature = "sse-hub")]
use oriole_sse::Subscription;

/// What axum says of a text.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// What a reply holds that is no response yet.
pub(super) enum Content {
    Json(Bytes),
    Text(String),
    /// A handler that returns nothing; `null` as a value.
    Nothing,
    Events(Source),
    Event(Box<MessageEvent>),
}

/// Where the events of a reply come from.
pub(crate) enum Source {
    Stream(Events),
    /// As the handler gave it: nothing stands in between.
    #[cfg(feature = "sse-hub")]
    Subscription(Box<Subscription>),
}

/// The events of a reply; nothing has been asked of them yet.
pub type Events = BoxStream<'static, Result<MessageEvent, HttpException>>;

impl Source {
    pub(crate) fn into_stream(self) -> Events {
        match self {
            Self::Stream(events) => events,
            #[cfg(feature = "sse-hub")]
            Self::Subscription(subscription) => subscription.map(Ok).boxed(),
        }
    }
}

impl Content {
    pub(super) fn json(&self) -> Option<Bytes> {
        match self {
            Self::Json(json) => Some(json.clone()),
            // A text always serialises.
            Self::Text(text) => into_reply::json(text).ok(),
            Self::Nothing => Some(Bytes::from_static(b"null")),
            Self::Events(_) | Self::Event(_) => None,
        }
    }

    /// The reply's own headers are the response's, so that there is one map.
    pub(super) fn into_response(self, status: StatusCode, headers: HeaderMap) -> Response {
        let (mut response, kind) = match self {
            Self::Json(json) if json.as_ref() == b"null" => (Response::new(Body::empty()), None),
            Self::Json(json) => (Response::new(Body::from(json)), Some(JSON)),
            Self::Text(text) => (Response::new(Body::from(text)), Some(TEXT)),
            Self::Event(event) => {
                let text = event.fields().data.unwrap_or_default().to_owned();
                (Response::new(Body::from(text)), Some(TEXT))
            }
            Self::Nothing | Self::Events(_) => (Response::new(Body::empty()), None),
        };
        *response.headers_mut() = headers;
        if let Some(kind) = kind {
            response.headers_mut().entry(CONTENT_TYPE).or_insert(kind);
        }
        into_reply::with_status(&mut response, status);
        response
    }
}
