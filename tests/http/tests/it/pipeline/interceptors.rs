//! What can be done to a reply.

use axum::response::Response;
use futures_util::stream;
use http_tests::{App, PATIENCE, within};
use oriole::RawValue;
use oriole::prelude::*;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[derive(Serialize)]
struct Wrapped {
    data: Box<RawValue>,
}

/// `{"data": ..}`.
struct Wrap;

impl Interceptor for Wrap {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let mut reply = next.run(ctx).await?.map_value(|data| Wrapped { data })?;
        reply.headers_mut().insert("x-wrapped", http::HeaderValue::from_static("yes"));
        Ok(reply)
    }
}

/// A client waits no longer.
struct Timeout(Duration);

impl Interceptor for Timeout {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let timed = tokio::time::timeout(self.0, next.run(ctx)).await;
        timed.unwrap_or_else(|_| Err(HttpException::request_timeout(())))
    }
}

/// Every error is another one.
struct BadGateway;

impl Interceptor for BadGateway {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await.map_err(|error| HttpException::bad_gateway("upstream").with_source(error))
    }
}

/// Gives its value, and runs nothing.
struct Fixed;

impl Interceptor for Fixed {
    async fn intercept(&self, _: &mut ExecutionContext, _: Next<'_>) -> Result<Reply, HttpException> {
        Ok(Reply::json(&["cached"]))
    }
}

/// Reads and replaces.
struct Double;

impl Interceptor for Double {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await?.map_value(|number: u32| number * 2)
    }
}

/// Even numbers below 7, with a word.
struct Sieve;

impl Interceptor for Sieve {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let number = |event: &MessageEvent| event.fields().data.and_then(|data| data.parse::<u32>().ok()).unwrap_or(0);
        let reply = next.run(ctx).await?;
        assert!(reply.is_events() && reply.value().is_none());
        Ok(reply
            .filter_events(move |event| number(event).is_multiple_of(2))
            .take_events_while(move |event| number(event) < 7)
            .map_events(move |event| MessageEvent::new(format!("{} cats", number(&event)))))
    }
}

#[derive(Serialize)]
struct Cat {
    name: &'static str,
    age: u8,
}

#[injectable]
pub struct Replies {
    #[inject(default)]
    names: Vec<String>,
}

#[controller("wrapped")]
#[use_interceptors(Wrap {})]
impl Replies {
    #[post("cat")]
    #[header("x-marked", "yes")]
    async fn cat(&self) -> Cat {
        Cat { name: "Tom", age: 3 }
    }

    #[get("text")]
    async fn text(&self) -> String {
        "a \"text\"".to_owned()
    }

    #[get("nothing")]
    #[http_code(202)]
    async fn nothing(&self) {}

    /// Borrowed from the controller.
    #[get("borrowed")]
    async fn borrowed(&self) -> &Vec<String> {
        &self.names
    }

    #[get("axum-json")]
    async fn axum_json(&self) -> Json<u8> {
        Json(7)
    }

    #[get("response")]
    async fn response(&self) -> Response {
        "mine".into_response()
    }

    #[get("html")]
    async fn html(&self) -> Html<&'static str> {
        Html("<p>")
    }

    #[get("bytes")]
    async fn bytes(&self) -> ([(&'static str, &'static str); 1], Vec<u8>) {
        ([("content-type", "text/plain; charset=utf-8")], b"\x7fELF".to_vec())
    }

    #[get("streamed")]
    async fn streamed(&self) -> axum::body::Body {
        axum::body::Body::from_stream(stream::iter(["a", "b"].map(Ok::<_, std::io::Error>)))
    }

    #[get("no-content")]
    #[http_code(204)]
    async fn no_content(&self) -> u8 {
        1
    }
}

#[injectable]
pub struct Plain {
    #[inject(default)]
    calls: AtomicU32,
}

#[controller("plain")]
impl Plain {
    #[get("slow")]
    #[use_interceptors(Timeout(Duration::from_millis(20)))]
    async fn slow(&self) {
        std::future::pending().await
    }

    #[get("failing")]
    #[use_interceptors(BadGateway {})]
    async fn failing(&self) -> Result<(), HttpException> {
        Err(HttpException::not_found("it"))
    }

    #[get("panicking")]
    #[use_interceptors(BadGateway {})]
    async fn panicking(&self) {
        panic!("interceptors see it as an error")
    }

