//! Drives the built program as a client would.

use driver::Server;
use std::time::{Duration, Instant};

fn start() -> Server {
    let mut sample = Server::of(env!("CARGO_BIN_EXE_sample-sse"));
    for expected in ["AppModule dependencies initialized", "Mapped {/, GET} route", "Mapped {/sse, GET} route"] {
        sample.prints(expected);
    }
    sample
}

#[test]
fn the_page_listens_to_the_stream() {
    let page = start().get("/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let page = page.text();
    for part in ["new EventSource(\"/sse\")", "id=\"messages\"", "id=\"status\" data-state=\"connecting\""] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("src=\"http") && !page.contains("url(http"), "the page brings everything with it");
}

/// Parity: SSE.5, SSE.6.
#[test]
fn an_event_arrives_each_second() {
    let sample = start();
    let begun = Instant::now();
    let mut stream = sample.ask("GET", "/sse").open();
    assert_eq!((stream.head.status, stream.header("content-type")), (200, Some("text/event-stream")));
    let mut times = vec![begun];
    // Three of them; more where a busy machine holds one up.
    let is_punctual = |times: &[Instant]| times.windows(2).any(|pair| pair[1] - pair[0] < Duration::from_millis(1500));
    while times.len() <= 3 || !is_punctual(&times) {
        assert!(times.len() < 60, "none of them a second after another");
        assert_eq!(stream.events(1)[0].data(), r#"{"hello":"world"}"#);
        times.push(Instant::now());
        // However late some are, none comes before its second.
        let seconds = u32::try_from(times.len() - 1).expect("few");
        assert!(begun.elapsed() >= Duration::from_millis(990) * seconds, "{:?}", begun.elapsed());
    }
}

/// The stream ends with the last chunk of its body, and the program dies of the signal when it is done.
#[cfg(unix)]
#[test]
fn a_signal_ends_it_in_good_order() {
    use std::os::unix::process::ExitStatusExt as _;

    let mut sample = start();
    let mut stream = sample.ask("GET", "/sse").open();
    sample.terminate();
    stream.last_events();
    assert!(stream.reconnection_time().is_some(), "it says when to come back");
    assert_eq!(sample.wait(Duration::from_secs(120)).signal(), Some(15));
}
