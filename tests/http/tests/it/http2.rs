//! HTTP/2 beside HTTP/1.1 on one port: with prior knowledge, and where TLS agrees on it.

use crate::listeners::{Tls, certificate, https};
use futures_util::stream;
use http_tests::{App, PATIENCE, within};
use oriole::prelude::*;
use oriole::{Listen, Shutdown};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

#[injectable]
pub struct Site;

#[controller]
impl Site {
    #[get]
    async fn root(&self) -> &'static str {
        "here"
    }

    #[sse("e")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new("first")]).chain(stream::pending())
    }
}

#[module(controllers = [Site])]
pub struct SiteModule;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;

struct Client<S>(S);

impl Client<TcpStream> {
    async fn open(app: &App) -> Self {
        Self::over(TcpStream::connect(app.addr).await.expect("it listens")).await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    async fn over(stream: S) -> Self {
        let mut client = Self(stream);
        client.0.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("it reads");
        client.send(SETTINGS, 0, 0, b"").await;
        client
    }

    async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let mut frame = u32::try_from(payload.len()).expect("a small frame").to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.0.write_all(&frame).await.expect("it reads");
    }

    /// `GET`, with a path that HPACK writes as a literal.
    async fn get(&mut self, stream: u32, path: &str) {
        let mut block = vec![0x82, 0x86, 0x04, u8::try_from(path.len()).expect("a short path")];
        block.extend(path.as_bytes());
        block.extend([0x01, 4]);
        block.extend(b"test");
        // END_STREAM and END_HEADERS.
        self.send(HEADERS, 5, stream, &block).await;
    }

    /// The next frame of one of the kinds: kind, flags, stream, payload.
    async fn frame(&mut self, kinds: &[u8]) -> (u8, u8, u32, Vec<u8>) {
        loop {
            let mut head = [0; 9];
            within(PATIENCE, self.0.read_exact(&mut head)).await.expect("a frame comes");
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            let mut payload = vec![0; length];
            within(PATIENCE, self.0.read_exact(&mut payload)).await.expect("a frame is whole");
            if kinds.contains(&head[3]) {
                let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
                return (head[3], head[4], stream, payload);
            }
        }
    }
}

#[tokio::test]
async fn requests_and_streams_share_a_connection_and_end_well() {
    let app = App::serve::<SiteModule>().await;
    let client = Client::open(&app).await;
    check(client, &app.shutdown).await;
    app.end().await;
}

/// The same over rustls, which agreed on it in the handshake.
#[tokio::test]
async fn requests_and_streams_share_a_connection_over_tls_and_end_well() {
    let certificate = certificate();
    let app = Oriole::create::<SiteModule>().await.expect("the module is sound").shutdown_on_signals(false);
    let server = app.bind_all([Listen::https("127.0.0.1:0", https(&certificate))]).await.expect("it can be bound");
    let (addr, shutdown) = (server.local_addr(), server.shutdown_handle());
    let mut running = JoinSet::new();
    running.spawn(server.serve());
    let tls = Tls::open(addr, &certificate, &["h2"]).await.0;
    assert_eq!(tls.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    check(Client::over(tls).await, &shutdown).await;
    within(PATIENCE, running.join_next()).await.expect("it runs").expect("no panic").expect("it ends well");
}

/// A stream and a request at once, and the end, of which the client is told.
async fn check<S: AsyncRead + AsyncWrite + Unpin>(mut client: Client<S>, shutdown: &Shutdown) {
    client.get(1, "/e").await;
    let (_, _, stream, head) = client.frame(&[HEADERS]).await;
    // `:status: 200`, from HPACK's table.
    assert_eq!((stream, head[0]), (1, 0x88));
    assert_eq!(client.frame(&[DATA]).await.3, b"data: first\n\n");
    client.get(3, "/").await;
    assert_eq!(client.frame(&[HEADERS]).await.2, 3);
    assert_eq!(client.frame(&[DATA]).await.3, b"here");

    shutdown.shutdown();
    let mut last = Vec::new();
    let mut goaway = false;
    loop {
        match client.frame(&[DATA, GOAWAY]).await {
            (GOAWAY, ..) => goaway = true,
            (_, flags, 1, payload) => {
                last.extend(payload);
                if flags & END_STREAM != 0 {
                    break;
                }
            }
            (_, _, _, payload) => assert!(payload.is_empty(), "the other stream has ended"),
        }
    }
    assert!(last.starts_with(b"retry: "), "{last:?}");
    assert!(goaway, "it was said that no more is taken");
    // It answers no PING, which the server would wait for: it is dropped.
}

#[tokio::test]
async fn http1_is_served_on_the_same_port() {
    let app = App::serve::<SiteModule>().await;
    assert_eq!(app.get("/").await.body, "here");
    app.end().await;
}
