//! What a handler gives, as interceptors and filters see it.

use super::content::{Content, Events, Source};
use crate::HttpException;
use crate::handler::into_reply;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, future};
use http::{HeaderMap, StatusCode};
use oriole_sse::MessageEvent;
#[cfg(feature = "sse-hub")]
use oriole_sse::Subscription;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

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
pub struct Reply(pub(super) Inner);

pub(super) enum Inner {
    Response(Response),
    Open(Box<Open>),
    /// A value that did not serialise.
    Failed(HttpException),
}

/// Not a response yet.
pub(super) struct Open {
    /// The route's, unless it says one.
    pub(super) status: Option<StatusCode>,
    pub(super) headers: HeaderMap,
    pub(super) content: Content,
}

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
