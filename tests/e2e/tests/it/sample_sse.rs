//! `samples/28-sse`: a page that lists a message for every second, and says how its connection is.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use driver::{Program, Server};
use e2e::{Browser, Page, VIEWPORT, picture_path};

const SAMPLE: &str = "sample-sse";

/// Enough for three messages at one a second, on a busy machine.
const SOON: Duration = Duration::from_secs(120);

/// Enough for the pause of a browser before it connects again, a few times over.
const RECONNECTED: Duration = Duration::from_secs(120);

const OPEN: &str = "document.querySelector('#status').dataset.state === 'open'";

fn start() -> Server {
    Program::of(SAMPLE).start()
}

/// A condition: that many messages from `since` on.
fn more_messages(since: u64, count: u64) -> String {
    let total = since + count;
    format!(
        "(items => items.length >= {total} && items.every(item => item.textContent.includes('world')))\
         ([...document.querySelectorAll('#messages li')])"
    )
}

fn messages(page: &Page<'_>) -> u64 {
    page.eval("document.querySelectorAll('#messages li').length").as_u64().unwrap_or_default()
}

#[test]
fn a_client_on_a_socket_reads_an_event_each_second() {
    let server = start();
    let mut stream = server.ask("GET", "/sse").open();
    assert_eq!(stream.head.status, 200);
    assert!(stream.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")), "{stream:?}");
    for event in stream.events(3) {
        assert_eq!(event.data(), r#"{"hello":"world"}"#);
    }
}

#[test]
fn the_page_shows_the_connection_and_the_messages() {
    let (server, browser) = (start(), Browser::start());
    let page = browser.open(&server.url("/"));
    assert_ne!(page.eval("document.title"), "", "the page has a title");
    page.wait_for(OPEN, SOON);
    page.wait_for(&more_messages(0, 3), SOON);
}

#[test]
fn the_page_goes_on_after_the_server_was_killed_and_started_again() {
    let (server, browser) = (start(), Browser::start());
    let port = server.port();
    let page = browser.open(&server.url("/"));
    page.wait_for(&more_messages(0, 1), SOON);

    server.kill();
    page.wait_for(&format!("!({OPEN})"), SOON);
    let seen = messages(&page);

    let _server = Program::of(SAMPLE).port(port).start();
    page.wait_for(OPEN, RECONNECTED);
    page.wait_for(&more_messages(seen, 2), SOON);
}

#[test]
fn the_page_sees_the_end_when_the_server_is_told_to_stop() {
    let (mut server, browser) = (start(), Browser::start());
    let page = browser.open(&server.url("/"));
    page.wait_for(OPEN, SOON);
    page.wait_for(&more_messages(0, 1), SOON);

    server.terminate();
    page.wait_for(&format!("!({OPEN})"), SOON);
    let status = server.wait(SOON);
    assert_eq!(status.signal(), Some(15), "a server that was told to stop has not failed: {status}");
}

#[test]
fn the_page_makes_a_picture() {
    let (server, browser) = (start(), Browser::start());
    let empty = browser.open("about:blank").screenshot();
    let page = browser.open(&server.url("/"));
    page.wait_for(OPEN, SOON);
    page.wait_for(&more_messages(0, 3), SOON);

    let picture = page.screenshot();
    picture.write(&picture_path("sample-sse.png"));
    assert_eq!(picture.size(), VIEWPORT);
    assert!(picture.length() > empty.length(), "there is something to see: {picture:?} beside {empty:?}");
}
