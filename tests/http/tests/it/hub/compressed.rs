//! Compressed streams over sockets: in an application, where something else compresses as well, and on plain axum.

use super::reader::{DRAIN, Reader};
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

/// Says itself what the answer varies by.
#[injectable]
pub struct ByUser;

impl Interceptor for ByUser {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let mut reply = next.run(ctx).await?;
        reply.headers_mut().insert(http::header::VARY, http::HeaderValue::from_static("x-user"));
        Ok(reply)
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

    #[sse("by-language")]
    #[header("vary", "Accept-Language")]
    async fn by_language(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("news").await?)
    }

    #[sse("by-user")]
    #[header("vary", "Accept-Language")]
    #[use_interceptors(ByUser)]
    async fn by_user(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("news").await?)
    }

    #[sse("once/by-language")]
    #[header("vary", "Accept-Language")]
    fn once_by_language(&self) -> impl Stream<Item = MessageEvent> {
        self.once()
    }

    #[sse("once")]
    fn once(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter((0..500).map(|number| MessageEvent::new(format!("number {number}"))))
    }
}

#[module(
    imports = [SseModule::for_root(SseModuleOptions::default().drain_window(DRAIN))],
    controllers = [Papers],
    providers = [Watched, ByUser],
)]
pub struct PapersModule;

fn options() -> SseOptions {
    SseOptions::default().compression(EventCompression::default())
}

/// Asks for a stream that may be compressed.
async fn open(addr: SocketAddr, target: &str, accept: &str) -> Reader {
    let reader = Reader::open(addr, "GET", target, &format!("Accept-Encoding: {accept}\r\n")).await;
    let vary = reader.head.headers.iter().filter(|(name, _)| name == "vary").count();
    assert_eq!((reader.head.header("vary"), vary), (Some("accept-encoding"), 1));
    reader
}

/// A client of a stream that is compressed.
struct Unpacks {
    reader: Reader,
    decoder: LiveDecoder<Vec<u8>>,
    wire: Vec<u8>,
}

impl Unpacks {
    async fn open(addr: SocketAddr, target: &str, accept: &str) -> Self {
        let reader = open(addr, target, accept).await;
        assert_eq!(reader.head.header("content-encoding"), Some("gzip"));
        Self { reader, decoder: LiveDecoder::new(vec![]), wire: vec![] }
    }

    /// Reads until there is an event with this in it: whoever holds one back is waited for in vain.
    async fn read_to(&mut self, text: &str) {
        while !String::from_utf8_lossy(self.decoder.get_ref()).contains(&format!("{text}\n\n")) {
            let chunk = within(PATIENCE, self.reader.connection.chunk_of_bytes()).await.expect("an event");
            self.wire.extend_from_slice(&chunk);
            self.decoder.write_all(&chunk).expect("valid");
            self.decoder.flush().expect("valid");
        }
    }

    /// Gives the whole stream, once it is over.
    async fn rest(mut self) -> String {
        while let Some(chunk) = within(PATIENCE, self.reader.connection.chunk_of_bytes()).await {
            self.wire.extend_from_slice(&chunk);
        }
        let mut text = String::new();
        let _ = GzDecoder::new(&*self.wire).read_to_string(&mut text).expect("whole, with its sums");
        text
    }
}

const HELLO: &str = "data: {\"verdict\":\"live\"}";

/// Each event is read before the next is published, and all readers get it for one compression.
async fn check(addr: SocketAddr, target: &str, hub: &Hub) -> Vec<Unpacks> {
    let mut readers = vec![];
    for _ in 0..5 {
        let mut reader = Unpacks::open(addr, target, "gzip, deflate, br, zstd").await;
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
    let mut plain = open(addr, target, "br, deflate").await;
    assert_eq!(plain.head.header("content-encoding"), None);
    assert_eq!(plain.next().await, "hello({\"verdict\":\"live\"})");
    readers
}

#[tokio::test]
pub async fn an_application_compresses_streams_once_and_holds_nothing() {
    let mut hub = None;
    let app = App::serve_with::<PapersModule>(|app| {
        hub = app.get::<Hub>();
        app.sse(options()).enable_compression(CompressionOptions::default().threshold(0))
    })
    .await;
    let hub = hub.expect("it is provided");
    let mut readers = check(app.addr, "/papers", &hub).await;
    readers.extend(check(app.addr, "/papers/watched", &hub).await);

    let once = Unpacks::open(app.addr, "/papers/once", "gzip").await.rest().await;
    assert!(once.starts_with("data: number 0\n\n") && once.ends_with("data: number 499\n\n"), "{once}");
    app.end().await;
    for reader in readers {
        assert!(reader.rest().await.ends_with("data: {\"reason\":\"drain\"}\n\n"));
    }
}

/// The stream's own, the route's and an interceptor's, whichever way the response is made.
#[tokio::test]
pub async fn what_a_stream_varies_by_is_one_list() {
    let app = App::serve_with::<PapersModule>(|app| app.sse(options())).await;
    for (target, expected) in [
        ("/papers", "accept-encoding"),
        ("/papers/watched", "accept-encoding"),
        ("/papers/by-language", "accept-encoding, Accept-Language"),
        ("/papers/once/by-language", "accept-encoding, Accept-Language"),
        ("/papers/by-user", "x-user, accept-encoding, Accept-Language"),
    ] {
        for accept in ["gzip", "br"] {
            let mut connection = Connection::open(app.addr).await;
            connection.send(format!("GET {target} HTTP/1.1\r\nHost: test\r\nAccept-Encoding: {accept}\r\n\r\n")).await;
            let head = within(PATIENCE, connection.head()).await;
            let vary = head.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("vary"));
            let vary: Vec<_> = vary.map(|(_, value)| value.as_str()).collect();
            assert_eq!((head.status, vary), (200, vec![expected]), "{target} for {accept}");
            assert_eq!(head.header("content-encoding").is_some(), accept == "gzip", "{target} for {accept}");
        }
    }
    app.end().await;
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
    assert_eq!(streams.compressions(), 5 + 5, "the hello of each, which is short, and each event");
    streams.drain();
    for reader in readers {
        assert!(reader.rest().await.ends_with("data: {\"reason\":\"drain\"}\n\n"));
    }
}
