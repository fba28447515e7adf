//! Making a source.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};

use super::address::Address;
use super::attempt::Context;
use super::error::{BuildError, RequestError};
use super::options::ClientOptions;
use super::policy::{JitterSource, random_fraction};
use super::request::{Attempt, RequestFactory, RequestTemplate};
use super::source::{EventSource, IdHook};
use super::transport::{HttpTransport, HttpTransportOptions, Transport};
use crate::clock::{Clock, SystemClock};
use crate::codec::Decoder;
use crate::event::EventId;

/// Makes an [`EventSource`].
///
/// # Examples
///
/// ```
/// use http::Method;
/// use oriole_sse::{ClientOptions, EventId, EventSource};
///
/// let source = EventSource::builder("https://user:secret@example.com/answers#part")
///     .method(Method::POST)
///     .body(r#"{"question": "why"}"#)
///     .header("content-type", "application/json")
///     .last_event_id(EventId::from(41_u64))
///     .on_last_event_id(|id| println!("store {id}"))
///     .request_factory(|attempt, mut request| async move {
///         let token = format!("Bearer {}", attempt.number);
///         request.headers_mut().insert("authorization", token.parse()?);
///         Ok(request)
///     })
///     .options(ClientOptions::default().repeat_non_idempotent(true))
///     .build()?;
/// assert_eq!(source.url(), "https://example.com/answers");
/// assert_eq!(source.last_event_id(), "41");
/// # Ok::<(), oriole_sse::BuildError>(())
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct EventSourceBuilder {
    url: String,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
    factory: Option<RequestFactory>,
    options: ClientOptions,
    last_event_id: EventId,
    on_last_event_id: Option<IdHook>,
    transport: Option<Arc<dyn Transport>>,
    clock: Arc<dyn Clock>,
    jitter: JitterSource,
    /// The first mistake; told by `build`.
    error: Option<BuildError>,
}

impl EventSourceBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.into(),
            method: Method::GET,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            factory: None,
            options: ClientOptions::default(),
            last_event_id: EventId::default(),
            on_last_event_id: None,
            transport: None,
            clock: Arc::new(SystemClock),
            jitter: Arc::new(random_fraction),
            error: None,
        }
    }

    /// Sets the method; GET by default.
    ///
    /// A request that is not idempotent is not repeated unless
    /// [`ClientOptions::repeat_non_idempotent`] says so.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Sets the body, which goes out with each attempt.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Adds a header to every request; a name or value that is none is an error of [`build`](Self::build).
    ///
    /// It goes to the source's origin only: a redirect elsewhere drops all but a few harmless ones, which
    /// [`ClientOptions::redirects_max`] names.
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName, Error: fmt::Display>,
        V: TryInto<HeaderValue, Error: fmt::Display>,
    {
        let wrong = |message: String| BuildError::Header { message: message.into() };
        match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(value)) => {
                self.headers.append(name, value);
            }
            (Err(error), _) => self.error = self.error.or_else(|| Some(wrong(error.to_string()))),
            (_, Err(error)) => self.error = self.error.or_else(|| Some(wrong(error.to_string()))),
        }
        self
    }

    /// Sets what completes the request of each attempt: it may refresh a token, move the last event id, or go elsewhere.
    ///
    /// It is given the request as it would go out, `Last-Event-ID` included. A [`RequestError`] is a lost attempt, or,
    /// if it is fatal, the end of the source.
    pub fn request_factory<F, R>(mut self, factory: F) -> Self
    where
        F: Fn(Attempt, Request<Bytes>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Request<Bytes>, RequestError>> + Send + 'static,
    {
        self.factory = Some(Arc::new(move |attempt, request| Box::pin(factory(attempt, request))));
        self
    }

    /// Sets limits and policies.
    pub fn options(mut self, options: ClientOptions) -> Self {
        self.options = options;
        self
    }

    /// Resumes a stream: the first request carries this id, as if it had been received (beyond rule C2).
    pub fn last_event_id(mut self, id: impl Into<EventId>) -> Self {
        self.last_event_id = id.into();
        self
    }

    /// Sets a hook that stores the last event id.
    ///
    /// It is called with a new id when the reader asks for what comes *after* the event with that id, also if that is
    /// nothing, because the source was closed: a crash in between repeats an event rather than losing it. It must not
    /// block.
    pub fn on_last_event_id(mut self, hook: impl FnMut(&str) + Send + Sync + 'static) -> Self {
        self.on_last_event_id = Some(Box::new(hook));
        self
    }

    /// Sets the transport; an [`HttpTransport`] with its defaults otherwise.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sets the clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets where chance comes from: numbers from 0 to 1, by which waits are lengthened.
    pub fn jitter(mut self, fraction: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.jitter = Arc::new(fraction);
        self
    }

    /// Makes the source. Nothing is sent before it is polled.
    ///
    /// # Errors
    ///
    /// [`BuildError::Url`] for an address that is not absolute, or neither `http` nor `https`; [`BuildError::Header`] for
    /// a header that is none.
    pub fn build(self) -> Result<EventSource, BuildError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let (address, credentials) = Address::parse(&self.url)?;
        let mut headers = self.headers;
        if let Some(credentials) = credentials {
            headers.entry(AUTHORIZATION).or_insert(credentials);
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(HttpTransport::new(HttpTransportOptions::default())?),
        };
        let decoder = Decoder::with_last_event_id(self.options.decoder.clone(), &self.last_event_id);
        let context = Context {
            template: RequestTemplate {
                uri: address.uri()?,
                method: self.method,
                headers,
                body: self.body,
                decompression: self.options.decompression,
            },
            factory: self.factory,
            transport,
            clock: self.clock,
            options: Arc::new(self.options),
        };
        Ok(EventSource::assemble(context, self.jitter, self.on_last_event_id, address.as_str(), decoder))
    }
}

impl fmt::Debug for EventSourceBuilder {
    /// Shows no headers, since they may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSourceBuilder")
            .field("method", &self.method)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
