//! When a connection leaves hyper, and what becomes of one that does not.

use super::{End, UntilEnded};
use crate::server::ServerOptions;
use crate::server::common::Common;
use crate::server::protocol::Connection;
use crate::server::stream::Incoming;
use crate::server::takeover::{Observed, Offer, Shards};
use crate::trace::Peer;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::StreamExt;
use http::Request;
use http_body::Body as _;
use oriole_sse::{EventStreams, Hub, HubOptions, MessageEvent, SseOptions, Start, Subscription, Tether};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tracing::Span;

/// So long a test waits on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// A connection that has answered, as hyper would be: it writes what the body gives until that waits, and flushes if it can.
struct Answered {
    body: Body,
    stream: Option<Observed<Incoming>>,
    said: Arc<Said>,
}

/// What became of it.
#[derive(Default)]
struct Said {
    is_blocked: AtomicUsize,
    /// How often its body was asked.
    asked: AtomicUsize,
    frames: Mutex<Vec<Bytes>>,
    woken: AtomicUsize,
    /// How often it was told to finish.
    finished: AtomicUsize,
    /// What begins while it is polled.
    ends: Mutex<Option<Arc<End>>>,
}

impl Said {
    fn text(&self) -> String {
        let frames = self.frames.lock().expect("nobody panicked");
        frames.iter().map(|frame| String::from_utf8_lossy(frame).into_owned()).collect()
    }
}

impl Wake for Said {
    fn wake(self: Arc<Self>) {
        self.woken.fetch_add(1, Ordering::Relaxed);
    }
}

impl Future for Answered {
    type Output = Result<(), String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Some(end) = this.said.ends.lock().expect("nobody panicked").take() {
            end.begin();
        }
        while let Poll::Ready(given) = Pin::new(&mut this.body).poll_frame(cx) {
            let Some(Ok(frame)) = given else { return Poll::Ready(Ok(())) };
            this.said.frames.lock().expect("nobody panicked").extend(frame.into_data());
        }
        let stream = this.stream.as_mut().filter(|_| this.said.is_blocked.load(Ordering::Relaxed) == 0);
        if let Some(stream) = stream {
            ready!(Pin::new(stream).poll_flush(cx)).map_err(|error| error.to_string())?;
        }
        Poll::Pending
    }
}

impl Connection for Answered {
    type Stream = Incoming;

    fn stays(&self) -> bool {
        false
    }

    fn finish(self: Pin<&mut Self>) {
        self.said.finished.fetch_add(1, Ordering::Relaxed);
    }

    fn take(mut self: Pin<&mut Self>) -> Option<(Incoming, Bytes)> {
        self.stream.take().map(Observed::into_parts)
    }
}

/// Counts how often it is asked.
struct Counted(Body, Arc<Said>);

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        self.1.asked.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.0).poll_frame(cx)
    }
}

/// A connection whose answer is a subscription, with its client.
struct Case {
    connection: UntilEnded<Answered>,
    said: Arc<Said>,
    shards: Arc<Shards>,
    end: Arc<End>,
    client: TcpStream,
}

impl Case {
    async fn new(hub: &Hub, start: Start) -> Self {
        Self::of(hub.subscribe("a").from(start).await.expect("room")).await
    }

    async fn of(subscription: Subscription) -> Self {
        let mut response = EventStreams::new(SseOptions::default()).open_subscription(subscription);
        response.extensions_mut().get_mut::<Tether>().expect("a hub's").set_of_route();
        let said = Arc::<Said>::default();
        let response: Response = response.map(|body| Body::new(Counted(Body::new(body), Arc::clone(&said))));

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let client = TcpStream::connect(listener.local_addr().expect("it is bound")).await.expect("it listens");
        let (stream, addr) = listener.accept().await.expect("someone connects");
        let peer = Peer { addr: Some(addr), is_kept: false, scheme: "http", span: Span::none() };
        let common = Arc::new(Common::new(peer));
        common.is_asked();
        let options = ServerOptions { event_stream_shards: Some(1), ..ServerOptions::default() };
        let (shards, _) = Shards::new(&options);
        let end = Arc::<End>::default();
        let offer = Offer::to(&Request::new(Body::empty()), &common, true, true).expect("one of HTTP/1.1");
        let body = offer.make(response).into_body();
        let stream = Some(Observed::new(Incoming::Tcp(stream), Bytes::new(), Arc::clone(&common), true));
        let connection = UntilEnded {
            connection: Answered { body, stream, said: Arc::clone(&said) },
            told: None,
            is_told: false,
            has_read: false,
            common,
            end: Arc::clone(&end),
            shards: Arc::clone(&shards),
        };
        Self { connection, said, shards, end, client }
    }
}

fn poll<F: Future>(future: Pin<&mut F>, said: &Arc<Said>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(&Waker::from(Arc::clone(said))))
}

