//! What a handler gives, before it is a response.

use super::into_reply;
use crate::HttpException;
use crate::exception::JSON;
use crate::route::RouteRef;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, future, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body::Body as _;
#[cfg(feature = "sse-hub")]
use oriole_sse::Subscription;
use oriole_sse::{MessageEvent, event_name};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// What axum says of a text.
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// What a handler replies with, as interceptors see it and as exception filters make it.
///
/// It is one of three things: a value that is not sent yet (whatever serialises, and texts), a stream of events that has
/// not been asked for any, or a finished response. A handler that returns a response of its own (`Response`,
/// `(StatusCode, T)`, a file) gives the last: its value is not there to be mapped, as in Nest where the native response
/// was injected (`ITC.9`).
///
/// A value is held as the JSON that goes out, so an interceptor that does not look at it costs nothing for it.
///
/// # Examples
///
/// ```
/// use oriole_http::{Reply, StatusCode};
///
/// let reply = Reply::json(&[1, 2]).map_value(|numbers: Vec<u32>| numbers.len())?.with_status(StatusCode::ACCEPTED);
/// assert_eq!(reply.value(), Some(2.into()));
/// assert_eq!(reply.status(), Some(StatusCode::ACCEPTED));
/// # Ok::<(), oriole_http::HttpException>(())
/// ```
#[must_use = "a reply goes out only if it is returned"]
pub struct Reply(Inner);

enum Inner {
    Response(Response),
    Open(Box<Open>),
    /// A value that did not serialise.
    Failed(HttpException),
}

/// Not a response yet.
struct Open {
    /// The route's, unless it says one.
    status: Option<StatusCode>,
    headers: HeaderMap,
    content: Content,
}

enum Content {
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

impl Reply {
    /// Makes a reply of a value; its status is the route's, or in a filter the exception's.
    ///
    /// A value that does not serialise is an unknown error: 500.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        match into_reply::json(value) {
            Ok(json) => Self::open(Content::Json(json)),
            Err(error) => Self::failed(HttpException::internal(error)),
        }
    }

    /// Makes a reply of a finished response: what axum calls one, status and headers included.
    pub fn response(response: impl IntoResponse) -> Self {
        Self(Inner::Response(response.into_response()))
    }

    /// Makes a reply of events.
    pub fn events(events: impl Stream<Item = Result<MessageEvent, HttpException>> + Send + 'static) -> Self {
        Self::open(Content::Events(Source::Stream(events.boxed())))
    }

    #[cfg(feature = "sse-hub")]
    pub(crate) fn subscription(subscription: Box<Subscription>) -> Self {
        Self::open(Content::Events(Source::Subscription(subscription)))
    }

    /// Makes a reply of one event: what a filter says to a stream whose head is out. Where a filter answers a request
    /// instead, the event's data is the text of the answer.
    pub fn event(event: MessageEvent) -> Self {
        Self::open(Content::Event(Box::new(event)))
    }

    /// Gives it a status; that of a stream of events is best left alone.
    pub fn with_status(mut self, status: StatusCode) -> Self {
        match &mut self.0 {
            Inner::Response(response) => *response.status_mut() = status,
            Inner::Open(open) => open.status = Some(status),
            Inner::Failed(_) => {}
        }
        self
    }

    /// The status that it says itself; `None` for the route's.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0 {
            Inner::Response(response) => Some(response.status()),
            Inner::Open(open) => open.status,
            Inner::Failed(exception) => Some(exception.status()),
        }
    }

    /// The headers that it brings. They win over those of `#[header]`.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        if let Inner::Failed(_) = self.0 {
            let failed = std::mem::replace(&mut self.0, Inner::Response(Response::default()));
            if let Inner::Failed(exception) = failed {
                self.0 = Inner::Response(exception.into_response());
            }
        }
        match &mut self.0 {
            Inner::Response(response) => response.headers_mut(),
            Inner::Open(open) => &mut open.headers,
            Inner::Failed(_) => unreachable!("it was made a response above"),
        }
    }

    /// The finished response, if it is one.
    pub fn response_mut(&mut self) -> Option<&mut Response> {
        match &mut self.0 {
            Inner::Response(response) => Some(response),
            Inner::Open(_) | Inner::Failed(_) => None,
        }
    }

    /// Whether it is a stream of events.
    #[must_use]
    pub fn is_events(&self) -> bool {
        match &self.0 {
            Inner::Open(open) => matches!(open.content, Content::Events(_) | Content::Event(_)),
            Inner::Response(_) | Inner::Failed(_) => false,
        }
    }

    /// Whether it is a stream, and not one event.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(&self.0, Inner::Open(open) if matches!(open.content, Content::Events(_)))
    }

    /// The value, if it is one: a text as a text, nothing as `null`.
    #[must_use]
    pub fn value(&self) -> Option<serde_json::Value> {
        let json = self.value_json()?;
        serde_json::from_slice(&json).ok()
    }

    /// Replaces the value by what the closure makes of it; leaves events and finished responses as they are.
    ///
    /// The closure's argument is any type that the value can be read as: `serde_json::Value`, a struct, or
    /// `Box<RawValue>`, which takes the JSON as it is. Status and headers stay; a text becomes JSON.
    ///
    /// # Errors
    ///
    /// 500 if the value cannot be read as `V`, or the new one does not serialise.
    pub fn map_value<V, T>(self, map: impl FnOnce(V) -> T) -> Result<Self, HttpException>
    where
        V: DeserializeOwned,
        T: Serialize,
    {
        let Some(json) = self.value_json() else { return Ok(self) };
        let value = serde_json::from_slice(&json).map_err(HttpException::internal)?;
        let mapped = into_reply::json(&map(value)).map_err(HttpException::internal)?;
        let Inner::Open(mut open) = self.0 else { return Ok(self) };
        open.content = Content::Json(mapped);
        Ok(Self(Inner::Open(open)))
    }

    /// Maps each event; leaves values and finished responses as they are.
    pub fn map_events(self, mut map: impl FnMut(MessageEvent) -> MessageEvent + Send + 'static) -> Self {
        self.with_events(move |events| events.map(move |event| event.map(&mut map)))
    }

    /// Keeps the events of which the closure says `true`; leaves values and finished responses as they are.
    pub fn filter_events(self, mut keep: impl FnMut(&MessageEvent) -> bool + Send + 'static) -> Self {
        self.with_events(move |events| {
            events.filter(move |event| future::ready(event.as_ref().map_or(true, &mut keep)))
        })
    }

    /// Ends the stream before the first event of which the closure says `false`; leaves values and finished responses as
    /// they are.
    pub fn take_events_while(self, mut go_on: impl FnMut(&MessageEvent) -> bool + Send + 'static) -> Self {
        self.with_events(move |events| {
            events.take_while(move |event| future::ready(event.as_ref().map_or(true, &mut go_on)))
        })
    }

    /// Replaces the events by what the closure makes of them, errors included; leaves values and finished responses as
    /// they are.
    ///
    /// An error ends the stream. As its first item it is answered as any other error; later the filters make an event of
    /// it.
    pub fn with_events<S>(self, map: impl FnOnce(Events) -> S) -> Self
    where
        S: Stream<Item = Result<MessageEvent, HttpException>> + Send + 'static,
    {
        if !self.is_events() {
            return self;
        }
        let (status, headers, events) = self.into_events();
        let content = Content::Events(Source::Stream(map(events.into_stream()).boxed()));
        Self(Inner::Open(Box::new(Open { status, headers, content })))
    }
}

