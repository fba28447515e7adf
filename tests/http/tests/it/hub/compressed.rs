//! Compressed streams over sockets: in an application, where something else compresses as well, and on plain axum.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::read::GzDecoder;
use flate2::write::GzDecoder as LiveDecoder;
use futures_util::stream;
use http::HeaderMap;
use http_tests::{App, Connection, PATIENCE, within};
use oriole::prelude::*;
use oriole::sse::{EventCompression, EventStreams, Hub, SseOptions, SubscribeError, Subscription};
use oriole::{CompressionOptions, SseModule, SseModuleOptions};
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

#[injectable]
pub struct Watched;

impl Interceptor for Watched {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await
    }
}

#[injectable]
pub struct Papers {
    hub: Arc<Hub>,
}

#[controller("papers")]
impl Papers {
    #[sse]
    async fn read(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("news").await?)
    }

    /// Goes another way to its response, since something stands around it.
    #[sse("watched")]
    #[use_interceptors(Watched)]
    async fn watched(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("news").await?)
    }

    #[sse("once")]
    fn once(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter((0..500).map(|number| MessageEvent::new(format!("number {number}"))))
    }
}

#[module(imports = [SseModule::for_root(SseModuleOptions::default())], controllers = [Papers], providers = [Watched])]
pub struct PapersModule;

fn options() -> SseOptions {
    SseOptions::default().compression(EventCompression::default())
}

/// A client of a stream that is compressed, or is not.
struct Reader {
    connection: Connection,
    encoding: Option<String>,
    decoder: LiveDecoder<Vec<u8>>,
    wire: Vec<u8>,
}

impl Reader {
    async fn open(addr: SocketAddr, target: &str, accept: &str) -> Self {
        let mut connection = Connection::open(addr).await;
        connection.send(format!("GET {target} HTTP/1.1\r\nHost: test\r\nAccept-Encoding: {accept}\r\n\r\n")).await;
        let head = within(PATIENCE, connection.head()).await;
        assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
        let vary = head.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("vary")).count();
        assert_eq!((head.header("vary"), vary), (Some("accept-encoding"), 1));
        let encoding = head.header("content-encoding").map(str::to_owned);
        Self { connection, encoding, decoder: LiveDecoder::new(vec![]), wire: vec![] }
    }

    /// Reads until there is an event with this in it: whoever holds one back is waited for in vain.
    async fn read_to(&mut self, text: &str) {
        while !String::from_utf8_lossy(self.decoder.get_ref()).contains(&format!("{text}\n\n")) {
            let chunk = within(PATIENCE, self.connection.chunk_of_bytes()).await.expect("an event");
            self.wire.extend_from_slice(&chunk);
            self.decoder.write_all(&chunk).expect("valid");
            self.decoder.flush().expect("valid");
        }
    }

    /// Gives the whole stream, once it is over.
    async fn rest(mut self) -> String {
        while let Some(chunk) = within(PATIENCE, self.connection.chunk_of_bytes()).await {
            self.wire.extend_from_slice(&chunk);
        }
        let mut text = String::new();
        let _ = GzDecoder::new(&*self.wire).read_to_string(&mut text).expect("whole, with its sums");
        text
    }
}

const HELLO: &str = "data: {\"verdict\":\"live\"}";

/// Each event is read before the next is published, and all readers get it for one compression.
async fn check(addr: SocketAddr, target: &str, hub: &Hub) -> Vec<Reader> {
    let mut readers = vec![];
    for _ in 0..5 {
        let mut reader = Reader::open(addr, target, "gzip, deflate, br, zstd").await;
        assert_eq!(reader.encoding.as_deref(), Some("gzip"));
        reader.read_to(HELLO).await;
        readers.push(reader);
    }
    for number in 0..5 {
        let text = format!("{number}{}", "-".repeat(number * 300));
        hub.publish("news", MessageEvent::new(&text)).await.expect("published");
        for reader in &mut readers {
            reader.read_to(&format!("data: {text}")).await;
        }
    }
    let mut plain = Reader::open(addr, target, "br, deflate").await;
    assert_eq!(plain.encoding, None);
    assert!(within(PATIENCE, plain.connection.chunk()).await.expect("a hello").contains(HELLO));
    readers
}

#[tokio::test]
async fn an_application_compresses_streams_once_and_holds_nothing() {
    let mut hub = None;
    let app = App::serve_with::<PapersModule>(|app| {
        hub = app.get::<Hub>();
        app.sse(options()).enable_compression(CompressionOptions::default().threshold(0))
    })
    .await;
    let hub = hub.expect("it is provided");
    let mut readers = check(app.addr, "/papers", &hub).await;
    readers.extend(check(app.addr, "/papers/watched", &hub).await);

    let once = Reader::open(app.addr, "/papers/once", "gzip").await.rest().await;
    assert!(once.starts_with("data: number 0\n\n") && once.ends_with("data: number 499\n\n"), "{once}");
    app.end().await;
    for reader in readers {
        assert!(reader.rest().await.ends_with("data: {\"reason\":\"drain\"}\n\n"));
    }
}

async fn news(
    State((hub, streams)): State<(Hub, EventStreams)>,
    headers: HeaderMap,
) -> Result<Response, SubscribeError> {
    Ok(streams.accepting(&headers).open_events(hub.subscribe("news").await?).await.into_response())
}

#[tokio::test]
async fn plain_axum_compresses_streams_once_and_holds_nothing() {
    let (hub, streams) = (Hub::default(), EventStreams::new(options()));
    let routes = Router::new().route("/news", get(news)).with_state((hub.clone(), streams.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("it is bound");
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
    let readers = check(addr, "/news", &hub).await;
    assert_eq!(streams.compressions(), 1 + 5, "the hello, as all begin at one place, and each event");
    streams.drain();
    for reader in readers {
        assert!(reader.rest().await.ends_with("data: {\"reason\":\"drain\"}\n\n"));
    }
}
