//! An answer.

use crate::app::{Body, Talk};
use crate::shown::shown;
use crate::{Error, Result};
use bytes::{Bytes, BytesMut};
use http::header::SET_COOKIE;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

/// An answer, whole.
///
/// The `assert_` methods give it back, so that several stand in one line; what they say when they fail has status and body.
#[derive(Clone, Debug)]
pub struct TestResponse {
    request: String,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// All bytes of a body, up to a limit.
async fn whole(mut body: Body, bytes_max: usize) -> Result<Bytes, String> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| error.to_string())?;
        whole.extend_from_slice(&frame.into_data().unwrap_or_default());
        if whole.len() > bytes_max {
            return Err(format!("it has more than {bytes_max} bytes"));
        }
    }
    Ok(whole.freeze())
}

#[allow(clippy::must_use_candidate, reason = "an assertion is made for what it does")]
impl TestResponse {
    pub(crate) async fn read(request: String, talk: &Talk, response: Response<Body>) -> Result<Self> {
        let (head, body) = response.into_parts();
        let reason = match talk.log.of(timeout(talk.patience, whole(body, talk.body_bytes_max))).await {
            Ok(Ok(body)) => return Ok(Self { request, status: head.status, headers: head.headers, body }),
            Ok(Err(error)) => format!("{} came, and its body does not: {error}", head.status),
            Err(_) => format!("{} came, and its body does not end within {:?}", head.status, talk.patience),
        };
        Err(Error::Request { request, reason })
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first header of a name, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The value of a cookie that is set, without its attributes.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let set = self.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = set.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        pairs.rfind(|(given, _)| given.trim() == name).map(|(_, value)| value.trim())
    }

    /// The body.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The body as text.
    ///
    /// # Panics
    ///
    /// If it is none.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|error| panic!("{}: its body is no text: {error}", self.request))
    }

    /// The body, read as JSON.
    ///
    /// # Panics
    ///
    /// If it is none, or no `T`.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("its body is not the JSON: {error}\n  {}", self.said()))
    }

    /// Checks the status, a number or a [`StatusCode`].
    ///
    /// # Panics
    ///
    /// If it is another.
    #[track_caller]
    pub fn assert_status<S>(&self, status: S) -> &Self
    where
        StatusCode: PartialEq<S>,
        S: std::fmt::Debug,
    {
        assert!(self.status == status, "not {status:?}\n  {}", self.said());
        self
    }

    /// Checks a header.
    ///
    /// # Panics
    ///
    /// If it is another, or not there.
    #[track_caller]
    pub fn assert_header(&self, name: &str, value: &str) -> &Self {
        assert_eq!(self.header(name), Some(value), "the header `{name}`\n  {}", self.said());
        self
    }

    /// Checks the body.
    ///
    /// # Panics
    ///
    /// If it is another.
    #[track_caller]
    pub fn assert_text(&self, text: &str) -> &Self {
        assert_eq!(self.text(), text, "the body\n  {}", self.said());
        self
    }

    /// Checks the body, compared as JSON.
    ///
    /// # Panics
    ///
    /// If it is another, or none.
    #[track_caller]
    pub fn assert_json(&self, expected: impl Serialize) -> &Self {
        let expected =
            serde_json::to_value(expected).unwrap_or_else(|error| panic!("what is expected is no JSON: {error}"));
        let body: Value = self.json();
        assert!(body == expected, "the body is\n  {body}\nand not\n  {expected}\n  {}", self.said());
        self
    }

    /// The answer in a line.
    fn said(&self) -> String {
        format!("{} was answered {}: {}", self.request, self.status, shown(&String::from_utf8_lossy(&self.body)))
    }
}
