//! Drives the built program as a client would: bytes over a socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Sample {
    child: Child,
    port: u16,
}

impl Sample {
    /// Starts it on a free port and waits until it listens.
    fn start() -> Self {
        let port = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
            free.local_addr().expect("it is bound").port()
        };
        let mut child = Command::new(env!("CARGO_BIN_EXE_sample-sse"))
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sample is built");
        let log = BufReader::new(child.stdout.take().expect("it is piped"));
        let listening = format!("Listening on http://127.0.0.1:{port}");
        let mut lines = Vec::new();
        for line in log.lines() {
            lines.push(line.expect("the log is text"));
            if lines.last().is_some_and(|line| line.contains(&listening)) {
                break;
            }
        }
        let log = lines.join("\n");
        for expected in ["AppModule dependencies initialized", "Mapped {/, GET} route", "Mapped {/sse, GET} route"] {
            assert!(log.contains(expected), "{expected}: {log}");
        }
        Self { child, port }
    }

    fn get(&self, path: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket can be told");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("it reads");
        BufReader::new(stream)
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).expect("it can be read");
    line
}

fn head(from: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let line = line(from);
        assert!(!line.is_empty(), "closed within the head: {head}");
        head.push_str(&line);
    }
    head.to_ascii_lowercase()
}

#[test]
fn the_page_listens_to_the_stream() {
    let sample = Sample::start();
    let mut connection = sample.get("/");
    let head = head(&mut connection);
    assert!(
        head.starts_with("http/1.1 200 ok\r\n") && head.contains("content-type: text/html; charset=utf-8"),
        "{head}"
    );
    let mut page = String::new();
    connection.read_to_string(&mut page).expect("the page is text");
    for part in ["new EventSource(\"/sse\")", "id=\"messages\"", "id=\"status\" data-state=\"connecting\""] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("src=\"http") && !page.contains("url(http"), "the page brings everything with it");
}

/// Parity: SSE.5, SSE.6.
#[test]
fn an_event_arrives_each_second() {
    let sample = Sample::start();
    let mut connection = sample.get("/sse");
    let head = head(&mut connection);
    assert!(head.starts_with("http/1.1 200 ok\r\n") && head.contains("content-type: text/event-stream"), "{head}");
    let mut times = Vec::new();
    while times.len() < 3 {
        if line(&mut connection) == "data: {\"hello\":\"world\"}\n" {
            times.push(Instant::now());
            assert_eq!(line(&mut connection), "\n");
        }
    }
    for pair in times.windows(2) {
        let apart = pair[1] - pair[0];
        assert!(apart > Duration::from_millis(700) && apart < Duration::from_millis(1500), "{apart:?}");
    }
}

/// The stream ends with the last chunk of its body, and the program dies of the signal when it is done.
#[cfg(unix)]
#[test]
fn a_signal_ends_it_in_good_order() {
    use std::os::unix::process::ExitStatusExt as _;

    let mut sample = Sample::start();
    let mut connection = sample.get("/sse");
    head(&mut connection);
    let sent = Command::new("kill").args(["-TERM", &sample.child.id().to_string()]).status().expect("`kill` is there");
    assert!(sent.success());
    let mut rest = String::new();
    connection.read_to_string(&mut rest).expect("the stream is text");
    assert!(rest.contains("retry: ") && rest.ends_with("0\r\n\r\n"), "{rest}");
    assert_eq!(sample.child.wait().expect("it can be waited for").signal(), Some(15));
}
