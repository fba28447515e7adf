//! Event streams, from the client's end.

use crate::exceptions::Errors;
use futures_util::stream;
use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::http::Method;
use oriole::prelude::*;
use oriole::sse::SseOptions;
use serde_json::json;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;
use tracing_subscriber::layer::SubscriberExt;

/// What the tests see and steer from outside.
#[injectable]
pub struct Stage {
    #[inject(default)]
    log: Recorder,
    #[inject(default)]
    go: Notify,
}

#[injectable]
pub struct Feed {
    stage: Arc<Stage>,
    #[inject(default)]
    suffix: String,
}

#[controller("feed")]
impl Feed {
    /// Borrows the controller.
    #[sse("borrowed")]
    fn borrowed(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([1, 2]).map(|n| MessageEvent::new(format!("{n}{}", self.suffix)))
    }

    #[sse("ids")]
    fn ids(&self, resume: LastEventId) -> impl Stream<Item = MessageEvent> {
        let after: u64 = resume.as_str().and_then(|id| id.parse().ok()).unwrap_or(0);
        stream::iter(after + 1..=3).map(|id| MessageEvent::new("x").id(id))
    }

    #[get("id")]
    fn id(&self, id: LastEventId) -> String {
        id.as_str().unwrap_or_default().to_owned()
    }

    #[sse("posted", method = POST)]
    fn posted(&self, Json(name): Json<String>) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new(name)])
    }

    #[sse("every", method = ALL)]
    fn every(&self, method: Method) -> impl Stream<Item = MessageEvent> {
        let log = self.stage.log.clone();
        stream::iter([MessageEvent::new(method.as_str())]).finalize(move || log.record(format!("finalized {method}")))
    }

    /// Of which nobody sees more than the head.
    #[sse("head-only", method = HEAD)]
    fn head_only(&self) -> impl Stream<Item = Result<MessageEvent, HttpException>> {
        let log = self.stage.log.clone();
        stream::pending().finalize(move || log.record("head-only finalized"))
    }

    /// Events, then an exception.
    #[sse("late")]
    fn late(&self) -> impl Stream<Item = Result<MessageEvent, HttpException>> {
        let error = HttpException::not_found("out of cats").with_source("private");
        stream::iter([
            Ok(MessageEvent::new("1")),
            Ok(MessageEvent::new("2")),
            Err(error),
            Ok(MessageEvent::new("never")),
        ])
    }

    /// Events, then any other error.
    #[sse("late-unknown")]
    fn late_unknown(&self) -> impl Stream<Item = Result<MessageEvent, BoxError>> {
        stream::iter([Ok(MessageEvent::new("1")), Err("the database said no".into())])
    }

    #[sse("early")]
    fn early(&self) -> impl Stream<Item = Result<MessageEvent, HttpException>> {
        stream::iter([Err(HttpException::forbidden("not for you"))])
    }

    #[sse("refused")]
    async fn refused(&self) -> Result<impl Stream<Item = MessageEvent>, HttpException> {
        tokio::time::sleep(Duration::from_secs(2)).await;
        if true {
            return Err(HttpException::not_found("no such feed"));
        }
        Ok(stream::empty())
    }

    #[sse("slow-set-up")]
    async fn slow_set_up(&self) -> impl Stream<Item = Result<MessageEvent, Infallible>> {
        let log = self.stage.log.clone();
        let _guard = Guard(log.clone(), "set-up dropped");
        log.record("set-up begun");
        self.stage.go.notified().await;
        stream::pending().finalize(move || log.record("stream over"))
    }

    /// Opens, and is silent for ever.
    #[sse("silent")]
    fn silent(&self) -> impl Stream<Item = MessageEvent> {
        let log = self.stage.log.clone();
        stream::pending().finalize(move || log.record("finalized"))
    }

    #[sse("panic-early")]
    fn panic_early(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([1]).map(|_| panic!("before the head"))
    }

    #[sse("panic-set-up")]
    async fn panic_set_up(&self) -> impl Stream<Item = MessageEvent> {
        if true {
            panic!("in the set-up");
        }
        stream::empty()
    }

    #[sse("panic-late")]
    fn panic_late(&self) -> impl Stream<Item = MessageEvent> {
        let log = self.stage.log.clone();
        let events =
            stream::iter([1, 2]).map(|n| if n == 2 { panic!("after the head") } else { MessageEvent::new("1") });
        events.finalize(move || log.record("finalized"))
    }

    #[sse("many")]
    fn many(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter(0..10_000).map(|n| MessageEvent::new(n.to_string()))
    }

    #[sse("endless")]
    fn endless(&self) -> impl Stream<Item = MessageEvent> {
        let log = self.stage.log.clone();
        stream::repeat_with(|| MessageEvent::new("x".repeat(1000))).finalize(move || log.record("finalized"))
    }

    #[sse("unserialisable")]
    fn unserialisable(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([unserialisable()])
    }

    #[sse("unserialisable-late")]
    fn unserialisable_late(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new("1"), unserialisable()])
    }

    #[sse("marked")]
    #[header("x-feed", "1")]
    fn marked(&self) -> impl Stream<Item = MessageEvent> {
        stream::empty()
    }
}

