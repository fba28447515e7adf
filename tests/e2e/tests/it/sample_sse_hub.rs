//! `samples/sse-hub`: rooms whose pages go on where they left off, and are told what they lost.

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use driver::{Program, Server, folder};
use e2e::{Browser, Page, VIEWPORT, picture_path};
use serde_json::json;
use tempfile::TempDir;

const SAMPLE: &str = "sample-sse-hub";

/// Enough for anything that a page does, on a busy machine.
const SOON: Duration = Duration::from_secs(120);

/// Enough for the pause of a browser before it connects again, a few times over.
const RECONNECTED: Duration = Duration::from_secs(120);

const OPEN: &str = "document.querySelector('#status').dataset.state === 'open'";

/// The sample, and the file that outlives it.
struct Rooms {
    folder: TempDir,
    port: Option<u16>,
}

impl Rooms {
    fn new() -> Self {
        Self { folder: folder(), port: None }
    }

    /// Starts it, from the second time on where it was before.
    fn start(&mut self) -> Server {
        self.start_with(&[])
    }

    fn start_with(&mut self, environment: &[(&str, &str)]) -> Server {
        let log = self.folder.path().join("rooms.redb");
        let program = Program::of(SAMPLE).env("LOG", log);
        let program = environment.iter().fold(program, |program, (name, value)| program.env(name, value));
        let server = match self.port {
            None => program.start(),
            Some(port) => program.port(port).start(),
        };
        self.port = Some(server.port());
        server
    }
}

/// Says something from outside of any browser.
fn say(server: &Server, who: &str, text: &str) {
    let words = json!({ "name": who, "text": text, "key": format!("{who} {text}") });
    assert_eq!(server.ask("POST", "/rooms/lobby").json(&words).send().status, 201);
}