    #[get("fixed/{id}")]
    #[use_interceptors(Fixed {})]
    async fn fixed(&self, Path(_): Path<u32>) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    #[get("calls")]
    async fn calls(&self) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }

    #[get("doubled/{number}")]
    #[use_interceptors(Double {}, Double {})]
    async fn doubled(&self, Path(number): Path<u32>) -> u32 {
        number
    }

    #[get("not-a-number")]
    #[use_interceptors(Double {})]
    async fn not_a_number(&self) -> &'static str {
        "x"
    }

    #[get("redirect")]
    #[redirect("/a")]
    #[use_interceptors(Redirecting {})]
    async fn redirect(&self) {}

    #[sse("brittle-first")]
    #[use_interceptors(Brittle("1"))]
    fn brittle_first(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter(["1", "2"]).map(MessageEvent::new)
    }

    #[sse("brittle-second")]
    #[use_interceptors(Brittle("2"))]
    fn brittle_second(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter(["1", "2"]).map(MessageEvent::new)
    }

    #[sse("cached")]
    #[use_interceptors(Fixed {})]
    fn cached(&self) -> impl Stream<Item = MessageEvent> {
        stream::pending()
    }

    #[sse("events")]
    #[use_interceptors(Sieve {})]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter(1..).map(|number: u32| MessageEvent::new(number.to_string()))
    }
}

/// Fails at an event.
struct Brittle(&'static str);

impl Interceptor for Brittle {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let bad = self.0;
        Ok(next.run(ctx).await?.map_events(move |event| {
            assert_ne!(event.fields().data, Some(bad), "an interceptor panics");
            event
        }))
    }
}

/// The markers' redirect sees what interceptors made of the value.
struct Redirecting;

impl Interceptor for Redirecting {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await?.map_value(|_: Option<u8>| serde_json::json!({"url": "/b", "statusCode": 301}))
    }
}

#[module(controllers = [Replies, Plain])]
pub struct RepliesModule;