fn unserialisable() -> MessageEvent {
    MessageEvent::json(&HashMap::from([((1, 2), 3)]))
}

struct Guard(Recorder, &'static str);
impl Drop for Guard {
    fn drop(&mut self) {
        self.0.record(self.1);
    }
}

#[module(controllers = [Feed], providers = [Stage])]
pub struct FeedModule;

async fn serve() -> (App, Arc<Stage>) {
    serve_with(SseOptions::default()).await
}

async fn serve_with(options: SseOptions) -> (App, Arc<Stage>) {
    let mut stage = None;
    let app = App::serve_with::<FeedModule>(|app| {
        stage = app.get::<Stage>();
        app.sse(options)
    })
    .await;
    (app, stage.expect("the module provides it"))
}

async fn open(app: &App, target: &str) -> Connection {
    let mut connection = Connection::open(app.addr).await;
    connection.ask("GET", target).await;
    connection
}

/// Parity: SSE.2, SSE.6, SSE.11, SSE.19.
#[tokio::test]
async fn a_stream_is_served() {
    let (app, _) = serve().await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("GET", "/feed/borrowed").await;
    let response = connection.response_to("GET").await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("text/event-stream"));
    assert_eq!(response.header("x-accel-buffering"), Some("no"));
    assert_eq!(response.header("transfer-encoding"), Some("chunked"));
    assert_eq!(response.body, "data: 1\n\ndata: 2\n\n");
    // The end was a complete one: the connection serves on.
    connection.ask("GET", "/feed/borrowed").await;
    assert_eq!(connection.response_to("GET").await.status, 200);
    app.end().await;
}

/// Parity: SSE.21.
#[tokio::test]
async fn resume_is_an_argument() {
    let (app, _) = serve().await;
    assert_eq!(app.send("GET", "/feed/ids", "Last-Event-ID: 2\r\n", "").await.body, "id: 3\ndata: x\n\n");
    let refused = app.send("GET", "/feed/ids", "Last-Event-ID: 1\r\nLast-Event-ID: 2\r\n", "").await;
    assert_eq!((refused.status, &refused.json()["error"]), (400, &json!("Bad Request")));
    app.end().await;

    let (app, _) = serve_with(SseOptions::default().last_event_id_bytes_max(2)).await;
    for (id, status) in [("22", 200), ("333", 400)] {
        let head = format!("Last-Event-ID: {id}\r\n");
        assert_eq!(app.send("GET", "/feed/ids", &head, "").await.status, status, "{id}");
        let answer = app.send("GET", "/feed/id", &head, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, id), "the bound is of streams");
    }
    app.end().await;
}

/// A page of another site cannot open a stream with its user's cookies, unless the application says so.
#[tokio::test]
async fn other_sites_do_not_open_streams_with_cookies() {
    use oriole::sse::CrossSite;

    const FOREIGN: &str = "Cookie: session=7\r\nSec-Fetch-Site: cross-site\r\nOrigin: https://other.example\r\n";
    let (app, _) = serve().await;
    let refused = app.send("GET", "/feed/borrowed", FOREIGN, "").await;
    let expected = json!({"message": "the request comes from another site", "error": "Forbidden", "statusCode": 403});
    assert_eq!((refused.status, refused.json()), (403, expected));
    let own = FOREIGN.replace("cross-site", "same-origin");
    assert_eq!(app.send("GET", "/feed/borrowed", &own, "").await.status, 200);
    let without = FOREIGN.replace("Cookie: session=7\r\n", "");
    assert_eq!(app.send("GET", "/feed/borrowed", &without, "").await.status, 200);
    app.end().await;

    for guard in [CrossSite::allowed(), CrossSite::refused().trusting("https://other.example")] {
        let (app, _) = serve_with(SseOptions::default().cross_site(guard)).await;
        assert_eq!(app.send("GET", "/feed/borrowed", FOREIGN, "").await.status, 200);
        app.end().await;
    }
}

