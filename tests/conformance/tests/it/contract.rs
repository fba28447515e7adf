//! The contract service, driven as its harness drives it.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use oriole_sse::{HttpTransport, HttpTransportOptions, Transport};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::server::{Connection, Server};

/// The harness: a service under test, an event stream and a callback endpoint.
struct Harness {
    transport: HttpTransport,
    service: String,
    stream: Server,
    callbacks: Server,
    count: u32,
    running: JoinSet<std::io::Result<()>>,
}

impl Harness {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let service = format!("http://{}", listener.local_addr().expect("an address"));
        let mut running = JoinSet::new();
        running.spawn(conformance::serve(listener));
        Self {
            transport: HttpTransport::new(HttpTransportOptions::default()).expect("no roots"),
            service,
            stream: Server::start().await,
            callbacks: Server::start().await,
            count: 0,
            running,
        }
    }

    async fn send(&self, method: &str, url: &str, body: Value) -> Response<Bytes> {
        let body = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let request = Request::builder().method(method).uri(url).header("content-type", "application/json").body(body);
        let response = self.transport.send(request.expect("a request")).await.expect("an answer");
        let (head, body) = response.into_parts();
        Response::from_parts(head, body.collect().await.expect("a body").to_bytes())
    }

    /// Starts a client; gives its address.
    async fn create(&self, more: Value) -> String {
        let mut body = json!({
            "streamUrl": self.stream.url("/stream"),
            "callbackUrl": self.callbacks.url("/callbacks"),
            "tag": "a test",
            "initialDelayMs": 0,
        });
        let all = body.as_object_mut().expect("an object");
        all.extend(more.as_object().expect("an object").clone());
        let response = self.send("POST", &self.service, body).await;
        assert!(response.status().is_success(), "{response:?}");
        response.headers()["location"].to_str().expect("text").to_string()
    }

    /// Waits for the next callback, whose number must be the next one.
    async fn callback(&mut self) -> Value {
        self.count += 1;
        let connection = self.callbacks.request().await;
        assert_eq!(connection.line, format!("POST /callbacks/{} HTTP/1.1", self.count));
        let message = serde_json::from_slice(&connection.body).expect("JSON");
        connection.answer("202 Accepted", "", "").await;
        message
    }

    async fn event(&mut self) -> Value {
        let mut message = self.callback().await;
        assert_eq!(message["kind"], "event", "{message}");
        message["event"].take()
    }

    async fn error(&mut self) {
        let message = self.callback().await;
        assert!(message["kind"] == "error" && message["error"].is_string(), "{message}");
    }
}

#[tokio::test]
async fn the_service_tells_what_it_can_do_and_stops() {
    let mut harness = Harness::start().await;
    let response = harness.send("GET", &harness.service, Value::Null).await;
    let status: Value = serde_json::from_slice(response.body()).expect("JSON");
    for capability in ["comments", "headers", "last-event-id", "post", "read-timeout", "report", "restart", "bom"] {
        assert!(status["capabilities"].as_array().expect("a list").contains(&capability.into()), "{capability}");
    }
    assert!(harness.send("DELETE", &harness.service, Value::Null).await.status().is_success());
    harness.running.join_next().await.expect("one").expect("no panic").expect("a proper end");
}

#[tokio::test]
async fn bad_requests_are_400_and_unknown_streams_404() {
    let harness = Harness::start().await;
    let bad = json!({ "streamUrl": "nowhere", "callbackUrl": "http://a" });
    assert_eq!(harness.send("POST", &harness.service, bad).await.status(), 400);
    let url = harness.create(json!({})).await;
    assert_eq!(harness.send("POST", &url, json!({ "command": "dance" })).await.status(), 400);
    assert!(harness.send("DELETE", &url, Value::Null).await.status().is_success());
    assert_eq!(harness.send("DELETE", &url, Value::Null).await.status(), 404);
    assert_eq!(harness.send("POST", &url, json!({ "command": "restart" })).await.status(), 404);
}

#[tokio::test]
async fn events_comments_and_errors_are_reported_in_order() {
    let mut harness = Harness::start().await;
    harness.create(json!({})).await;
    let mut stream: Connection = harness.stream.stream().await;
    assert_eq!(stream.header("cache-control").as_deref(), Some("no-cache"));
    stream.send(":Hello\nid: abc\nevent: put\ndata: 1\n\ndata: 2\n\nid: def\ndata: cut").await;
    assert_eq!(harness.callback().await, json!({ "kind": "comment", "comment": "Hello" }));
    assert_eq!(harness.event().await, json!({ "type": "put", "data": "1", "id": "abc" }));
    assert_eq!(harness.event().await, json!({ "type": "message", "data": "2", "id": "abc" }));
    drop(stream);
    harness.error().await;
    let mut stream = harness.stream.stream().await;
    assert_eq!(stream.header("last-event-id").as_deref(), Some("abc"));
    stream.send("data: 3\n\n").await;
    assert_eq!(harness.event().await, json!({ "type": "message", "data": "3", "id": "abc" }));
}

#[tokio::test]
async fn requests_are_as_configured_and_repeated_so() {
    for method in ["POST", "REPORT"] {
        let mut harness = Harness::start().await;
        let more = json!({
            "method": method,
            "body": "{\"hello\": \"world\"}",
            "headers": { "content-type": "application/json; charset=utf-8", "header-name-1": "value-1" },
            "lastEventId": "abc",
        });
        harness.create(more).await;
        for _ in 0..2 {
            let stream = harness.stream.stream().await;
            assert_eq!(stream.line, format!("{method} /stream HTTP/1.1"));
            assert_eq!(stream.body, b"{\"hello\": \"world\"}");
            assert_eq!(stream.header("content-type").as_deref(), Some("application/json; charset=utf-8"));
            assert_eq!(stream.header("header-name-1").as_deref(), Some("value-1"));
            assert_eq!(stream.header("last-event-id").as_deref(), Some("abc"));
            drop(stream);
            harness.error().await;
        }
    }
}

#[tokio::test]
async fn a_stream_restarts_on_command_without_an_error() {
    let mut harness = Harness::start().await;
    let url = harness.create(json!({})).await;
    let mut first = harness.stream.stream().await;
    first.send("data: Hello\n\n").await;
    assert_eq!(harness.event().await["data"], "Hello");
    assert!(harness.send("POST", &url, json!({ "command": "restart" })).await.status().is_success());
    first.closed().await;
    harness.stream.stream().await.send("data: Thanks\n\n").await;
    assert_eq!(harness.event().await["data"], "Thanks");
}

#[tokio::test]
async fn a_read_timeout_is_an_error_and_a_new_connection() {
    let mut harness = Harness::start().await;
    harness.create(json!({ "readTimeoutMs": 50 })).await;
    let mut first = harness.stream.stream().await;
    first.send("data: Hello\n\n").await;
    assert_eq!(harness.event().await["data"], "Hello");
    harness.error().await;
    let _second = harness.stream.stream().await;
}

#[tokio::test]
async fn a_204_and_redirects_without_a_place_are_errors_and_the_end() {
    for (status, headers) in [("204 No Content", ""), ("301 Moved", "Location:\r\n"), ("307 Moved", "")] {
        let mut harness = Harness::start().await;
        harness.create(json!({})).await;
        harness.stream.request().await.head(status, headers).await;
        harness.error().await;
    }
}
