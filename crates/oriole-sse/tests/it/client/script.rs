//! A transport that plays a script, and remembers what it was asked.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::{Body, Frame};
use oriole_sse::{
    ClientOptions, EventSource, EventSourceBuilder, Signal, Transport, TransportBody, TransportError,
    TransportErrorKind, TransportFuture,
};
use tokio::time::{Instant, Sleep, sleep};

pub(crate) const URL: &str = "https://example.com/events";

/// Plays answers in order; after the last one, requests are not answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Answer>,
    requests: Vec<Seen>,
    bodies_alive: usize,
}

/// What the server saw.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) url: String,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) at: Instant,
}

/// What the server does about a request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Respond {
        status: u16,
        headers: Vec<(&'static str, String)>,
        steps: Vec<Step>,
    },
    /// No connection.
    Refuse,
    /// A connection that breaks before the answer.
    Break,
    Silence,
}

/// What happens in a body.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Bytes(Bytes),
    Wait(Duration),
    Break,
    Silence,
}

/// An event stream that says this and ends.
pub(crate) fn says(text: &str) -> Answer {
    stream(vec![bytes(text)])
}

/// An event stream that says this and stays open.
pub(crate) fn stays(text: &str) -> Answer {
    stream(vec![bytes(text), Step::Silence])
}

pub(crate) fn stream(steps: Vec<Step>) -> Answer {
    Answer::Respond { status: 200, headers: vec![("content-type", "text/event-stream".into())], steps }
}

pub(crate) fn bytes(text: &str) -> Step {
    Step::Bytes(Bytes::copy_from_slice(text.as_bytes()))
}

pub(crate) fn wait(millis: u64) -> Step {
    Step::Wait(Duration::from_millis(millis))
}

pub(crate) fn status(status: u16) -> Answer {
    Answer::Respond { status, headers: vec![], steps: vec![bytes("why")] }
}

pub(crate) fn redirect(status: u16, location: &str) -> Answer {
    Answer::Respond { status, headers: vec![("location", location.into())], steps: vec![] }
}

impl Answer {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Respond { headers, .. } = &mut self {
            headers.retain(|(given, _)| *given != name);
            headers.push((name, value.into()));
        }
        self
    }
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let state = State { answers: answers.into_iter().collect(), ..State::default() };
        Self(Arc::new(Mutex::new(state)))
    }

    /// A source over this script, without chance.
    pub(crate) fn builder(&self) -> EventSourceBuilder {
        EventSource::builder(URL).transport(self.clone()).jitter(|| 0.0)
    }

    pub(crate) fn source(&self) -> EventSource {
        self.builder().build().expect("an address")
    }

    pub(crate) fn source_with(&self, options: ClientOptions) -> EventSource {
        self.builder().options(options).build().expect("an address")
    }

    pub(crate) fn requests(&self) -> Vec<Seen> {
        self.0.lock().expect("no panic").requests.clone()
    }

    /// The values of a header, request by request.
    pub(crate) fn header(&self, name: &str) -> Vec<Option<String>> {
        let text = |seen: &Seen| {
            seen.headers.get(name).map(|value| String::from_utf8(value.as_bytes().to_vec()).expect("UTF-8"))
        };
        self.requests().iter().map(text).collect()
    }

    /// The waits between requests, in milliseconds.
    pub(crate) fn waits(&self) -> Vec<u128> {
        let requests = self.requests();
        requests.windows(2).map(|pair| (pair[1].at - pair[0].at).as_millis()).collect()
    }

    pub(crate) fn bodies_alive(&self) -> usize {
        self.0.lock().expect("no panic").bodies_alive
    }
}

impl Transport for Script {
    fn send(&self, request: Request<Bytes>) -> TransportFuture {
        let mut state = self.0.lock().expect("no panic");
        let (head, body) = request.into_parts();
        state.requests.push(Seen {
            url: head.uri.to_string(),
            method: head.method,
            headers: head.headers,
            body,
            at: Instant::now(),
        });
        let answer = state.answers.pop_front().unwrap_or(Answer::Silence);
        drop(state);
        let script = self.clone();
        Box::pin(async move {
            match answer {
                Answer::Refuse => Err(TransportError::new(TransportErrorKind::Connect, "refused")),
                Answer::Break => Err(TransportError::new(TransportErrorKind::Exchange, "broken")),
                Answer::Silence => std::future::pending().await,
                Answer::Respond { status, headers, steps } => {
                    script.0.lock().expect("no panic").bodies_alive += 1;
                    let body: TransportBody = Box::pin(ScriptBody { script, steps: steps.into(), sleep: None });
                    let mut response = Response::new(body);
                    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
                    for (name, value) in headers {
                        response.headers_mut().append(name, value.parse().expect("a value"));
                    }
                    Ok(response)
                }
            }
        })
    }
}

struct ScriptBody {
    script: Script,
    steps: VecDeque<Step>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Body for ScriptBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        loop {
            if let Some(sleep) = &mut self.sleep {
                std::task::ready!(sleep.as_mut().poll(cx));
                self.sleep = None;
            }
            match self.steps.pop_front() {
                None => return Poll::Ready(None),
                Some(Step::Bytes(bytes)) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Some(Step::Wait(wait)) => self.sleep = Some(Box::pin(sleep(wait))),
                Some(Step::Break) => {
                    return Poll::Ready(Some(Err(TransportError::new(TransportErrorKind::Exchange, "cut"))));
                }
                Some(Step::Silence) => {
                    self.steps.push_front(Step::Silence);
                    return Poll::Pending;
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.steps.is_empty() && self.sleep.is_none()
    }
}

impl Drop for ScriptBody {
    fn drop(&mut self) {
        self.script.0.lock().expect("no panic").bodies_alive -= 1;
    }
}

/// A signal in one line.
pub(crate) fn line(signal: &Signal) -> String {
    match signal {
        Signal::Open(_) => "open".into(),
        Signal::Event(event) => {
            format!("{}:{}:{}", event.event_type(), event.data(), event.last_event_id())
        }
        Signal::Comment(text) => format!(":{text}"),
        Signal::IdLeftOut { id, reason, .. } => format!("left out {id:?} {reason:?}"),
        Signal::Reconnecting { error, wait, .. } => format!("lost: {error}; {} ms", wait.as_millis()),
        Signal::Failed(error) => format!("failed: {error}"),
        other => format!("{other:?}"),
    }
}

/// The next signals, as lines; fewer if the source closes.
pub(crate) async fn lines(source: &mut EventSource, count: usize) -> Vec<String> {
    let mut lines = vec![];
    while lines.len() < count {
        let Some(signal) = source.next_signal().await else { break };
        lines.push(line(&signal));
    }
    lines
}

/// All signals until the source closes.
pub(crate) async fn all(source: &mut EventSource) -> Vec<String> {
    lines(source, usize::MAX).await
}

/// The next event, or a panic.
pub(crate) async fn next_data(source: &mut EventSource) -> String {
    loop {
        match source.next_signal().await.expect("the source is open") {
            Signal::Event(event) => return event.into_data(),
            Signal::Failed(error) => panic!("{error}"),
            _ => {}
        }
    }
}

/// Whether the source has nothing to say now.
pub(crate) async fn is_silent(source: &mut EventSource) -> bool {
    std::future::poll_fn(|cx| Poll::Ready(source.poll_signal(cx).is_pending())).await
}
