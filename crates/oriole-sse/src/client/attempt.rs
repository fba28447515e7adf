//! One attempt to open a connection: from the request to a response that is an event stream.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};

use super::address::Address;
use super::error::{ResponseError, SourceError};
use super::inflate::Inflate;
use super::options::ClientOptions;
use super::redirect::{Leads, leads, redirect};
use super::request::{Attempt, RequestFactory, RequestTemplate};
use super::transport::{Transport, TransportBody};
use crate::clock::Clock;

/// How long the rest of an error's body is waited for; a server need not end it.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(2);

/// What attempts need, and do not change.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) template: RequestTemplate,
    pub(super) factory: Option<RequestFactory>,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) options: Arc<ClientOptions>,
}

/// An open event stream.
pub(super) struct Stream {
    pub(super) address: Address,
    pub(super) headers: HeaderMap,
    pub(super) body: TransportBody,
    pub(super) inflate: Option<Inflate>,
    /// Of the request that the attempt began with, which is what another one repeats.
    pub(super) method: Method,
}

/// The response that the redirects lead to.
struct Answer {
    address: Address,
    response: Response<TransportBody>,
    verdict: Verdict,
}

/// Says how an event stream is read, or which error a response is that is none.
type Verdict = Result<Option<Inflate>, fn(Box<ResponseError>) -> SourceError>;

/// An attempt that failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: SourceError,
    /// The method that the attempt began with, if that request may have been received.
    pub(super) sent: Option<Method>,
}

impl Context {
    pub(super) async fn run(self, attempt: Attempt, last_event_id: Option<HeaderValue>) -> Result<Stream, Failure> {
        let mut request = self.template.request(last_event_id);
        if let Some(factory) = &self.factory {
            let made = factory(attempt, request).await;
            request = made.map_err(|error| Failure { error: SourceError::Request(error), sent: None })?;
        }
        // The template's address is one; a factory's may be anything.
        let address = Address::parse(&request.uri().to_string());
        let (address, credentials) =
            address.map_err(|error| Failure { error: SourceError::Request(error.into()), sent: None })?;
        if let Some(credentials) = credentials {
            request.headers_mut().entry(AUTHORIZATION).or_insert(credentials);
        }
        if let Ok(uri) = address.uri() {
            *request.uri_mut() = uri;
        }

        let method = request.method().clone();
        let answer = match self.options.head_timeout {
            None => self.send(address, request).await?,
            Some(after) => {
                let answer = within(&*self.clock, after, self.send(address, request)).await;
                let late = || Failure { error: SourceError::HeadTimeout { after }, sent: Some(method.clone()) };
                answer.ok_or_else(late)??
            }
        };
        let Answer { address, response, verdict } = answer;
        match verdict {
            Ok(inflate) => {
                let (head, body) = response.into_parts();
                Ok(Stream { address, headers: head.headers, body, inflate, method })
            }
            // The head is there: what its body has to say takes none of its time, and changes nothing.
            Err(refusal) => {
                let response = self.response_error(&address, response).await;
                Err(Failure { error: refusal(Box::new(response)), sent: Some(method) })
            }
        }
    }

    /// Sends the request and follows redirects (rule C9).
    async fn send(&self, mut address: Address, mut request: Request<Bytes>) -> Result<Answer, Failure> {
        let method = request.method().clone();
        let mut redirects = 0;
        loop {
            let response = self.transport.send(request.clone()).await.map_err(|error| {
                let sent = (redirects > 0 || error.may_have_been_sent()).then(|| method.clone());
                Failure { error: SourceError::Transport(error), sent }
            })?;
            let verdict: Verdict = match leads(&address, response.status(), response.headers()) {
                Leads::Nowhere => check(&response, self.options.decompression),
                Leads::To(next) if redirects < self.options.redirects_max => {
                    redirects += 1;
                    if redirect(&mut request, response.status(), &address, &next).is_some() {
                        address = next;
                        continue;
                    }
                    Err(SourceError::Redirect)
                }
                Leads::To(_) | Leads::Astray => Err(SourceError::Redirect),
            };
            return Ok(Answer { address, response, verdict });
        }
    }

    /// Keeps what a response says that is no event stream.
    async fn response_error(&self, address: &Address, response: Response<TransportBody>) -> ResponseError {
        let bytes_max = self.options.error_body_bytes_max;
        let (head, mut body) = response.into_parts();
        let mut kept = BytesMut::new();
        let mut is_whole = false;
        let read = async {
            while kept.len() < bytes_max {
                match poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            let room = bytes_max - kept.len();
                            kept.extend_from_slice(&data[..data.len().min(room)]);
                            if data.len() > room {
                                return;
                            }
                        }
                    }
                    Some(Err(_)) => return,
                    None => {
                        is_whole = true;
                        return;
                    }
                }
            }
            is_whole = body.is_end_stream();
        };
        let _ = within(&*self.clock, ERROR_BODY_TIMEOUT, read).await;
        ResponseError {
            url: address.as_str().into(),
            status: head.status,
            headers: head.headers,
            body: kept.freeze(),
            body_is_truncated: !is_whole,
        }
    }
}

/// Checks that a response is an event stream (rules C6 and C7).
fn check(response: &Response<TransportBody>, decompression: bool) -> Verdict {
    if response.status() != StatusCode::OK {
        return Err(SourceError::Status);
    }
    if !is_event_stream(response.headers()) {
        return Err(SourceError::ContentType);
    }
    let mut codings = response.headers().get_all(CONTENT_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(None),
        (Some(coding), None) => match coding.to_str().map(str::trim) {
            Ok(coding) if coding.is_empty() || coding.eq_ignore_ascii_case("identity") => Ok(None),
            Ok(coding) if decompression => Inflate::of(coding).map(Some).ok_or(SourceError::ContentEncoding),
            _ => Err(SourceError::ContentEncoding),
        },
        _ => Err(SourceError::ContentEncoding),
    }
}

/// Whether the MIME type is `text/event-stream`, whatever its case and its parameters.
fn is_event_stream(headers: &HeaderMap) -> bool {
    let blank = |c: char| matches!(c, ' ' | '\t');
    let value = headers.get_all(CONTENT_TYPE).iter().next_back().map(HeaderValue::as_bytes).unwrap_or_default();
    let essence = value.split(|byte| *byte == b';').next().and_then(|essence| std::str::from_utf8(essence).ok());
    essence.is_some_and(|essence| essence.trim_matches(blank).eq_ignore_ascii_case("text/event-stream"))
}

/// Waits for a future, but no longer than this.
async fn within<T>(clock: &dyn Clock, limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut expired = clock.now().checked_add(limit).map(|moment| clock.sleep_until(moment));
    poll_fn(|cx| {
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(value));
        }
        match &mut expired {
            Some(expired) => expired.as_mut().poll(cx).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}
