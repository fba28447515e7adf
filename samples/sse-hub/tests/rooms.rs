//! Drives the built program as clients would: bytes over sockets, over restarts.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

struct Sample {
    child: Child,
    port: u16,
}

impl Sample {
    /// Starts it with a log and waits until it listens.
    fn start(log: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port is free").port();
        let mut child = Command::new(env!("CARGO_BIN_EXE_sample-sse-hub"))
            .env("PORT", port.to_string())
            .env("LOG", log)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sample is built");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let listens = |line: &str| line.contains(&format!("Listening on http://127.0.0.1:{port}"));
        assert!(lines.any(|line| listens(&line.expect("the log is text"))), "it ended before it listened");
        Self { child, port }
    }

    /// As a crash does.
    fn kill(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket can be told");
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}");
        write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").expect("it reads");
        BufReader::new(stream)
    }

    /// Gives the status and the whole answer.
    fn send(&self, method: &str, path: &str, body: &Value) -> (u16, String) {
        let mut answer = self.ask(method, path, "Content-Type: application/json\r\n", &body.to_string());
        let status = status(&mut answer);
        let mut rest = String::new();
        answer.read_to_string(&mut rest).expect("text");
        (status, rest)
    }

    fn say(&self, text: &str, key: &str) -> String {
        let (status, answer) = self.send("POST", "/rooms/lobby", &json!({ "name": "Ann", "text": text, "key": key }));
        assert_eq!(status, 201, "{answer}");
        answer
    }

    fn listen(&self, path: &str, last_event_id: &str) -> Listener {
        let resume =
            if last_event_id.is_empty() { String::new() } else { format!("Last-Event-ID: {last_event_id}\r\n") };
        let mut body = self.ask("GET", path, &resume, "");
        assert_eq!(status(&mut body), 200);
        Listener { body, last_event_id: String::new() }
    }
}

impl Drop for Sample {
    fn drop(&mut self) {
        self.kill();
    }
}

fn status(answer: &mut impl BufRead) -> u16 {
    let mut line = String::new();
    answer.read_line(&mut line).expect("it can be read");
    line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{line:?}"))
}

struct Listener {
    body: BufReader<TcpStream>,
    last_event_id: String,
}

impl Listener {
    /// The name and the data of the next event; what is between, the sizes of chunks and the head, means nothing.
    fn next(&mut self) -> (String, Value) {
        let mut name = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.body.read_line(&mut line).expect("it can be read"), 0, "the stream has ended");
            match line.trim_end().split_once(": ") {
                Some(("id", id)) => self.last_event_id = id.to_owned(),
                Some(("event", given)) => name = given.to_owned(),
                Some(("data", data)) => return (name, serde_json::from_str(data).expect("JSON")),
                _ => {}
            }
        }
    }
}

fn hello(verdict: &str) -> (String, Value) {
    ("hello".to_owned(), json!({ "verdict": verdict }))
}

fn said(text: &str) -> (String, Value) {
    ("said".to_owned(), json!({ "name": "Ann", "text": text }))
}

fn with_log(test: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    test(&folder.path().join("rooms.redb"));
}

#[test]
fn the_page_brings_everything_with_it() {
    with_log(|log| {
        let (status, page) = Sample::start(log).send("GET", "/", &Value::Null);
        assert_eq!(status, 200);
        for part in ["new EventSource(", "id=\"status\" data-state=\"connecting\"", "id=\"lost\""] {
            assert!(page.contains(part), "{part}");
        }
        assert!(!page.contains("src=\"http") && !page.contains("url(http"), "from nowhere else");
    });
}