/// Everything that the page shows as said, in order.
fn shown(page: &Page<'_>) -> Vec<String> {
    let texts = page.eval("[...document.querySelectorAll('#feed .text')].map(part => part.textContent)");
    texts.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn wait_for_text(page: &Page<'_>, text: &str, limit: Duration) {
    page.wait_for(&format!("document.querySelector('#feed').textContent.includes('{text}')"), limit);
}

/// Two tabs over a deploy, and then over a crash: each shows everything once and in order, and says that nothing is missing.
#[test]
fn two_tabs_survive_a_deploy_and_a_crash() {
    let (mut rooms, browser) = (Rooms::new(), Browser::start());
    let mut server = rooms.start();
    let tabs = [browser.open(&server.url("/")), browser.open(&server.url("/?room=lobby"))];
    for tab in &tabs {
        tab.wait_for(OPEN, SOON);
    }
    // What one tab says is heard in both.
    let speak = "document.querySelector('#text').value = 'zero'; document.querySelector('#say').requestSubmit()";
    let _ = tabs[0].eval(speak);
    for tab in &tabs {
        wait_for_text(tab, "zero", SOON);
    }

    let mut expected = vec!["zero".to_owned()];
    for (end, before, after) in [("deploy", "one", "two"), ("crash", "three", "four")] {
        say(&server, "Ann", before);
        for tab in &tabs {
            wait_for_text(tab, before, SOON);
        }
        if end == "deploy" {
            server.terminate();
            assert_eq!(server.wait(SOON).signal(), Some(15));
            for tab in &tabs {
                wait_for_text(tab, "The server ends.", SOON);
            }
        } else {
            server.kill();
        }
        for tab in &tabs {
            tab.wait_for(&format!("!({OPEN})"), SOON);
        }
        server = rooms.start();
        // Before a tab is back, most likely; it makes no difference.
        say(&server, "Bob", after);
        expected.extend([before.to_owned(), after.to_owned()]);
        for tab in &tabs {
            tab.wait_for(OPEN, RECONNECTED);
            wait_for_text(tab, after, SOON);
            assert_eq!(shown(tab), expected, "after a {end}");
            assert_eq!(tab.eval("document.querySelector('#verdict').textContent"), "resumed");
            assert_eq!(tab.eval("document.querySelector('#lost').textContent"), "0");
        }
    }
}

/// What is said while nobody listens is kept by the page that says it, under one key, until somebody does.
#[test]
fn words_that_are_said_while_the_server_is_away_arrive_once() {
    let (mut rooms, browser) = (Rooms::new(), Browser::start());
    let mut server = rooms.start();
    let page = browser.open(&server.url("/"));
    page.wait_for(OPEN, SOON);
    server.terminate();
    server.wait(SOON);
    let _ =
        page.eval("document.querySelector('#text').value = 'anybody?'; document.querySelector('#say').requestSubmit()");
    page.wait_for("'pending' in document.querySelector('#say').dataset", SOON);
    let _server = rooms.start();
    page.wait_for("!('pending' in document.querySelector('#say').dataset)", SOON);
    wait_for_text(&page, "anybody?", RECONNECTED);
    assert_eq!(shown(&page), ["anybody?"]);
}

/// Two tabs of one room: the quick one shows all forty, and the slow one tells how many it lost.
#[test]
fn a_slow_tab_tells_its_losses() {
    let (mut rooms, browser) = (Rooms::new(), Browser::start());
    let server = rooms.start();
    let slow = browser.open(&server.url("/?room=lobby&slow"));
    let quick = browser.open(&server.url("/?room=lobby"));
    for tab in [&slow, &quick] {
        tab.wait_for(OPEN, SOON);
        // The hello is there: the subscription has begun.
        tab.wait_for("document.querySelector('#verdict').textContent === 'live'", SOON);
    }
    let _ = quick.eval("document.querySelector('#burst').click()");
    wait_for_text(&quick, "40 of 40", SOON);
    assert_eq!(shown(&quick), (1..=40).map(|number| format!("{number} of 40")).collect::<Vec<_>>());
    assert_eq!(quick.eval("document.querySelector('#lost').textContent"), "0");

    wait_for_text(&slow, "40 of 40", SOON);
    let lost = slow.eval("Number(document.querySelector('#lost').textContent)").as_u64().expect("a number");
    let seen = shown(&slow);
    assert!((10..40).contains(&lost), "{lost} lost, {seen:?}");
    assert_eq!(seen.len() as u64 + lost, 40, "each was shown or told: {seen:?}");
    let told = slow.eval("document.querySelector('#feed .lost strong').textContent");
    assert!(told.as_str().is_some_and(|told| told.ends_with("events lost: this tab reads too slowly")), "{told}");
}

#[test]
fn a_room_that_is_closed_sends_its_tabs_away() {
    let (mut rooms, browser) = (Rooms::new(), Browser::start());
    let server = rooms.start();
    let tabs = [browser.open(&server.url("/?room=garden")), browser.open(&server.url("/?room=garden"))];
    for tab in &tabs {
        tab.wait_for(OPEN, SOON);
    }
    let _ = tabs[0].eval("document.querySelector('#door').click()");
    for tab in &tabs {
        wait_for_text(tab, "The room was closed.", SOON);
        tab.wait_for("document.querySelector('#status').dataset.state === 'closed'", SOON);
    }
    let _ = tabs[1].eval("document.querySelector('#door').click()");
    tabs[1].wait_for(OPEN, SOON);
}

/// An `EventSource` gives up at the first 503. The page does not: it says that there is no room, comes back when it was told to, and
/// goes on where it left off.
#[test]
fn a_tab_that_finds_no_room_comes_back_by_itself() {
    let (mut rooms, browser) = (Rooms::new(), Browser::start());
    let server = rooms.start_with(&[("LISTENERS_MAX", "1")]);
    let first = browser.open(&server.url("/"));
    first.wait_for(OPEN, SOON);
    let second = browser.open(&server.url("/"));
    wait_for_text(&second, "There is no room just now.", SOON);
    assert_eq!(second.eval("document.querySelector('#status').dataset.state"), "connecting");
    let _ = first.eval("source.close()");
    second.wait_for(OPEN, RECONNECTED);
    say(&server, "Ann", "one");
    wait_for_text(&second, "one", SOON);

    // After a deploy to a server that has no room, it is the same.
    let told = "document.querySelector('#feed').textContent.split('There is no room just now.').length";
    let before = second.eval(told).as_u64().expect("a number");
    server.kill();
    second.wait_for(&format!("!({OPEN})"), SOON);
    let server = rooms.start_with(&[("LISTENERS_MAX", "0")]);
    say(&server, "Ann", "two");
    second.wait_for(&format!("{told} > {before}"), RECONNECTED);
    server.kill();
    let _server = rooms.start_with(&[("LISTENERS_MAX", "1")]);
    second.wait_for(OPEN, RECONNECTED);
    wait_for_text(&second, "two", SOON);
    assert_eq!(shown(&second), ["one", "two"]);
    assert_eq!(second.eval("document.querySelector('#verdict').textContent"), "resumed");
}

#[test]
fn the_page_makes_a_picture() {
    let (mut rooms, browser) = (Rooms::new(), Browser::start());
    let server = rooms.start();
    let empty = browser.open("about:blank").screenshot();
    let page = browser.open(&server.url("/?room=lobby&slow"));
    page.wait_for("document.querySelector('#verdict').textContent === 'live'", SOON);
    let _ = page.eval("document.querySelector('#name').value = 'Ann'");
    say(&server, "Ann", "The deploy is through. Did anybody notice?");
    say(&server, "Bob", "Not a thing. My tab said that it was resumed.");
    wait_for_text(&page, "resumed.", SOON);
    let _ = page.eval("document.querySelector('#burst').click()");
    wait_for_text(&page, "40 of 40", SOON);

    let picture = page.screenshot();
    picture.write(&picture_path("sample-sse-hub.png"));
    assert_eq!(picture.size(), VIEWPORT);
    assert!(picture.length() > empty.length(), "there is something to see: {picture:?} beside {empty:?}");
}

/// A browser's own `EventSource` reads a compressed stream, each event when it is said.
#[test]
fn a_tab_reads_a_compressed_stream() {
    let (mut rooms, browser) = (Rooms::new(), Browser::start());
    let server = rooms.start_with(&[("COMPRESSED", "1")]);
    let tab = browser.open(&server.url("/?room=lobby"));
    tab.wait_for(OPEN, SOON);
    for number in 0..3 {
        let text = format!("{number}{}", "-".repeat(number * 25));
        say(&server, "Ann", &text);
        tab.wait_for(&format!("[...document.querySelectorAll('#feed .text')].at(-1)?.textContent === '{text}'"), SOON);
    }
    assert_eq!(shown(&tab).len(), 3);
    // What the page is answered, by the address that its source has.
    let _ = tab.eval(
        "window.encoding = null;
        fetch('/rooms/lobby/events').then(answer => {
            window.encoding = answer.headers.get('content-encoding');
            return answer.body.cancel();
        }); 0",
    );
    tab.wait_for("window.encoding !== null", SOON);
    assert_eq!(tab.eval("window.encoding"), "gzip");
}