/// Row 9.
/// Parity: SSE.1.
#[tokio::test]
async fn post_close_and_wrong_methods() {
    let (app, _) = serve().await;
    let posted = app.send_json("POST", "/feed/posted", "\"Tom\"").await;
    assert_eq!((posted.status, &*posted.body), (200, "data: Tom\n\n"));
    let wrong = app.request("DELETE", "/feed/borrowed").await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET, HEAD")));

    let mut connection = Connection::open(app.addr).await;
    connection.send("GET /feed/borrowed HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").await;
    let response = connection.response_to("GET").await;
    assert_eq!((response.header("connection"), &*response.body), (Some("close"), "data: 1\n\ndata: 2\n\n"));
    assert_eq!(connection.closed().await, "");
    app.end().await;
}

#[tokio::test]
async fn head_of_a_stream_has_no_body_and_ends_it() {
    let (app, stage) = serve_with(SseOptions::default().head_delay(Duration::ZERO)).await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("HEAD", "/feed/silent").await;
    let head = connection.response_to("HEAD").await;
    assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
    within(PATIENCE, stage.log.wait_for("finalized")).await;
    app.end().await;
}

/// Any method, over sockets.
/// Parity: SSE.1.
#[tokio::test]
async fn streams_under_every_method_and_under_head_alone() {
    let (app, stage) = serve_with(SseOptions::default().head_delay(Duration::ZERO)).await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND", "GET"] {
        let mut connection = Connection::open(app.addr).await;
        connection.ask(method, "/feed/every").await;
        let answer = connection.response_to(method).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")), "{method}");
        assert_eq!(answer.body, if method == "HEAD" { String::new() } else { format!("data: {method}\n\n") });
        within(PATIENCE, stage.log.wait_for(&format!("finalized {method}"))).await;
        // The connection goes on.
        connection.ask("GET", "/feed/every").await;
        assert_eq!(connection.response_to("GET").await.body, "data: GET\n\n", "{method}");
    }
    let mut connection = Connection::open(app.addr).await;
    connection.ask("HEAD", "/feed/head-only").await;
    let head = connection.response_to("HEAD").await;
    assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
    within(PATIENCE, stage.log.wait_for("head-only finalized")).await;
    let wrong = app.get("/feed/head-only").await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("HEAD")));
    app.end().await;
}

/// Parity: SSE.15.
#[tokio::test]
async fn an_error_before_the_first_event_is_an_ordinary_answer() {
    let (app, _) = serve().await;
    let early = app.get("/feed/early").await;
    assert_eq!(early.status, 403);
    assert_eq!(early.json(), json!({"message": "not for you", "error": "Forbidden", "statusCode": 403}));
    app.end().await;
}

/// The delay of the head begins when the handler has returned its stream.
/// Parity: SSE.2, SSE.15.
#[tokio::test(start_paused = true)]
async fn a_slow_set_up_can_still_be_refused() {
    let (app, _) = serve().await;
    let begun = Instant::now();
    let refused = app.get("/feed/refused").await;
    assert_eq!(refused.status, 404);
    assert_eq!(refused.json(), json!({"message": "no such feed", "error": "Not Found", "statusCode": 404}));
    assert!(begun.elapsed() >= Duration::from_secs(2));
    app.end().await;
}

/// Parity: SSE.15.
#[tokio::test(start_paused = true)]
async fn a_silent_stream_opens_after_the_delay() {
    let (app, _) = serve_with(SseOptions::default().head_delay(Duration::from_secs(3))).await;
    let begun = Instant::now();
    let mut connection = open(&app, "/feed/silent").await;
    assert_eq!(connection.head().await.status, 200);
    let waited = begun.elapsed();
    assert!(waited >= Duration::from_secs(3) && waited < Duration::from_secs(4), "{waited:?}");
    app.end().await;
}

/// Row 1: nothing that was emitted before an error is lost.
/// Parity: SSE.16.
#[tokio::test]
async fn a_later_error_is_the_last_event() {
    let (app, _) = serve().await;
    let late = app.get("/feed/late").await;
    assert_eq!(late.body, "data: 1\n\ndata: 2\n\nevent: error\ndata: out of cats\n\n");
    let unknown = app.get("/feed/late-unknown").await;
    assert_eq!(unknown.body, "data: 1\n\nevent: error\ndata: Internal server error\n\n");
    app.end().await;
}

