//! Drives the built program as Prometheus and a reader would: over sockets.

use driver::{Program, Server, until};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

fn start() -> Server {
    Server::of(env!("CARGO_BIN_EXE_sample-sse-operating"))
}

fn publish(sample: &Server, price: &str) {
    let answer = sample.ask("POST", "/prices").header("Content-Type", "text/plain").body(price).send();
    assert_eq!(answer.status, 201, "{}", answer.text());
}

fn has(metrics: &str, line: &str) -> bool {
    metrics.lines().any(|found| found == line)
}

/// Asks until an answer is as it should be: what a client does reaches the counters a moment later.
#[track_caller]
fn wait_for(sample: &Server, path: &str, is_so: impl Fn(&str) -> bool) -> String {
    let answer = until(PATIENCE, || Some(sample.get(path).text().to_owned()).filter(|answer| is_so(answer)));
    answer.unwrap_or_else(|| panic!("{path} still answers:\n{}", sample.get(path).text()))
}

#[test]
fn prometheus_sees_who_comes_what_is_published_and_who_leaves() {
    let sample = start();
    let metrics = sample.get("/metrics");
    assert_eq!(metrics.header("content-type"), Some("text/plain; version=0.0.4"));
    assert!(has(metrics.text(), r#"sse_subscriptions_open{hub="prices"} 0"#), "{}", metrics.text());
    assert!(has(metrics.text(), "# TYPE sse_streams_ended_total counter"), "{}", metrics.text());

    let mut reader = sample.ask("GET", "/prices").open();
    assert_eq!(reader.events(1)[0].data(), r#"{"verdict":"live"}"#);
    publish(&sample, "EUR 1.17");
    assert_eq!(reader.events(1)[0].data(), "EUR 1.17");
    let metrics = sample.get("/metrics");
    for line in [
        r#"sse_subscriptions_open{hub="prices"} 1"#,
        r#"sse_replays_total{hub="prices",verdict="live"} 1"#,
        r#"sse_published_total{hub="prices",outcome="stored"} 1"#,
        r#"sse_published_total{hub="prices",outcome="failed"} 0"#,
        r#"sse_store_milliseconds_count{hub="prices",operation="append"} 1"#,
        r#"sse_store_milliseconds_bucket{hub="prices",operation="append",le="+Inf"} 1"#,
        "sse_streams_open 1",
    ] {
        assert!(has(metrics.text(), line), "{line} is not in:\n{}", metrics.text());
    }

    drop(reader);
    let left = r#"sse_subscriptions_ended_total{hub="prices",reason="left"} 1"#;
    let metrics = wait_for(&sample, "/metrics", |metrics| has(metrics, left) && has(metrics, "sse_streams_open 0"));
    assert!(has(&metrics, r#"sse_subscriptions_open{hub="prices"} 0"#), "{metrics}");
}

/// A reader that takes nothing: its socket fills, and from then on it is behind.
#[test]
fn a_reader_that_stalls_is_found() {
    let sample = start();
    let mut reader = sample.ask("GET", "/prices").open();
    assert_eq!(reader.events(1)[0].data(), r#"{"verdict":"live"}"#);
    let large = "x".repeat(500_000);
    let count = |metrics: &str, start: &str| -> u64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(start));
        line.map_or(0, |count| count.trim().parse().expect("a number"))
    };
    let is_behind = until(PATIENCE, || {
        publish(&sample, &large);
        let metrics = sample.get("/metrics");
        let all = count(metrics.text(), r#"sse_lag_events_bucket{hub="prices",le="+Inf"} "#);
        (all > count(metrics.text(), r#"sse_lag_events_bucket{hub="prices",le="0"} "#)).then_some(())
    });
    assert!(is_behind.is_some(), "nobody falls behind");
    let furthest = sample.get("/behind").json();
    assert!(furthest[0]["topic"] == "prices" && furthest[0]["events"].as_u64() > Some(0), "{furthest}");
    drop(reader);
    wait_for(&sample, "/behind", |answer| answer == "[]");
}

/// The route of `oriole doctor`: nothing without the token, and no hindrance to the end of the application.
#[test]
fn the_doctors_probe_answers_who_has_the_token_and_ends_with_the_application() {
    const TOKEN: &str = "0123456789abcdef";
    let without = start();
    let ask = |sample: &Server, token: &str| {
        sample.ask("GET", "/sse-doctor?act=silence&ms=600000").header("oriole-doctor-token", token).open()
    };
    assert_eq!(ask(&without, TOKEN).head.status, 404);

    let mut sample = Program::new(env!("CARGO_BIN_EXE_sample-sse-operating")).env("ORIOLE_DOCTOR_TOKEN", TOKEN).start();
    assert_eq!(ask(&sample, "0123456789abcdeX").head.status, 404);
    let mut stream = ask(&sample, TOKEN);
    assert_eq!(stream.events(1)[0].event_type(), "doctor");
    sample.terminate();
    assert_eq!(stream.last_events().len(), 0, "it ends in good order");
    sample.wait(PATIENCE);
}

/// The secret of the link that the program logs.
fn console_token(sample: &mut Server) -> String {
    let line = sample.prints("The development console: ");
    let (_, rest) = line.split_once("#token=").unwrap_or_else(|| panic!("{line}"));
    rest.chars().take_while(|char| char.is_ascii_alphanumeric() || "-_".contains(*char)).collect()
}

/// The console has the stream, and a button of it does what it says; other machines' names are not answered.
#[test]
fn a_developer_stalls_a_stream() {
    let mut sample = start();
    assert_eq!(sample.get("/sse-console/events").status, 403, "its link is in the log, and nowhere else");
    let token = console_token(&mut sample);
    let mut watch = sample.ask("GET", "/sse-console/events").header("Oriole-Console-Token", &token).open();
    assert_eq!(watch.events(1)[0].event_type(), "begin");
    let mut reader = sample.ask("GET", "/desks/fx/prices").open();
    assert_eq!(reader.events(1)[0].data(), r#"{"verdict":"live"}"#);
    let update = watch.events(1).remove(0);
    assert!(update.data().contains(r#""principal":"fx""#), "{}", update.data());
    let press = |path: &str| sample.ask("POST", path).header("Oriole-Console-Token", &token).body("").send().status;
    assert_eq!(press("/sse-console/streams/0/hold"), 204);
    publish(&sample, "EUR 1.17");
    let is_behind = |update: &str| update.contains(r#""isHeld":true"#) && update.contains(r#""events":1"#);
    assert!(until(PATIENCE, || is_behind(watch.events(1)[0].data()).then_some(())).is_some());
    assert_eq!(press("/sse-console/streams/0/let-go"), 204);
    assert_eq!(reader.events(1)[0].data(), "EUR 1.17");
    let stranger = sample.ask("GET", "/sse-console").header("X-Forwarded-For", "192.0.2.1").send();
    assert_eq!(stranger.status, 403);
}
