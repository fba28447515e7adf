//! How a reply goes out: as a response, as events, as one event.

use super::content::{Content, Source};
use super::given::{Inner, Open, Reply};
use crate::HttpException;
use crate::handler::into_reply;
use crate::route::RouteRef;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body::Body as _;
use oriole_sse::{MessageEvent, event_name};

impl Reply {
    pub(super) fn open(content: Content) -> Self {
        Self(Inner::Open(Box::new(Open { status: None, headers: HeaderMap::new(), content })))
    }

    pub(in crate::handler) fn failed(exception: HttpException) -> Self {
        Self(Inner::Failed(exception))
    }

    pub(in crate::handler) fn open_json(json: Bytes) -> Self {
        Self::open(Content::Json(json))
    }

    /// A response without an opinion on its status: a text, JSON or nothing is opened again, if all of it is at hand.
    pub(in crate::handler) fn reopened(response: Response, body: impl FnOnce(Body) -> Option<Bytes>) -> Self {
        let kind = response.headers().get(CONTENT_TYPE).map(http::HeaderValue::as_bytes);
        let is_text = kind == Some(b"text/plain; charset=utf-8");
        let is_whole = response.body().size_hint().exact().is_some();
        let is_value = is_whole && (is_text || kind == Some(b"application/json"));
        let is_nothing = response.headers().is_empty() && response.body().is_end_stream();
        if !is_value && !is_nothing {
            return Self::response(response);
        }
        let (mut parts, content) = response.into_parts();
        let Some(bytes) = body(content) else {
            return Self::failed(HttpException::internal("a body that was at hand is gone"));
        };
        let content = match String::from_utf8(bytes.into()) {
            Ok(text) if is_text => Content::Text(text),
            Ok(_) if is_nothing => Content::Nothing,
            Ok(json) => Content::Json(json.into()),
            // Somebody's bytes.
            Err(error) => return Self::response(Response::from_parts(parts, Body::from(error.into_bytes()))),
        };
        // Made anew where it goes out.
        parts.headers.remove(CONTENT_TYPE);
        Self(Inner::Open(Box::new(Open { status: None, headers: parts.headers, content })))
    }

    /// A value that did not serialise is an error.
    pub(crate) fn settled(self) -> Result<Self, HttpException> {
        match self.0 {
            Inner::Failed(exception) => Err(exception),
            inner => Ok(Self(inner)),
        }
    }

    /// The response with the status and the headers of the route's markers; events have gone another way.
    #[inline]
    pub(crate) fn into_response(self, route: &RouteRef) -> Response {
        match self.0 {
            Inner::Response(response) => response,
            Inner::Open(open) => {
                let Open { status, headers, content } = *open;
                if status.is_none()
                    && route.redirect().is_some()
                    && let Some(redirect) = into_reply::redirected(route, content.json().as_deref())
                {
                    return redirect.into_response(route);
                }
                // A type that nobody chose gives way to the marker's.
                let has_type = headers.contains_key(CONTENT_TYPE);
                let mut response = content.into_response(status.unwrap_or_else(|| route.status()), headers);
                if !has_type && route.has_header(&CONTENT_TYPE) {
                    response.headers_mut().remove(CONTENT_TYPE);
                }
                route.add_headers(response.headers_mut());
                response
            }
            Inner::Failed(exception) => exception.into_response(),
        }
    }

    /// As the bare path has it: there a reply is a response already.
    #[inline]
    pub(crate) fn into_plain(self) -> Response {
        match self.0 {
            Inner::Response(response) => response,
            Inner::Failed(exception) => exception.into_response(),
            Inner::Open(open) => {
                let Open { status, headers, content } = *open;
                content.into_response(status.unwrap_or_default(), headers)
            }
        }
    }

    /// What a filter said, to a request without a stream.
    pub(crate) fn into_answer(mut self, status: StatusCode) -> Response {
        if let Inner::Open(open) = &mut self.0 {
            open.status.get_or_insert(status);
        }
        self.into_plain()
    }

    pub(crate) fn or_status(mut self, status: StatusCode) -> Self {
        if let Inner::Open(open) = &mut self.0
            && !matches!(open.content, Content::Events(_))
        {
            open.status.get_or_insert(status);
        }
        self
    }

    pub(crate) fn into_events(self) -> (Option<StatusCode>, HeaderMap, Source) {
        match self.0 {
            Inner::Open(open) => match open.content {
                Content::Events(events) => (open.status, open.headers, events),
                Content::Event(event) => {
                    (open.status, open.headers, Source::Stream(stream::iter([Ok(*event)]).boxed()))
                }
                Content::Json(_) | Content::Text(_) | Content::Nothing => {
                    (open.status, open.headers, Source::Stream(stream::empty().boxed()))
                }
            },
            Inner::Response(_) | Inner::Failed(_) => (None, HeaderMap::new(), Source::Stream(stream::empty().boxed())),
        }
    }

    /// What a filter said, to a stream whose head is out.
    pub(crate) fn into_event(self) -> Option<MessageEvent> {
        let Inner::Open(open) = self.0 else { return None };
        let data = match open.content {
            Content::Json(json) => String::from_utf8(json.to_vec()).ok()?,
            Content::Text(text) => text,
            Content::Nothing | Content::Events(_) | Content::Event(_) => return None,
        };
        Some(MessageEvent::new(data).event_type(event_name!("error")))
    }

    pub(super) fn value_json(&self) -> Option<Bytes> {
        match &self.0 {
            Inner::Open(open) => open.content.json(),
            Inner::Response(_) | Inner::Failed(_) => None,
        }
    }
}
