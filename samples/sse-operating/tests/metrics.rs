//! Drives the built program as Prometheus and a reader would: over sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

struct Sample {
    child: Child,
    port: u16,
}

impl Sample {
    /// Starts it on a free port and waits until it listens.
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sample-sse-operating"))
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sample is built");
        let log = BufReader::new(child.stdout.take().expect("it is piped"));
        let port = log.lines().find_map(|line| {
            let line = line.expect("the log is text");
            line.split("Listening on http://127.0.0.1:").nth(1)?.split_whitespace().next()?.parse().ok()
        });
        Self { child, port: port.expect("it says where it listens") }
    }

    fn request(&self, head: &str, body: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket can be told");
        let length = body.len();
        write!(
            stream,
            "{head} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .expect("it reads");
        BufReader::new(stream)
    }

    /// Gives head and body of an answer that ends.
    fn whole(&self, head: &str, body: &str) -> String {
        let mut answer = String::new();
        self.request(head, body).read_to_string(&mut answer).expect("text");
        answer
    }

    /// Asks until an answer is as it should be; what a client does reaches the counters a moment later.
    fn wait_for(&self, head: &str, is_so: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            let answer = self.whole(head, "");
            if is_so(&answer) {
                return answer;
            }
            assert!(Instant::now() < end, "{head} still answers:\n{answer}");
            std::thread::yield_now();
        }
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_until(from: &mut impl BufRead, text: &str) {
    let found = from.lines().any(|line| line.expect("it can be read").contains(text));
    assert!(found, "{text} does not come");
}

fn has(answer: &str, line: &str) -> bool {
    answer.lines().any(|found| found.trim_end() == line)
}

#[test]
fn prometheus_sees_who_comes_what_is_published_and_who_leaves() {
    let sample = Sample::start();
    let metrics = sample.whole("GET /metrics", "");
    assert!(metrics.contains("content-type: text/plain; version=0.0.4"), "{metrics}");
    assert!(has(&metrics, r#"sse_subscriptions_open{hub="prices"} 0"#), "{metrics}");
    assert!(has(&metrics, "# TYPE sse_streams_ended_total counter"), "{metrics}");

    let mut reader = sample.request("GET /prices", "");
    read_until(&mut reader, r#"data: {"verdict":"live"}"#);
    assert!(sample.whole("POST /prices", "EUR 1.17").starts_with("HTTP/1.1 201"));
    read_until(&mut reader, "data: EUR 1.17");
    let metrics = sample.whole("GET /metrics", "");
    for line in [
        r#"sse_subscriptions_open{hub="prices"} 1"#,
        r#"sse_replays_total{hub="prices",verdict="live"} 1"#,
        r#"sse_published_total{hub="prices",outcome="stored"} 1"#,
        r#"sse_published_total{hub="prices",outcome="failed"} 0"#,
        r#"sse_store_milliseconds_count{hub="prices",operation="append"} 1"#,
        r#"sse_store_milliseconds_bucket{hub="prices",operation="append",le="+Inf"} 1"#,
        "sse_streams_open 1",
    ] {
        assert!(has(&metrics, line), "{line} is not in:\n{metrics}");
    }

    drop(reader);
    let left = r#"sse_subscriptions_ended_total{hub="prices",reason="left"} 1"#;
    let is_over = |metrics: &str| has(metrics, left) && has(metrics, "sse_streams_open 0");
    let metrics = sample.wait_for("GET /metrics", is_over);
    assert!(has(&metrics, r#"sse_subscriptions_open{hub="prices"} 0"#), "{metrics}");
}

/// A reader that takes nothing: its socket fills, and from then on it is behind.
#[test]
fn a_reader_that_stalls_is_found() {
    let sample = Sample::start();
    let mut reader = sample.request("GET /prices", "");
    read_until(&mut reader, r#"data: {"verdict":"live"}"#);
    let large = "x".repeat(500_000);
    let inf = r#"sse_lag_events_bucket{hub="prices",le="+Inf"} "#;
    let zero = r#"sse_lag_events_bucket{hub="prices",le="0"} "#;
    let count = |metrics: &str, start: &str| -> u64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(start));
        line.map_or(0, |count| count.trim().parse().expect("a number"))
    };
    let end = Instant::now() + PATIENCE;
    let is_behind = |metrics: &str| count(metrics, inf) > count(metrics, zero);
    while !is_behind(&sample.whole("GET /metrics", "")) {
        assert!(Instant::now() < end, "nobody falls behind");
        assert!(sample.whole("POST /prices", &large).starts_with("HTTP/1.1 201"));
    }
    let furthest = sample.whole("GET /behind", "");
    assert!(furthest.contains(r#"[{"topic":"prices","events":"#), "{furthest}");
    drop(reader);
    sample.wait_for("GET /behind", |answer| answer.ends_with("[]"));
}