impl From<HttpException> for Reply {
    /// The built-in answer, logging included.
    fn from(exception: HttpException) -> Self {
        Self::response(exception)
    }
}

impl Reply {
    fn open(content: Content) -> Self {
        Self(Inner::Open(Box::new(Open { status: None, headers: HeaderMap::new(), content })))
    }

    pub(super) fn failed(exception: HttpException) -> Self {
        Self(Inner::Failed(exception))
    }

    pub(super) fn open_json(json: Bytes) -> Self {
        Self::open(Content::Json(json))
    }

    /// A response without an opinion on its status: a text, JSON or nothing is opened again, if all of it is at hand.
    pub(super) fn reopened(response: Response, body: impl FnOnce(Body) -> Option<Bytes>) -> Self {
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

    fn value_json(&self) -> Option<Bytes> {
        match &self.0 {
            Inner::Open(open) => open.content.json(),
            Inner::Response(_) | Inner::Failed(_) => None,
        }
    }
}

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
    fn json(&self) -> Option<Bytes> {
        match self {
            Self::Json(json) => Some(json.clone()),
            // A text always serialises.
            Self::Text(text) => into_reply::json(text).ok(),
            Self::Nothing => Some(Bytes::from_static(b"null")),
            Self::Events(_) | Self::Event(_) => None,
        }
    }

    /// The reply's own headers are the response's, so that there is one map.
    fn into_response(self, status: StatusCode, headers: HeaderMap) -> Response {
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

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.0 {
            Inner::Response(_) => "a response",
            Inner::Failed(_) => "a failure",
            Inner::Open(_) if self.is_events() => "events",
            Inner::Open(_) => "a value",
        };
        f.debug_struct("Reply").field("is", &name).field("status", &self.status()).finish_non_exhaustive()
    }
}
