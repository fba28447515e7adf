//! Every bound, on each of its sides.

use http_tests::{App, Connection, PATIENCE, within};
use oriole::axum::body::Bytes;
use oriole::axum::extract::Request;
use oriole::axum::extract::rejection::JsonRejection;
use oriole::prelude::*;
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

#[injectable]
pub struct Bodies;

#[controller]
impl Bodies {
    #[post("bytes")]
    async fn bytes(&self, body: Bytes) -> String {
        body.len().to_string()
    }

    #[post("raw")]
    async fn raw(&self, request: Request) -> Result<String, HttpException> {
        let body = http_body_util::BodyExt::collect(request.into_body()).await.map_err(HttpException::from)?;
        Ok(body.to_bytes().len().to_string())
    }

    /// Reads the body by an extractor of its own choice.
    #[post("late")]
    async fn late(&self, request: Request) -> Result<String, HttpException> {
        use oriole::axum::extract::FromRequest;

        Ok(Bytes::from_request(request, &()).await?.len().to_string())
    }

    /// Makes an answer of its own.
    #[post("json")]
    async fn json(&self, body: Result<Json<serde_json::Value>, JsonRejection>) -> String {
        body.map_or_else(|rejection| rejection.body_text(), |Json(body)| body.to_string())
    }

    #[post("parsed")]
    async fn parsed(&self, Json(body): Json<serde_json::Value>) -> String {
        body.to_string()
    }

    /// Wants no body.
    #[post("none")]
    async fn none(&self) -> &'static str {
        "none"
    }

    #[get]
    async fn root(&self) -> &'static str {
        "here"
    }
}

#[module(controllers = [Bodies])]
pub struct BodiesModule;

fn too_large() -> serde_json::Value {
    json!({"statusCode": 413, "message": "request entity too large"})
}

async fn send_chunked(app: &App, path: &str, bytes: usize) -> http_tests::Response {
    let mut connection = Connection::open(app.addr).await;
    connection.send(format!("POST {path} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")).await;
    connection.try_send(format!("{bytes:x}\r\n{}\r\n0\r\n\r\n", "x".repeat(bytes))).await;
    connection.response_to("POST").await
}

#[tokio::test]
async fn a_body_of_a_mebibyte_is_taken_and_a_byte_more_is_not() {
    let app = App::serve::<BodiesModule>().await;
    let limit = 1024 * 1024;
    for path in ["/bytes", "/raw"] {
        assert_eq!(app.send("POST", path, "", &"x".repeat(limit)).await.body, limit.to_string(), "{path}");
        let refused = app.send("POST", path, "", &"x".repeat(limit + 1)).await;
        assert_eq!((refused.status, refused.json()), (413, too_large()), "{path}");
    }
    app.end().await;
}

/// Without a length the body is counted as it comes.
#[tokio::test]
async fn a_chunked_body_is_bounded_as_well() {
    let app = App::serve_with::<BodiesModule>(|app| app.body_limit(1000)).await;
    for path in ["/bytes", "/raw"] {
        assert_eq!(send_chunked(&app, path, 1000).await.body, "1000", "{path}");
        let refused = send_chunked(&app, path, 1001).await;
        assert_eq!((refused.status, &refused.json()["statusCode"]), (413, &json!(413)), "{path}");
    }
    app.end().await;
}

/// axum's extractors have a limit of 2 MB of their own; ours stands in its place.
#[tokio::test]
async fn the_limit_can_be_raised() {
    let limit = 3 * 1024 * 1024;
    let app = App::serve_with::<BodiesModule>(|app| app.body_limit(limit)).await;
    assert_eq!(app.send("POST", "/bytes", "", &"x".repeat(limit)).await.body, limit.to_string());
    assert_eq!(app.send("POST", "/bytes", "", &"x".repeat(limit + 1)).await.status, 413);
    assert_eq!(send_chunked(&app, "/bytes", limit).await.body, limit.to_string());
    app.end().await;
}

/// A client that sends its head byte by byte, and one that sends none.
#[tokio::test(start_paused = true)]
async fn a_head_must_come_in_time() {
    let app = App::serve_with::<BodiesModule>(|app| app.header_read_timeout(Duration::from_secs(5))).await;
    let begun = Instant::now();
    let mut slow = Connection::open(app.addr).await;
    slow.send("GET / HTTP/1.1\r\nHo").await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    slow.send("st: test\r\n\r\n").await;
    assert_eq!(slow.response_to("GET").await.status, 200);

    let mut slower = Connection::open(app.addr).await;
    slower.send("GET / HTTP/1.1\r\nHo").await;
    assert!(!slower.closed().await.contains("200"));
    let waited = begun.elapsed();
    assert!(waited >= Duration::from_secs(9) && waited < Duration::from_secs(11), "{waited:?}");
    // An idle connection is closed by the same clock.
    assert_eq!(slow.closed().await, "");
    app.end().await;
}

