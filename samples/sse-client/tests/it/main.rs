//! Drives the program as a user would, against the sample server and across a restart of it.

mod program;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use driver::{Program, Server};
use program::Tail;

/// The sample of the framework, which has one event each second and no ids.
const SAMPLE: &str = "sample-sse";
/// The sample on plain axum, whose events have types and ids.
const NUMBERED: &str = "sample-sse-on-axum";

fn start(package: &str) -> Server {
    Program::of(package).start()
}

/// Ends it as a deploy would.
fn stop(mut server: Server) {
    if cfg!(unix) {
        server.terminate();
        server.wait(Duration::from_secs(120));
    }
}

#[test]
fn events_go_on_after_a_restart_of_the_server() {
    let server = start(SAMPLE);
    let (port, url) = (server.port(), format!("http://127.0.0.1:{}/sse", server.port()));
    let mut tail = Tail::start(&[&url, "--count", "4", "--header", "x-from: test"]);
    assert_eq!(tail.note(), format!("open {url}"));
    let event = "message {\"hello\":\"world\"}";
    assert_eq!([tail.event(), tail.event()], [event, event]);
    stop(server);
    // The server says good-bye with a `retry:` of its own, in good order.
    let notes = tail.notes_until(|note| note.contains("again in"));
    assert!(notes.iter().any(|note| note.starts_with("the event stream ended; again in ")), "{notes:?}");
    // Another process, on the same port.
    let _server = Program::of(SAMPLE).port(port).start();
    tail.notes_until(|note| *note == format!("open {url}"));
    assert_eq!(tail.events_left(), [event, event]);
    assert_eq!(tail.code(), 0);
}

#[test]
fn types_and_ids_are_shown_before_and_after_a_restart() {
    let server = start(NUMBERED);
    let (port, url) = (server.port(), format!("http://127.0.0.1:{}/sse", server.port()));
    let mut tail = Tail::start(&[&url, "--count", "4"]);
    let before: Vec<_> = (0..2).map(|_| tail.event()).collect();
    assert!(before[0].starts_with("tick ") && before[0].contains(r#"{"number":"#), "{before:?}");
    stop(server);
    let _server = Program::of(NUMBERED).port(port).start();
    let after = tail.events_left();
    assert!(!after.is_empty() && after.iter().all(|event| event.starts_with("tick ")), "{after:?}");
    assert_eq!(tail.code(), 0);
}

#[test]
fn a_resumed_stream_begins_after_the_last_event() {
    let server = start(NUMBERED);
    let url = format!("http://127.0.0.1:{}/sse", server.port());
    let mut first = Tail::start(&[&url, "--count", "2"]);
    let seen = first.events_left();
    assert_eq!(first.code(), 0);
    let id = |line: &str| line.split(' ').nth(1).expect("an id").to_string();
    let mut second = Tail::start(&[&url, "--count", "1", "--last-event-id", &id(&seen[0]), "--event", "tick"]);
    assert_eq!(second.events_left()[0], seen[1]);
}

#[test]
fn exit_codes_tell_why_it_stopped() {
    let server = start(NUMBERED);
    let base = format!("http://127.0.0.1:{}", server.port());
    for (arguments, code, note) in [
        (vec![format!("{base}/")], 1, "the answer is no event stream"),
        (vec![format!("{base}/nothing")], 1, "the server answered 404 Not Found"),
        (vec![format!("{base}/sse"), "--last-event-id".into(), "x".into()], 1, "the server answered 400 Bad Request"),
        (vec!["nowhere".into()], 2, "the address of the event source is not usable"),
        (vec![], 2, "the address is missing; see --help"),
        (vec![base.clone(), "--wrong".into()], 2, "there is no option"),
        (vec![base.clone(), "--header".into(), "a".into()], 2, "a header has a colon"),
        (vec![base, "--count".into()], 2, "--count needs a value"),
    ] {
        let mut tail = Tail::start(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(tail.notes_until(|said| said.starts_with(note)).len() == 1, "{arguments:?}");
        assert_eq!(tail.code(), code, "{arguments:?}");
    }
    let mut proxied = Tail::start_with(&["http://localhost/"], &[("all_proxy", "socks5://user:secret@proxy")]);
    let note = proxied.note();
    assert!(note.starts_with("a proxy is not usable") && !note.contains("secret"), "{note}");
    assert_eq!(proxied.code(), 2);
    let mut help = Tail::start(&["--help"]);
    assert!(help.events_left().iter().any(|line| line.contains("--last-event-id")));
    assert_eq!(help.code(), 0);
}

#[test]
fn colours_are_for_terminals_and_control_characters_are_shown() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    for (color, expected) in
        [("never", r"a\u{1b}[2J 1 b\u{7}"), ("always", "\u{1B}[32ma\\u{1b}[2J\u{1B}[0m \u{1B}[2m1\u{1B}[0m b\\u{7}")]
    {
        let mut tail = Tail::start(&[&url, "--count", "2", "--color", color, "--comments"]);
        let (mut socket, mut reader) = accept(&listener);
        let body = ": hi\nevent: a\u{1B}[2J\nid: 1\ndata: b\u{7}\n\ndata: two\ndata: lines\n\n";
        write!(socket, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n{body}").expect("a reader");
        let lines = tail.events_left();
        assert_eq!(lines[0], expected);
        assert_eq!(lines[2], "    lines");
        // It left as soon as it had enough.
        assert_eq!(reader.read(&mut [0]).unwrap_or(0), 0);
        assert_eq!(tail.code(), 0);
    }
}

#[test]
fn a_stream_that_is_over_is_no_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let mut tail = Tail::start(&[&url]);
    let (mut socket, _) = accept(&listener);
    write!(socket, "HTTP/1.1 204 No Content\r\n\r\n").expect("a reader");
    assert_eq!(tail.note(), "the server says that the stream is over");
    assert_eq!(tail.code(), 0);
}

/// Takes a connection and reads its request.
fn accept(listener: &TcpListener) -> (TcpStream, BufReader<TcpStream>) {
    let (socket, _) = listener.accept().expect("a connection");
    let mut reader = BufReader::new(socket.try_clone().expect("a socket"));
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).expect("a request");
    }
    (socket, reader)
}