/// Parity: ITC.1, ITC.8, ITC.9.
#[tokio::test]
async fn values_are_mapped() {
    let app = App::serve::<RepliesModule>().await;
    let answer = app.request("POST", "/wrapped/cat").await;
    assert_eq!((answer.status, answer.body.as_str()), (201, r#"{"data":{"name":"Tom","age":3}}"#));
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!((answer.header("x-wrapped"), answer.header("x-marked")), (Some("yes"), Some("yes")));
    for (path, status, body) in [
        ("text", 200, r#"{"data":"a \"text\""}"#),
        ("nothing", 202, r#"{"data":null}"#),
        ("borrowed", 200, r#"{"data":[]}"#),
        ("axum-json", 200, r#"{"data":7}"#),
        ("response", 200, "mine"),
        ("html", 200, "<p>"),
        ("bytes", 200, "{\"data\":\"\u{7f}ELF\"}"),
        ("streamed", 200, "ab"),
        ("no-content", 204, ""),
    ] {
        let answer = app.get(&format!("/wrapped/{path}")).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{path}");
        assert_eq!(answer.header("x-wrapped"), Some("yes"), "{path}");
    }
    assert_eq!(app.get("/plain/doubled/3").await.body, "12");
    assert_eq!(app.get("/plain/not-a-number").await.status, 500);
    let answer = app.get("/plain/redirect").await;
    assert_eq!((answer.status, answer.header("location")), (301, Some("/b")));
    app.end().await;
}

/// Parity: ITC.2, ITC.3, ITC.4, ITC.10, ITC.11, ITC.12.
#[tokio::test]
async fn calls_are_timed_replaced_and_their_errors_mapped() {
    let app = App::serve::<RepliesModule>().await;
    let answer = within(PATIENCE, app.get("/plain/slow")).await;
    assert_eq!((answer.status, answer.body.as_str()), (408, r#"{"message":"Request Timeout","statusCode":408}"#));
    for path in ["/plain/failing", "/plain/panicking"] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, 502, "{path}");
        assert_eq!(answer.body, r#"{"message":"upstream","error":"Bad Gateway","statusCode":502}"#);
    }
    // Not even the argument is looked at.
    assert_eq!(app.get("/plain/fixed/not-a-number").await.body, r#"["cached"]"#);
    assert_eq!(app.get("/plain/calls").await.body, "0");
    app.end().await;
}

/// Remembers what it has answered; no handler runs a second time.
#[derive(Default)]
struct Cache(Mutex<HashMap<String, serde_json::Value>>);

impl Interceptor for Cache {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let key = ctx.http().uri.to_string();
        let known = self.0.lock().expect("no test panics with it").get(&key).cloned();
        if let Some(value) = known {
            return Ok(Reply::json(&value));
        }
        let reply = next.run(ctx).await?;
        if let Some(value) = reply.value() {
            self.0.lock().expect("no test panics with it").insert(key, value);
        }
        Ok(reply)
    }
}

/// Ends an event stream that takes too long, with a word.
struct Bounded(Duration);

impl Interceptor for Bounded {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let end = tokio::time::sleep(self.0);
        let reply = next.run(ctx).await?.with_events(|events| events.take_until(end));
        Ok(reply.with_status(StatusCode::ACCEPTED))
    }
}

#[injectable]
pub struct Timed {
    #[inject(default)]
    calls: AtomicU32,
}

#[controller("timed")]
impl Timed {
    #[get("cached/{id}")]
    #[use_interceptors(Cache::default())]
    async fn cached(&self, Path(id): Path<u32>) -> (u32, u32) {
        (id, self.calls.fetch_add(1, Ordering::Relaxed))
    }

    #[get("after/{seconds}")]
    #[use_interceptors(Timeout(Duration::from_secs(5)))]
    async fn after(&self, Path(seconds): Path<u64>) -> Result<u64, HttpException> {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        if seconds == 4 { Err(HttpException::gone("too old")) } else { Ok(seconds) }
    }

    #[sse("ticks")]
    #[use_interceptors(Bounded(Duration::from_millis(3500)))]
    fn ticks(&self) -> impl Stream<Item = MessageEvent> {
        oriole::sse::interval(Duration::from_secs(1)).map(|tick| MessageEvent::new(tick.to_string()))
    }

    #[get("by-hand")]
    #[header("x-marked", "yes")]
    #[use_interceptors(Wrap {})]
    async fn by_hand(&self) -> Response {
        (StatusCode::ACCEPTED, "mine").into_response()
    }
}

#[module(controllers = [Timed])]
pub struct TimedModule;

async fn ask(service: &oriole::AppService, path: &str) -> (u16, String) {
    use tower::ServiceExt;
    let request = http::Request::get(path).body(axum::body::Body::empty()).expect("a request");
    let response = service.clone().oneshot(request).await.expect("it never fails");
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 1024).await.expect("it is short");
    (status, String::from_utf8(body.into()).expect("it is text"))
}

async fn timed() -> oriole::AppService {
    Oriole::create::<TimedModule>().await.expect("it is sound").into_service().await.expect("hooks do not fail")
}

/// Parity: ITC.11.
#[tokio::test]
async fn replies_are_cached() {
    let service = timed().await;
    for (path, body) in [("7", "[7,0]"), ("7", "[7,0]"), ("8", "[8,1]"), ("7", "[7,0]")] {
        assert_eq!(ask(&service, &format!("/timed/cached/{path}")).await, (200, body.to_owned()));
    }
}

/// In virtual time; an error that comes in time is left alone.
///
/// Parity: ITC.12.
#[tokio::test(start_paused = true)]
async fn a_handler_has_five_seconds() {
    let service = timed().await;
    let late = r#"{"message":"Request Timeout","statusCode":408}"#;
    let error = r#"{"message":"too old","error":"Gone","statusCode":410}"#;
    for (seconds, expected, took) in [("3", (200, "3"), 3), ("4", (410, error), 4), ("6", (408, late), 5)] {
        let begun = tokio::time::Instant::now();
        let answer = ask(&service, &format!("/timed/after/{seconds}")).await;
        assert_eq!((answer.0, answer.1.as_str()), expected);
        assert_eq!(begun.elapsed().as_secs(), took);
    }
}

/// Parity: SSE.14.
#[tokio::test(start_paused = true)]
async fn a_stream_is_ended_by_the_clock_and_has_the_status_that_was_set() {
    let service = timed().await;
    let begun = tokio::time::Instant::now();
    let (status, body) = ask(&service, "/timed/ticks").await;
    assert_eq!((status, body.as_str()), (202, "data: 0\n\ndata: 1\n\ndata: 2\n\n"));
    assert_eq!(begun.elapsed().as_secs(), 3);
}

/// Parity: CTL.9.
#[tokio::test]
async fn an_answer_by_hand_is_not_mapped_and_has_the_markers_headers() {
    let app = App::serve::<TimedModule>().await;
    let answer = app.get("/timed/by-hand").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("x-marked")), (202, "mine", Some("yes")));
    app.end().await;
}

/// One by one, and the end of a stream that has none.
///
/// Parity: SSE.20.
#[tokio::test]
async fn events_are_mapped_filtered_and_ended() {
    let app = App::serve::<RepliesModule>().await;
    let answer = within(PATIENCE, app.get("/plain/events")).await;
    assert_eq!(answer.body, "data: 2 cats\n\ndata: 4 cats\n\ndata: 6 cats\n\n");
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    assert_eq!(app.get("/plain/brittle-first").await.status, 500);
    let body = "data: 1\n\nevent: error\ndata: Internal server error\n\n";
    assert_eq!(app.get("/plain/brittle-second").await.body, body);
    assert_eq!(app.get("/plain/cached").await.body, r#"["cached"]"#);
    app.end().await;
}
