//! `RAW`: the bytes beside what was parsed of them.

use http_tests::App;
use oriole::RawBody;
use oriole::axum::body::Bytes;
use oriole::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

#[injectable]
pub struct Hooks;

#[controller]
impl Hooks {
    #[post("hook")]
    async fn hook(&self, raw: RawBody, Json(event): Json<Value>) -> String {
        format!("{} of {}", event["kind"], String::from_utf8_lossy(&raw))
    }

    #[post("form")]
    async fn form(&self, raw: RawBody, Form(fields): Form<Vec<(String, String)>>) -> String {
        format!("{} of {}", fields.len(), String::from_utf8_lossy(&raw))
    }

    #[post("raw")]
    async fn raw(&self, raw: RawBody) -> String {
        raw.len().to_string()
    }

    #[post("bytes")]
    async fn bytes(&self, body: Bytes) -> String {
        body.len().to_string()
    }

    #[get("none")]
    async fn none(&self, raw: RawBody) -> String {
        raw.len().to_string()
    }
}

#[module(controllers = [Hooks])]
pub struct HooksModule;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";
const OCTETS: &str = "Content-Type: application/octet-stream\r\n";

/// Parity: RAW.1.
#[tokio::test]
async fn bytes_and_value_of_one_body() {
    let app = App::serve_with::<HooksModule>(|app| app.raw_body(true)).await;
    // The spaces are what a signature would miss.
    let body = r#"{ "kind" : 7 }"#;
    assert_eq!(app.send_json("POST", "/hook", body).await.body, format!("7 of {body}"));
    assert_eq!(app.send("POST", "/form", FORM, "a=1&b=%20").await.body, "2 of a=1&b=%20");
    assert_eq!(app.get("/none").await.body, "0");
    // Not kept, and still read by whoever wants it.
    assert_eq!(app.send("POST", "/bytes", OCTETS, "12345").await.body, "5");
    let refused = app.send("POST", "/hook", OCTETS, "{}").await;
    assert_eq!((refused.status, &refused.json()["statusCode"]), (415, &json!(415)));
    app.end().await;
}

/// JSON and forms are known; other kinds are streams until they are registered.
/// A kind that no parser is registered for is not kept.
/// Parity: RAW.2, RAW.3.
#[tokio::test]
async fn kinds_are_registered() {
    let kinds = |text, xml, json| [("text/plain", text), ("application/xml", xml), ("application/ld+json", json)];
    let app = App::serve_with::<HooksModule>(|app| app.raw_body(true)).await;
    for (kind, status) in kinds(415, 415, 201) {
        assert_eq!(send(&app, "/raw", kind, "abc").await, status, "{kind}");
    }
    app.end().await;
    let app = App::serve_with::<HooksModule>(|app| {
        app.raw_body(true).use_body_parser("text/*", None).use_body_parser("application/xml", None)
    })
    .await;
    for (kind, status) in kinds(201, 201, 201) {
        assert_eq!(send(&app, "/raw", kind, "abc").await, status, "{kind}");
    }
    app.end().await;

    let app = Oriole::create::<HooksModule>().await.expect("the module is sound");
    let error = app.use_body_parser("xml", None).bind("127.0.0.1:0").await.expect_err("it is no type");
    assert_eq!(error.to_string(), "`xml` is no type of a body: write such as `application/xml` or `text/*`");
}

/// A kind's own bound, below and above that of all, whether the bytes are kept or not.
/// Parity: RAW.4.
#[tokio::test]
async fn each_kind_may_have_its_limit() {
    for is_kept in [true, false] {
        let app = App::serve_with::<HooksModule>(|app| {
            app.raw_body(is_kept).body_limit(100).use_body_parser("text/plain", 10).use_body_parser("text/csv", 200)
        })
        .await;
        for (kind, bytes_max) in [("text/plain", 10), ("text/csv", 200), ("text/html", 100)] {
            for (bytes, status) in [(bytes_max, 201), (bytes_max + 1, 413)] {
                assert_eq!(send(&app, "/bytes", kind, &"x".repeat(bytes)).await, status, "{kind} {bytes} {is_kept}");
            }
        }
        app.end().await;
    }
}

async fn send(app: &App, target: &str, kind: &str, body: &str) -> u16 {
    app.send("POST", target, &format!("Content-Type: {kind}\r\n"), body).await.status
}

/// It is the application that reads and keeps a body: off unless it was asked for.
/// Parity: RAW.1.
#[tokio::test]
async fn off_by_default() {
    let app = App::serve::<HooksModule>().await;
    let answer = app.send_json("POST", "/hook", "{}").await;
    assert_eq!(answer.json(), json!({"statusCode": 500, "message": "Internal server error"}));
    app.end().await;
}

/// Parity: RAW.4.
#[tokio::test]
async fn the_limit_holds_on_both_sides() {
    let app = App::serve_with::<HooksModule>(|app| app.raw_body(true).body_limit(100)).await;
    let body = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    assert_eq!(app.send_json("POST", "/hook", &body(100)).await.status, 201);
    let refused = app.send_json("POST", "/hook", &body(101)).await;
    assert_eq!(
        (refused.status, refused.json()),
        (413, json!({"statusCode": 413, "message": "request entity too large"}))
    );

    for (bytes, status) in [(100, 201), (101, 413)] {
        let mut connection = http_tests::Connection::open(app.addr).await;
        let head =
            "POST /hook HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        connection.try_send(format!("{head}{bytes:x}\r\n{}\r\n0\r\n\r\n", body(bytes))).await;
        assert_eq!(connection.response_to("POST").await.status, status, "{bytes}");
    }
    app.end().await;
}

/// A body that is kept must keep coming as well.
#[tokio::test(start_paused = true)]
async fn a_body_that_stops_is_given_up() {
    let pause = Duration::from_secs(5);
    let app = App::serve_with::<HooksModule>(|app| app.raw_body(true).body_read_timeout(pause)).await;
    let head = "POST /hook HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n";
    for (wait, status) in [(4, 201), (6, 408)] {
        let mut connection = http_tests::Connection::open(app.addr).await;
        connection.send(format!("{head}{{")).await;
        tokio::time::sleep(Duration::from_secs(wait)).await;
        connection.try_send("}").await;
        assert_eq!(connection.response_to("POST").await.status, status, "after {wait} s");
    }
    app.end().await;
}
