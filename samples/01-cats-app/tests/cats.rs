//! Drives the built program as a client would: bytes over a socket.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

struct Sample {
    child: Child,
    log: BufReader<ChildStdout>,
    port: u16,
}

impl Sample {
    /// Starts it on a free port and waits until it listens.
    fn start() -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let mut child = Command::new(env!("CARGO_BIN_EXE_sample-cats-app"))
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sample is built");
        let log = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut sample = Self { child, log, port };
        sample.until(&format!("Listening on http://127.0.0.1:{port}"));
        sample
    }

    /// Reads the log up to a line that has a text.
    fn until(&mut self, text: &str) {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            assert_ne!(self.log.read_line(&mut line).expect("the log is text"), 0, "the log ends before {text}");
        }
    }

    fn send(&self, method: &str, target: &str, headers: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket can be told");
        let length = body.len();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        );
        stream.write_all(head.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it is text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("there is a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("there is a status");
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    fn get(&self, target: &str) -> (u16, Value) {
        self.send("GET", target, "", "")
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ADMIN: &str = "X-Roles: user, admin\r\n";
const TOM: &str = r#"{"name":"Tom","age":3,"breed":"tabby"}"#;

#[test]
fn cats_are_added_by_admins_and_seen_by_all() {
    let mut sample = Sample::start();
    assert_eq!(sample.get("/cats"), (200, json!({"data": []})));
    // The middleware, then the interceptor around the handler.
    sample.until("Request... GET /cats");
    sample.until("Before find_all...");
    sample.until("After find_all...");
    let refused = sample.send("POST", "/cats", "", TOM);
    assert_eq!(refused, (403, json!({"statusCode": 403, "message": "Forbidden resource", "path": "/cats"})));
    assert_eq!(sample.send("POST", "/cats", ADMIN, TOM).0, 201);
    let tom = json!({"name": "Tom", "age": 3, "breed": "tabby"});
    assert_eq!(sample.get("/cats"), (200, json!({"data": [tom]})));
    assert_eq!(sample.get("/cats/0"), (200, json!({"data": tom})));
}

#[test]
fn every_error_has_the_shape_of_the_filter() {
    let sample = Sample::start();
    let (status, body) = sample.send("POST", "/cats", ADMIN, r#"{"name":"","age":99}"#);
    assert_eq!((status, &body["path"]), (400, &json!("/cats")));
    let message = body["message"].to_string();
    for field in ["name", "age", "breed"] {
        assert!(message.contains(field), "{field}: {message}");
    }
    for (target, status, message) in [
        ("/cats/7", 404, "no such cat"),
        ("/cats/seven", 400, "Validation failed (numeric string is expected)"),
        ("/dogs", 404, "Cannot GET /dogs"),
        ("/cats/broken", 502, "New message"),
    ] {
        let expected = json!({"statusCode": status, "message": message, "path": target});
        assert_eq!(sample.get(target), (status, expected));
    }
}

/// The interceptor waits two seconds.
#[test]
fn a_slow_handler_is_given_up() {
    let sample = Sample::start();
    let begun = Instant::now();
    let (status, body) = sample.get("/cats/slow");
    assert_eq!((status, &body["message"]), (408, &json!("it took too long")));
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
}
