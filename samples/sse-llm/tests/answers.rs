//! Drives the built program as clients would, and ends it in the middle.

use driver::{Incoming, Program, Server, folder};
use serde_json::json;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::time::Duration;

fn start(data: &Path) -> Server {
    start_at(data, "10")
}

fn start_at(data: &Path, pace: &str) -> Server {
    Program::new(env!("CARGO_BIN_EXE_sample-sse-llm")).env("DATA", data).env("PACE", pace).start()
}

fn ask(server: &Server, question: &str) -> String {
    let answer = server.ask("POST", "/answers").json(&json!({"question": question})).send();
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// A client that keeps the id of the last event.
#[derive(Default)]
struct Reader {
    last: Option<String>,
    tokens: Vec<String>,
    reason: Option<String>,
}

impl Reader {
    fn open(&self, server: &Server, id: &str) -> Incoming {
        let ask = server.ask("GET", &format!("/answers/{id}"));
        match &self.last {
            Some(last) => ask.header("Last-Event-ID", last).open(),
            None => ask.open(),
        }
    }

    fn take(&mut self, events: Vec<oriole_sse::ReceivedEvent>) {
        for event in events {
            self.last = Some(event.last_event_id().to_owned());
            match event.event_type() {
                "message" => self.tokens.push(event.data().to_owned()),
                "finished" => self.reason = Some(event.data().to_owned()),
                "hello" if event.data().contains("live") => self.tokens.clear(),
                "hello" | "question" | "end" => {}
                other => panic!("{other}: {}", event.data()),
            }
        }
    }

    /// Reads on to the end, from wherever it is.
    fn finish(&mut self, server: &Server, id: &str) {
        let mut incoming = self.open(server, id);
        assert_eq!(incoming.head.status, 200);
        self.take(incoming.last_events());
        assert_eq!(self.reason.as_deref(), Some(r#"{"reason":"complete"}"#));
    }
}

/// What the model says to this question, undisturbed.
fn whole(server: &Server, question: &str) -> Vec<String> {
    let mut reader = Reader::default();
    reader.finish(server, &ask(server, question));
    assert!(reader.tokens.len() > 100 && reader.tokens.concat().contains(question), "{:?}", reader.tokens);
    reader.tokens
}

const QUESTION: &str = "How does an oriole build its nest?";

#[test]
fn an_answer_outlives_its_reader_and_is_not_sent_again_after_its_end() {
    let folder = folder();
    let server = start(&folder.path().join("answers.redb"));
    let expected = whole(&server, QUESTION);
    let id = ask(&server, QUESTION);
    let mut reader = Reader::default();
    while reader.reason.is_none() {
        let mut incoming = reader.open(&server, &id);
        assert_eq!(incoming.head.status, 200);
        // Its hello and the next token or two; then it is gone.
        reader.take(incoming.events(2));
    }
    assert_eq!(reader.tokens, expected);
    assert_eq!(reader.open(&server, &id).head.status, 204, "it has everything");
    // Who comes late reads it from the beginning.
    let mut late = Reader::default();
    late.finish(&server, &id);
    assert_eq!(late.tokens, expected);
}

#[test]
fn a_server_that_is_killed_goes_on_where_the_log_ends() {
    let folder = folder();
    let data = folder.path().join("answers.redb");
    let mut server = start(&data);
    let expected = whole(&server, QUESTION);
    let id = ask(&server, QUESTION);
    let mut reader = Reader::default();
    for _ in 0..3 {
        let mut incoming = reader.open(&server, &id);
        reader.take(incoming.events(20));
        server.kill();
        server = start(&data);
    }
    reader.finish(&server, &id);
    assert_eq!(reader.tokens, expected);
}

#[test]
fn a_deploy_interrupts_it_and_loses_nothing() {
    let folder = folder();
    let data = folder.path().join("answers.redb");
    let mut server = start(&data);
    let expected = whole(&server, QUESTION);
    let id = ask(&server, QUESTION);
    let mut reader = Reader::default();
    let mut incoming = reader.open(&server, &id);
    reader.take(incoming.events(20));
    server.terminate();
    // The stream ends in good order, and so does the program, of the signal.
    reader.take(incoming.last_events());
    assert!(reader.reason.is_none() && incoming.reconnection_time().is_some());
    assert_eq!(server.wait(Duration::from_secs(120)).signal(), Some(15));
    let server = start(&data);
    reader.finish(&server, &id);
    assert_eq!(reader.tokens, expected);
}

#[test]
fn an_answer_can_be_stopped() {
    let folder = folder();
    let server = start(&folder.path().join("answers.redb"));
    let id = ask(&server, QUESTION);
    let mut reader = Reader::default();
    let mut incoming = reader.open(&server, &id);
    reader.take(incoming.events(10));
    assert_eq!(server.ask("DELETE", &format!("/answers/{id}")).send().status, 204);
    reader.take(incoming.last_events());
    assert_eq!(reader.reason.as_deref(), Some(r#"{"reason":"stopped"}"#));
    assert_eq!(reader.open(&server, &id).head.status, 204);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let folder = folder();
    let server = start(&folder.path().join("answers.redb"));
    for (question, status) in [("", 400), (" ", 400), ("x", 201), (&*"x".repeat(2000), 201), (&*"x".repeat(2001), 400)]
    {
        let answer = server.ask("POST", "/answers").json(&json!({"question": question})).send();
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    assert_eq!(server.get("/answers/nobody-has-asked").status, 404);
    assert_eq!(server.ask("DELETE", "/answers/nobody-has-asked").send().status, 404);
}

/// Nobody could ever read or stop what nobody has the id of.
#[test]
fn a_question_that_finds_no_room_leaves_nothing_behind() {
    let folder = folder();
    let data = folder.path().join("answers.redb");
    let server = start_at(&data, "600000");
    for number in 1..=100 {
        ask(&server, &format!("question number {number}"));
    }
    let refused = server.ask("POST", "/answers").json(&json!({"question": "one too many"})).send();
    assert_eq!(refused.status, 503, "{}", refused.text());
    let file = std::fs::read(&data).expect("the file");
    let has = |question: &str| file.windows(question.len()).any(|bytes| bytes == question.as_bytes());
    assert!(has("question number 100"), "what is kept is found so");
    assert!(!has("one too many"));
    let wait = refused.header("retry-after").expect("a time to come back").parse::<u64>().expect("seconds");
    assert!((1..=10).contains(&wait), "{wait}");
}
