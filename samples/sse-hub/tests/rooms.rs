//! Drives the built program as clients would, over restarts.

use driver::{Incoming, Program, Server};
use serde_json::{Value, json};
use std::path::Path;

struct Sample(Server);

impl Sample {
    /// Starts it with a log.
    fn start(log: &Path) -> Self {
        Self(Program::new(env!("CARGO_BIN_EXE_sample-sse-hub")).env("LOG", log).start())
    }

    /// Gives the status and the whole answer.
    fn send(&self, method: &str, path: &str, body: &Value) -> (u16, String) {
        let answer = self.0.ask(method, path).json(body).send();
        (answer.status, answer.text().to_owned())
    }

    fn say(&self, text: &str, key: &str) -> String {
        let (status, answer) = self.send("POST", "/rooms/lobby", &json!({ "name": "Ann", "text": text, "key": key }));
        assert_eq!(status, 201, "{answer}");
        answer
    }

    fn listen(&self, path: &str, last_event_id: &str) -> Listener {
        let ask = self.0.ask("GET", path);
        let ask = if last_event_id.is_empty() { ask } else { ask.header("Last-Event-ID", last_event_id) };
        let stream = ask.open();
        assert_eq!(stream.head.status, 200);
        Listener { stream, last_event_id: String::new() }
    }
}

struct Listener {
    stream: Incoming,
    last_event_id: String,
}

impl Listener {
    /// The name and the data of the next event.
    fn next(&mut self) -> (String, Value) {
        let event = self.stream.events(1).remove(0);
        event.last_event_id().clone_into(&mut self.last_event_id);
        (event.event_type().to_owned(), serde_json::from_str(event.data()).expect("JSON"))
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
        let sample = Sample::start(log);
        let mut listener = sample.listen("/rooms/lobby/events", "");
        assert_eq!(listener.next(), hello("live"));
        assert!(sample.say("one", "1").contains("{\"isDuplicate\":false}"));
        assert!(sample.say("one", "1").contains("{\"isDuplicate\":true}"), "said again, since nobody answered, say");
        assert_eq!(listener.next(), said("one"));
        let id = listener.last_event_id.clone();
        sample.say("two", "2");
        sample.0.kill();

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