/// The process is killed: what it acknowledged is there when the next one starts.
#[test]
fn a_listener_goes_on_where_it_left_off_though_the_server_was_killed() {
    with_log(|log| {
        let mut sample = Sample::start(log);
        let mut listener = sample.listen("/rooms/lobby/events", "");
        assert_eq!(listener.next(), hello("live"));
        assert!(sample.say("one", "1").contains("{\"isDuplicate\":false}"));
        assert!(sample.say("one", "1").contains("{\"isDuplicate\":true}"), "said again, since nobody answered, say");
        assert_eq!(listener.next(), said("one"));
        let id = listener.last_event_id.clone();
        sample.say("two", "2");
        sample.kill();

        let sample = Sample::start(log);
        assert!(sample.say("two", "2").contains("{\"isDuplicate\":true}"), "the key outlives the process, too");
        sample.say("three", "3");
        let mut listener = sample.listen("/rooms/lobby/events", &id);
        assert_eq!([listener.next(), listener.next(), listener.next()], [hello("resumed"), said("two"), said("three")]);
        let mut late = sample.listen("/rooms/lobby/events?rewind=2", "");
        assert_eq!([late.next(), late.next(), late.next()], [hello("live"), said("two"), said("three")]);
    });
}

#[test]
fn a_room_that_is_closed_is_left_and_not_entered() {
    with_log(|log| {
        let sample = Sample::start(log);
        let turn = |room: &str, open: bool| sample.send("PUT", &format!("/doors/{room}"), &json!({ "open": open })).0;
        let [mut lobby, mut garden] =
            ["lobby", "garden"].map(|room| sample.listen(&format!("/rooms/{room}/events"), ""));
        assert_eq!([lobby.next(), garden.next()], [hello("live"), hello("live")]);
        assert_eq!([turn("garden", false), turn("attic", false)], [200, 404]);
        assert_eq!(garden.next(), ("end".to_owned(), json!({ "reason": "revoked" })));
        for room in ["garden", "attic"] {
            let words = json!({ "name": "Ann", "text": "hello?", "key": "1" });
            assert_eq!(sample.send("POST", &format!("/rooms/{room}"), &words).0, 403);
            assert_eq!(sample.send("GET", &format!("/rooms/{room}/events"), &Value::Null).0, 403);
        }
        sample.say("still here", "1");
        assert_eq!(lobby.next(), said("still here"), "the same guard lets others stay");

        assert_eq!(turn("garden", true), 200);
        assert_eq!(sample.listen("/rooms/garden/events", &garden.last_event_id).next(), hello("resumed"));
    });
}

#[test]
fn a_slow_tab_is_told_what_it_lost_and_a_quick_one_loses_nothing() {
    with_log(|log| {
        let sample = Sample::start(log);
        let [mut quick, mut slow] = ["events", "slowly"].map(|how| sample.listen(&format!("/rooms/lobby/{how}"), ""));
        assert_eq!([quick.next(), slow.next()], [hello("live"), hello("live")]);
        assert_eq!(sample.send("POST", "/rooms/lobby/count", &json!({ "name": "Ann", "of": 40 })).0, 201);
        for number in 1..=40 {
            assert_eq!(quick.next().1["number"], number);
        }
        // Each event follows the last one, or what is told as lost lies in between.
        let (mut next, mut lost) = (1, 0);
        while next <= 40 {
            let (name, data) = slow.next();
            match name.as_str() {
                "gap" => {
                    assert_eq!(data["reason"], "overflow");
                    let range =
                        data["through"].as_u64().zip(data["after"].as_u64()).map(|(through, after)| through - after);
                    let range = range.expect("both bounds are known");
                    (next, lost) = (next + range, lost + range);
                }
                _ => {
                    assert_eq!((name.as_str(), data["number"].as_u64()), ("counted", Some(next)));
                    next += 1;
                }
            }
        }
        assert!((10..40).contains(&lost), "{lost}");
    });
}

#[test]
fn words_are_bounded() {
    with_log(|log| {
        let sample = Sample::start(log);
        let say = |name: &str, text: &str| {
            let words = json!({ "name": name, "text": text, "key": "k" });
            sample.send("POST", "/rooms/lobby", &words)
        };
        assert_eq!(say("Ann", &"x".repeat(280)).0, 201);
        for (name, text) in [("Ann", "x".repeat(281)), ("Ann", " ".to_owned()), ("", "x".to_owned())] {
            let (status, answer) = say(name, &text);
            assert!(status == 400 && answer.contains("must have 1 to"), "{answer}");
        }
    });
}
