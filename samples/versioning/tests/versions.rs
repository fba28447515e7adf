//! Drives the built program as clients of several versions would: bytes over a socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

struct Sample {
    child: Child,
    port: u16,
}

impl Sample {
    /// Starts it on a free port and waits until it listens.
    fn start(arguments: &[&str]) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = free.local_addr().expect("it is bound").port();
        drop(free);
        let mut child = Command::new(env!("CARGO_BIN_EXE_sample-versioning"))
            .args(arguments)
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sample is built");
        let log = BufReader::new(child.stdout.take().expect("it is piped"));
        let listening = format!("Listening on http://127.0.0.1:{port}");
        assert!(log.lines().any(|line| line.expect("the log is text").contains(&listening)), "it does not listen");
        Self { child, port }
    }

    /// The body of an answer of 200, or the status.
    fn get(&self, target: &str, header: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket can be told");
        let head = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n");
        stream.write_all(head.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it is text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("there is a head");
        let status = head.split(' ').nth(1).expect("there is a status");
        if status == "200" { body.to_owned() } else { status.to_owned() }
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const FIRST: &str = r#"["Tom","Kitty"]"#;
const SECOND: &str = r#"[{"name":"Tom","born":2021},{"name":"Kitty","born":2024}]"#;

#[track_caller]
fn check(sample: &Sample, cases: &[(&str, &str, &str)]) {
    for (target, header, expected) in cases {
        assert_eq!(sample.get(target, header), *expected, "{target} {header}");
    }
}

/// Parity: VER.2, FST.4.
#[test]
fn versions_in_the_path() {
    check(
        &Sample::start(&[]),
        &[
            ("/v1/cats", "", FIRST),
            ("/v2/cats", "", SECOND),
            ("/v3/cats", "", "404"),
            ("/v3/cats/count", "", "2"),
            ("/cats", "", "404"),
            ("/health", "", "well"),
        ],
    );
}

/// Parity: VER.3.
#[test]
fn versions_in_a_header() {
    check(
        &Sample::start(&["header"]),
        &[
            ("/cats", "X-API-Version: 1\r\n", FIRST),
            ("/cats", "x-api-version: 2\r\n", SECOND),
            ("/cats", "", "404"),
            ("/health", "", "well"),
            ("/health", "x-api-version: 2\r\n", "well"),
        ],
    );
}

/// Parity: VER.4.
#[test]
fn versions_in_the_media_type() {
    check(
        &Sample::start(&["accept"]),
        &[
            ("/cats", "Accept: application/json;v=1\r\n", FIRST),
            ("/cats", "Accept: application/json; v=2\r\n", SECOND),
            ("/cats", "Accept: application/json\r\n", "404"),
        ],
    );
}

/// Parity: VER.5.
#[test]
fn versions_by_a_function() {
    check(
        &Sample::start(&["custom"]),
        &[
            ("/cats?versions=1,2,3", "", SECOND),
            ("/cats/count?versions=3", "", "2"),
            ("/cats?versions=1", "", FIRST),
            ("/cats", "", "404"),
            ("/health", "", "well"),
        ],
    );
}
