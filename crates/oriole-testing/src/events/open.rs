//! A request whose answer is an event stream.

use super::TestEvents;
use crate::app::Body;
use crate::shown::shown;
use crate::{Error, Result, TestRequest, TestResponse};
use futures_util::future::BoxFuture;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Response, StatusCode};
use std::future::IntoFuture;
use std::time::Duration;

/// A request for an event stream, which is sent when it is awaited.
#[must_use = "a stream is opened when this is awaited"]
#[derive(Clone, Debug)]
pub struct SseRequest(TestRequest);

impl SseRequest {
    pub(crate) fn new(request: TestRequest) -> Self {
        Self(request.header(ACCEPT.as_str(), "text/event-stream"))
    }

    /// Sets a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// Sends a cookie.
    pub fn cookie(self, name: &str, value: &str) -> Self {
        Self(self.0.cookie(name, value))
    }

    /// Asks for what comes after an event.
    pub fn last_event_id(self, id: &str) -> Self {
        self.header("last-event-id", id)
    }

    pub(super) fn request(&self) -> &TestRequest {
        &self.0
    }
}

impl IntoFuture for SseRequest {
    type Output = Result<TestEvents>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    /// Opens the stream.
    ///
    /// The error is [`Error::Request`]: there is no answer in time, or one that is no event stream; its status and body are told.
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let response = open(self.0.clone()).await?;
            Ok(TestEvents::new(self, response))
        })
    }
}

/// How far a test's clock goes on by itself while a stream is opened: the delay of a head is less.
const HEAD_DELAY_MAX: Duration = Duration::from_secs(1);

/// The answer, if it is an event stream.
pub(super) async fn open(request: TestRequest) -> Result<Response<Body>> {
    let (name, talk) = (request.name(), request.talk().clone());
    let response = match &talk.clock {
        None => request.open().await?,
        // A head that waits for the first event waits by the test's clock, which stands still.
        Some(clock) => tokio::select! {
            response = request.open() => response?,
            never = clock.run_short(HEAD_DELAY_MAX) => match never {},
        },
    };
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if response.status() == StatusCode::OK && essence.eq_ignore_ascii_case("text/event-stream") {
        return Ok(response);
    }
    let reason = format!("the answer is no event stream: {} of the type {kind:?}", response.status());
    let answer = TestResponse::read(name.clone(), &talk, response).await?;
    let reason = format!("{reason}: {}", shown(&String::from_utf8_lossy(answer.bytes())));
    Err(Error::Request { request: name, reason })
}
