//! The request of one attempt.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

use super::error::RequestError;

/// Tells a request factory which attempt it works for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Counts all attempts of the source, from 1.
    pub number: u64,
    /// Counts the attempts in a row, before this one, that brought nothing; 0 after progress.
    pub fruitless: u32,
    /// The last event id; empty if there is none. The request carries it, if a header can.
    pub last_event_id: Arc<str>,
}

/// Says why a last event id was left out of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdLeftOutReason {
    /// It has a control character, which no header can carry.
    ControlCharacter,
    /// It is longer than [`ClientOptions::last_event_id_bytes_max`](super::ClientOptions::last_event_id_bytes_max).
    TooLong,
}

type RequestFuture = Pin<Box<dyn Future<Output = Result<Request<Bytes>, RequestError>> + Send>>;

pub(super) type RequestFactory = Arc<dyn Fn(Attempt, Request<Bytes>) -> RequestFuture + Send + Sync>;

pub(super) static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// What every attempt asks for.
#[derive(Clone, Debug)]
pub(super) struct RequestTemplate {
    pub(super) uri: Uri,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) decompression: bool,
}

impl RequestTemplate {
    /// Makes a request (rules C1 and C2). The application's headers stand; what they leave open is filled in.
    pub(super) fn request(&self, last_event_id: Option<HeaderValue>) -> Request<Bytes> {
        let mut request = Request::new(self.body.clone());
        *request.uri_mut() = self.uri.clone();
        *request.method_mut() = self.method.clone();
        let headers = request.headers_mut();
        *headers = self.headers.clone();
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("text/event-stream"));
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
        if self.decompression {
            headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip, deflate"));
        }
        if let Some(id) = last_event_id {
            headers.insert(&LAST_EVENT_ID, id);
        }
        request
    }
}

/// Makes a header's value of an id (rule C2); `None` for the empty one.
pub(super) fn id_header(id: &str, bytes_max: usize) -> Option<Result<HeaderValue, IdLeftOutReason>> {
    if id.is_empty() {
        return None;
    }
    if id.len() > bytes_max {
        return Some(Err(IdLeftOutReason::TooLong));
    }
    Some(HeaderValue::from_bytes(id.as_bytes()).map_err(|_| IdLeftOutReason::ControlCharacter))
}
