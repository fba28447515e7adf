//! HTTP/1 at its edges, byte by byte.

use futures_util::stream;
use http::header::{CONNECTION, UPGRADE};
use http_tests::{App, Connection};
use hyper_util::rt::TokioIo;
use oriole::axum::body::Bytes;
use oriole::axum::extract::Request;
use oriole::axum::response::{IntoResponse, Response};
use oriole::prelude::*;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[injectable]
pub struct Echo;

#[controller]
impl Echo {
    #[get]
    async fn root(&self) -> &'static str {
        "here"
    }

    #[get("names/{name}")]
    async fn name(&self, Path(name): Path<String>) -> String {
        name
    }

    #[get("raw/{name}")]
    async fn raw(&self) -> &'static str {
        "raw"
    }

    #[post("length")]
    async fn length(&self, body: Bytes) -> String {
        body.len().to_string()
    }

    #[post("ignored")]
    async fn ignored(&self) -> &'static str {
        "ignored"
    }

    /// From there on it says in capitals what it was told, once it was told all.
    #[get("shout")]
    #[allow(clippy::disallowed_methods, reason = "it goes on after the answer, and ends with the connection")]
    async fn shout(&self, mut request: Request) -> Response {
        let upgraded = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let mut stream = TokioIo::new(upgraded.await.expect("hyper has switched"));
            let mut told = String::new();
            stream.read_to_string(&mut told).await.expect("the client speaks");
            for word in told.to_uppercase().split_inclusive(' ') {
                stream.write_all(word.as_bytes()).await.expect("the client listens");
                stream.flush().await.expect("the client listens");
            }
        });
        (StatusCode::SWITCHING_PROTOCOLS, [(UPGRADE, "shout"), (CONNECTION, "upgrade")]).into_response()
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([1, 2]).map(|n| MessageEvent::new(n.to_string()))
    }
}

#[module(controllers = [Echo])]
pub struct EchoModule;

/// Everything that is answered to these bytes, until the server closes.
async fn answers(app: &App, bytes: &str) -> String {
    let mut connection = Connection::open(app.addr).await;
    connection.send(bytes).await;
    connection.closed().await
}

#[tokio::test]
async fn http_1_0() {
    let app = App::serve::<EchoModule>().await;
    let answer = answers(&app, "GET / HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n") && answer.ends_with("\r\n\r\nhere"), "{answer}");
    // Its body ends with the connection: the version has no chunks.
    let answer = answers(&app, "GET /events HTTP/1.0\r\n\r\n").await;
    assert!(answer.ends_with("\r\n\r\ndata: 1\n\ndata: 2\n\n") && !answer.contains("chunked"), "{answer}");
    // A connection is kept if that is asked for.
    let twice = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n";
    assert_eq!(answers(&app, twice).await.matches(" 200 OK").count(), 2);
    app.end().await;
}

#[tokio::test]
async fn requests_in_one_packet_are_answered_in_order() {
    let app = App::serve::<EchoModule>().await;
    let mut connection = Connection::open(app.addr).await;
    let mut requests = String::new();
    for n in 0..50 {
        requests += &format!("GET /names/{n} HTTP/1.1\r\nHost: test\r\n\r\n");
        requests += "POST /length HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc";
    }
    connection.send(requests).await;
    for n in 0..50 {
        assert_eq!(connection.response_to("GET").await.body, n.to_string());
        assert_eq!(connection.response_to("POST").await.body, "3");
    }
    app.end().await;
}

#[tokio::test]
async fn malformed_chunks() {
    let app = App::serve::<EchoModule>().await;
    for body in
        ["zz\r\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "ffffffffffffffffff\r\nabc", "-1\r\nabc\r\n", "3;\nx"]
    {
        let mut connection = Connection::open(app.addr).await;
        connection.send("POST /length HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        connection.send(body).await;
        let answer = connection.response_to("POST").await;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("Bad Request")), "{body:?}: {answer:?}");
        // Nobody knows where the next request would begin.
        assert_eq!(connection.closed().await, "", "{body:?}");
    }
    assert_eq!(app.get("/").await.body, "here");
    app.end().await;
}

