//! What is heard of servers that refuse, stall or never end.

use std::future::Future;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use oriole_sse::{DoctorFrame, Transport, TransportBody, TransportError, TransportErrorKind, TransportFuture};
use tokio::time::{Sleep, sleep};

use super::support::{codes, order, secret_order};
use crate::doctor::finding::Level;
use crate::doctor::hop::{GRACE, LAST_EVENT_ID};
use crate::doctor::judge::judge;
use crate::doctor::listen::End;
use crate::doctor::run::examine;

/// What a server does to every request.
#[derive(Clone, Copy, Debug)]
enum Server {
    Silent,
    /// Answers with an event stream that goes on for ever, as fast as it is read.
    Endless,
    /// The same, an event a minute.
    Slow,
    /// A probe that has no room after the first stream.
    Busy,
}

impl Transport for Server {
    fn send(&self, request: Request<Bytes>) -> TransportFuture {
        let server = *self;
        let is_first = request.uri().query().is_some_and(|query| query.ends_with("ms=0"));
        let status = if matches!(server, Server::Busy) && !is_first { 503 } else { 200 };
        Box::pin(async move {
            if matches!(server, Server::Silent) {
                std::future::pending::<()>().await;
            }
            let body: TransportBody = Box::pin(Minutes { server, sleep: Box::pin(sleep(Duration::ZERO)) });
            let response = Response::builder().status(status).header("content-type", "text/event-stream");
            Ok(response.body(body).expect("a response"))
        })
    }
}

struct Minutes {
    server: Server,
    sleep: Pin<Box<Sleep>>,
}

