//! What stands before the events, byte by byte.

use super::stage::{Rooms, options};
use http_tests::{App, Carrier, PATIENCE, within};
use oriole::axum::extract::Request;
use oriole::axum::middleware::{Next, from_fn};
use oriole::axum::response::Response;
use oriole::prelude::*;
use oriole::{CorsOptions, HelmetOptions, SseModule};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[module(imports = [SseModule::for_root(options())], controllers = [Rooms])]
pub struct LayeredModule;

/// Names each request, as an application's own layer does.
async fn named(request: Request, next: Next) -> Response {
    let id = request.headers().get("x-request-id").cloned();
    let mut response = next.run(request).await;
    if let Some(id) = id {
        response.headers_mut().insert("X-Request-Id", id);
    }
    response
}

async fn serve(carrier: Carrier) -> App {
    App::serve_with::<LayeredModule>(|app| {
        let app = app.enable_cors(CorsOptions::default().credentials(true)).enable_helmet(HelmetOptions::default());
        carrier.set(app.layer(from_fn(named)))
    })
    .await
}

/// The bytes up to a text, which is among them.
async fn bytes(addr: SocketAddr, request: &str, end: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut all = vec![];
    let read = async {
        while !String::from_utf8_lossy(&all).contains(end) {
            assert!(stream.read_buf(&mut all).await.expect("it writes") > 0, "{}", String::from_utf8_lossy(&all));
        }
    };
    within(PATIENCE, read).await;
    let all = String::from_utf8(all).expect("it is text");
    let end = all.find(end).expect("it is there") + end.len();
    all[..end].to_owned()
}

/// Without what is another moment's, or another hub's.
fn plain(bytes: &str) -> String {
    let lines = bytes.split("\r\n").filter(|line| !line.starts_with("date: "));
    let is_own = |line: &&str| !line.starts_with("id: ");
    lines.flat_map(|line| line.split('\n').filter(is_own)).collect::<Vec<_>>().join("\n")
}

/// CORS, Helmet, the application's own layer, a marker of the handler: everything is there on both ways, in the same place.
#[tokio::test]
async fn heads_and_first_bytes_are_equal() {
    let apps = [serve(Carrier::Shards).await, serve(Carrier::Hyper).await];
    let own = "Origin: https://example.com\r\nX-Request-Id: 4711\r\n";
    for (method, version, headers) in [
        ("GET", "1.1", own),
        ("POST", "1.1", "Content-Length: 0\r\n"),
        ("GET", "1.1", "Connection: close\r\n"),
        ("GET", "1.1", "Connection: keep-alive\r\n"),
        ("GET", "1.1", "Accept-Encoding: gzip\r\nAccept: text/event-stream\r\n"),
        ("GET", "1.0", own),
        ("GET", "1.0", "Connection: keep-alive\r\n"),
    ] {
        let request = format!("{method} /events HTTP/{version}\r\nHost: test\r\n{headers}\r\n");
        let [shards, hyper] = [
            bytes(apps[0].addr, &request, "\"live\"}\n\n").await,
            bytes(apps[1].addr, &request, "\"live\"}\n\n").await,
        ];
        assert_eq!(plain(&shards), plain(&hyper), "{request}");
        assert!(shards.contains("\r\ndate: ") && hyper.contains("\r\ndate: "), "{shards}");
        let wanted: &[&str] = if headers == own {
            &["access-control-allow-origin: ", "x-request-id: 4711", "x-frame-options: ", "x-room: 7"]
        } else {
            &["x-frame-options: ", "x-room: 7"]
        };
        for wanted in wanted {
            assert!(shards.contains(&format!("\r\n{wanted}")), "{wanted}: {shards}");
        }
    }
    for app in apps {
        app.end().await;
    }
}

#[tokio::test]
async fn the_answer_to_head_is_equal_and_whole() {
    let mut seen = vec![];
    for carrier in Carrier::ALL {
        let app = serve(carrier).await;
        let request = "HEAD /events HTTP/1.1\r\nHost: test\r\n\r\nGET /hello HTTP/1.1\r\nHost: test\r\n\r\n";
        seen.push(plain(&bytes(app.addr, request, "\r\n\r\nhello").await));
        app.end().await;
    }
    assert_eq!(seen[0], seen[1]);
}
