//! Drives the built program as clients would, over restarts.

use driver::{Answer, Incoming, Program, Server, folder};
use serde_json::{Value, json};
use std::path::Path;

fn start(log: &Path) -> Server {
    Program::new(env!("CARGO_BIN_EXE_sample-sse-hub")).env("LOG", log).start()
}

fn with_log(test: impl FnOnce(&Path)) {
    let folder = folder();
    test(&folder.path().join("rooms.redb"));
}

fn say(server: &Server, room: &str, name: &str, text: &str, key: &str) -> Answer {
    let words = json!({ "name": name, "text": text, "key": key });
    server.ask("POST", &format!("/rooms/{room}")).json(&words).send()
}

/// Says something in the lobby that is taken; tells whether it was there already.
fn is_duplicate(server: &Server, text: &str, key: &str) -> bool {
    let answer = say(server, "lobby", "Ann", text, key);
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["isDuplicate"].as_bool().expect("it says so")
}

struct Listener {
    stream: Incoming,
    last_event_id: String,
}

impl Listener {
    fn new(server: &Server, path: &str, last_event_id: &str) -> Self {
        let ask = server.ask("GET", path);
        let ask = if last_event_id.is_empty() { ask } else { ask.header("Last-Event-ID", last_event_id) };
        let stream = ask.open();
        assert_eq!(stream.head.status, 200);
        Self { stream, last_event_id: String::new() }
    }

    /// The name and the data of the next event.
    fn next(&mut self) -> (String, Value) {
        let event = self.stream.events(1).remove(0);
        self.last_event_id = event.last_event_id().to_owned();
        (event.event_type().to_owned(), serde_json::from_str(event.data()).expect("JSON"))
    }
}

fn hello(verdict: &str) -> (String, Value) {
    ("hello".to_owned(), json!({ "verdict": verdict }))
}

fn said(text: &str) -> (String, Value) {
    ("said".to_owned(), json!({ "name": "Ann", "text": text }))
}

#[test]
fn the_page_brings_everything_with_it() {
    with_log(|log| {
        let page = start(log).get("/");
        for part in ["new EventSource(", "id=\"status\" data-state=\"connecting\"", "id=\"lost\""] {
            assert!(page.text().contains(part), "{part}");
        }
        assert!(!page.text().contains("src=\"http") && !page.text().contains("url(http"), "from nowhere else");
    });
}

/// The process is killed: what it acknowledged is there when the next one starts.
#[test]
fn a_listener_goes_on_where_it_left_off_though_the_server_was_killed() {
    with_log(|log| {
        let server = start(log);
        let mut listener = Listener::new(&server, "/rooms/lobby/events", "");
        assert_eq!(listener.next(), hello("live"));
        assert!(!is_duplicate(&server, "one", "1"));
        assert!(is_duplicate(&server, "one", "1"), "said again, since nobody answered, say");
        assert_eq!(listener.next(), said("one"));
        assert!(!is_duplicate(&server, "two", "2"));
        server.kill();

        let server = start(log);
        assert!(is_duplicate(&server, "two", "2"), "the key outlives the process, too");
        assert!(!is_duplicate(&server, "three", "3"));
        let mut back = Listener::new(&server, "/rooms/lobby/events", &listener.last_event_id);
        assert_eq!([back.next(), back.next(), back.next()], [hello("resumed"), said("two"), said("three")]);
        let mut late = Listener::new(&server, "/rooms/lobby/events?rewind=2", "");
        assert_eq!([late.next(), late.next(), late.next()], [hello("live"), said("two"), said("three")]);
    });
}

#[test]
fn a_room_that_is_closed_is_left_and_not_entered() {
    with_log(|log| {
        let server = start(log);
        let turn = |room: &str, open: bool| {
            server.ask("PUT", &format!("/doors/{room}")).json(&json!({ "open": open })).send().status
        };
        let enter = |room: &str| Listener::new(&server, &format!("/rooms/{room}/events"), "");
        let (mut lobby, mut garden) = (enter("lobby"), enter("garden"));
        assert_eq!([lobby.next(), garden.next()], [hello("live"), hello("live")]);
        assert_eq!([turn("garden", false), turn("attic", false)], [200, 404]);
        assert_eq!(garden.next(), ("end".to_owned(), json!({ "reason": "revoked" })));
        for room in ["garden", "attic"] {
            assert_eq!(say(&server, room, "Ann", "hello?", "1").status, 403);
            assert_eq!(server.get(&format!("/rooms/{room}/events")).status, 403);
        }
        is_duplicate(&server, "still here", "1");
        assert_eq!(lobby.next(), said("still here"), "the same guard lets others stay");

        assert_eq!(turn("garden", true), 200);
        let mut back = Listener::new(&server, "/rooms/garden/events", &garden.last_event_id);
        assert_eq!(back.next(), hello("resumed"));
    });
}

#[test]
fn a_slow_tab_is_told_what_it_lost_and_a_quick_one_loses_nothing() {
    with_log(|log| {
        let server = start(log);
        let enter = |how: &str| Listener::new(&server, &format!("/rooms/lobby/{how}"), "");
        let (mut quick, mut slow) = (enter("events"), enter("slowly"));
        assert_eq!([quick.next(), slow.next()], [hello("live"), hello("live")]);
        let count = server.ask("POST", "/rooms/lobby/count").json(&json!({ "name": "Ann", "of": 40 })).send();
        assert_eq!(count.status, 201);
        for number in 1..=40 {
            assert_eq!(quick.next().1["number"], number);
        }
        // Each event follows the last one, or what is told as lost lies in between.
        let (mut next, mut lost) = (1, 0);
        while next <= 40 {
            let (name, data) = slow.next();
            if name == "gap" {
                assert_eq!(data["reason"], "overflow");
                let bounds = data["through"].as_u64().zip(data["after"].as_u64());
                let range = bounds.map(|(through, after)| through - after).expect("both are known");
                (next, lost) = (next + range, lost + range);
            } else {
                assert_eq!((name.as_str(), data["number"].as_u64()), ("counted", Some(next)));
                next += 1;
            }
        }
        assert!((10..40).contains(&lost), "{lost}");
    });
}

#[test]
fn words_are_bounded() {
    with_log(|log| {
        let server = start(log);
        let say = |name: &str, text: &str| say(&server, "lobby", name, text, "k");
        assert_eq!(say("Ann", &"x".repeat(280)).status, 201);
        for (name, text) in [("Ann", "x".repeat(281)), ("Ann", " ".to_owned()), ("", "x".to_owned())] {
            let answer = say(name, &text);
            assert!(answer.status == 400 && answer.text().contains("must have 1 to"), "{answer:?}");
        }
    });
}