/// The first thing that a subscription says is all it has: nobody asks it whether it would wait, and the shard does not ask what is around it.
#[tokio::test]
async fn a_body_that_has_told_all_is_asked_once() {
    let hub = Hub::default();
    let Case { connection, said, shards, mut client, .. } = Case::new(&hub, Start::Live).await;
    let mut connection = Box::pin(connection);
    assert!(poll(connection.as_mut(), &said).is_ready());
    assert_eq!((said.asked.load(Ordering::Relaxed), shards.len()), (1, 1));
    assert!(said.text().contains("event: hello\n"), "{}", said.text());
    drop(connection);

    // It is the shard's, and what is published before its first look is not lost.
    hub.publish("a", MessageEvent::new("1")).await.expect("it is stored");
    let mut read = vec![0; 1024];
    let count = timeout(PATIENCE, client.read(&mut read)).await.expect("it is carried").expect("it is open");
    let text = String::from_utf8_lossy(&read[..count]);
    assert!(text.contains("data: 1\n\n") && !text.contains("the way is clear"), "{text}");
    // For the event, whether there is another, and once more when it was written: nobody asked what is around the body.
    assert_eq!(said.asked.load(Ordering::Relaxed), 4);
}

/// Whoever leaves before the shard has looked at its connection was written all that there was.
#[tokio::test]
async fn who_leaves_at_once_has_left() {
    let hub = Hub::new(HubOptions::default().presence_grace(Duration::ZERO));
    let mut others = hub.subscribe("a").watch_presence().await.expect("room");
    let subscription = hub.subscribe("a").present_as("ann").await.expect("room");
    let Case { connection, said, shards, client, .. } = Case::of(subscription).await;
    let mut connection = Box::pin(connection);
    assert!(poll(connection.as_mut(), &said).is_ready());
    assert_eq!((said.asked.load(Ordering::Relaxed), shards.len()), (1, 1));
    drop(client);
    loop {
        let event = timeout(PATIENCE, others.next()).await.expect("it is told").expect("it goes on");
        if let Some(data) = event.fields().data.filter(|data| data.contains("left")) {
            assert!(data.contains("\"cause\":\"closed\""), "{data}");
            break;
        }
    }
}

/// Who cannot leave hyper yet, since a part of the head is not written, hears of what comes as everybody does.
#[tokio::test(start_paused = true)]
async fn a_connection_that_stays_is_woken() {
    let hub = Hub::default();
    let Case { connection, said, shards, end, .. } = Case::new(&hub, Start::Live).await;
    said.is_blocked.store(1, Ordering::Relaxed);
    let mut connection = pin!(connection);
    assert!(poll(connection.as_mut(), &said).is_pending());
    assert_eq!((said.asked.load(Ordering::Relaxed), shards.len()), (2, 0), "asked after all");
    hub.publish("a", MessageEvent::new("1")).await.expect("it is stored");
    let woken = async {
        while said.woken.load(Ordering::Relaxed) == 0 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, woken).await.expect("it is woken");
    assert!(poll(connection.as_mut(), &said).is_pending());
    assert!(said.text().ends_with("data: 1\n\n"), "{}", said.text());

    let woken = said.woken.load(Ordering::Relaxed);
    end.begin();
    assert!(said.woken.load(Ordering::Relaxed) > woken, "it is told of the end");
    said.is_blocked.store(0, Ordering::Relaxed);
    assert!(poll(connection.as_mut(), &said).is_ready());
    assert_eq!(shards.len(), 1);
}

/// The end may begin while a connection is polled for the first time.
#[tokio::test]
async fn the_end_is_not_missed() {
    let hub = Hub::default();
    let Case { connection, said, end, .. } = Case::new(&hub, Start::Live).await;
    said.is_blocked.store(1, Ordering::Relaxed);
    *said.ends.lock().expect("nobody panicked") = Some(Arc::clone(&end));
    let mut connection = pin!(connection);
    assert!(poll(connection.as_mut(), &said).is_pending());
    assert_eq!(said.woken.load(Ordering::Relaxed), 1);
    assert!(poll(connection.as_mut(), &said).is_pending());
    assert_eq!((said.finished.load(Ordering::Relaxed), said.woken.load(Ordering::Relaxed)), (1, 1), "told once");
}

/// Who has missed something is given it by hyper, as before.
#[tokio::test]
async fn what_is_there_already_goes_out_first() {
    let hub = Hub::default();
    hub.publish("a", MessageEvent::new("1")).await.expect("it is stored");
    let Case { connection, said, shards, .. } = Case::new(&hub, Start::Earliest).await;
    let mut connection = pin!(connection);
    assert!(poll(connection.as_mut(), &said).is_ready());
    assert!(said.text().ends_with("data: 1\n\n"), "{}", said.text());
    assert_eq!(shards.len(), 1);
}