/// What a proxy in front and the server would read differently.
#[tokio::test]
async fn lengths_that_contradict_each_other() {
    let app = App::serve::<EchoModule>().await;
    for headers in [
        "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: +3\r\n",
        "Content-Length: 3, 4\r\n",
        "Content-Length: -1\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: gzip\r\n",
    ] {
        let answer = answers(&app, &format!("POST /length HTTP/1.1\r\nHost: test\r\n{headers}\r\nabcd")).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{headers}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "nothing of the body is taken for a request: {answer}");
    }
    // With both kinds the chunks count, in whatever order they are told.
    for headers in
        ["Content-Length: 99\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 99\r\n"]
    {
        let mut connection = Connection::open(app.addr).await;
        let request = format!("POST /length HTTP/1.1\r\nHost: test\r\n{headers}\r\n3\r\nabc\r\n0\r\n\r\n");
        connection.send(request).await;
        assert_eq!(connection.response_to("POST").await.body, "3", "{headers}");
    }
    app.end().await;
}

#[tokio::test]
async fn a_body_is_asked_for_when_it_is_wanted() {
    let app = App::serve::<EchoModule>().await;
    let head = "HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    let mut connection = Connection::open(app.addr).await;
    connection.send(format!("POST /length {head}")).await;
    assert_eq!(connection.head().await.status, 100);
    connection.send("abc").await;
    assert_eq!(connection.response_to("POST").await.body, "3");
    // Nobody wants it, and nobody waits for it.
    for (path, status) in [("/ignored", 201), ("/nowhere", 404)] {
        let mut connection = Connection::open(app.addr).await;
        connection.send(format!("POST {path} {head}")).await;
        assert_eq!(connection.response_to("POST").await.status, status);
        assert_eq!(connection.closed().await, "");
    }
    // It is too large before it is sent.
    let mut connection = Connection::open(app.addr).await;
    connection.send(format!("POST /length {}", head.replace("3\r\n", "3000000\r\n"))).await;
    assert_eq!(connection.response_to("POST").await.status, 413);
    app.end().await;
}

#[tokio::test]
async fn targets() {
    let app = App::serve::<EchoModule>().await;
    for (target, status, body) in [
        ("http://example.com/names/tom?x=1", 200, Some("tom")),
        ("http://example.com", 200, Some("here")),
        ("*", 404, None),
        // An authority, as `CONNECT` has it.
        ("names", 404, None),
        ("/names/t%C3%B6m", 200, Some("töm")),
        ("/names/a%2Fb", 200, Some("a/b")),
        ("/names/%00", 200, Some("\0")),
        // What is no encoding stands for itself.
        ("/names/100%", 200, Some("100%")),
        ("/names/%zz", 200, Some("%zz")),
        ("/names/%", 200, Some("%")),
        // What is no text is refused by whoever wants a text.
        ("/names/%ff", 400, None),
        ("/raw/%ff", 200, Some("raw")),
        ("/%ff", 404, None),
    ] {
        let answer = app.get(target).await;
        assert_eq!(answer.status, status, "{target}: {answer:?}");
        match body {
            Some(body) => assert_eq!(answer.body, body, "{target}"),
            None => assert_eq!(answer.json()["statusCode"], json!(status), "{target}"),
        }
    }
    for line in ["GET", "GET /", "GET / HTTP/9.9", "G@T / HTTP/1.1\u{0}", "GET /\u{7f} HTTP/1.1"] {
        let answer = answers(&app, &format!("{line}\r\nHost: test\r\nConnection: close\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with("\r\n\r\n"), "{line}: {answer}");
    }
    app.end().await;
}

/// A deviation: hyper leaves it to the application.
#[tokio::test]
async fn a_request_without_a_host_is_served() {
    let app = App::serve::<EchoModule>().await;
    let answer = answers(&app, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("here"), "{answer}");
    app.end().await;
}

/// Whoever has switched to another protocol may close one side of it: the server looks for no end there.
#[tokio::test]
async fn a_connection_that_was_upgraded_is_the_applications() {
    let app = App::serve::<EchoModule>().await;
    let mut connection = Connection::open(app.addr).await;
    connection.send("GET /shout HTTP/1.1\r\nHost: test\r\nConnection: upgrade\r\nUpgrade: shout\r\n\r\n").await;
    let head = connection.head().await;
    assert_eq!((head.status, head.header("upgrade")), (101, Some("shout")));
    connection.send("is anybody there").await;
    connection.finish().await;
    assert_eq!(connection.closed().await, "IS ANYBODY THERE");
    app.end().await;
}