/// Parity: SSE.8.
#[tokio::test]
async fn panics_of_streams() {
    let (app, stage) = serve().await;
    let mut connection = Connection::open(app.addr).await;
    for path in ["/feed/panic-set-up", "/feed/panic-early"] {
        connection.ask("GET", path).await;
        let response = connection.response_to("GET").await;
        assert_eq!((response.status, &response.json()["message"]), (500, &json!("Internal server error")), "{path}");
    }
    connection.ask("GET", "/feed/panic-late").await;
    let late = connection.response_to("GET").await;
    assert_eq!((late.status, &*late.body), (200, "data: 1\n\nevent: error\ndata: Internal server error\n\n"));
    within(PATIENCE, stage.log.wait_for("finalized")).await;
    // The same connection serves on.
    connection.ask("GET", "/feed/borrowed").await;
    assert_eq!(connection.response_to("GET").await.status, 200);
    app.end().await;
}

#[tokio::test]
async fn nothing_is_lost_between_batches_and_frames() {
    let (app, _) = serve().await;
    let body = app.get("/feed/many").await.body;
    let expected: String = (0..10_000).map(|n| format!("data: {n}\n\n")).collect();
    assert!(body == expected, "{} bytes instead of {}", body.len(), expected.len());
    app.end().await;
}

/// Parity: SSE.12.
#[tokio::test]
async fn markers_hold_for_streams() {
    let (app, _) = serve().await;
    let marked = app.get("/feed/marked").await;
    assert_eq!((marked.status, marked.header("x-feed"), &*marked.body), (200, Some("1"), ""));
    app.end().await;
}

/// Parity: SSE.7, SSE.8.
#[tokio::test]
async fn a_client_that_leaves_ends_the_stream() {
    let (app, stage) = serve_with(SseOptions::default().head_delay(Duration::ZERO)).await;
    let mut connection = open(&app, "/feed/silent").await;
    assert_eq!(connection.head().await.status, 200);
    drop(connection);
    within(PATIENCE, stage.log.wait_for("finalized")).await;
    app.end().await;
}

/// Parity: SSE.18.
#[tokio::test]
async fn a_client_that_leaves_during_the_set_up_ends_it() {
    let (app, stage) = serve().await;
    let connection = open(&app, "/feed/slow-set-up").await;
    within(PATIENCE, stage.log.wait_for("set-up begun")).await;
    drop(connection);
    within(PATIENCE, stage.log.wait_for("set-up dropped")).await;
    assert_eq!(stage.log.lines(), ["set-up begun", "set-up dropped"], "the stream was never made");
    app.end().await;
}

#[tokio::test]
async fn a_stream_after_a_slow_set_up_ends_with_the_application() {
    let (app, stage) = serve_with(SseOptions::default().head_delay(Duration::ZERO)).await;
    let mut connection = open(&app, "/feed/slow-set-up").await;
    within(PATIENCE, stage.log.wait_for("set-up begun")).await;
    stage.go.notify_one();
    assert_eq!(connection.head().await.status, 200);
    app.end().await;
    let rest = connection.rest().await;
    assert!(rest.starts_with("retry: ") && rest.ends_with("\n\n"), "{rest}");
    assert_eq!(connection.closed().await, "");
    assert!(stage.log.lines().contains(&"stream over".to_owned()));
}

/// Once, whether the answer can still say so or not.
#[tokio::test]
async fn an_event_that_does_not_serialise_is_logged_once() {
    let log = Recorder::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(Errors(log.clone())));
    let (app, _) = serve().await;
    let early = app.get("/feed/unserialisable").await;
    assert_eq!((early.status, &early.json()["message"]), (500, &json!("Internal server error")));
    let late = app.get("/feed/unserialisable-late").await;
    assert_eq!(late.body, "data: 1\n\nevent: error\ndata: Internal server error\n\n");
    let said = "an event's data could not be serialised as JSON: key must be a string";
    assert!(log.lines().iter().all(|line| line.starts_with(said)) && log.lines().len() == 2, "{:?}", log.lines());
    app.end().await;

    // The crate alone, where nobody else has the error.
    let streams = oriole_sse::EventStreams::default();
    for events in [vec![unserialisable()], vec![MessageEvent::new("1"), unserialisable()]] {
        let before = log.lines().len();
        let response = streams.open_events(stream::iter(events)).await;
        let _ = http_body_util::BodyExt::collect(response.into_body()).await;
        assert_eq!(log.lines().len(), before + 1, "{:?}", log.lines());
    }
}

/// A stream waits for its reader; a reader that takes nothing at all is cut off in a bounded time.
///
/// Parity: SSE.21.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let mut stage = None;
    let app = App::serve_with::<FeedModule>(|app| {
        stage = app.get::<Stage>();
        app.peer_timeout(Duration::from_secs(1))
    })
    .await;
    let stage = stage.expect("the module provides it");
    let connection = open(&app, "/feed/endless").await;
    within(PATIENCE, stage.log.wait_for("finalized")).await;
    drop(connection);
    app.end().await;
}
