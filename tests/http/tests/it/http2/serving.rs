//! Requests and streams on one connection: with prior knowledge, and where TLS agrees on it.

use super::frames::{Client, DATA, END_STREAM, GOAWAY, HEADERS, get, opening};
use crate::listeners::{Tls, certificate, https};
use futures_util::stream;
use http_tests::{App, PATIENCE, within};
use oriole::prelude::*;
use oriole::{Listen, Shutdown};
use std::io::Write;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
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

/// A client that is quick, and idle by then: all it had to say was there before the server had looked at the connection.
#[tokio::test]
async fn an_idle_connection_is_told_of_the_end_at_once() {
    let hour = Duration::from_secs(3600);
    let app = App::serve_with::<SiteModule>(|app| app.header_read_timeout(hour).peer_timeout(None)).await;
    // Not tokio's: on one thread, the server runs when this waits.
    let mut quick = std::net::TcpStream::connect(app.addr).expect("it listens");
    quick.write_all(&[opening(), get(1, "/")].concat()).expect("it reads");
    quick.set_nonblocking(true).expect("a socket");
    let mut client = Client::opened(TcpStream::from_std(quick).expect("a socket"));
    assert_eq!(client.frame(&[DATA]).await.3, b"here");
    app.shutdown.shutdown();
    client.frame(&[GOAWAY]).await;
    drop(client);
    app.end().await;
}
