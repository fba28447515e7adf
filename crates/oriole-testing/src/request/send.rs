//! A request.

use super::{Form, TestResponse};
use crate::app::{Body, Talk, Transport};
use crate::{Error, Result, SseRequest};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use http_body_util::Full;
use oriole_core::ContextId;
use serde::Serialize;
use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use tokio::time::timeout;

/// A request, which is sent when it is awaited.
///
/// What cannot be sent, a header that is none for example, is an error then.
#[must_use = "a request is sent when it is awaited"]
#[derive(Clone)]
pub struct TestRequest {
    transport: Arc<Transport>,
    talk: Talk,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Bytes,
    context: Option<ContextId>,
    /// The first thing that cannot be sent.
    mistake: Option<String>,
}

impl TestRequest {
    pub(crate) fn new(transport: Arc<Transport>, talk: Talk, method: Method, target: &str) -> Self {
        let host = HeaderValue::from_static("localhost");
        let headers = HeaderMap::from_iter([(HOST, host)]);
        let (target, body) = (target.to_owned(), Bytes::new());
        Self { transport, talk, method, target, headers, body, context: None, mistake: None }
    }

    /// Sets a header, in place of one that is there.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => self.mistake(format!("`{name}: {value}` is no header")),
        }
        self
    }

    /// Sends a cookie, beside those that it sends already.
    pub fn cookie(self, name: &str, value: &str) -> Self {
        let known = self.headers.get(COOKIE).and_then(|known| known.to_str().ok());
        let all = known.map_or_else(|| format!("{name}={value}"), |known| format!("{known}; {name}={value}"));
        self.header(COOKIE.as_str(), &all)
    }

    /// Sends `Authorization: Bearer ..`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Sends bytes, without saying what they are.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends JSON.
    pub fn json(mut self, value: impl Serialize) -> Self {
        match serde_json::to_vec(&value) {
            Ok(json) => {
                self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                self.body = json.into();
            }
            Err(error) => self.mistake(format!("its body is no JSON: {error}")),
        }
        self
    }

    /// Sends a form with texts and files.
    pub fn form(self, form: Form) -> Self {
        self.header(CONTENT_TYPE.as_str(), &Form::content_type()).body(form.into_bytes())
    }

    /// Lets the request have an id that the test knows, so that both resolve the same request-scoped instances (`TST.13`).
    ///
    /// The request itself is not registered with it: what needs that gets what the test gave to
    /// [`ContextId::with`]. Over a socket nothing of this kind can be sent, and the request is an error.
    pub fn context(mut self, context: &ContextId) -> Self {
        self.context = Some(context.clone());
        self
    }

    /// Reads the answer as an event stream.
    pub fn sse(self) -> SseRequest {
        SseRequest::new(self)
    }

    /// Method and target.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    pub(crate) fn talk(&self) -> &Talk {
        &self.talk
    }

    /// Sends it and waits for the answer's head.
    pub(crate) async fn open(self) -> Result<Response<Body>> {
        let name = self.name();
        let failed = |reason: String| Error::Request { request: name.clone(), reason };
        if let Some(mistake) = self.mistake {
            return Err(failed(mistake));
        }
        if self.context.is_some() && self.transport.local_addr().is_some() {
            return Err(failed("an id of the test's own cannot go over a socket".to_owned()));
        }
        let mut headers = self.headers;
        if !self.body.is_empty() {
            headers.insert(CONTENT_LENGTH, self.body.len().into());
        }
        let request = Request::builder().method(self.method).uri(&*self.target).body(Full::new(self.body));
        let mut request = request.map_err(|error| failed(error.to_string()))?;
        *request.headers_mut() = headers;
        if let Some(context) = self.context {
            request.extensions_mut().insert(context);
        }
        let (transport, patience) = (self.transport, self.talk.patience);
        match self.talk.log.of(timeout(patience, transport.send(request))).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(failed(format!("no answer within {patience:?}"))),
        }
    }

    fn mistake(&mut self, mistake: String) {
        self.mistake.get_or_insert(mistake);
    }
}

impl IntoFuture for TestRequest {
    type Output = Result<TestResponse>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    /// Sends it and reads the whole answer.
    ///
    /// The error is [`Error::Request`]: there is no answer in time, or a body that is too large or breaks off.
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let (name, talk) = (self.name(), self.talk.clone());
            let response = self.open().await?;
            TestResponse::read(name, &talk, response).await
        })
    }
}

impl fmt::Debug for TestRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestRequest")
            .field("method", &self.method)
            .field("target", &self.target)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