/// Parity: SSE.21.
#[tokio::test]
async fn further_connections_wait_for_room() {
    let app = App::serve_with::<BodiesModule>(|app| app.connections_max(2)).await;
    let mut first = Connection::open(app.addr).await;
    first.ask("GET", "/").await;
    assert_eq!(first.response_to("GET").await.status, 200);
    let mut second = Connection::open(app.addr).await;
    second.ask("GET", "/").await;
    assert_eq!(second.response_to("GET").await.status, 200);
    let mut third = Connection::open(app.addr).await;
    third.ask("GET", "/").await;
    // The two that are served go on being served while the third waits.
    for _ in 0..20 {
        first.ask("GET", "/").await;
        assert_eq!(first.response_to("GET").await.status, 200);
    }
    assert!(third.is_silent());
    drop(second);
    assert_eq!(within(PATIENCE, third.response_to("GET")).await.status, 200);
    app.end().await;
}

const BODY_HEAD: &str = "HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 6\r\n\r\n";

/// A body that pauses shorter than it may, in all longer, and one that never comes whole.
#[tokio::test(start_paused = true)]
async fn a_body_must_keep_coming() {
    let app = App::serve_with::<BodiesModule>(|app| app.body_read_timeout(Duration::from_secs(5))).await;
    for (path, expected) in [("/bytes", "6"), ("/raw", "6"), ("/late", "6"), ("/json", "123456"), ("/parsed", "123456")]
    {
        let mut slow = Connection::open(app.addr).await;
        slow.send(format!("POST {path} {BODY_HEAD}")).await;
        for byte in ["1", "2", "3", "4", "5", "6"] {
            tokio::time::sleep(Duration::from_secs(4)).await;
            slow.send(byte).await;
        }
        let answer = slow.response_to("POST").await;
        assert_eq!((answer.status, &*answer.body), (201, expected), "{path}");
        // The connection goes on.
        slow.ask("GET", "/").await;
        assert_eq!(slow.response_to("GET").await.body, "here");

        let mut stuck = Connection::open(app.addr).await;
        let begun = Instant::now();
        stuck.send(format!("POST {path} {BODY_HEAD}123")).await;
        let answer = stuck.response_to("POST").await;
        let waited = begun.elapsed();
        assert!(waited >= Duration::from_secs(5) && waited < Duration::from_secs(6), "{path}: {waited:?}");
        if path == "/json" {
            assert_eq!(answer.status, 201);
            assert!(answer.body.contains("did not come in time"), "{answer:?}");
        } else {
            let message = "the request's body did not come in time";
            let expected = json!({"message": message, "error": "Request Timeout", "statusCode": 408});
            assert_eq!((answer.status, answer.json()), (408, expected), "{path}");
        }
        assert_eq!(stuck.closed().await, "", "{path}");
    }
    // Who does not read a body does not wait for it either.
    let mut unread = Connection::open(app.addr).await;
    unread.send(format!("POST /none {BODY_HEAD}123")).await;
    assert_eq!(unread.response_to("POST").await.body, "none");
    assert_eq!(unread.closed().await, "");
    app.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_body_may_take_its_time_where_that_is_asked_for() {
    let app = App::serve_with::<BodiesModule>(|app| app.body_read_timeout(None)).await;
    let mut slow = Connection::open(app.addr).await;
    slow.send(format!("POST /bytes {BODY_HEAD}123")).await;
    tokio::time::sleep(Duration::from_secs(3600)).await;
    slow.send("456").await;
    assert_eq!(slow.response_to("POST").await.body, "6");
    app.end().await;

    // A time beyond what the clock holds is no time at all.
    let app = App::serve_with::<BodiesModule>(|app| app.body_read_timeout(Duration::MAX)).await;
    let mut slow = Connection::open(app.addr).await;
    slow.send(format!("POST /bytes {BODY_HEAD}123")).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    slow.send("456").await;
    assert_eq!(slow.response_to("POST").await.body, "6");
    app.end().await;
}

/// The options of event streams are apart from the server's.
#[tokio::test]
async fn the_order_of_settings_does_not_matter() {
    let app = oriole::Oriole::create::<BodiesModule>().await.expect("it is sound");
    let app = app.peer_timeout(Duration::from_secs(7)).sse(oriole::sse::SseOptions::default());
    let shown = format!("{app:?}");
    assert!(shown.contains("peer_timeout: Some(7s)") && shown.matches("peer_timeout").count() == 1, "{shown}");
}

/// In bytes, and in headers, which hyper counts.
#[tokio::test]
async fn a_head_is_bounded() {
    let app = App::serve::<BodiesModule>().await;
    for (headers, status) in [(99, 200), (100, 431)] {
        let mut connection = Connection::open(app.addr).await;
        let headers = "x: 1\r\n".repeat(headers);
        connection.send(format!("GET / HTTP/1.1\r\nHost: test\r\n{headers}\r\n")).await;
        assert_eq!(connection.head().await.status, status);
    }
    for (bytes, status) in [(60 * 1024, 200), (130 * 1024, 431)] {
        let mut connection = Connection::open(app.addr).await;
        connection.try_send(format!("GET / HTTP/1.1\r\nHost: test\r\nx: {}\r\n\r\n", "x".repeat(bytes))).await;
        assert_eq!(connection.head().await.status, status);
    }
    app.end().await;

    let app = App::serve_with::<BodiesModule>(|app| app.head_limit(0)).await;
    for (bytes, status) in [(7 * 1024, 200), (17 * 1024, 431)] {
        let mut connection = Connection::open(app.addr).await;
        connection.try_send(format!("GET / HTTP/1.1\r\nHost: test\r\nx: {}\r\n\r\n", "x".repeat(bytes))).await;
        assert_eq!(connection.head().await.status, status);
    }
    app.end().await;
}
