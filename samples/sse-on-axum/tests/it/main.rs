//! Drives the sample as a client would: over a socket, with nothing but the crate's decoder.

mod client;

use client::{Connection, Program};

#[test]
fn the_page_opens_the_stream() {
    let program = Program::start();
    let mut connection = program.request("GET / HTTP/1.1", "");
    assert_eq!(connection.head().status, "HTTP/1.1 200 OK");
    assert!(connection.body().contains(r#"new EventSource("/sse")"#));
}

#[test]
fn ticks_arrive_under_their_name_and_resume_after_the_last() {
    let program = Program::start();
    let mut first = program.request("GET /sse HTTP/1.1", "");
    let head = first.head();
    assert_eq!(head.status, "HTTP/1.1 200 OK");
    assert_eq!(head.header("content-type"), Some("text/event-stream"));
    assert_eq!(head.header("x-accel-buffering"), Some("no"));
    assert_eq!(head.header("connection"), None);
    let seen = first.events(3);
    let number: u64 = seen[0].last_event_id().parse().expect("a number");
    for (event, number) in seen.iter().zip(number..) {
        assert_eq!(event.event_type(), "tick");
        assert_eq!(event.last_event_id(), number.to_string());
        assert!(event.data().starts_with(&format!(r#"{{"number":{number},"#)), "{}", event.data());
    }
    drop(first);

    // Back after the first of them: the two that were missed come at once, and are the same.
    for (target, header) in [
        ("/sse".to_string(), format!("Last-Event-ID: {number}\r\n")),
        (format!("/sse?lastEventId={number}"), String::new()),
    ] {
        let mut again = program.request(&format!("GET {target} HTTP/1.1"), &header);
        again.head();
        assert_eq!(again.events(2), seen[1..]);
    }
}

#[test]
fn a_bad_id_and_a_wrong_method_are_ordinary_errors() {
    let program = Program::start();
    for bad in ["seven", "+7", "07", &"7".repeat(1025)] {
        let mut connection = program.request("GET /sse HTTP/1.1", &format!("Last-Event-ID: {bad}\r\n"));
        assert_eq!(connection.head().status, "HTTP/1.1 400 Bad Request");
    }
    let head = program.request("POST /sse HTTP/1.1", "Content-Length: 0\r\n").head();
    assert_eq!(head.status, "HTTP/1.1 405 Method Not Allowed");
    assert_eq!(head.header("allow"), Some("GET,HEAD"));
}

#[test]
fn connection_close_is_obeyed() {
    let program = Program::start();
    let head = program.request("GET /sse HTTP/1.1", "Connection: close\r\n").head();
    assert_eq!(head.header("connection"), Some("close"));
}

#[cfg(unix)]
#[test]
fn a_stop_ends_every_stream_with_its_last_chunk_and_a_retry() {
    let mut program = Program::start();
    let mut clients: Vec<Connection> =
        std::iter::repeat_with(|| program.request("GET /sse HTTP/1.1", "")).take(3).collect();
    for client in &mut clients {
        client.head();
        client.events(1);
    }
    program.terminate();
    let waits: std::collections::HashSet<_> = clients
        .iter_mut()
        .map(|client| {
            // Reads on until the chunk of length zero; an end without it fails the test.
            client.rest();
            client.decoder.reconnection_time().expect("a reconnection time")
        })
        .collect();
    assert_eq!(waits.len(), 3, "no two alike: {waits:?}");
    assert!(program.exit().success());
}