impl Body for Minutes {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        ready!(self.sleep.as_mut().poll(cx));
        let wait = if matches!(self.server, Server::Slow) { Duration::from_secs(60) } else { Duration::ZERO };
        self.sleep = Box::pin(sleep(wait));
        let large = Bytes::from(format!("event: doctor\ndata: {{\"n\":1,\"at\":1}}\n\n: {}\n", "x".repeat(64 * 1024)));
        Poll::Ready(Some(Ok(Frame::data(large))))
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_a_server_does_the_doctor_comes_to_an_end() {
    let orders = [order("https://a/ --patience 20"), Ok(secret_order("https://a/ --patience 20"))];
    for order in orders.map(|order| Arc::new(order.expect("an order"))) {
        for server in [Server::Silent, Server::Endless, Server::Slow, Server::Busy] {
            let start = tokio::time::Instant::now();
            let hops = examine(Arc::new(server), &order).await.expect("no panic");
            assert!(start.elapsed() <= order.patience + Duration::from_secs(40), "{server:?}: {:?}", start.elapsed());
            let read: usize = hops[0].plain.reads.iter().map(|(_, bytes)| bytes).sum();
            assert!(read <= 8 * 1024 * 1024, "{server:?}: {read}");
            match server {
                Server::Silent => assert!(hops[0].plain.head.is_none() && start.elapsed() >= GRACE),
                Server::Endless => assert_eq!(hops[0].plain.end, End::Endless),
                Server::Slow => assert_eq!(hops[0].plain.end, End::Silent),
                Server::Busy => {
                    let findings = judge(&order, &hops);
                    assert_eq!(codes(&findings), [(Level::Unmeasured, "no-stream", "https://a/")]);
                    assert!(findings[0].says.contains("503"), "{}", findings[0].says);
                }
            }
            judge(&order, &hops);
        }
    }
}

/// What a way does to the probe's streams.
#[derive(Clone, Copy, Debug)]
enum WayOf {
    /// Passes them on.
    Nothing,
    /// Refuses those that are measured by their end, with a status.
    Status(u16),
    /// Does not make the connections for these.
    NoConnection,
    /// Lets a head through for these, and nothing more.
    Head,
    /// Never answers these.
    Silence,
    /// Compresses all of them, in a coding that nobody offered.
    Coding(&'static str),
    /// Compresses with gzip where that is offered, so many times, and says it once.
    Gzip(usize),
    /// Lets the first half of the short ones through, and then ends them or breaks.
    Half { is_broken: bool },
}

/// How long it takes to do so.
const REFUSED_AFTER: Duration = Duration::from_millis(20);

impl Transport for WayOf {
    fn send(&self, request: Request<Bytes>) -> TransportFuture {
        let query = request.uri().query().unwrap_or_default();
        let is_measured = !query.ends_with("ms=0") && (query.contains("act=silence") || query.contains("act=beat"));
        let is_offered = request.headers().get("accept-encoding").is_some();
        let is_meant = match self {
            Self::Coding(_) => true,
            Self::Gzip(_) => is_offered,
            Self::Half { .. } => query.contains("act=drip"),
            _ => is_measured,
        };
        let way = if is_meant { *self } else { Self::Nothing };
        Box::pin(async move {
            sleep(REFUSED_AFTER).await;
            let mut response = Response::builder().header("content-type", "text/event-stream");
            let (mut text, mut error) = (Some(Bytes::from(whole())), None);
            match way {
                Self::Nothing => {}
                Self::Status(status) => response = response.status(status),
                Self::NoConnection => return Err(TransportError::new(TransportErrorKind::Connect, "refused")),
                Self::Head => text = None,
                Self::Silence => std::future::pending().await,
                Self::Coding(coding) => response = response.header("content-encoding", coding),
                Self::Gzip(times) => {
                    response = response.header("content-encoding", "gzip");
                    text = text.map(|text| (0..times).fold(text, |text, _| gzip(&text)));
                }
                Self::Half { is_broken } => {
                    text = text.map(|text| text.slice(..text.len() / 2));
                    error = is_broken.then(|| TransportError::new(TransportErrorKind::Exchange, "cut"));
                }
            }
            let body: TransportBody = Box::pin(Text(text, error));
            Ok(response.header("cache-control", "no-store").body(body).expect("a response"))
        })
    }
}

/// All that a probe says, at once.
fn whole() -> String {
    let mut text = format!("retry: {}\n\n", DoctorFrame::RETRY.as_millis());
    for n in 0..16 {
        if n % 2 == 1 && n < 15 {
            text.push_str(&format!(": {n} 0\n\n"));
            continue;
        }
        let request = format!(r#"{{"version":"HTTP/1.1","headers":[["last-event-id","{LAST_EVENT_ID}"]],"marks":[]}}"#);
        text.push_str(&format!(
            "event: doctor\nid: {n}\ndata: {{\"n\":{n},\"at\":0,\"last\":{},\"request\":{request}}}\n\n",
            n == 15
        ));
    }
    text
}

fn gzip(text: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
    encoder.write_all(text).expect("to memory");
    encoder.finish().expect("to memory").into()
}

/// What comes of a body, and the error at its end.
struct Text(Option<Bytes>, Option<TransportError>);

impl Body for Text {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let text = self.0.take().map(|text| Ok(Frame::data(text)));
        Poll::Ready(text.or_else(|| self.1.take().map(Err)))
    }
}

/// What is said of a way of one address.
async fn said_of(way: WayOf) -> (Vec<(Level, &'static str)>, String) {
    let order = Arc::new(secret_order("https://a/ --patience 20"));
    let hops = examine(Arc::new(way), &order).await.expect("no panic");
    let findings = judge(&order, &hops);
    let says: Vec<_> = findings.iter().map(|finding| finding.says.as_str()).collect();
    (findings.iter().map(|finding| (finding.level, finding.code)).collect(), says.join("\n"))
}

/// What was refused lasted for a moment only, and nobody cut it.
#[tokio::test(start_paused = true)]
async fn a_stream_that_never_was_one_is_no_cut() {
    assert_eq!(said_of(WayOf::Nothing).await.0, []);
    for (way, words) in [
        (WayOf::Status(429), "it answers 429"),
        (WayOf::Status(502), "it answers 502"),
        (WayOf::Status(504), "it answers 504"),
        (WayOf::NoConnection, "the connection was not made"),
        (WayOf::Head, "nothing came after its head"),
        (WayOf::Silence, "there was no answer"),
    ] {
        let (findings, says) = said_of(way).await;
        assert_eq!(findings, [(Level::Unmeasured, "refused")], "{way:?}: {says}");
        assert!(says.contains(words), "{way:?}: {says}");
    }
}

/// What arrives in part, or cannot be read, is no healthy way, however prompt it is.
#[tokio::test(start_paused = true)]
async fn a_stream_that_does_not_arrive_whole_is_a_fault() {
    let (findings, says) = said_of(WayOf::Gzip(1)).await;
    assert_eq!(findings, [(Level::Note, "compresses")], "{says}");
    assert!(says.contains("sends each frame at once"), "{says}");
    let (findings, says) = said_of(WayOf::Gzip(2)).await;
    assert_eq!(findings, [(Level::Fault, "damages-stream"), (Level::Note, "compresses")], "{says}");
    assert!(says.contains("where compression is offered: 0 frames") && !says.contains("at once"), "{says}");
    for (is_broken, how) in [(false, "ended as if it was over"), (true, "it broke (")] {
        let (findings, says) = said_of(WayOf::Half { is_broken }).await;
        assert_eq!(findings, [(Level::Fault, "damages-stream"); 3], "{says}");
        assert!(says.contains(how), "{says}");
    }
}

/// Nobody offered a coding, and not each client can undo it.
#[tokio::test(start_paused = true)]
async fn compression_that_nobody_offered_is_a_fault() {
    for coding in ["br", "zstd"] {
        let (findings, says) = said_of(WayOf::Coding(coding)).await;
        assert_eq!(findings, [(Level::Fault, "compresses-unasked")], "{says}");
        assert!(says.contains(coding), "{says}");
    }
    assert_eq!(said_of(WayOf::Coding("identity")).await.0, []);
}
