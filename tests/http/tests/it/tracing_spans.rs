//! Spans of connections and requests, over sockets.

use futures_util::stream;
use http_tests::{App, PATIENCE, Recorder, within};
use oriole::Application;
use oriole::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

#[injectable]
pub struct Spans;

#[controller("spans")]
impl Spans {
    #[get("{id}")]
    async fn one(&self, Path(id): Path<u32>) -> Result<u32, HttpException> {
        tracing::info!("in the handler");
        if id == 0 { Err(HttpException::internal("private")) } else { Ok(id) }
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter(["1", "2"]).then(|data| async move {
            // Not with the head.
            tokio::task::yield_now().await;
            tracing::info!("in the stream");
            MessageEvent::new(data)
        })
    }
}

#[module(controllers = [Spans])]
pub struct SpansModule;

/// Lines of what happens to the spans of ours, and the fields that they end with.
#[derive(Clone, Default)]
struct Watch {
    lines: Recorder,
    fields: Arc<Mutex<HashMap<u64, String>>>,
}

struct Text<'a>(&'a mut String);

impl Visit for Text<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push_str(&format!(" {}={value}", field.name()));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Watch {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let mut text = String::new();
        attributes.record(&mut Text(&mut text));
        self.fields.lock().unwrap_or_else(PoisonError::into_inner).insert(id.into_u64(), text);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        values.record(&mut Text(fields.entry(id.into_u64()).or_default()));
    }

    fn on_follows_from(&self, span: &Id, follows: &Id, ctx: Context<'_, S>) {
        let name = |id: &Id| ctx.span(id).map_or("", |span| span.name());
        self.lines.record(format!("{} after {}", name(span), name(follows)));
    }

    fn on_event(&self, event: &Event<'_>, ctx: Context<'_, S>) {
        if event.metadata().target().starts_with("it::") {
            let span = ctx.event_span(event).map_or("none", |span| span.name());
            let mut text = String::new();
            event.record(&mut Text(&mut text));
            self.lines.record(format!("{span}:{text}"));
        }
    }

    fn on_close(&self, id: Id, ctx: Context<'_, S>) {
        let name = ctx.span(&id).map_or("", |span| span.name());
        let text = self.fields.lock().unwrap_or_else(PoisonError::into_inner).remove(&id.into_u64());
        self.lines.record(format!("{name} ends:{}", text.unwrap_or_default()));
    }
}

/// What is seen of one request, from its connection's begin to its end.
async fn watch(target: &str) -> (http_tests::Response, Vec<String>) {
    watch_with(|app| app, target, "").await
}

/// The same of an application that is told something, and of a request with headers.
async fn watch_with(
    configure: impl FnOnce(Application) -> Application,
    target: &str,
    headers: &str,
) -> (http_tests::Response, Vec<String>) {
    let watch = Watch::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(watch.clone()));
    let app = App::serve_with::<SpansModule>(configure).await;
    let answer = within(PATIENCE, app.send("GET", target, headers, "")).await;
    app.end().await;
    (answer, watch.lines.lines())
}

fn fields(lines: &[String], span: &str) -> Vec<String> {
    let line = lines.iter().find_map(|line| line.strip_prefix(&format!("{span} ends: "))).unwrap_or_default();
    line.split(' ')
        .filter(|field| !field.contains("peer.port") && !field.contains("server.port"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_request_has_a_span_that_follows_from_its_connections() {
    let (answer, lines) = watch("/spans/7?a=1").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "7"));
    assert_eq!(lines[..2], ["request after connection", "request: message=in the handler"]);
    assert!(lines[2].starts_with("request ends: ") && lines[3].starts_with("connection ends: "), "{lines:?}");
    let expected = [
        "otel.name=GET",
        "otel.kind=server",
        "http.request.method=GET",
        "url.path=/spans/7",
        "url.query=a=1",
        "url.scheme=http",
        "server.address=test",
        "client.address=127.0.0.1",
        "network.peer.address=127.0.0.1",
        "network.protocol.version=1.1",
        "http.route=/spans/{id}",
        // The later value stands.
        "otel.name=GET",
        "/spans/{id}",
        "http.response.status_code=200",
    ];
    assert_eq!(fields(&lines, "request"), expected);
    let expected = ["network.peer.address=127.0.0.1", "network.transport=tcp", "network.type=ipv4"];
    assert_eq!(fields(&lines, "connection"), expected);
}

/// OpenTelemetry, `client.address`: the one behind proxies, if it is known.
#[tokio::test]
async fn a_span_knows_the_client_behind_a_proxy() {
    let header = "X-Forwarded-For: 192.0.2.1\r\n";
    for (proxies, client) in [("loopback", "client.address=192.0.2.1"), ("", "client.address=127.0.0.1")] {
        let (_, lines) = watch_with(|app| app.trusted_proxies(proxies), "/spans/7", header).await;
        let fields = fields(&lines, "request");
        assert!(fields.iter().any(|field| field == client), "{fields:?}");
        assert!(fields.iter().any(|field| field == "network.peer.address=127.0.0.1"), "{fields:?}");
    }
}

#[tokio::test]
async fn an_error_of_the_server_is_one_of_the_span() {
    let (answer, lines) = watch("/spans/0").await;
    assert_eq!(answer.status, 500);
    let text = fields(&lines, "request").join(" ");
    let end = "http.response.status_code=500 error.type=500 otel.status_code=ERROR";
    assert!(text.ends_with(end), "{text}");
    // A request without a route has none in its span.
    let (answer, lines) = watch("/nowhere").await;
    assert_eq!(answer.status, 404);
    let text = fields(&lines, "request").join(" ");
    assert!(!text.contains("http.route") && !text.contains("ERROR") && text.ends_with("404"), "{text}");
}

/// The span is entered while the body is polled, and ends with it.
#[tokio::test]
async fn a_stream_is_within_its_span_to_the_end() {
    let (answer, lines) = watch("/spans/events").await;
    assert_eq!(answer.body, "data: 1\n\ndata: 2\n\n");
    let expected = ["request after connection", "request: message=in the stream", "request: message=in the stream"];
    assert_eq!(lines[..3], expected);
    assert!(lines[3].starts_with("request ends: "), "{lines:?}");
}
