//! Drives the sample as a client would: over a socket, with nothing but the crate's decoder.

use driver::{Incoming, Server};
use std::collections::HashSet;
use std::time::Duration;

fn start() -> Server {
    Server::of(env!("CARGO_BIN_EXE_sample-sse-on-axum"))
}

#[test]
fn the_page_opens_the_stream() {
    let page = start().get("/");
    assert_eq!(page.status, 200);
    assert!(page.text().contains(r#"new EventSource("/sse")"#));
}

#[test]
fn ticks_arrive_under_their_name_and_resume_after_the_last() {
    let sample = start();
    let mut first = sample.ask("GET", "/sse").open();
    assert_eq!(first.head.status, 200);
    assert_eq!(first.header("content-type"), Some("text/event-stream"));
    assert_eq!(first.header("x-accel-buffering"), Some("no"));
    assert_eq!(first.header("connection"), None);
    let seen = first.events(3);
    let number: u64 = seen[0].last_event_id().parse().expect("a number");
    for (event, number) in seen.iter().zip(number..) {
        assert_eq!(event.event_type(), "tick");
        assert_eq!(event.last_event_id(), number.to_string());
        assert!(event.data().starts_with(&format!(r#"{{"number":{number},"#)), "{}", event.data());
    }
    drop(first);

    // Back after the first of them: the two that were missed come at once, and are the same.
    for ask in [
        sample.ask("GET", "/sse").header("Last-Event-ID", &number.to_string()),
        sample.ask("GET", &format!("/sse?lastEventId={number}")),
    ] {
        assert_eq!(ask.open().events(2), seen[1..]);
    }
}

#[test]
fn a_bad_id_and_a_wrong_method_are_ordinary_errors() {
    let sample = start();
    for bad in ["seven", "+7", "07", &"7".repeat(1025)] {
        assert_eq!(sample.ask("GET", "/sse").header("Last-Event-ID", bad).send().status, 400);
    }
    let answer = sample.ask("POST", "/sse").body("").send();
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET,HEAD")));
}

#[test]
fn connection_close_is_obeyed() {
    let stream = start().ask("GET", "/sse").header("Connection", "close").open();
    assert_eq!(stream.header("connection"), Some("close"));
}

#[cfg(unix)]
#[test]
fn a_stop_ends_every_stream_with_its_last_chunk_and_a_retry() {
    let mut sample = start();
    let mut clients: Vec<Incoming> = std::iter::repeat_with(|| sample.ask("GET", "/sse").open()).take(3).collect();
    for client in &mut clients {
        client.events(1);
    }
    sample.terminate();
    let waits: HashSet<_> = clients
        .iter_mut()
        .map(|client| {
            // Reads on until the chunk of length zero; an end without it fails the test.
            client.last_events();
            client.reconnection_time().expect("a reconnection time")
        })
        .collect();
    assert_eq!(waits.len(), 3, "no two alike: {waits:?}");
    assert!(sample.wait(Duration::from_secs(120)).success());
}
