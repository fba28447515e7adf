//! What a span says of a request.

use super::body::within;
use super::{answered, request};
use axum::body::Body;
use http::{Request, Response};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

type Fields = BTreeMap<&'static str, String>;

/// The fields of the one span of a test.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Fields>>);

struct Write<'a>(&'a mut Fields);

impl Visit for Write<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: tracing::Subscriber> Layer<S> for Seen {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        attributes.record(&mut Write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)));
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut Write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)));
    }
}

#[track_caller]
fn check(asked: &Request<()>, status: u16, expected: &[(&'static str, &str)]) {
    let seen = Seen::default();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(seen.clone()), || {
        let span = request(asked, None);
        let mut response = Response::builder().status(status).body(Body::empty()).expect("a status");
        answered(&span, &mut response);
    });
    let expected: Fields = expected.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    assert_eq!(*seen.0.lock().unwrap_or_else(PoisonError::into_inner), expected);
}

#[test]
fn a_request_in_the_words_of_the_conventions() {
    let asked = Request::get("/cats?sig=abc&page=2")
        .header("host", "cats.example:8080")
        .header("user-agent", "test/1.0")
        .body(())
        .expect("a request");
    check(
        &asked,
        404,
        &[
            ("http.request.method", "GET"),
            ("http.response.status_code", "404"),
            ("network.protocol.version", "1.1"),
            ("otel.kind", "server"),
            ("otel.name", "GET"),
            ("server.address", "cats.example"),
            ("server.port", "8080"),
            ("url.path", "/cats"),
            ("url.query", "sig=REDACTED&page=2"),
            ("url.scheme", "http"),
            ("user_agent.original", "test/1.0"),
        ],
    );
}

#[test]
fn methods_of_nobody_and_errors_of_the_server() {
    let asked = Request::builder().method("BREW").uri("https://[::1]/pot").body(()).expect("a request");
    check(
        &asked,
        503,
        &[
            ("error.type", "503"),
            ("http.request.method", "_OTHER"),
            ("http.request.method_original", "BREW"),
            ("http.response.status_code", "503"),
            ("network.protocol.version", "1.1"),
            ("otel.kind", "server"),
            ("otel.name", "HTTP"),
            ("otel.status_code", "ERROR"),
            ("server.address", "[::1]"),
            ("url.path", "/pot"),
            ("url.scheme", "https"),
        ],
    );
}

#[test]
fn nobody_asks_and_nothing_is_wrapped() {
    // Whatever other tests listen to.
    let nobody = tracing::subscriber::NoSubscriber::default();
    let span = tracing::subscriber::with_default(nobody, || request(&Request::new(()), None));
    assert!(span.is_disabled());
    let body = Body::from_stream(futures_util::stream::iter([Ok::<_, std::io::Error>("a")]));
    assert!(http_body::Body::size_hint(&within(&span, body)).exact().is_none());
}
